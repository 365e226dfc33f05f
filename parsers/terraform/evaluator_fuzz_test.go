package terraform

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/source"
)

// FuzzEvaluate holds that no configuration makes the evaluator panic or go on forever.
func FuzzEvaluate(f *testing.F) {
	for _, seed := range []string{
		`resource "a_b" "x" { count = var.n
			v = [for i, x in a_b.x : x.id if i > 0]
		}
		variable "n" { default = 3 }`,
		`locals { a = { for k, v in toset(["x", "y"]) : k => "${v}-${upper(k)}"... } }
		output "x" { value = try(local.a["x"][0], can(local.b), [for m in local.a : m...]) }`,
		`variable "on" { type = bool }
		module "m" { source = "./m"
			for_each = var.on ? { a = 1 } : {}
			v = each.value }
		resource "a_b" "x" {
			for_each = module.m
			dynamic "d" {
				for_each = each.value
				iterator = it
				content { e = it.key == "a" ? it.value : null }
			}
		}
		output "x" { value = module.m[*].out }`,
		"locals {\n  t = <<-EOT\n    %{ for x in [1, 2] ~}\n    ${x} %{ if x > 1 }a%{ else }b%{ endif }\n    %{ endfor ~}\n  EOT\n}\noutput \"x\" { value = local.t }\n",
		`data "template_file" "t" {
			template = "$${x}"
			vars = { x = data.template_file.t.rendered }
		}
		output "x" { value = templatestring("$${y}", { y = element(a_b.z.*.id, 1) }) }
		resource "a_b" "z" { count = length(data.c.d.ids) }`,
	} {
		f.Add(seed)
	}
	module := `variable "v" {}
	output "out" { value = [var.v, a_b.y.id] }
	resource "a_b" "y" { v = var.v }`
	f.Fuzz(func(_ *testing.T, src string) {
		files := source.NewSet(fstest.MapFS{"main.tf": {Data: []byte(src)}, "m/main.tf": {Data: []byte(module)}})
		r := Load(context.Background(), Options{Files: files, Diagnostics: &source.Diagnostics{}, Provider: cloud{}, Dir: "."})
		if r.module == nil {
			return
		}
		for _, res := range r.Graph().Resources {
			for _, name := range res.Names() {
				_ = res.Attribute(name).String()
				res.Trace(name)
				res.Place(name)
			}
		}
		for name := range r.module.dir.outputs {
			_ = r.Output(name).String()
		}
	})
}
