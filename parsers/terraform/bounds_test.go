package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/source"
)

// diagnosed lists the diagnostics of a root, without their places.
func diagnosed(r *Root) string {
	var b strings.Builder
	for _, d := range r.Diagnostics.All() {
		fmt.Fprintf(&b, "%s %s: %s\n", d.Level, d.Code, d.Message)
	}
	return b.String()
}

// TestBounds holds that input which would take forever, or all memory, ends with a diagnostic, and that the rest is evaluated.
func TestBounds(t *testing.T) {
	doubling := func(f string) string {
		var b strings.Builder
		b.WriteString("locals {\n  a0 = \"x\"\n")
		for i := range 64 {
			fmt.Fprintf(&b, "  a%d = %s\n", i+1, strings.ReplaceAll(f, "#", fmt.Sprintf("local.a%d", i)))
		}
		b.WriteString("}\noutput \"x\" { value = local.a64 }\n")
		return b.String()
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		code  string
	}{
		{"count", map[string]string{"main.tf": `resource "a_b" "x" { count = 100000000 }`}, "limit"},
		{"for_each", map[string]string{"main.tf": `resource "a_b" "x" {
			for_each = { for i in range(150), j in range(150) : "${i}" => 1 }
		}`}, ""},
		{"for_each of products", map[string]string{"main.tf": `
			locals { l = range(1000) }
			resource "a_b" "x" {
				for_each = toset(flatten([for i in local.l : [for j in range(30) : "${i}-${j}"]]))
			}`}, "limit"},
		{"text", map[string]string{"main.tf": doubling(`"${#}${#}"`)}, "limit"},
		{"join", map[string]string{"main.tf": doubling(`join("", [#, #])`)}, "limit"},
		{"replace", map[string]string{"main.tf": doubling(`replace(#, "x", "xx")`)}, "limit"},
		{"lists", map[string]string{"main.tf": doubling(`[#, #]`)}, "limit"},
		{"concat", map[string]string{"main.tf": strings.Replace(doubling(`concat(#, #)`), `"x"`, `["x"]`, 1)}, "limit"},
		{"holes", map[string]string{"main.tf": "variable \"v\" {}\n" + strings.Replace(doubling(`"${#}${#}"`), `"x"`, `var.v`, 1)}, "limit"},
		{"names of holes", map[string]string{"main.tf": "variable \"v\" {}\n" + strings.Replace(doubling(`lower("${#}${#}")`), `"x"`, `var.v`, 1)}, "-"},
		{"conditions", map[string]string{"main.tf": "variable \"v\" {}\n" + strings.Replace(doubling(`(# && var.v) || (# && !var.v)`), `"x"`, `var.v`, 1)}, "-"},
		{"choices", map[string]string{"main.tf": "variable \"v\" {}\n" + doubling(`var.v == # ? "${#}a" : "${#}b"`)}, "-"},
		{"attributes", map[string]string{"main.tf": "variable \"v\" {}\noutput \"x\" { value = var.v" + strings.Repeat(".a", 100_000) + " }\n"}, "limit"},
		{"a large file", map[string]string{"main.tf": strings.Repeat("#\n", source.MaxFileSize/2+1)}, "unreadable-file"},
		{"loops", map[string]string{"main.tf": `
			locals { l = range(1000) }
			output "x" { value = [for a in local.l : [for b in local.l : [for c in local.l : [for d in local.l : 1]]]] }`}, "limit"},
		{"calls that double", map[string]string{
			"main.tf":   `module "a" { source = "./m" }`,
			"m/main.tf": "module \"b\" { source = \"../n\" }\nmodule \"c\" { source = \"../n\" }\nresource \"a_b\" \"x\" {}",
			"n/main.tf": "module \"b\" { source = \"../m\" }\nmodule \"c\" { source = \"../m\" }",
		}, "module-cycle"},
		{"a tree of calls", func() map[string]string {
			files := map[string]string{"main.tf": "module \"a\" { source = \"./m0\" }\n", "m30/main.tf": `resource "a_b" "x" {}`}
			for i := range 30 {
				call := fmt.Sprintf(" { source = \"../m%d\" }\n", i+1)
				files[fmt.Sprintf("m%d/main.tf", i)] = "module \"a\"" + call + "module \"b\"" + call
			}
			return files
		}(), "limit"},
		{"calls of itself", map[string]string{"main.tf": `module "a" { source = "./" }`}, "module-cycle"},
		{"many calls", map[string]string{
			"main.tf": "module \"a\" {\n  source = \"./m\"\n  count = 15000\n}",
			"m/a.tf":  `resource "a_b" "x" {}`,
		}, "limit"},
		{"references", map[string]string{"main.tf": func() string {
			var b strings.Builder
			b.WriteString("locals {\n  a0 = 1\n")
			for i := range 30_000 {
				fmt.Fprintf(&b, "  a%d = local.a%d\n", i+1, i)
			}
			return b.String() + "}\noutput \"x\" { value = local.a30000 }\n"
		}()}, "limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.files["other.tf"] = "resource \"a_c\" \"fine\" { v = 1 }\n"
			r := root(t, c.files)
			before := strings.Contains(list(r, "v"), "a_c.fine v=1")
			x := r.Output("x")
			if got := diagnosed(r); len(c.code) > 1 && !strings.Contains(got, "error "+c.code+": ") {
				t.Errorf("no diagnostic: %.100s\n%s", x, got)
			}
			if after := strings.Contains(list(r, "v"), "a_c.fine v=1"); !before || !after {
				t.Errorf("the rest of the root is lost: before %v, after %v", before, after)
			}
		})
	}
}

