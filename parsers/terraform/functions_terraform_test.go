package terraform

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
)

// terraformValues asks the terraform binary for the values of some expressions beside the files of testdata/functions: one console
// evaluates all of them. A value is what JSON text of it decodes to, in a list of one; what fails is text. The test is skipped where
// there is no binary.
func terraformValues(t *testing.T, expressions []string) []any {
	t.Helper()
	binary, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("there is no terraform binary")
	}
	dir := t.TempDir()
	for name, content := range functionFiles(t) {
		write(t, filepath.Join(dir, name), content)
	}
	var b strings.Builder
	b.WriteString("locals {\n  values = [\n")
	for _, e := range expressions {
		b.WriteString(e + ",\n")
	}
	b.WriteString("  ]\n}\n")
	write(t, filepath.Join(dir, "values.tf"), b.String())
	config := filepath.Join(t.TempDir(), "terraform.rc")
	write(t, config, "disable_checkpoint = true\n")

	cmd := exec.CommandContext(context.Background(), binary, "console", "-no-color")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_DATA_DIR="+filepath.Join(dir, ".terraform"))
	cmd.Stdin = strings.NewReader("nonsensitive(base64encode(jsonencode(local.values)))\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("terraform console: %v\n%s", err, out)
	}
	text, err := base64.StdEncoding.DecodeString(strings.Trim(strings.TrimSpace(string(out)), `"`))
	if err != nil {
		t.Fatalf("terraform console: %v\n%s", err, out)
	}
	var values []any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil {
		t.Fatalf("decode what terraform says: %v", err)
	}
	return values
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

const failed = "failed"

// What iacscan makes of an expression without holes is what Terraform makes of it, or unknown.
func TestTerraformAgrees(t *testing.T) {
	expressions := readExpressions(t, "testdata/functions/known.txt")
	values := evaluateAll(t, expressions)
	var asked []string
	var ours []graph.Value
	var texts []string
	for i, e := range expressions {
		if !values[i].Known() && values[i].Kind() != graph.KindInvalid {
			continue // nothing to compare
		}
		texts = append(texts, e.text)
		asked = append(asked, fmt.Sprintf("try([%s], %q)", e.text, failed))
		ours = append(ours, values[i])
	}
	w := &world{derived: map[string]any{}}
	for i, theirs := range terraformValues(t, asked) {
		list, ok := theirs.([]any)
		if got := ours[i]; ok && !w.admits(got, list[0]) || !ok && got.Kind() != graph.KindInvalid {
			t.Errorf("%s is %v, for terraform it is %v", texts[i], got, theirs)
		}
	}
	t.Logf("%d expressions compared", len(asked))
}

// In each world that the variables can make, terraform's value is one that iacscan's value with holes admits.
func TestTerraformIsAdmitted(t *testing.T) {
	const pool = `["a", "b", "", "prod", "12", "10.0.0.0/16", 12, 0, 2020, true, tostring(null), ["a"], ["b", "a", "a"], [], [["a"]], ` +
		`{ a = "1" }, { b = 2, c = ["x"] }, {}]`
	expressions := readExpressions(t, "testdata/functions/holes.txt")
	values := evaluateAll(t, expressions)
	asked := []string{pool}
	for _, e := range expressions {
		text := strings.NewReplacer("var.x", "x", "var.y", "y").Replace(e.text)
		ys := "[null]"
		if strings.Contains(e.text, "var.y") {
			ys = pool
		}
		asked = append(asked, fmt.Sprintf("[for x in %s : [for y in %s : try([%s], %q)]]", pool, ys, text, failed))
	}
	answers := terraformValues(t, asked)
	variables := answers[0].([]any)
	compared := 0
	for i, e := range expressions {
		worlds, succeeded := answers[i+1].([]any), 0
		for j, row := range worlds {
			for k, theirs := range row.([]any) {
				list, ok := theirs.([]any)
				if !ok {
					continue // it fails in this world
				}
				succeeded++
				compared++
				w := &world{variables: map[string]any{"var.x": variables[j], "var.y": variables[k]}, derived: map[string]any{}}
				if !w.admits(values[i], list[0]) {
					t.Errorf("%s\n is %v\nfor terraform, when x is %v and y is %v, it is %v", e.text, values[i], variables[j], variables[k], list[0])
				}
			}
		}
		if succeeded == 0 && values[i].Kind() != graph.KindInvalid {
			t.Errorf("%s fails in every world, so that it tests nothing", e.text)
		}
	}
	t.Logf("%d expressions compared in %d worlds", len(expressions), compared)
}

// A world is what terraform knows about the variables.
type world struct {
	variables map[string]any
	derived   map[string]any // what terraform says about an identity
}

