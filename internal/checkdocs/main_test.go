package main

import (
	"os"
	"path/filepath"
	"slices"
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

// TestIndexIsComplete: every check is in each part of the index that has a place for all of them.
func TestIndexIsComplete(t *testing.T) {
	for _, c := range checks.All() {
		if len(services(c)) == 0 {
			t.Errorf("%s has no tag of a service: %v", c.ID, c.Tags)
		}
		if !slices.Contains(severities(), string(c.Severity)) {
			t.Errorf("%s has the severity %q, which is none", c.ID, c.Severity)
		}
	}
}
