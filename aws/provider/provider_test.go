package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// hole is a value that nothing decides.
func hole(name string) graph.Value { return graph.Hole(&graph.Identity{Name: name}) }

// list, of, s, b make values.
func list(elements ...graph.Value) graph.Value { return graph.List(elements...) }

func of(entries attributes) graph.Value { return object(entries) }

func s(text string) graph.Value { return graph.String(text) }

func b(v bool) graph.Value { return graph.Bool(v) }

func strs(elements ...string) graph.Value {
	values := make([]graph.Value, len(elements))
	for i, e := range elements {
		values[i] = s(e)
	}
	return graph.List(values...)
}

// template is text with holes: literals are strings.
func template(parts ...any) graph.Value {
	var out []graph.Part
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			out = append(out, graph.Part{Literal: p})
		case graph.Value:
			out = append(out, graph.Part{Hole: p.Identity()})
		}
	}
	return graph.Template(out...)
}

// choice is a when the variable on is set, else b.
func choice(a, b graph.Value) graph.Value {
	on := graph.Holds(&graph.Identity{Name: "var.on"})
	return graph.Choice(graph.Case{When: on, Value: a}, graph.Case{When: graph.Not(on), Value: b})
}

// read asks for a data source of a provider in a Region.
func read(t *testing.T, kind string, region graph.Value, args attributes) map[string]graph.Value {
	t.Helper()
	o, ok := New().Data(kind, graph.NewObject(args), terraform.DataContext{
		Region: region,
		Hole: func(attribute, means string) graph.Value {
			return graph.Hole(&graph.Identity{Name: "data." + kind + ".x." + attribute, Means: means})
		},
	})
	if !ok {
		t.Fatalf("%s is not known", kind)
	}
	values := map[string]graph.Value{}
	for i, k := range o.Keys() {
		values[k] = o.Values()[i]
	}
	return values
}

