package cloudformation

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

var update = flag.Bool("update", false, "write what the templates of testdata evaluate to into their archives")

// TestStacks evaluates the first file of each archive in testdata and compares with its file "want". Lines of the comment that begin with
// "parameter " bind a parameter.
func TestStacks(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := &archive.Files[len(archive.Files)-1]
			if last.Name != "want" {
				t.Fatalf("%s does not end with the file want", name)
			}
			got := describe(t, archive)
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(last.Data), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// describe writes what a stack evaluates to.
func describe(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	files := fstest.MapFS{}
	for _, f := range archive.Files[:len(archive.Files)-1] {
		files[f.Name] = &fstest.MapFile{Data: bytes.ReplaceAll(f.Data, []byte("␍"), []byte("\r"))}
	}
	o := Options{Files: source.NewSet(files), Diagnostics: &source.Diagnostics{}, Path: archive.Files[0].Name, Parameters: map[string]graph.Value{}}
	for _, line := range strings.Split(string(archive.Comment), "\n") {
		if binding, ok := strings.CutPrefix(line, "parameter "); ok {
			name, value, _ := strings.Cut(binding, "=")
			o.Parameters[name] = graph.String(value)
		}
	}
	o.Templates = func(url graph.Value, _ string) (string, bool) {
		parts, _ := url.Parts()
		if len(parts) == 0 {
			return "", false
		}
		tail := parts[len(parts)-1].Literal
		tail = tail[strings.LastIndexByte(tail, '/')+1:]
		_, ok := files[tail]
		return tail, ok
	}
	s := Load(t.Context(), o)
	var out strings.Builder
	place := func(at source.Span) string {
		if at.IsZero() {
			return "nowhere"
		}
		return o.Files.Location(at).String()
	}
	g := s.Graph()
	for _, r := range g.Resources {
		fmt.Fprintf(&out, "%s (%s) at %s", r.Address, r.NativeType, place(r.Header))
		if r.Exists.Decide() != graph.True {
			fmt.Fprintf(&out, " if %s", r.Exists)
		}
		if r.Many {
			out.WriteString(", many")
		}
		out.WriteByte('\n')
		for _, name := range r.Names() {
			v := r.Attribute(name)
			fmt.Fprintf(&out, "  %s = %s at %s\n", name, v, place(v.At()))
			if _, isText := v.Parts(); isText && name == "PolicyDocument" {
				policy, err := graph.ParseJSON(v)
				if err != nil {
					t.Errorf("%s: %v", r.Address, err)
				}
				leaves(policy, "", func(path string, v graph.Value) { fmt.Fprintf(&out, "    %s = %s at %s\n", path, v, place(v.At())) })
			}
			for _, step := range r.Trace(name) {
				if step.Depth > 0 { // the first is the property itself
					fmt.Fprintf(&out, "  %s%s at %s\n", strings.Repeat("  ", step.Depth), step.Text, place(step.At))
				}
			}
		}
	}
	for _, opaque := range g.Opaque {
		fmt.Fprintf(&out, "opaque %s at %s: %s: %s, receives %s\n", opaque.Address, place(opaque.At), opaque.Source, opaque.Hint, graph.Map(opaque.Inputs()))
	}
	for _, x := range s.Exports() {
		fmt.Fprintf(&out, "export %s = %s at %s\n", x.Name, x.Value(), place(x.Place))
	}
	for _, d := range o.Diagnostics.All() {
		fmt.Fprintf(&out, "%s %s: %s: %s\n", d.Level, d.Location, d.Code, d.Message)
	}
	return out.String()
}

// leaves calls visit for the scalars inside v.
func leaves(v graph.Value, path string, visit func(path string, v graph.Value)) {
	if o, ok := v.Object(); ok {
		for i, key := range o.Keys() {
			leaves(o.Values()[i], path+"."+key, visit)
		}
		return
	}
	if elements, ok := v.Elements(); ok {
		for i, e := range elements {
			leaves(e, fmt.Sprintf("%s[%d]", path, i), visit)
		}
		return
	}
	visit(path, v)
}
