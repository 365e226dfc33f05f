package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSkim(t *testing.T) {
	native := `
terraform {
  backend "s3" {}
}
resource "aws_vpc" "a" {}
resource aws_vpc b {}
resource "aws_subnet" "c" { vpc_id = "x" }
data "aws_vpc" "d" {
  filter {
    source = "./no"
  }
}
data "terraform_remote_state" "net" {
  backend = "s3"
}
module "one" {
  source  = "./one" # "../not-this"
  config  = { source = "./nor" }
  other   = <<EOT
  source = "./this"
  EOT
}
module "two" {
  # source = "./old"
  source = "terraform-aws-modules/vpc/aws"
}
module "three" { source = "${path.module}/three" }
module "four" { source = join("/", ["a"]) }
module "broken" {
  source = "../broken"
  x = [
}
output "o" { value = 1 }
module "five" { source = "a\\b" }
`
	json := `{
  "terraform": [{"backend": {"s3": {}}}],
  "resource": {"aws_vpc": {"a": {}, "b": {}}, "aws_subnet": [{"c": {}}]},
  "data": {"aws_vpc": {"d": {}}, "terraform_remote_state": {"net": {}}},
  "module": {"one": {"source": "./one"}, "two": {"source": "terraform-aws-modules/vpc/aws", "x": {"source": "./no"}}}
}`
	want := Outline{
		Resources: []string{"aws_vpc", "aws_subnet"}, Data: []string{"aws_vpc", "terraform_remote_state"},
		Sources: []string{"./one", "terraform-aws-modules/vpc/aws", "../broken", `a\b`}, Backend: true, RemoteState: true,
	}
	if diff := cmp.Diff(want, Skim("a/main.tf", []byte(native))); diff != "" {
		t.Errorf("native (-want +got)\n%s", diff)
	}
	want.Sources = want.Sources[:2]
	if diff := cmp.Diff(want, Skim("main.tf.json", []byte(json))); diff != "" {
		t.Errorf("JSON (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(Outline{Resources: []string{"aws_vpc"}, Backend: true}, Skim("cut.tf.json", []byte(json[:100]))); diff != "" {
		t.Errorf("half of a file (-want +got)\n%s", diff)
	}
}

func BenchmarkSkim(b *testing.B) {
	type file struct {
		path string
		src  []byte
	}
	var files []file
	size := 0
	corpus(b, func(path string, src []byte) {
		files = append(files, file{path, src})
		size += len(src)
	}, ".tf", ".tf.json")
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			Skim(f.path, f.src)
		}
	}
}
