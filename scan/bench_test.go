package scan_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
