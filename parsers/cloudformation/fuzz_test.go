package cloudformation

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/source"
)

// FuzzTemplate loads anything as a template: it never panics, and every place is within its file.
func FuzzTemplate(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files[:len(archive.Files)-1] {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<14 {
			return
		}
		Recognise("t.yaml", src)
		Skim("t.yaml", src)
		files := source.NewSet(fstest.MapFS{"t.yaml": {Data: src}, "a.yaml": {Data: src}})
		diags := &source.Diagnostics{}
		s := Load(t.Context(), Options{Files: files, Diagnostics: diags, Path: "t.yaml"})
		inside := func(at source.Span) {
			if file := files.File(at.File); at.Start > at.End || file != nil && int(at.End) > len(file.Src) {
				t.Fatalf("place %v is outside of its file", at)
			}
		}
		for _, r := range s.Graph().Resources {
			inside(r.Header)
			inside(r.Block)
			for _, name := range r.Names() {
				inside(r.Attribute(name).At())
				inside(r.Place(name))
				for _, step := range r.Trace(name) {
					inside(step.At)
				}
			}
		}
		for _, x := range s.Exports() {
			inside(x.Value().At())
		}
		LoadParameters(files, "t.yaml", diags)
	})
}
