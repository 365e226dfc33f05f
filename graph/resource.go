package graph

import "github.com/iacscan/iacscan/source"

// Language is a language of the input.
type Language string

// The languages. A resource of a plan is a Terraform resource.
const (
	Terraform      Language = "terraform"
	CloudFormation Language = "cloudformation"
)

// Resource is one instance of a declared resource, or what stands for an unknown number of instances.
type Resource struct {
	// Address is the full address inside the root, with keys: `module.net.aws_vpc_endpoint.this["s3"]`, "Network/S3Endpoint".
	Address string
	// Declared is the address inside the module or template that declares it, without keys: "aws_vpc_endpoint.this", "S3Endpoint".
	Declared string
	// NativeType is the type as the language names it: "aws_vpc_endpoint", "AWS::EC2::VPCEndpoint".
	NativeType string
	// Wrapper is the native type of the declaration where another one stands for NativeType: aws_cloudcontrolapi_resource declares an
	// AWS::EC2::VPC. Empty otherwise.
	Wrapper  string
	Language Language
	// Root is the path of the root module's directory or of the root template, relative to the boundary.
	Root string
	// Data says that the resource is read, not created (a Terraform data source).
	Data bool
	// Summary says that the resource is what a well-known module is known to create, not what a file declares; Header and Block are
	// those of the module call then.
	Summary bool
	// Header is the block keyword through the last label, or the logical id. Block is the whole declaration.
	Header, Block source.Span
	// Calls lead from the root to the module or template that declares the resource, outermost first.
	Calls []Call
	// Exists is the condition under which the resource exists, its callers' conditions included.
	Exists Guard
	// Many says that count or for_each cannot be decided, so that this stands for any number of instances.
	Many bool
	// Region is the Region that the resource is created in, as far as a provider, an argument or the stack says; Null when nothing does.
	Region Value

	Body
}

// Body gives a resource's attributes by native name, evaluated when asked for and once.
type Body interface {
	// Attribute is the value of an attribute, Null when it is not written. Nested blocks are a list of maps, one for each block.
	Attribute(name string) Value
	// Names lists the attributes and blocks that are written, in order of name.
	Names() []string
	// Place is where an attribute is written, name and value; zero when it is not.
	Place(name string) source.Span
	// Trace is the way by which an attribute got its value, from the attribute itself to the literals: through locals, module
	// inputs, outputs, variable defaults, stack parameters. A name with dots is of an attribute within nested blocks. It is computed
	// for findings only.
	Trace(name string) []Step
}

// Call is a module call or nested stack on the way from a root to a resource.
type Call struct {
	Address string      // "module.net", `module.net["a"].module.sub`, "Network"
	At      source.Span // header of the module block, or the logical id
	Block   source.Span
}

// Step is a place on the way of a value, and what happens there: "argument vpc_id of module.studio".
type Step struct {
	Text string
	At   source.Span
	// Depth is the number of steps from the attribute to this one: where a value depends on several others, the way forks. The step that
	// this one continues is the nearest before it that is one less deep.
	Depth int
	// Default is the variable or parameter whose default gave the value, when this step is that default: "var.access".
	Default string
}

// Identity names an attribute of r, or with an empty attribute r itself.
func (r *Resource) Identity(attribute string) *Identity {
	name := r.Address
	if attribute != "" {
		name += "." + attribute
	}
	return &Identity{Root: r.Root, Name: name, Resource: r, Attribute: attribute, Hint: "it is known once " + r.Address + " exists"}
}

// Opaque is a module call, a nested stack or a macro whose content cannot be read: it may create anything.
type Opaque struct {
	Address string
	Source  string // as written: "acme/network/aws", an S3 URL
	Root    string
	At      source.Span
	Exists  Guard
	// Hint is what would make it readable: "run terraform init".
	Hint string
	// Inputs are the values that it receives, by name.
	Inputs func() *Object
	// Within says that it adds to its root itself, as a macro does, and so may refer to all that the root can.
	Within bool
}

// Link joins two roots: one names a value that the other exports.
type Link struct {
	// From is the root that names the value, To the one that has it.
	From, To string
	// What says by what the value has a name: "the export", "the output" in a state, "the parameter" of a parameter store.
	What string
	// Name is its name, as the root that has it writes it.
	Name, Value Value
	// Exact says that what one root names is what the other has; otherwise there are holes, and nothing else can be meant.
	Exact bool
}

// Graph is what the files of one or more roots declare.
type Graph struct {
	Files     *source.Set
	Resources []*Resource
	Opaque    []*Opaque
	// Links are what joined the roots.
	Links []Link
	// Exports are the outputs of Terraform's root modules, evaluated when they are asked for: what other roots may add to.
	Exports []func() Value
}
