package aws

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// TestAwsccNames holds the names that the awscc provider documents.
func TestAwsccNames(t *testing.T) {
	for property, want := range map[string]string{
		"VpcId": "vpc_id", "AppNetworkAccessType": "app_network_access_type", "Ipv6Native": "ipv_6_native", "CidrIpv6": "cidr_ipv_6",
		"DestinationIpv6CidrBlock": "destination_ipv_6_cidr_block", "S3OutputPath": "s3_output_path", "EnableDns64": "enable_dns_64",
		"VPCs": "vp_cs", "HTTPSPort": "https_port", "ModelDataUrl": "model_data_url", "Ipv6CidrBlocks": "ipv_6_cidr_blocks",
	} {
		if got := awsccAttribute(property); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
	for typ, want := range map[Type]string{
		TypeDomain: "awscc_sagemaker_domain", TypeUserProfile: "awscc_sagemaker_user_profile", TypeApp: "awscc_sagemaker_app",
		TypeNotebookInstance: "awscc_sagemaker_notebook_instance", TypeModel: "awscc_sagemaker_model",
		TypeEndpointConfig: "awscc_sagemaker_endpoint_config", TypeVPC: "awscc_ec2_vpc", TypeSubnet: "awscc_ec2_subnet",
		TypeVPCEndpoint: "awscc_ec2_vpc_endpoint", TypeRouteTable: "awscc_ec2_route_table", TypeRoute: "awscc_ec2_route",
		TypeRouteTableAssociation: "awscc_ec2_subnet_route_table_association", TypeSecurityGroup: "awscc_ec2_security_group",
		TypeHostedZone: "awscc_route53_hosted_zone", TypeBucket: "awscc_s3_bucket", TypeBucketPolicy: "awscc_s3_bucket_policy",
		TypeRole: "awscc_iam_role", TypeManagedPolicy: "awscc_iam_managed_policy", TypeRolePolicy: "awscc_iam_role_policy",
		TypeUserPolicy: "awscc_iam_user_policy", TypeGroupPolicy: "awscc_iam_group_policy",
	} {
		if got := awsccName(typ); got != want {
			t.Errorf("%s is %s, want %s", typ, got, want)
		}
	}
}

// written is a body of attributes that stand somewhere.
type written map[string]graph.Value

func (w written) Attribute(name string) graph.Value {
	if v, ok := w[name]; ok {
		return v
	}
	return graph.Null()
}
func (w written) Names() []string           { return slices.Sorted(maps.Keys(w)) }
func (w written) Place(string) source.Span  { return source.Span{} }
func (w written) Trace(string) []graph.Step { return nil }

// filled gives every tagged field of a view a value of its own, nested ones as objects and lists of objects.
func filled(fields []field, d dialect, prefix string) map[string]graph.Value {
	values := map[string]graph.Value{}
	for _, f := range fields {
		if f.cfn == "-" {
			continue
		}
		name, path := f.name(d), prefix+"."+f.cfn
		switch f.kind {
		case reflect.Struct:
			values[name] = graph.Map(graph.NewObject(merged(values[name], filled(f.nested, d, path))))
		case reflect.Slice:
			values[name] = graph.List(graph.Map(graph.NewObject(filled(f.nested, d, path))))
		default:
			if _, nested := values[name].Object(); !nested {
				values[name] = graph.String(path)
			}
		}
	}
	return values
}

// merged adds entries to those of an object: two fields of a view may be for parts of one property.
func merged(v graph.Value, entries map[string]graph.Value) map[string]graph.Value {
	if o, ok := v.Object(); ok {
		for i, key := range o.Keys() {
			entries[key] = o.Values()[i]
		}
	}
	return entries
}

// leaves are the values of the attributes of a view, by the path of the properties.
func leaves(v reflect.Value, fields []field, prefix string, into map[string]string) {
	for _, f := range fields {
		target, path := v.Field(f.index), prefix+"."+f.cfn
		switch f.kind {
		case reflect.Struct:
			leaves(target, f.nested, path, into)
		case reflect.Slice:
			for i := range target.Len() {
				leaves(target.Index(i), f.nested, path, into)
			}
		default:
			if target.Type() != attributeType {
				target = target.Field(0)
			}
			into[path] = target.Interface().(Attribute).String()
		}
	}
}

// TestAwsccFillsViews holds that every view is filled from an awscc_ resource as it is from the CloudFormation one, and in no part by
// defaults.
func TestAwsccFillsViews(t *testing.T) {
	for typ, view := range viewTypes {
		got := map[dialect]map[string]string{}
		for d, native := range map[dialect]string{cfnDialect: string(typ), awsccDialect: awsccName(typ)} {
			v := reflect.New(view)
			r := &graph.Resource{NativeType: native, Body: written(filled(plan(view), d, ""))}
			if TypeOf(r) != typ {
				t.Errorf("%s is a %s, want %s", native, TypeOf(r), typ)
			}
			fill(v.Interface(), r)
			got[d] = map[string]string{}
			leaves(v.Elem(), plan(view), "", got[d])
		}
		for _, paths := range got {
			delete(paths, ".-") // what CloudFormation does not have
			for path, value := range paths {
				if value == "null" {
					t.Errorf("%s: %s is not filled", typ, path)
				}
			}
			maps.DeleteFunc(paths, func(_, value string) bool { return value[0] == '{' }) // names of the dialect
		}
		if diff := cmp.Diff(got[cfnDialect], got[awsccDialect]); diff != "" {
			t.Errorf("%s (-CloudFormation +awscc):\n%s", typ, diff)
		}
	}
}

func TestUnwrap(t *testing.T) {
	state := func(text string) *graph.Resource {
		return &graph.Resource{Address: "aws_cloudcontrolapi_resource.x", NativeType: CloudControlType, Body: written{
			"type_name": graph.String("AWS::SageMaker::Domain"), "desired_state": graph.String(text).WithSpan(source.Span{File: 1, Start: 100, End: 100 + uint32(len(text))}),
		}}
	}
	const text = `{"AppNetworkAccessType": "VpcOnly", "DefaultUserSettings": {"SecurityGroups": ["sg-1"]}}`
	r := state(text)
	hole := state(text)
	hole.Body.(written)["desired_state"] = graph.Hole(&graph.Identity{Root: "r", Name: "var.state"})
	broken := state(`{"AppNetworkAccessType": `)
	other := state(text)
	other.Body.(written)["type_name"] = graph.Hole(&graph.Identity{Root: "r", Name: "var.type"})
	g := &graph.Graph{Resources: []*graph.Resource{r, hole, broken, other}}
	Unwrap(g)
	if TypeOf(r) != TypeDomain || r.Wrapper != CloudControlType {
		t.Errorf("it is a %s, by %q", TypeOf(r), r.Wrapper)
	}
	d := view(r, &Domain{Resource: r})
	if at := d.NetworkAccess.At(); d.NetworkAccess.Is("VpcOnly") != graph.True || at.Start < 100 || at.End > 135 {
		t.Errorf("network access is %s at %v", d.NetworkAccess, at)
	}
	if groups, more := d.UserSettings.SecurityGroups.Elements(); len(groups) != 1 || more {
		t.Errorf("security groups are %v, more: %v", groups, more)
	}
	if id := hole.Attribute("id"); !id.IsNull() {
		t.Errorf("its id, which nobody writes, is %s", id)
	}
	for name, r := range map[string]*graph.Resource{"a hole": hole, "text that is no JSON": broken} {
		if is := view(r, &Domain{Resource: r}).NetworkAccess.Is("PublicInternetOnly"); is != graph.Undecided {
			t.Errorf("with %s the default is taken: %v", name, is)
		}
	}
	if len(g.Opaque) != 1 || g.Opaque[0].Inputs().Len() != 1 {
		t.Errorf("what is of no known type is %v, want something that may be anything", g.Opaque)
	}
	if other.NativeType != CloudControlType {
		t.Errorf("a resource of unknown type became a %s", other.NativeType)
	}
}
