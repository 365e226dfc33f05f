package tfplan

import (
	"testing"

	"golang.org/x/tools/txtar"
)

// A plan is whatever the bytes say, beside a configuration or not: reading it and everything in it must end, and places must be in files.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"references", "state", "changes", "stale", "another"} {
		archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data, true)
		f.Add(archive.Files[0].Data, false)
	}
	f.Fuzz(func(t *testing.T, src []byte, configured bool) {
		if len(src) > 1<<16 {
			return // larger plans find nothing more
		}
		Recognise(src)
		Skim(src)
		files := map[string]string{"plan.json": string(src)}
		if configured {
			files["main.tf"] = fuzzModule
			files["net/main.tf"] = "resource \"aws_vpc\" \"this\" {}\noutput \"vpc_id\" { value = aws_vpc.this.id }\n"
		}
		p := load(t, files)
		for _, r := range p.Graph().Resources {
			if r.Address == "" || r.NativeType == "" || r.Header.IsZero() || !r.Block.Contains(r.Header) {
				t.Errorf("%q of type %q is at %v within %v", r.Address, r.NativeType, r.Header, r.Block)
			}
			for _, name := range r.Names() {
				v := r.Attribute(name)
				_ = v.String()
				if at := p.Files.Location(v.At()); !v.At().IsZero() && at.IsZero() {
					t.Errorf("%s.%s is in no file", r.Address, name)
				}
				r.Place(name)
				r.Trace(name)
			}
		}
	})
}

const fuzzModule = `
variable "region" { default = "eu-west-1" }
locals { vpc = module.net.vpc_id }
module "net" { source = "./net" }
data "aws_region" "current" {}
resource "aws_vpc" "this" {}
resource "aws_sagemaker_domain" "this" {
  app_network_access_type = "VpcOnly"
  vpc_id                  = local.vpc
}
resource "aws_security_group" "endpoint" {
  vpc_id = local.vpc
  dynamic "ingress" {
    for_each = [1, 2]
    content { from_port = ingress.value }
  }
}
resource "aws_s3_bucket" "artifacts" {}
resource "aws_vpc_endpoint" "interface" {
  for_each = toset(["sts"])
  vpc_id   = local.vpc
}
resource "aws_vpc_endpoint" "s3" {
  policy = jsonencode({ Statement = [{ Resource = "${aws_s3_bucket.artifacts.arn}/*" }] })
}
`
