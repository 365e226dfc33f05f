package terraform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// list prints the resources and opaque calls of a root: address, existence, and the attributes that are asked for.
func list(r *Root, attributes ...string) string {
	var b strings.Builder
	g := r.Graph()
	for _, res := range g.Resources {
		b.WriteString(res.Address)
		if res.Many {
			b.WriteString(" (many)")
		}
		if guard := res.Exists.String(); guard != "true" {
			b.WriteString(" if " + guard)
		}
		for _, a := range attributes {
			fmt.Fprintf(&b, " %s=%v", a, res.Attribute(a))
		}
		b.WriteString("\n")
	}
	for _, o := range g.Opaque {
		b.WriteString("opaque " + o.Address)
		if guard := o.Exists.String(); guard != "true" {
			b.WriteString(" if " + guard)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestInstances(t *testing.T) {
	for _, c := range []struct{ name, config, want string }{
		{"one", `resource "a_b" "x" { v = 1 }`, "a_b.x v=1\n"},
		{"count", `resource "a_b" "x" {
			count = 2
			v = count.index
		}`, "a_b.x[0] v=0\na_b.x[1] v=1\n"},
		{"count 0", `resource "a_b" "x" { count = 0 }`, ""},
		{"count on a condition", `
		variable "on" {}
		resource "a_b" "x" {
			count = var.on ? 1 : 0
			v = var.on ? "y" : "z"
		}`, `a_b.x[0] if var.on v="y"` + "\n"},
		{"count that is not known", `
		variable "n" {}
		resource "a_b" "x" {
			count = var.n
			v = count.index
		}`, `a_b.x (many) if !(var.n == "0") v=${a_b.x.count.index}` + "\n"},
		{"for_each over a set", `resource "a_b" "x" {
			for_each = toset(["s3", "sts"])
			v = each.value
		}`, `a_b.x["s3"] v="s3"` + "\n" + `a_b.x["sts"] v="sts"` + "\n"},
		{"for_each over a map", `resource "a_b" "x" {
			for_each = { a = { n = 1 }, b = { n = 2 } }
			v = "${each.key}${each.value.n}"
		}`, `a_b.x["a"] v="a1"` + "\n" + `a_b.x["b"] v="b2"` + "\n"},
		{"for_each with holes in the keys", `
		data "aws_region" "current" {}
		resource "a_b" "x" {
			for_each = toset(["com.amazonaws.${data.aws_region.current.name}.s3"])
			v = each.key
		}`, "data.aws_region.current v=null\n" +
			`a_b.x["com.amazonaws.${data.aws_region.current.name}.s3"] v="com.amazonaws.${data.aws_region.current.name}.s3"` + "\n"},
		{
			"for_each over a map with holes in the keys", `
		data "aws_region" "current" {}
		resource "a_b" "x" {
			for_each = { for s in ["s3", "sts"] : "com.${data.aws_region.current.name}.${s}" => s }
			v = "${each.key} ${each.value}"
		}
		resource "a_b" "y" { v = [a_b.x["com.${data.aws_region.current.name}.s3"].id, [for x in a_b.x : x.v]] }`,
			"data.aws_region.current v=null\n" +
				`a_b.x["com.${data.aws_region.current.name}.s3"] v="com.${data.aws_region.current.name}.s3 s3"` + "\n" +
				`a_b.x["com.${data.aws_region.current.name}.sts"] v="com.${data.aws_region.current.name}.sts sts"` + "\n" +
				`a_b.y v=[${a_b.x["com.${data.aws_region.current.name}.s3"].id}, ` +
				`["com.${data.aws_region.current.name}.s3 s3", "com.${data.aws_region.current.name}.sts sts", …]]` + "\n",
		},
		{"for_each over a hole", `
		variable "m" {}
		resource "a_b" "x" {
			for_each = var.m
			v = each.value
		}`, `a_b.x (many) if !(length(var.m) == "0") v=${a_b.x.each.value}` + "\n"},
		{"for_each on a condition", `
		variable "on" {}
		resource "a_b" "x" {
			for_each = var.on ? { a = 1, b = 2 } : { a = 3 }
			v = each.value
		}`, `a_b.x["a"] v=1 if var.on or 3 if !var.on` + "\n" + `a_b.x["b"] if var.on v=2` + "\n"},
		{"references", `
		resource "a_b" "x" { count = 2 }
		resource "a_b" "y" {
			for_each = { k = 1 }
		}
		resource "a_c" "z" {
			v = [a_b.x[0].id, a_b.x[*].id, a_b.y["k"].id, [for y in a_b.y : y.id], a_b.x[2]]
		}`, `a_b.x[0] v=null
a_b.x[1] v=null
a_b.y["k"] v=null
a_c.z v=[${a_b.x[0].id}, [${a_b.x[0].id}, ${a_b.x[1].id}], ${a_b.y["k"].id}, [${a_b.y["k"].id}], invalid(a_b.x has no instance 2)]
`},
		{"references to instances of a number that is not known", `
		variable "n" {}
		resource "a_b" "x" {
			count = var.n
			v = "x${count.index}"
		}
		resource "a_c" "z" {
			count = var.n
			v = [a_b.x[count.index].v, a_b.x[0].id, a_b.x[*].id, element(a_b.x.*.id, 0), element(a_b.x.*.id, count.index)]
		}`, `a_b.x (many) if !(var.n == "0") v="x${a_b.x.count.index}"
a_c.z (many) if !(var.n == "0") v=["x${a_c.z.count.index}", ${a_b.x[0].id}, [${a_b.x.id}, …], ${a_b.x[0].id}, ` +
			`${a_b.x[${(a_c.z.count.index % var.n)}].id}]
`},
		{"a condition shared", `
		variable "on" {}
		resource "a_b" "x" { count = var.on ? 1 : 0 }
		resource "a_b" "y" {
			count = var.on ? 1 : 0
			v = a_b.x[0].id
		}
		resource "a_b" "z" { v = var.on ? a_b.x[0].id : null }`, `a_b.x[0] if var.on v=null
a_b.y[0] if var.on v=${a_b.x[0].id}
a_b.z v=${a_b.x[0].id} if var.on or null if !var.on
`},
		{"what Terraform knows and resources do not need", `
		terraform { required_version = ">= 1.0" }
		moved {
			from = a_b.w
			to   = a_b.x
		}
		removed { from = a_b.w }
		import {
			to = a_b.x
			id = "i"
		}
		check "c" {
			assert {
				condition     = true
				error_message = "no"
			}
		}
		ephemeral "a_e" "e" { v = 1 }
		future "block" { anything = whatever }
		resource "a_b" "x" {
			v = [ephemeral.a_e.e.v, ephemeral.a_e.e.w, provider::a::f(1), terraform.workspace, path.module, path.root]
			w = self.v
			lifecycle { ignore_changes = [v] }
			provisioner "local-exec" { command = self.id }
			connection { host = self.v }
			depends_on = [a_b.y]
		}`, `a_b.x v=[1, ${ephemeral.a_e.e.w}, unknown(iacscan does not call functions of providers: provider::a::f), ` +
			`${terraform.workspace}, ".", "."]` + "\n"},
		{"self", "resource \"a_b\" \"x\" {\n  count = 1\n  v = [self.id, self.w]\n  w = 1\n}", "a_b.x[0] v=[${a_b.x[0].id}, 1]\n"},
		{"cycles", `
		resource "a_b" "x" {
			count = length(a_b.x)
		}
		resource "a_b" "y" { v = a_b.z.v }
		resource "a_b" "z" { v = a_b.y.v }
		resource "a_b" "w" { v = output.o }
		output "o" { value = local.o }
		locals { o = { p = local.o } }
		resource "a_b" "v" { v = local.o }`, `a_b.x (many) if some a_b.x#1 v=null
a_b.y v=unknown(a_b.y.v refers to itself)
a_b.z v=unknown(a_b.y.v refers to itself)
a_b.w v=${output.o}
a_b.v v={"p": unknown(local.o refers to itself)}
`},
		{"cycle", `
		locals {
			a = local.b
			b = local.a
		}
		resource "a_b" "x" { v = local.a }`, "a_b.x v=unknown(local.a refers to itself)\n"},
		{"locals in any order", `
		resource "a_b" "x" { v = local.c }
		locals { c = "${local.b}c" }
		locals { b = "b" }`, `a_b.x v="bc"` + "\n"},
		{"blocks", `
		variable "on" {}
		resource "a_b" "x" {
			v {
				a = 1
				w { b = 2 }
				w { b = 3 }
			}
			dynamic "v" {
				for_each = ["p", "q"]
				content { a = v.value }
			}
			dynamic "v" {
				for_each = var.on ? [1] : []
				iterator = it
				content {
					a = it.key
					dynamic "w" {
						for_each = toset(["r"])
						content { b = "${it.value}${w.key}" }
					}
				}
			}
		}`, `a_b.x v=[{"a": 1, "w": [{"b": 2}, {"b": 3}]}, {"a": "p"}, {"a": "q"}, {"a": 0, "w": [{"b": "1r"}]}] if var.on or ` +
			`[{"a": 1, "w": [{"b": 2}, {"b": 3}]}, {"a": "p"}, {"a": "q"}] if !var.on` + "\n"},
		{
			"attributes inside a nested block that nobody wrote", `
		resource "a_b" "x" {
			c { a = 1 }
		}
		resource "a_b" "y" { v = [a_b.x.c[0].a, try(a_b.x.c[0].b, "none")] }`,
			"a_b.x v=null\na_b.y v=[1, " +
				"${a_b.x.c[0].b} if can(a_b.x.c[0].b) or \"none\" if !can(a_b.x.c[0].b)]\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := root(t, map[string]string{"main.tf": c.config})
			if diff := cmp.Diff(c.want, list(r, "v")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestModules(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"inputs and outputs", map[string]string{
			"main.tf": `
module "net" {
  source = "./net"
  cidr   = local.cidr
}
locals { cidr = "10.0.0.0/8" }
resource "a_b" "x" { v = module.net.vpc }`,
			"net/main.tf": `
variable "cidr" {}
resource "a_vpc" "v" { v = var.cidr }
output "vpc" { value = a_vpc.v.id }`,
		}, "a_b.x v=${module.net.a_vpc.v.id}\nmodule.net.a_vpc.v v=\"10.0.0.0/8\"\n"},
		{"an argument that is missing", map[string]string{
			"main.tf":   `module "m" { source = "./m" }`,
			"m/main.tf": "variable \"a\" {}\nvariable \"b\" { default = 1 }\nresource \"a_b\" \"x\" { v = [var.a, var.b] }",
		}, "module.m.a_b.x v=[${module.m.var.a}, 1]\n"},
		{"count and for_each of calls", map[string]string{
			"main.tf": `
variable "on" {}
module "a" {
  source = "./m"
  count  = var.on ? 1 : 0
  v      = "a"
}
module "b" {
  source   = "./m"
  for_each = { p = "q" }
  v        = "${each.key}${each.value}"
}
module "c" {
  source = "./m"
  count  = length(var.on)
  v      = count.index
}
resource "a_c" "x" {
  v = [module.a[0].id, module.b["p"].id, module.b, module.a[*].id]
}`,
			"m/main.tf": `
variable "v" {}
resource "a_b" "x" { v = var.v }
output "id" { value = a_b.x.id }`,
		}, `module.a[0].a_b.x if var.on v="a"
module.b["p"].a_b.x v="pq"
module.c.a_b.x (many) if !(length(var.on) == "0") v=${module.c.count.index}
a_c.x v=[${module.a[0].a_b.x.id} if var.on or invalid(module.a may not exist) if !var.on, ${module.b["p"].a_b.x.id}, ` +
			`{"p": {"id": ${module.b["p"].a_b.x.id}}}, [${module.a[0].a_b.x.id}] if var.on or [] if !var.on]` + "\n"},
		{"modules that refer to each other", map[string]string{
			"main.tf": `
module "a" {
  source = "./m"
  v      = module.b.v
}
module "b" {
  source = "./m"
  v      = module.a.w
}
module "c" {
  source = "./m"
  count  = length(module.c)
  v      = 1
}`,
			"m/main.tf": `
variable "v" {}
resource "a_b" "x" { v = var.v }
output "v" { value = "v" }
output "w" { value = var.v }`,
		}, `module.a.a_b.x v="v"
module.b.a_b.x v="v"
module.c.a_b.x (many) if some module.c#1 v=1
`},
		{"modules in modules", map[string]string{
			"main.tf": `
module "a" {
  source = "./a"
  for_each = toset(["x"])
  names    = ["p", "q"]
}
resource "a_c" "x" { v = module.a["x"].ids["q"] }`,
			"a/main.tf": `
variable "names" { type = list(string) }
module "b" {
  source   = "../b"
  for_each = toset(var.names)
  name     = each.key
}
output "ids" { value = { for k, m in module.b : k => m.id } }`,
			"b/main.tf": `
variable "name" {}
resource "a_b" "x" {
  count = 1
  v     = "${var.name} in ${path.module}"
}
output "id" { value = one(a_b.x[*].id) }`,
		}, `module.a["x"].module.b["p"].a_b.x[0] v="p in b"
module.a["x"].module.b["q"].a_b.x[0] v="q in b"
a_c.x v=${module.a["x"].module.b["q"].a_b.x[0].id}
`},
		{"conditions on the workspace are the same everywhere", map[string]string{
			"main.tf":   "resource \"a_b\" \"x\" { count = terraform.workspace == \"p\" ? 1 : 0 }\nmodule \"m\" { source = \"./m\" }",
			"m/main.tf": `resource "a_b" "y" { count = terraform.workspace == "p" ? 1 : 0 }`,
		}, `module.m.a_b.y[0] if terraform.workspace == "p" v=null` + "\n" + `a_b.x[0] if terraform.workspace == "p" v=null` + "\n"},
		{"a module that is not on disk", map[string]string{
			"main.tf": `
module "vpc" {
  source = "acme/vpc/aws"
  cidr   = "10.0.0.0/16"
}
resource "a_b" "x" { v = [module.vpc.id, module.vpc.subnets[0]] }`,
		}, "a_b.x v=[${module.vpc.id}, ${module.vpc.subnets[0]}]\nopaque module.vpc\n"},
		{"installed modules", map[string]string{
			"env/.terraform/modules/modules.json": `{"Modules":[{"Key":"","Dir":"."},{"Key":"vpc","Dir":".terraform/modules/vpc"},{"Key":"vpc.sub","Dir":"../lib"}]}`,
			"env/.terraform/modules/vpc/main.tf":  "module \"sub\" { source = \"acme/sub/aws\" }\nresource \"a_b\" \"x\" {\n  v = path.module\n}",
			"lib/main.tf":                         `resource "a_b" "y" { v = [path.module, path.root] }`,
			"main.tf":                             ``,
			"env/main.tf":                         `module "vpc" { source = "acme/vpc/aws" }`,
		}, "module.vpc.a_b.x v=\".terraform/modules/vpc\"\nmodule.vpc.module.sub.a_b.y v=[\"../lib\", \".\"]\n"},
		{"a directory that is missing", map[string]string{
			"main.tf": "module \"m\" { source = \"./m\" }\nresource \"a_b\" \"x\" { v = module.m.id }",
		}, "a_b.x v=${module.m.id}\nopaque module.m\n"},
		{"a syntax error", map[string]string{
			"main.tf": "resource \"a_b\" \"x\" {\n  v = 1\n  w = = 2\n}\nresource \"a_b\" \"y\" {\n  w = = 2\n  v = 1\n}\nthis is no block\n" +
				"resource \"a_b\" \"z\" { v = local.x }\n",
		}, "a_b.x if a_b.x#1 v=1\na_b.y if a_b.y#2 v=unknown(the block of a_b.y has a syntax error)\na_b.z v=${local.x}\nopaque the root module\n"},
		{"a module that calls itself", map[string]string{
			"main.tf":   `module "m" { source = "./m" }`,
			"m/main.tf": "module \"m\" { source = \"./\" }\nresource \"a_b\" \"x\" { v = 1 }",
		}, "module.m.a_b.x v=1\nopaque module.m.module.m\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := "."
			if c.files["env/main.tf"] != "" {
				dir = "env"
			}
			r := root(t, c.files, func(o *Options) { o.Dir = dir })
			if diff := cmp.Diff(c.want, list(r, "v")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRegions(t *testing.T) {
	r := root(t, map[string]string{
		"main.tf": `
variable "region" {}
provider "aws" { region = var.region }
provider "aws" {
  alias  = "east"
  region = "us-east-1"
}
resource "aws_a" "default" {}
resource "aws_a" "east" { provider = aws.east }
resource "aws_a" "own" { region = "eu-west-1" }
resource "other_a" "none" {}
module "same" { source = "./m" }
module "passed" {
  source    = "./m"
  providers = { aws = aws.east, aws.other = aws }
}`,
		"m/main.tf": `
resource "aws_a" "x" {}
resource "aws_a" "y" { provider = aws.other }
module "deep" {
  source    = "../n"
  providers = { aws = aws.other }
}`,
		"n/main.tf": `resource "aws_a" "z" {}`,
	})
	var got []string
	for _, res := range r.Graph().Resources {
		got = append(got, res.Address+" "+res.Region.String())
	}
	want := []string{
		"module.same.aws_a.x ${var.region}", `module.passed.aws_a.x "us-east-1"`,
		"module.same.aws_a.y unknown(the files do not say which provider configuration is meant)", "module.passed.aws_a.y ${var.region}",
		"aws_a.default ${var.region}", `aws_a.east "us-east-1"`, `aws_a.own "eu-west-1"`, "other_a.none null",
		"module.same.module.deep.aws_a.z unknown(the files do not say which provider configuration is meant)",
		"module.passed.module.deep.aws_a.z ${var.region}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRootVariables(t *testing.T) {
	files := map[string]string{
		"main.tf": `
variable "a" { default = "default" }
variable "b" {}
variable "c" {}
variable "d" { type = list(string) }
output "x" { value = [var.a, var.b, var.c, var.d] }`,
		"terraform.tfvars":    `a = "file"`,
		"x.auto.tfvars":       `b = "auto"`,
		"ignored.auto.tfvars": `c = "ignored"`,
		"envs/prod.tfvars":    `b = "prod"`,
	}
	for _, c := range []struct {
		name   string
		option func(*Options)
		want   string
	}{
		{"files", func(o *Options) {
			o.IgnoredFile = func(p string) bool { return p == "ignored.auto.tfvars" }
		}, `["file", "auto", ${var.c}, ${var.d}]`},
		{"command line", func(o *Options) {
			o.VarFiles = []string{"envs/prod.tfvars"}
			o.Vars = map[string]string{"a": "1", "d": `["x"]`}
		}, `["1", "prod", "ignored", ["x"]]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := root(t, files, c.option).Output("x").String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestTrace(t *testing.T) {
	r := root(t, map[string]string{
		"main.tf": `
variable "access" { default = "VpcOnly" }
locals {
  access = var.access
  other  = "x"
}
module "studio" {
  source = "./studio"
  access = "${local.access}"
  names  = ["p", "q"]
}
resource "a_b" "y" { v = module.studio.name }
`,
		"studio/main.tf": `
variable "access" {}
variable "names" {}
variable "unset" {}
resource "a_b" "x" {
  for_each = toset(var.names)
  v        = local.other == "y" ? "PublicInternetOnly" : var.access
  w        = each.value
  u        = var.unset
}
locals { other = "z" }
output "name" { value = a_b.x["p"].w }
`,
	})
	want := map[string]string{
		`a_b.y v`: `main.tf:12:22 attribute v of a_b.y
studio/main.tf:12:17 output name of module.studio
studio/main.tf:8:3 attribute w of module.studio.a_b.x["p"]
studio/main.tf:6:3 for_each of module.studio.a_b.x
main.tf:10:3 argument names of module.studio
`,
		`module.studio.a_b.x["q"] v`: `studio/main.tf:7:3 attribute v of module.studio.a_b.x["q"]
main.tf:9:3 argument access of module.studio
main.tf:4:3 local.access
main.tf:2:21 default of var.access (default of var.access)
`,
		`module.studio.a_b.x["q"] u`: `studio/main.tf:9:3 attribute u of module.studio.a_b.x["q"]
studio/main.tf:4:1 module.studio.var.unset is not set
`,
	}
	for _, res := range r.Graph().Resources {
		for _, name := range res.Names() {
			w, ok := want[res.Address+" "+name]
			if !ok {
				continue
			}
			delete(want, res.Address+" "+name)
			var got strings.Builder
			for _, s := range res.Trace(name) {
				fmt.Fprintf(&got, "%s %s", r.Files.Location(s.At), s.Text)
				if s.Default != "" {
					fmt.Fprintf(&got, " (default of %s)", s.Default)
				}
				got.WriteString("\n")
			}
			if diff := cmp.Diff(w, got.String()); diff != "" {
				t.Errorf("%s %s: %s", res.Address, name, diff)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

// TestPlaces holds that a value is where its literal is written, however it came.
func TestPlaces(t *testing.T) {
	r := root(t, map[string]string{
		"main.tf": `
variable "a" { default = "default" }
variable "b" {}
variable "r" {
  type    = object({ s = optional(string, "optional") })
  default = {}
}
locals {
  c = { d = "local" }
  e = ["first", "second"]
}
module "m" {
  source = "./m"
  f      = "argument"
  g      = local.c.d
}
resource "a_b" "x" {
  a = var.a
  b = var.b
  c = local.c.d
  f = module.m.f
  g = module.m.g
  h = true ? "yes" : "no"
  i = "${var.a}"
  j = "com.amazonaws.${var.b}"
  k = "${var.a}-policy"
  l = lookup(local.c, "d", "none")
  m = concat(local.e, ["third"])[1]
  n = merge(local.c, { o = "merged" }).o
  p = tostring(12)
  q = coalesce(null, var.a)
  r = var.r.s
}
resource "a_c" "y" {
  for_each = toset(local.e)
  a        = each.value
}
resource "a_d" "z" {
  for_each = { k = local.c }
  a        = each.value.d
}
`,
		"terraform.tfvars": "b = \"variable file\"\n",
		"m/main.tf": `
variable "f" { type = string }
variable "g" { type = any }
output "f" { value = var.f }
output "g" { value = "${var.g}" }
`,
	})
	want := map[string]string{
		"a_b.x a": "main.tf:2:26", "a_b.x b": "terraform.tfvars:1:5", "a_b.x c": "main.tf:9:13", "a_b.x f": "main.tf:14:12",
		"a_b.x g": "main.tf:9:13", "a_b.x h": "main.tf:23:14", "a_b.x i": "main.tf:2:26", "a_b.x j": "terraform.tfvars:1:5",
		"a_b.x k": "main.tf:26:7", "a_b.x l": "main.tf:9:13", "a_b.x m": "main.tf:10:17", "a_b.x n": "main.tf:29:28",
		"a_b.x p": "main.tf:30:16", "a_b.x q": "main.tf:2:26", "a_b.x r": "main.tf:5:43",
		`a_c.y["first"] a`: "main.tf:10:8", `a_c.y["second"] a`: "main.tf:10:17", `a_d.z["k"] a`: "main.tf:9:13",
	}
	got := map[string]string{}
	for _, res := range r.Graph().Resources {
		for _, name := range res.Names() {
			got[res.Address+" "+name] = r.Files.Location(res.Attribute(name).At()).String()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSelection holds that only what is wanted is listed, and that the rest is there for expressions.
func TestSelection(t *testing.T) {
	files := map[string]string{
		"main.tf": `
module "a" { source = "./a" }
module "b" { source = "./b" }
module "c" { source = "acme/c/aws" }
resource "a_b" "x" { v = [module.a.id, module.b.id, a_c.y.v] }
resource "a_c" "y" { v = "y" }
data "a_d" "z" {}
`,
		"a/main.tf": "resource \"a_b\" \"x\" { v = \"a\" }\noutput \"id\" { value = a_b.x.v }\n",
		"b/main.tf": "resource \"a_b\" \"x\" { v = \"b\" }\noutput \"id\" { value = a_b.x.v }\n",
	}
	r := root(t, files, func(o *Options) {
		o.Want = func(nativeType string) bool { return nativeType == "a_b" || nativeType == "a_d" }
		o.Enter = func(dir string) bool { return dir == "a" }
	})
	want := "module.a.a_b.x v=\"a\"\na_b.x v=[\"a\", \"b\", \"y\"]\ndata.a_d.z v=null\nopaque module.c\n"
	if diff := cmp.Diff(want, list(r, "v")); diff != "" {
		t.Error(diff)
	}
	one, two := r.Graph().Resources, r.Graph().Resources
	if one[0] != two[0] {
		t.Error("a resource is another one when it is listed again")
	}
}
