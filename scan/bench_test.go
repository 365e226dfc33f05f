package scan_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/scan"
)

// BenchmarkScan scans the example projects, all together and one small root.
func BenchmarkScan(b *testing.B) {
	for _, path := range []string{".", "terraform/public-sandbox", "cloudformation/studio-nested"} {
		b.Run(strings.ReplaceAll(path, "/", "_"), func(b *testing.B) {
			fsys := os.DirFS(projects)
			b.SetBytes(size(b, fsys, path))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scan.Run(context.Background(), scan.Options{FS: fsys, Paths: []string{path}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDiscover looks over four thousand files, none of which matters: what every scan of a large repository pays.
func BenchmarkDiscover(b *testing.B) {
	top := b.TempDir()
	for i := range 4000 {
		dir := filepath.Join(top, fmt.Sprintf("d%02d", i%50), fmt.Sprintf("m%d", i))
		text := fmt.Sprintf("resource \"aws_s3_bucket\" \"b%d\" {\n  bucket = \"x-%d\"\n  tags   = {\n%s  }\n}\n", i, i, strings.Repeat("    a = \"b\"\n", 100))
		if err := os.MkdirAll(dir, 0o750); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	fsys := os.DirFS(top)
	b.SetBytes(size(b, fsys, "."))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := scan.Run(context.Background(), scan.Options{FS: fsys}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInstances judges ten thousand endpoints of one declaration with every check that is on.
func BenchmarkInstances(b *testing.B) {
	var services strings.Builder
	for i := range 100 {
		fmt.Fprintf(&services, "%q, ", fmt.Sprintf("svc%d", i))
	}
	benchmark(b, 10_001, map[string]string{"main.tf": `
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/8" }
resource "aws_sagemaker_domain" "this" {
  app_network_access_type = "VpcOnly"
  vpc_id                  = aws_vpc.this.id
}
locals {
  services = [` + services.String() + `]
  endpoints = merge([
    for a in local.services : {
      for s in local.services : "${a}-${s}" => { service = s, zone = a, private = true }
    }
  ]...)
}
resource "aws_vpc_endpoint" "this" {
  for_each            = local.endpoints
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.eu-west-1.${each.value.service}"
  private_dns_enabled = each.value.private
  tags                = { Name = each.key, Zone = each.value.zone }
}
`})
}

// BenchmarkChain judges a domain at the end of a chain of a thousand modules.
func BenchmarkChain(b *testing.B) {
	const depth = 1000
	files := map[string]string{
		"main.tf": "module \"m\" {\n  source = \"./m0\"\n  access = \"VpcOnly\"\n}\n",
		fmt.Sprintf("m%d/main.tf", depth): `
variable "access" {}
resource "aws_sagemaker_domain" "this" { app_network_access_type = var.access }
`,
	}
	for i := range depth {
		files[fmt.Sprintf("m%d/main.tf", i)] = fmt.Sprintf(`
variable "access" {}
module "m" {
  source = "../m%d"
  access = var.access
}
`, i+1)
	}
	benchmark(b, 1, files)
}

// benchmark scans some files, which declare as many resources that matter.
func benchmark(b *testing.B, resources int, files map[string]string) {
	b.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b.ReportAllocs()
	for b.Loop() {
		result, err := scan.Run(b.Context(), scan.Options{FS: fsys})
		if err != nil || result.Resources != resources {
			b.Fatalf("%d resources, want %d: %v", result.Resources, resources, err)
		}
	}
}

func size(b *testing.B, fsys fs.FS, dir string) int64 {
	b.Helper()
	var n int64
	err := fs.WalkDir(fsys, dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		n += info.Size()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
