package terraform

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/source"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the expectations in testdata/directory")

// load reads the module at the root of a file system made of names and contents.
func load(files map[string]string) (*loader, *directory) {
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	l := newLoader(source.NewSet(fsys), &source.Diagnostics{})
	return l, l.directory(".")
}

// TestDirectory reads the files of each archive as a module and compares what it declares, with the text and the place of every
// argument, and the diagnostics, with the file "want". `go test -rewrite` writes it.
func TestDirectory(t *testing.T) {
	archives, err := filepath.Glob("testdata/directory/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			want := ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
				} else {
					files[f.Name] = string(f.Data)
				}
			}
			l, d := load(files)
			got := describe(l, d)
			if *rewrite {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// describe writes down what a module declares.
func describe(l *loader, d *directory) string {
	if d == nil {
		return "no configuration\n"
	}
	w := &description{loader: l}
	for _, b := range d.blocks {
		name := b.address()
		if _, known := labelCounts[b.kind]; !known || len(b.labels) == 0 {
			name = strings.Join(append([]string{b.kind}, b.labels...), " ")
		}
		body := b.body()
		notes := ""
		if b.partial {
			notes += " partial"
		}
		if declared, key := d.declared(b); declared != nil && declared[key] != b {
			notes += " shadowed"
		}
		w.line(0, "%s @ %v%s", name, l.files.Location(b.header), notes)
		w.body(1, body)
	}
	d.local("")
	for _, name := range slices.Sorted(maps.Keys(d.locals)) {
		w.line(0, "local.%s = %s", name, w.expression(d.locals[name].expression))
	}
	d.provider("")
	for _, name := range slices.Sorted(maps.Keys(d.providers)) {
		w.line(0, "provider %s @ %v", name, l.files.Location(d.providers[name].header))
	}
	if b := d.backend(); b != nil {
		w.line(0, "state in %s %v @ %v", b.Type, b.Labels, w.place(b.TypeRange))
	}
	if d.partial {
		w.line(0, "more may be declared")
	}
	for _, x := range l.diagnostics.All() {
		w.line(0, "%s %s %s: %s", x.Level, x.Code, x.Location, x.Message)
	}
	return w.String()
}

type description struct {
	strings.Builder

	loader *loader
}

func (w *description) line(depth int, format string, args ...any) {
	_, _ = fmt.Fprintf(w, strings.Repeat("  ", depth)+format+"\n", args...)
}

func (w *description) place(r hcl.Range) source.Location {
	return w.loader.files.Location(w.loader.span(r))
}

func (w *description) body(depth int, body *hclsyntax.Body) {
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		w.line(depth, "%s = %s", name, w.expression(body.Attributes[name].Expr))
	}
	blocks := slices.Clone(body.Blocks)
	slices.SortStableFunc(blocks, func(a, b *hclsyntax.Block) int { return cmp.Compare(a.Type, b.Type) })
	for _, b := range blocks {
		w.line(depth, "%s @ %v", strings.Join(append([]string{b.Type}, b.Labels...), " "), w.place(b.TypeRange))
		w.body(depth+1, b.Body)
	}
}

// expression is the kind of an expression, its text in the file, and its place.
func (w *description) expression(e hclsyntax.Expression) string {
	at := w.loader.span(e.Range())
	text := string(w.loader.files.File(at.File).Src[at.Start:at.End])
	kind := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", e), "*hclsyntax."), "Expr")
	return fmt.Sprintf("%s %s @ %v", kind, strings.Join(strings.Fields(text), " "), w.loader.files.Location(at))
}

func TestConfigurationFiles(t *testing.T) {
	primary, overrides := configurationFiles([]string{
		"#main.tf#", ".hidden.tf", "a.tf", "a.tf.json", "a.tofu", "a_override.tf", "b.tf", "b.tf.json", "b.tofu.json", "c.tfvars", "main.tf~",
		"override.tf", "override.tf.json", "override.tofu", "overrides.tf", "x.tftest.hcl", "x_override.tofu.json",
	})
	want := []string{"a.tf.json", "a.tofu", "b.tf", "b.tofu.json", "overrides.tf"}
	if diff := gocmp.Diff(want, primary); diff != "" {
		t.Errorf("primary (-want +got)\n%s", diff)
	}
	want = []string{"a_override.tf", "override.tf.json", "override.tofu", "x_override.tofu.json"}
	if diff := gocmp.Diff(want, overrides); diff != "" {
		t.Errorf("overrides (-want +got)\n%s", diff)
	}
}

// TestParserPanics reads what hclsyntax panics on.
func TestParserPanics(t *testing.T) {
	l, d := load(map[string]string{
		"a.tf":      "resource \"a\" \"b\" {\n  x = \"\\u000X\"\n}\nresource \"a\" \"c\" {\n}\nresource \"a\" \"\\u000X\" {\n}\n",
		"b.tf.json": `{"output": {"x": {"value": "${\"\\u000X\"}"}}}`,
		"c.tfvars":  "a = \"\\u000X\"\nb = 1\n",
	})
	for _, b := range []*block{d.resources["a.b"], d.outputs["x"]} {
		if len(b.body().Attributes) > 0 || !b.partial {
			t.Errorf("%s has %v", b.address(), b.body().Attributes)
		}
	}
	if d.resources["a.c"] == nil || !d.partial {
		t.Error("the block after the error is lost, or the one whose label is wrong is not missed")
	}
	if v := l.variableFile("c.tfvars"); len(v.values) != 1 || !v.partial {
		t.Errorf("the variable file has %v", v.values)
	}
	if all := l.diagnostics.All(); len(all) != 4 {
		t.Errorf("%d diagnostics: %v", len(all), all)
	}
}

func TestNoDirectory(t *testing.T) {
	l, _ := load(map[string]string{"a/x.txt": ""})
	for _, dir := range []string{"a", "b", "..", "/", "a/x.txt"} {
		if d := l.directory(dir); d != nil {
			t.Errorf("%s is a module: %+v", dir, d)
		}
	}
}
