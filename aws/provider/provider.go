package provider

import (
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
)

// Provider answers for AWS. It holds no state.
type Provider struct{}

// New returns a Provider.
func New() *Provider { return &Provider{} }

var _ terraform.Provider = (*Provider)(nil)

// dataSources are the data sources that the files say something of. Each gives attributes by name; what it leaves out is a hole.
var dataSources = map[string]func(dataSource) map[string]graph.Value{
	"aws_availability_zones":         nothing,
	"aws_caller_identity":            callerIdentity,
	"aws_iam_policy":                 managedPolicy,
	"aws_iam_policy_document":        policyDocument,
	"aws_organizations_organization": organization,
	"aws_partition":                  partition,
	"aws_region":                     region,
	"aws_s3_bucket":                  bucket,
	"aws_vpc_endpoint":               nothing,
	"aws_vpc_endpoint_service":       endpointService,
}

// dataSource is a data source that is asked for.
type dataSource struct {
	terraform.DataContext
	arguments arguments
}

// nothing is for a data source of which all that the files say is what its block says: whatever else it has only the cloud knows.
func nothing(dataSource) map[string]graph.Value { return nil }

// Data gives what the files decide of a data source; see [terraform.Provider].
func (*Provider) Data(kind string, args *graph.Object, context terraform.DataContext) (*graph.Object, bool) {
	read := dataSources[kind]
	if read == nil {
		return nil, false
	}
	return graph.NewObject(read(dataSource{context, arguments{args}})), true
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
func (*Provider) Stack(graph.Value, *graph.Object) (graph.Value, bool) { return graph.Value{}, false }