// TestBoundary holds that nothing outside the boundary is read.
func TestBoundary(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{`file("../secret")`, "unknown(../secret is not inside the repository that is scanned)"},
		{`file("/etc/passwd")`, "unknown(/etc/passwd is not inside the repository that is scanned)"},
		{`file("~/x")`, "unknown(~/x is not inside the repository that is scanned)"},
		{`templatefile("${path.module}/../../x", {})`, "unknown(./../../x is not inside the repository that is scanned)"},
		{`fileset("../", "*")`, "unknown(../ is not inside the repository that is scanned)"},
		{`fileset(".", "sub/../../*")`, "unknown(../* is not inside the repository that is scanned)"},
		{`file("${path.cwd}/../x")`, "unknown(.//../x is not inside the repository that is scanned)"},
	} {
		t.Run(c.expression, func(t *testing.T) {
			r := root(t, map[string]string{"main.tf": "output \"x\" {\n  value = " + c.expression + "\n}\n"})
			if diff := cmp.Diff(c.want, r.Output("x").String()); diff != "" {
				t.Error(diff)
			}
			if got := diagnosed(r); !strings.HasPrefix(got, "error outside-boundary: ") {
				t.Errorf("no diagnostic: %s", got)
			}
		})
	}
	r := root(t, map[string]string{"main.tf": `module "m" { source = "../m" }`})
	if got, want := list(r), "opaque module.m\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := diagnosed(r); !strings.HasPrefix(got, "error outside-boundary: ../m ") {
		t.Errorf("no diagnostic: %s", got)
	}
}

// TestFilesBehindLinks holds that files behind symbolic links are listed as Terraform lists them, or nothing is said.
func TestFilesBehindLinks(t *testing.T) {
	outside, inside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "secret.txt"), "")
	write(t, filepath.Join(inside, "dir", "a.txt"), "")
	write(t, filepath.Join(inside, "b.txt"), "")
	for link, to := range map[string]string{"out": outside, "in": "dir", "c.txt": "b.txt"} {
		if err := os.Symlink(to, filepath.Join(inside, link)); err != nil {
			t.Skip(err)
		}
	}
	boundary, err := os.OpenRoot(inside)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = boundary.Close() })
	const behind = "unknown(iacscan does not look for files behind symbolic links to directories)"
	for _, c := range []struct{ directory, pattern, want string }{
		{".", "*.txt", `["b.txt", "c.txt"]`},
		{".", "in/*", `["in/a.txt"]`},
		{"in", "*", `["a.txt"]`},
		{"dir", "../*.txt", `["../b.txt", "../c.txt"]`},
		{"dir", "**", `["a.txt"]`},
		{".", "**/*.txt", behind},
		{".", "*/a.txt", behind},
		{".", "out/*", "unknown(the files in . cannot be listed)"},
		{"out", "*", "unknown(the files in out cannot be listed)"},
	} {
		t.Run(c.directory+" "+c.pattern, func(t *testing.T) {
			write(t, filepath.Join(inside, "main.tf"), fmt.Sprintf("output \"x\" {\n  value = fileset(%q, %q)\n}\n", c.directory, c.pattern))
			r := Load(t.Context(), Options{Files: source.NewSet(boundary.FS()), Diagnostics: &source.Diagnostics{}, Dir: "."})
			if diff := cmp.Diff(c.want, r.Output("x").String()); diff != "" {
				t.Error(diff)
			}
			if got, want := r.Diagnostics.Any(source.Error), strings.Contains(c.want, "listed"); got != want {
				t.Errorf("a diagnostic: %t, want %t", got, want)
			}
		})
	}
	for expression, want := range map[string]string{
		`file("c.txt")`:                      `""`,
		`file("out/secret.txt")`:             "unknown(out/secret.txt cannot be read)",
		`templatefile("out/secret.txt", {})`: "unknown(out/secret.txt cannot be read)",
		`module.m.x`:                         "${module.m.x}",
	} {
		t.Run(expression, func(t *testing.T) {
			write(t, filepath.Join(inside, "main.tf"), "output \"x\" {\n  value = "+expression+"\n}\nmodule \"m\" { source = \"./out\" }\n")
			r := Load(t.Context(), Options{Files: source.NewSet(boundary.FS()), Diagnostics: &source.Diagnostics{}, Dir: "."})
			if diff := cmp.Diff(want, r.Output("x").String()); diff != "" {
				t.Error(diff)
			}
			if got := list(r); got != "opaque module.m\n" || !r.Diagnostics.Any(source.Error) {
				t.Errorf("%s%s", got, diagnosed(r))
			}
		})
	}
}
