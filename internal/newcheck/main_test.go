package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/iacscan/iacscan/checks"
)

func TestScaffold(t *testing.T) {
	dir := t.TempDir()
	written, err := scaffold(dir, "SMN-999", "domain-without-name")
	if err != nil {
		t.Fatal(err)
	}
	if want := 2 + 2*len(cases); len(written) != want {
		t.Errorf("%d files written, want %d: %v", len(written), want, written)
	}
	for _, path := range written {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) == 0 || strings.Contains(string(text), "<<") {
			t.Errorf("%s is not filled in:\n%s", path, text)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, "domain_without_name.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	checkFields(t, file)
	doc, err := os.ReadFile(filepath.Join(dir, "domain_without_name.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "# SMN-999: Domain without name\n"; !strings.HasPrefix(string(doc), want) {
		t.Errorf("the documentation does not start with %q", want)
	}

	if _, err := scaffold(dir, "SMN-999", "domain-without-name"); err == nil {
		t.Error("a second run overwrites the files of the first")
	}
}

func TestScaffoldRejects(t *testing.T) {
	for _, tt := range []struct{ id, slug string }{
		{"SMN-99", "domain-without-name"},
		{"SMN-9999", "domain-without-name"},
		{"smn-999", "domain-without-name"},
		{"SMN-999", "Domain-Without-Name"},
		{"SMN-999", "domain_without_name"},
		{"SMN-999", "domain"},
		{"SMN-999", "../domain-name"},
	} {
		if written, err := scaffold(t.TempDir(), tt.id, tt.slug); err == nil {
			t.Errorf("scaffold(%q, %q) wrote %v", tt.id, tt.slug, written)
		}
	}
}

// checkFields reports fields of the scaffold's check that a check does not have.
func checkFields(t *testing.T, file *ast.File) {
	t.Helper()
	fields := 0
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if name, ok := literal.Type.(*ast.Ident); !ok || name.Name != "Check" {
			return true
		}
		for _, e := range literal.Elts {
			key := e.(*ast.KeyValueExpr).Key.(*ast.Ident).Name
			if _, ok := reflect.TypeFor[checks.Check]().FieldByName(key); !ok {
				t.Errorf("a check has no field %s", key)
			}
			fields++
		}
		return true
	})
	if fields == 0 {
		t.Error("the scaffold declares no check")
	}
}