func TestData(t *testing.T) {
	frankfurt := s("eu-central-1")
	filter := func(name string, values graph.Value) graph.Value {
		return list(of(attributes{"name": s(name), "values": values}))
	}
	for _, c := range []struct {
		name, kind string
		region     graph.Value
		args       attributes
		want       map[string]string
	}{
		{
			"a service", "aws_vpc_endpoint_service", frankfurt,
			attributes{"service": s("sagemaker.api")},
			map[string]string{"service_name": `"com.amazonaws.eu-central-1.sagemaker.api"`},
		},
		{
			"a service in an unset Region", "aws_vpc_endpoint_service", graph.Null(),
			attributes{"service": s("s3")},
			map[string]string{"service_name": `"com.amazonaws.${data.aws_vpc_endpoint_service.x.region}.s3"`},
		},
		{
			"a service in a variable's Region", "aws_vpc_endpoint_service", hole("var.region"),
			attributes{"service": s("s3")},
			map[string]string{"service_name": `"com.amazonaws.${var.region}.s3"`},
		},
		{
			"a service in its own Region", "aws_vpc_endpoint_service", frankfurt,
			attributes{"service": s("q"), "region": s("us-east-1")},
			map[string]string{"service_name": `"com.amazonaws.us-east-1.q"`},
		},
		{
			"an unset service", "aws_vpc_endpoint_service", frankfurt,
			attributes{"service": hole("var.service")},
			map[string]string{"service_name": `"com.amazonaws.eu-central-1.${var.service}"`},
		},
		{
			"one of two services", "aws_vpc_endpoint_service", frankfurt,
			attributes{"service": choice(s("a"), s("b"))},
			map[string]string{"service_name": `"com.amazonaws.eu-central-1.a" if var.on or "com.amazonaws.eu-central-1.b" if !var.on`},
		},
		{
			"a full name", "aws_vpc_endpoint_service", frankfurt,
			attributes{"service_name": s("aws.sagemaker.eu-central-1.notebook")},
			map[string]string{"service_name": `"aws.sagemaker.eu-central-1.notebook"`},
		},
		{
			"a filter", "aws_vpc_endpoint_service", frankfurt,
			attributes{"filter": filter("service-name", strs("com.amazonaws.eu-central-1.sts"))},
			map[string]string{"service_name": `"com.amazonaws.eu-central-1.sts"`},
		},
		{"a filter with a wildcard", "aws_vpc_endpoint_service", frankfurt, attributes{"filter": filter("service-name", strs("*.sts"))}, nil},
		{"another filter", "aws_vpc_endpoint_service", frankfurt, attributes{"filter": filter("service-type", strs("Interface"))}, nil},

		{
			"the provider's Region", "aws_region", frankfurt, nil,
			map[string]string{"name": `"eu-central-1"`, "id": `"eu-central-1"`, "region": `"eu-central-1"`},
		},
		{
			"an unset Region", "aws_region", graph.Null(), nil,
			map[string]string{"name": "${data.aws_region.x.name}", "id": "${data.aws_region.x.name}", "region": "${data.aws_region.x.name}"},
		},
		{
			"a Region by name", "aws_region", graph.Null(),
			attributes{"name": s("us-east-1")},
			map[string]string{"name": `"us-east-1"`, "id": `"us-east-1"`, "region": `"us-east-1"`},
		},

		{
			"the partition of a Region", "aws_partition", s("cn-north-1"), nil,
			map[string]string{"partition": `"aws-cn"`, "id": `"aws-cn"`, "dns_suffix": `"amazonaws.com.cn"`, "reverse_dns_prefix": `"cn.com.amazonaws"`},
		},
		{"the partition of an unset Region", "aws_partition", graph.Null(), nil, map[string]string{
			"partition": "${data.aws_partition.x.partition}", "id": "${data.aws_partition.x.partition}", "dns_suffix": "${data.aws_partition.x.dns_suffix}",
		}},
		{
			"the account", "aws_caller_identity", frankfurt, nil,
			map[string]string{"account_id": "${data.aws_caller_identity.x.account_id}", "id": "${data.aws_caller_identity.x.account_id}"},
		},
		{"the organization", "aws_organizations_organization", frankfurt, nil, map[string]string{
			"id": "${data.aws_organizations_organization.x.id}", "master_account_id": "${data.aws_organizations_organization.x.master_account_id}",
		}},
		{"a bucket", "aws_s3_bucket", frankfurt, attributes{"bucket": s("mine")}, map[string]string{"id": `"mine"`, "arn": `"arn:aws:s3:::mine"`}},
		{"a managed policy", "aws_iam_policy", frankfurt, attributes{"name": s("AmazonSageMakerFullAccess")}, map[string]string{
			"arn": `"arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"`, "id": `"arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"`,
		}},
		{"a managed policy with a path", "aws_iam_policy", graph.Null(), attributes{"name": s("AmazonSageMakerCanvasForecastAccess")}, map[string]string{
			"arn": `"arn:${data.aws_iam_policy.x.partition}:iam::aws:policy/service-role/AmazonSageMakerCanvasForecastAccess"`,
			"id":  `"arn:${data.aws_iam_policy.x.partition}:iam::aws:policy/service-role/AmazonSageMakerCanvasForecastAccess"`,
		}},
		{"a policy of one's own", "aws_iam_policy", frankfurt, attributes{"name": s("mine")}, nil},
		{"zones", "aws_availability_zones", frankfurt, nil, nil},
		{"an endpoint", "aws_vpc_endpoint", frankfurt, attributes{"vpc_id": hole("var.vpc_id")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := map[string]string{}
			for k, v := range read(t, c.kind, c.region, c.args) {
				got[k] = v.String()
			}
			if c.want == nil {
				c.want = map[string]string{}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, ok := New().Data("aws_ami", graph.NewObject(nil), terraform.DataContext{}); ok {
		t.Error("aws_ami is known")
	}
	if _, ok := New().Stack(&graph.Resource{}); ok {
		t.Error("a stack is evaluated by nobody")
	}
}

// The literal that decides a service keeps its place.
func TestDataKeepsPlaces(t *testing.T) {
	at := source.Span{File: 1, Start: 10, End: 12}
	if got := read(t, "aws_vpc_endpoint_service", s("eu-west-1"), attributes{"service": s("s3").WithSpan(at)})["service_name"].At(); got != at {
		t.Errorf("service_name at %v", got)
	}
}

// create asks for a module. A reference to a resource of it is <address.attribute>.
func create(t *testing.T, from, version string, inputs attributes) terraform.Fragment {
	t.Helper()
	f, ok := New().Module(terraform.ModuleCall{
		Source: from, Version: version, Inputs: graph.NewObject(inputs), Region: s("eu-west-1"),
		Refer: func(address, nativeType, attribute string) graph.Value {
			name := strings.TrimSuffix(address+"."+attribute, ".")
			return graph.Hole(&graph.Identity{
				Name: name, Attribute: attribute, Resource: &graph.Resource{Address: address, NativeType: nativeType},
			})
		},
		Hole: func(name string) graph.Value { return hole("module.m." + name) },
	})
	if !ok {
		t.Fatalf("%s is not known", from)
	}
	return f
}

// show writes resources of some types as text: address, condition, attributes that are not null.
func show(f terraform.Fragment, types ...string) string {
	var out strings.Builder
	for _, r := range f.Resources {
		if !slices.Contains(types, r.Type) {
			continue
		}
		out.WriteString(r.Address)
		if r.Many {
			out.WriteString(" …")
		}
		if r.Exists.Decide() != graph.True {
			fmt.Fprintf(&out, " if %v", r.Exists)
		}
		out.WriteByte('\n')
		for i, k := range r.Attributes.Keys() {
			if v := r.Attributes.Values()[i]; !v.IsNull() {
				fmt.Fprintf(&out, "  %s = %v\n", k, v)
			}
		}
	}
	return out.String()
}

// counts is how many resources of each type a fragment has.
func counts(f terraform.Fragment) map[string]int {
	n := map[string]int{}
	for _, r := range f.Resources {
		n[r.Type]++
	}
	return n
}

func output(f terraform.Fragment, name string) string { return f.Outputs[name].String() }

// moduleCall is a call without inputs.
func moduleCall(from string) terraform.ModuleCall {
	return terraform.ModuleCall{Source: from, Inputs: graph.NewObject(nil)}
}
