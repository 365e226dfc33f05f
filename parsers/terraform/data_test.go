package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// cloud is a Provider for tests.
type cloud struct{}

func (cloud) Data(kind string, arguments *graph.Object, context DataContext) (*graph.Object, bool) {
	switch kind {
	case "aws_region":
		name := context.Region
		if name.IsNull() {
			name = context.Hole("name", "AWS::Region")
		}
		return graph.NewObject(map[string]graph.Value{"name": name}), true
	case "aws_echo":
		return graph.NewObject(map[string]graph.Value{"arguments": graph.Map(arguments)}), true
	}
	return nil, false
}

func (cloud) Module(call ModuleCall) (Fragment, bool) {
	if call.Source != "acme/endpoints/aws" {
		return Fragment{}, false
	}
	vpc, ok := call.Inputs.Get("vpc_id")
	if !ok {
		vpc = graph.Null()
	}
	services, _ := call.Inputs.Get("services")
	elements, _ := services.Elements()
	f := Fragment{Outputs: map[string]graph.Value{"first": call.Refer(`a_b.this["s3"]`, "a_b", "id")}, Open: call.Version == ""}
	for _, s := range elements {
		name, _ := s.Text()
		f.Resources = append(f.Resources, FragmentResource{
			Address: `a_b.this["` + name + `"]`, Type: "a_b",
			Attributes: graph.NewObject(map[string]graph.Value{"v": s, "vpc": vpc, "own": call.Hole("own")}),
		})
	}
	return f, true
}

func (cloud) Stack(stack *graph.Resource) (graph.Value, bool) {
	parameters, _ := stack.Attribute("parameters").Object()
	return graph.Map(parameters), stack.Attribute("template_body").Known()
}

