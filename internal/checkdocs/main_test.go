package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/checks"
)

// TestPagesAreCurrent fails when a check has changed and nobody has run `make docs`.
func TestPagesAreCurrent(t *testing.T) {
	committed := map[string]string{}
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		committed[filepath.Base(f)] = string(text)
	}
	if diff := cmp.Diff(committed, pages(checks.All())); diff != "" {
		t.Errorf("docs/checks is stale: run make docs (-committed +current):\n%s", diff)
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