// admits reports whether a value with holes can be the value that terraform has in the world.
func (w *world) admits(v graph.Value, theirs any) bool {
	switch v.Kind() {
	case graph.KindNull:
		return theirs == nil
	case graph.KindBool:
		b, _ := v.Bool()
		return theirs == b
	case graph.KindNumber:
		text, _ := v.Text()
		n, ok := theirs.(json.Number)
		return ok && equalNumbers(text, n.String())
	case graph.KindString:
		text, _ := v.Text()
		return theirs == text
	case graph.KindList:
		return w.admitsList(v, theirs)
	case graph.KindMap:
		return w.admitsMap(v, theirs)
	case graph.KindTemplate:
		s, ok := theirs.(string)
		parts, _ := v.Parts()
		return ok && w.admitsText(parts, s)
	case graph.KindHole, graph.KindRef:
		return w.admitsHole(v.Identity(), theirs)
	case graph.KindChoice:
		return w.admitsChoice(v, theirs)
	case graph.KindInvalid:
		return false
	}
	return true
}

func equalNumbers(a, b string) bool {
	x, ok := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return ok && ok2 && x.Cmp(y) == 0
}

func (w *world) admitsList(v graph.Value, theirs any) bool {
	list, ok := theirs.([]any)
	elements, _ := v.Elements()
	switch {
	case !ok || !v.IsOpen() && !v.IsSet() && len(list) != len(elements):
		return false
	case !v.IsOpen() && !v.IsSet():
		for i, e := range elements {
			if !w.admits(e, list[i]) {
				return false
			}
		}
		return true
	}
	for _, e := range elements { // each is somewhere
		if !slices.ContainsFunc(list, func(t any) bool { return w.admits(e, t) }) {
			return false
		}
	}
	for _, t := range list { // and nothing else is in a set
		if !v.IsOpen() && !slices.ContainsFunc(elements, func(e graph.Value) bool { return w.admits(e, t) }) {
			return false
		}
	}
	return true
}

func (w *world) admitsMap(v graph.Value, theirs any) bool {
	entries, ok := theirs.(map[string]any)
	o, _ := v.Object()
	if !ok || !v.IsOpen() && len(entries) != o.Len() {
		return false
	}
	for i, k := range o.Keys() {
		if t, ok := entries[k]; !ok || !w.admits(o.Values()[i], t) {
			return false
		}
	}
	return true
}

// admitsText fills the holes that are variables; others are any text.
func (w *world) admitsText(parts []graph.Part, theirs string) bool {
	var b strings.Builder
	for _, p := range parts {
		if p.Hole == nil {
			b.WriteString(regexp.QuoteMeta(p.Literal))
			continue
		}
		value, variable := w.variables[p.Hole.Name]
		text, ok := scalar(value)
		switch {
		case !variable:
			b.WriteString("(?s:.*)")
		case !ok:
			return false
		default:
			b.WriteString(regexp.QuoteMeta(text))
		}
	}
	return regexp.MustCompile("^" + b.String() + "$").MatchString(theirs)
}

// scalar is a text, number or boolean as text.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number, bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// admitsHole compares with the variable, or with what another hole of the same identity has been.
func (w *world) admitsHole(id *graph.Identity, theirs any) bool {
	value, ok := w.variables[id.Name]
	if !ok {
		if value, ok = w.derived[id.Name]; !ok {
			w.derived[id.Name] = theirs
			return true
		}
	}
	a, ok := scalar(value)
	b, ok2 := scalar(theirs)
	return ok && ok2 && a == b || cmp.Equal(value, theirs)
}

// admitsChoice wants the case that is the one in this world, or one of those that may be.
func (w *world) admitsChoice(v graph.Value, theirs any) bool {
	admitted := false
	for _, c := range v.Cases() {
		t := graph.Implies(w.assumption(c.When), c.When)
		admits := w.admits(c.Value, theirs)
		if t == graph.True && !admits {
			return false
		}
		admitted = admitted || admits && t != graph.False
	}
	return admitted
}

// assumption says which of the atoms of a condition hold, as far as the variables decide.
func (w *world) assumption(g graph.Guard) graph.Guard {
	assumed := graph.Always()
	g.Atoms(func(a graph.Atom) {
		atom := graph.When(a.ID, a.Equals)
		value, variable := w.variables[a.ID.Name]
		text, ok := scalar(value)
		switch _, isText := value.(string); {
		case variable && ok && text == a.Equals && !isText:
			return // a number does not equal its text, but converts to it
		case variable:
		case a.ID.Name == "(var.x == null)" || a.ID.Name == "(null == var.x)":
			text, ok = fmt.Sprint(w.variables["var.x"] == nil), true
		case a.ID.Name == "(var.x == var.y)":
			x, y := w.variables["var.x"], w.variables["var.y"]
			if equal := cmp.Equal(x, y); equal || fmt.Sprint(x) != fmt.Sprint(y) {
				text, ok = fmt.Sprint(equal), true
			} else {
				return // a number and its text are equal once they are elements of one list
			}
		default:
			return
		}
		if !ok || text != a.Equals {
			atom = graph.Not(atom)
		}
		assumed = graph.And(assumed, atom)
	})
	return assumed
}
