package terraform

import (
	"flag"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
)

var rewriteFunctions = flag.Bool("rewrite-functions", false, "rewrite what the expressions in testdata/functions evaluate to")

// An expression is a line of testdata/functions/known.txt or holes.txt: `text #= want`.
type expression struct{ text, want string }

func readLines(t *testing.T, name string) []string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
}

// parseExpression returns false for what is a comment or empty.
func parseExpression(line string) (expression, bool) {
	i := strings.LastIndex(line, " #=")
	if i < 0 || strings.HasPrefix(line, "#") {
		return expression{}, false
	}
	return expression{line[:i], strings.TrimSpace(line[i+len(" #="):])}, true
}

func readExpressions(t *testing.T, name string) []expression {
	t.Helper()
	var list []expression
	for _, line := range readLines(t, name) {
		if e, ok := parseExpression(line); ok {
			list = append(list, e)
		} else if line != "" && !strings.HasPrefix(line, "#") {
			t.Errorf("%s: no value in %q", name, line)
		}
	}
	return list
}

// functionFiles are the files that the expressions read.
func functionFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	fsys := os.DirFS("testdata/functions/files")
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(fsys, path)
		files[path] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// evaluateAll are the values of some expressions over the unset variables x and y.
func evaluateAll(t *testing.T, expressions []expression) []graph.Value {
	t.Helper()
	files := functionFiles(t)
	var b strings.Builder
	b.WriteString("variable \"x\" {}\nvariable \"y\" {}\n")
	for i, e := range expressions {
		b.WriteString("output \"e" + strconv.Itoa(i) + "\" {\n  value = " + e.text + "\n}\n")
	}
	files["expressions.tf"] = b.String()
	r := root(t, files)
	values := make([]graph.Value, len(expressions))
	for i := range expressions {
		values[i] = r.Output("e" + strconv.Itoa(i))
	}
	return values
}

// testExpressions compares what the expressions of a file evaluate to with what the file says.
func testExpressions(t *testing.T, name string) {
	t.Helper()
	expressions := readExpressions(t, name)
	values := evaluateAll(t, expressions)
	for i, e := range expressions {
		if got := values[i].String(); got != e.want && !*rewriteFunctions {
			t.Errorf("%s\n got %s\nwant %s", e.text, got, e.want)
		}
	}
	if !*rewriteFunctions {
		return
	}
	i := 0
	lines := readLines(t, name)
	for j, line := range lines {
		if e, ok := parseExpression(line); ok {
			lines[j] = e.text + " #= " + values[i].String()
			i++
		}
	}
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestKnownExpressions(t *testing.T) { testExpressions(t, "testdata/functions/known.txt") }

func TestExpressionsWithHoles(t *testing.T) { testExpressions(t, "testdata/functions/holes.txt") }

// Every function of Terraform is there, and has a case.
func TestFunctionsAreComplete(t *testing.T) {
	names := readLines(t, "testdata/functions/names.txt")
	evaluators := []string{"can", "templatefile", "templatestring", "try"} // they decide what to evaluate
	have := slices.Clone(evaluators)
	for name := range functions {
		if name != "list" && name != "map" { // which Terraform had once
			have = append(have, name)
		}
	}
	slices.Sort(have)
	if diff := cmp.Diff(names, have); diff != "" {
		t.Errorf("functions of Terraform (-) and of iacscan (+):\n%s", diff)
	}
	cases := map[string]bool{}
	called := regexp.MustCompile(`\b([a-z0-9]+)\(`)
	for _, e := range readExpressions(t, "testdata/functions/known.txt") {
		for _, m := range called.FindAllStringSubmatch(e.text, -1) {
			cases[m[1]] = true
		}
	}
	for _, name := range names {
		if !cases[name] {
			t.Errorf("known.txt has no case for %s", name)
		}
	}
}