func TestData(t *testing.T) {
	const declarations = `
variable "vpc" {}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
data "aws_region" "current" {}
data "aws_region" "west" { provider = aws.west }
data "aws_vpc" "given" {
  id = var.vpc
  filter {
    name   = "x"
    values = ["y"]
  }
}
data "aws_echo" "e" {
  count = 2
  index = count.index
  filter { name = "n" }
}
data "terraform_remote_state" "net" {
  backend = "s3"
  config  = { bucket = "b", key = "net" }
}
data "template_file" "t" {
  template = "Hello $${name}"
  vars     = { name = "world" }
}
resource "aws_cloudformation_stack" "s" {
  template_body = "{}"
  parameters    = { VpcId = "vpc-1" }
}
data "aws_unknown" "maybe" { count = var.vpc == "" ? 0 : 1 }
`
	r := func(expression string) *Root {
		return root(t, map[string]string{"main.tf": declarations + "output \"x\" {\n  value = " + expression + "\n}\n"}, func(o *Options) {
			o.Provider = cloud{}
			o.RemoteState = func(data *graph.Resource, output string) (graph.Value, bool) {
				config, _ := data.Attribute("config").Object()
				key, _ := config.Get("key")
				return graph.String(output + " of " + key.String()), output != "other"
			}
		})
	}
	for _, c := range []struct{ expression, want string }{
		{`data.aws_region.current.name`, `${data.aws_region.current.name}`},
		{`data.aws_region.current.endpoint`, `${data.aws_region.current.endpoint}`},
		{`data.aws_region.west.name`, `"us-west-2"`},
		{`data.aws_vpc.given.id`, `${var.vpc}`},
		{`data.aws_vpc.given.cidr_block`, `${data.aws_vpc.given.cidr_block}`},
		{`data.aws_vpc.given.filter[0].name`, `"x"`},
		{`data.aws_echo.e[1].arguments`, `{"filter": [{"name": "n"}], "index": 1}`},
		{`data.terraform_remote_state.net.outputs.vpc_id`, `"vpc_id of \"net\""`},
		{`data.terraform_remote_state.net.outputs["vpc_id"]`, `"vpc_id of \"net\""`},
		{`data.terraform_remote_state.net.outputs.other[0]`, `${data.terraform_remote_state.net.outputs.other[0]}`},
		{`data.template_file.t.rendered`, `"Hello world"`},
		{`aws_cloudformation_stack.s.outputs["VpcId"]`, `"vpc-1"`},
		{`data.aws_unknown.maybe[0].id`, `${data.aws_unknown.maybe[0].id} if !(var.vpc == "") or invalid(data.aws_unknown.maybe may not exist) if var.vpc == ""`},
		{`one(data.aws_unknown.maybe[*].id)`, `null if var.vpc == "" or ${data.aws_unknown.maybe[0].id} if !(var.vpc == "")`},
	} {
		t.Run(c.expression, func(t *testing.T) {
			if got := r(c.expression).Output("x").String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	v := r(`data.aws_region.current.name`).Output("x")
	if id := v.Identity(); id == nil || id.Means != "AWS::Region" || id.Resource == nil || !id.Resource.Data {
		t.Errorf("the Region is %+v", v.Identity())
	}
}

// TestSummaries holds that a module which only the provider knows creates resources at its call.
func TestSummaries(t *testing.T) {
	r := root(t, map[string]string{"main.tf": `
resource "a_vpc" "v" {}
variable "on" {}
module "endpoints" {
  source   = "acme/endpoints/aws"
  version  = "~> 5.0"
  count    = var.on ? 1 : 0
  vpc_id   = a_vpc.v.id
  services = ["s3", "sts"]
}
module "more" {
  source   = "acme/endpoints/aws"
  services = [ "kms"]
}
resource "a_c" "x" { v = [module.endpoints[0].first, module.endpoints[0].second, module.more] }
`}, func(o *Options) { o.Provider = cloud{} })
	want := `a_vpc.v v=null vpc=null
module.endpoints[0].a_b.this["s3"] if var.on v="s3" vpc=${a_vpc.v.id}
module.endpoints[0].a_b.this["sts"] if var.on v="sts" vpc=${a_vpc.v.id}
module.more.a_b.this["kms"] v="kms" vpc=null
a_c.x v=[${module.endpoints[0].a_b.this["s3"].id} if var.on or invalid(module.endpoints may not exist) if !var.on, ` +
		`${module.endpoints[0].second} if var.on or invalid(module.endpoints may not exist) if !var.on, {"first": ${module.more.a_b.this["s3"].id}, …}] vpc=null
opaque module.more
`
	if diff := cmp.Diff(want, list(r, "v", "vpc")); diff != "" {
		t.Error(diff)
	}
	for _, res := range r.Graph().Resources {
		if res.Address != `module.more.a_b.this["kms"]` {
			continue
		}
		if !res.Summary || res.Declared != "module.more.a_b.this" || r.Files.Location(res.Header).String() != "main.tf:11:1" {
			t.Errorf("declared %s at %s, summary: %v", res.Declared, r.Files.Location(res.Header), res.Summary)
		}
		if at := r.Files.Location(res.Place("v")).String(); at != "main.tf:13:3" {
			t.Errorf("v is at %s, want the argument that gives it", at)
		}
		steps := res.Trace("v")
		if len(steps) != 1 || steps[0].Text != "argument services of module.more" {
			t.Errorf("the trace is %v", steps)
		}
		if res.Place("own") != (source.Span{}) || !cmp.Equal(res.Names(), []string{"own", "v", "vpc"}) {
			t.Errorf("own is at %v, names %v", res.Place("own"), res.Names())
		}
	}
}

func TestBackend(t *testing.T) {
	for _, c := range []struct{ config, want string }{
		{``, ` {}`},
		{`terraform {
			backend "s3" {
				bucket = "b"
				key    = "k"
			}
		}`, `s3 {"bucket": "b", "key": "k"}`},
		{`terraform {
			cloud {
				organization = "o"
				workspaces { name = "w" }
			}
		}`, `cloud {"organization": "o", "workspaces": [{"name": "w"}]}`},
	} {
		kind, config := root(t, map[string]string{"main.tf": c.config}).Backend()
		if got := kind + " " + graph.Map(config).String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
