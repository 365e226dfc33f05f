package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/iacscan/iacscan/checks"
)

// TestPagesAreCurrent fails when a check has changed and nobody has run `make docs`.
func TestPagesAreCurrent(t *testing.T) {
	current := pages(checks.All())
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(f)
		if current[name] != string(text) {
			t.Errorf("%s/%s is stale: run make docs", dir, name)
		}
		delete(current, name)
	}
	for name := range current {
		t.Errorf("%s/%s is missing: run make docs", dir, name)
	}
}

// TestReferences: every check says where its rule comes from.
func TestReferences(t *testing.T) {
	for _, c := range checks.All() {
		if len(references(c.Doc)) == 0 {
			t.Errorf("%s names no page of AWS", c.ID)
		}
	}
}
