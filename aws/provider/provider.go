package provider

import (
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
)

// Provider answers for AWS. What other files say it asks for.
type Provider struct {
	// Stored gives what is known to be written to the Systems Manager parameter store under a name in a Region; nil knows nothing.
	Stored func(name, region graph.Value) (graph.Value, bool)
	// Exported gives what a stack exports under a name; nil knows nothing.
	Exported func(name graph.Value) (graph.Value, bool)
	// StackOutputs evaluates the template of an aws_cloudformation_stack and gives the outputs, a map of text; nil evaluates none.
	StackOutputs func(stack *graph.Resource) (graph.Value, bool)
}

// New returns a Provider.
func New() *Provider { return &Provider{} }

var _ terraform.Provider = (*Provider)(nil)

// dataSources are the data sources that the files say something of. Each gives attributes by name; what it leaves out is a hole.
var dataSources = map[string]func(dataSource) map[string]graph.Value{
	"aws_availability_zones":         nothing,
	"aws_caller_identity":            callerIdentity,
	"aws_cloudformation_export":      stackExport,
	"aws_iam_policy":                 managedPolicy,
	"aws_iam_policy_document":        policyDocument,
	"aws_organizations_organization": organization,
	"aws_partition":                  partition,
	"aws_region":                     region,
	"aws_s3_bucket":                  bucket,
	"aws_ssm_parameter":              storedParameter,
	"aws_vpc_endpoint":               nothing,
	"aws_vpc_endpoint_service":       endpointService,
}

// dataSource is a data source that is asked for.
type dataSource struct {
	terraform.DataContext
	arguments arguments
	provider  *Provider
}

// nothing is for a data source of which all that the files say is what its block says: whatever else it has only the cloud knows.
func nothing(dataSource) map[string]graph.Value { return nil }

// Data gives what the files decide of a data source; see [terraform.Provider].
func (p *Provider) Data(kind string, args *graph.Object, context terraform.DataContext) (*graph.Object, bool) {
	read := dataSources[kind]
	if read == nil {
		return nil, false
	}
	return graph.NewObject(read(dataSource{context, arguments{args}, p})), true
}

// Module gives what a well-known module creates; see [terraform.Provider].
func (*Provider) Module(call terraform.ModuleCall) (terraform.Fragment, bool) {
	source := parseSource(call.Source)
	m := findModule(source)
	if m == nil {
		return terraform.Fragment{}, source.withoutEndpoints()
	}
	f := newFragment(call)
	m.create(f)
	return f.Fragment, true
}

// Stack evaluates a CloudFormation template; see [terraform.Provider].
func (p *Provider) Stack(stack *graph.Resource) (graph.Value, bool) {
	if p.StackOutputs == nil {
		return graph.Value{}, false
	}
	return p.StackOutputs(stack)
}

// stackExport is what a stack exports, which templates in other files declare.
func stackExport(d dataSource) map[string]graph.Value {
	if d.provider.Exported == nil {
		return nil
	}
	v, ok := d.provider.Exported(d.arguments.get("name"))
	if !ok {
		return nil
	}
	return map[string]graph.Value{"value": v}
}

// storedParameter is a parameter of the parameter store that other files write.
func storedParameter(d dataSource) map[string]graph.Value {
	name := d.arguments.get("name")
	if d.provider.Stored == nil || name.IsNull() {
		return nil
	}
	v, ok := d.provider.Stored(name, d.Region)
	if !ok {
		return nil
	}
	return map[string]graph.Value{"value": v, "insecure_value": v}
}
