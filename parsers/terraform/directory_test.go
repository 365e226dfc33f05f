package terraform

import (
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/source"
)

// load reads the module at the root of a file system made of names and contents.
func load(files map[string]string) (*loader, *directory) {
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	l := newLoader(source.NewSet(fsys), &source.Diagnostics{})
	return l, l.directory(".")
}

func TestDirectory(t *testing.T) {
	l, d := load(map[string]string{
		"main.tf": "resource \"aws_vpc\" \"x\" {\n  cidr_block = local.cidr\n}\nlocals { cidr = \"10.0.0.0/16\" }\n",
	})
	b := d.resources["aws_vpc.x"]
	a := b.body().Attributes["cidr_block"]
	if got := l.files.Location(l.span(a.Expr.Range())).String(); got != "main.tf:2:16" {
		t.Errorf("cidr_block is at %s", got)
	}
	if v, ok := d.local("cidr"); !ok || v.block.kind != "locals" {
		t.Errorf("local.cidr: %v %v", v, ok)
	}
	if all := l.diagnostics.All(); len(all) > 0 {
		t.Error(all)
	}
}
