package terraform

import "github.com/iacscan/iacscan/graph"

// Provider is what the parser must ask a cloud for. aws/provider implements it for AWS; the pipeline wires the two.
type Provider interface {
	// Data gives what the files decide of a data source, as a map by attribute name: attributes that are not in it are holes. It
	// returns false for a kind that it does not know. The arguments hold the block's attributes and blocks as written, and what
	// context says.
	Data(kind string, arguments *graph.Object, context DataContext) (*graph.Object, bool)
	// Module gives what a well-known module that is not on disk creates, or false when the module is not known.
	Module(call ModuleCall) (Fragment, bool)
	// Stack evaluates the CloudFormation template that a resource creates a stack from, with what the resource passes. It returns false
	// when the template is not at hand.
	Stack(stack *graph.Resource) (outputs graph.Value, ok bool)
}

// DataContext is what a data source may depend on beside its arguments.
type DataContext struct {
	// Region is the Region of the data source's provider, or of the data source itself.
	Region graph.Value
	// Hole makes a hole for an attribute of the data source; means as in [graph.Identity].
	Hole func(attribute, means string) graph.Value
}

// ModuleCall is a call of a module whose source is not on disk.
type ModuleCall struct {
	Source, Version string        // as written; Version is empty when none is
	Inputs          *graph.Object // arguments by name
	Region          graph.Value   // as in [DataContext]
	// Refer makes a reference to an attribute of a resource of the fragment, by the address and native type that it has there.
	Refer func(address, nativeType, attribute string) graph.Value
	// Hole makes a hole for something that the module decides and nobody can read: `output("x")`.
	Hole func(name string) graph.Value
}

// Fragment is what a summarised module creates and yields.
type Fragment struct {
	Resources []FragmentResource
	// Outputs are the module's outputs that are known; the others are holes.
	Outputs map[string]graph.Value
	// Open says that the module may create resources beyond these that matter.
	Open bool
}

// FragmentResource is a virtual resource, with the address that the module's own code would give it.
type FragmentResource struct {
	// Address is relative to the module: `aws_vpc_endpoint.this["s3"]`.
	Address string
	Type    string
	// Attributes are by native name, as if written in a block.
	Attributes *graph.Object
	Exists     graph.Guard
	// Many says that this stands for an unknown number of instances.
	Many bool
}
