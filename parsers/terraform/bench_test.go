package terraform

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/source"
)

// benchmark loads a root, lists its resources and reads some attributes of each.
func benchmark(b *testing.B, files map[string]string, want int, attributes ...string) {
	b.Helper()
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	b.ReportAllocs()
	for b.Loop() {
		r := Load(b.Context(), Options{Files: source.NewSet(fsys), Diagnostics: &source.Diagnostics{}, Dir: "."})
		resources := r.Graph().Resources
		if len(resources) != want {
			b.Fatalf("%d resources, want %d", len(resources), want)
		}
		for _, res := range resources {
			for _, a := range attributes {
				if !res.Attribute(a).Known() {
					b.Fatalf("%s.%s is %v", res.Address, a, res.Attribute(a))
				}
			}
		}
	}
}

// BenchmarkInstances expands one for_each over ten thousand elements.
func BenchmarkInstances(b *testing.B) {
	var list string
	for i := range 100 {
		list += fmt.Sprintf("%q, ", fmt.Sprintf("svc%d", i))
	}
	benchmark(b, map[string]string{"main.tf": `
locals {
  services = [` + list + `]
  endpoints = merge([
    for a in local.services : {
      for s in local.services : "${a}-${s}" => { service = s, zone = a, private = true }
    }
  ]...)
}
resource "aws_vpc_endpoint" "this" {
  for_each            = local.endpoints
  service_name        = "com.amazonaws.eu-west-1.${each.value.service}"
  private_dns_enabled = each.value.private
  tags                = { Name = each.key, Zone = each.value.zone }
}
`}, 10_000, "service_name", "private_dns_enabled")
}

// BenchmarkChain passes a value through a chain of a thousand modules.
func BenchmarkChain(b *testing.B) {
	const depth = 1000
	files := map[string]string{}
	for i := range depth {
		files[fmt.Sprintf("m%d/main.tf", i)] = fmt.Sprintf(`
variable "name" {}
module "next" {
  source = "../m%d"
  name   = "${var.name}"
}
output "id" { value = module.next.id }
`, i+1)
	}
	files["main.tf"] = "module \"m\" {\n  source = \"./m0\"\n  name = \"x\"\n}\noutput \"id\" { value = module.m.id }\n"
	files[fmt.Sprintf("m%d/main.tf", depth)] = `
variable "name" {}
resource "aws_vpc" "v" { v = var.name }
output "id" { value = aws_vpc.v.id }
`
	benchmark(b, files, 1, "v")
}
