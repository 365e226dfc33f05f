package cloudformation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// TestBounds loads what would take forever, or all memory, if it were written out. Each ends in a diagnostic of level error, and the
// resource beside it is still there.
func TestBounds(t *testing.T) {
	const beside = "  Beside: {Type: T::T::T, Properties: {P: here}}\n"
	double := func(first, rest string, n int) string {
		var b strings.Builder
		b.WriteString(first)
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&b, strings.ReplaceAll(rest, "%", "%[1]d"), i-1)
		}
		return b.String()
	}
	nested := fstest.MapFS{}
	for i := range 40 {
		next := fmt.Sprintf("    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: t%d.yaml, Parameters: {P: !Sub \"${P}${P}\"}}\n", i+1)
		nested[fmt.Sprintf("t%d.yaml", i)] = &fstest.MapFile{Data: []byte(
			"Parameters: {P: {Type: String, Default: 0123456789}}\nResources:\n" + beside + "  A:\n" + next + "  B:\n" + next +
				"  Text: {Type: T::T::T, Properties: {P: !Ref P}}\n",
		)}
	}
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		code  string
	}{
		{
			"aliases", one("Resources:\n" + beside + double("  X: &a0 {Type: T::T::T, Properties: {P: [x, x, x, x, x, x, x, x, x]}}\n",
				"  X%: &b% {Type: T::T::T, Properties: [*a0]}\n", 1) + "Other:\n" + powers(9)), "template-size",
		},
		{"depth", one("Resources:\n" + beside + "  Deep: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), "template-depth"},
		{"depth in JSON", one(`{"Resources": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}"), "template-depth"},
		{
			"loops", one("Resources:\n" + beside + "  Fn::ForEach::A:\n    - A\n    - [" + numbers(1000) + "]\n    - Fn::ForEach::B:\n" +
				"        - B\n        - [" + numbers(1000) + "]\n        - X${A}x${B}: {Type: T::T::T, Properties: {P: [1, 2, 3]}}\n"),
			"template-size",
		},
		{
			"conditions", one("Parameters: {P: {Type: String}}\nConditions:\n" + double("  C0: !Equals [!Ref P, x]\n",
				"  D%: !Or [!Condition C%, !Equals [!Ref P, y%]]\n  C%x: !Not [!Condition C%]\n", 1) + chain(60) +
				"Resources:\n" + beside + "  X: {Type: T::T::T, Condition: E60}\n"), "template-size",
		},
		{"nested stacks", nested, "template-nesting"},
		{
			"values in a row", one("Resources:\n" + beside + "  R0: {Type: T::T::T, Properties: {P: x}}\n" + row(5000,
				"  R%[2]d: {Type: T::T::T, Properties: {P: !GetAtt R%[1]d.P}}\n")), "template-depth",
		},
		{
			"conditions in a row", one("Conditions:\n  C0: !Equals [a, !Ref AWS::Region]\n" + row(5000, "  C%[2]d: !Not [!Condition C%[1]d]\n") +
				"Resources:\n" + beside + "  X: {Type: T::T::T, Condition: C5000}\n"), "template-depth",
		},
		{
			"inclusions", fstest.MapFS{
				"t.yaml": {Data: []byte("Resources:\n" + beside + "  X: {Type: T::T::T, Properties: {P: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: a.yaml}}}}}\n")},
				"a.yaml": {Data: []byte("{A: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: a.yaml}}}, Fn::Transform: {Name: AWS::Include, Parameters: {Location: a.yaml}}}")},
			}, "template-cycle",
		},
		{"text", nested, "template-size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := "t.yaml"
			if c.files["t0.yaml"] != nil {
				path = "t0.yaml"
			}
			diags := &source.Diagnostics{}
			g := Load(t.Context(), Options{Files: source.NewSet(c.files), Diagnostics: diags, Path: path}).Graph()
			found := false
			for _, r := range slices.Backward(g.Resources) {
				found = found || r.Address == "Beside"
				r.Attribute("P")
			}
			if whole := c.code == "template-size" && c.name == "aliases" || strings.HasPrefix(c.name, "depth in"); !found && !whole {
				t.Errorf("what stands beside is lost")
			}
			if !slices.ContainsFunc(diags.All(), func(d source.Diagnostic) bool { return d.Level == source.Error && d.Code == c.code }) {
				t.Errorf("no error %s in %v", c.code, diags.All())
			}
		})
	}
}

func one(src string) fstest.MapFS { return fstest.MapFS{"t.yaml": {Data: []byte(src)}} }

// powers are n lists, each ten times the one before.
func powers(n int) string {
	var b strings.Builder
	b.WriteString("  L0: &l0 [" + numbers(10) + "]\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "  L%d: &l%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i-1), 10), ", "))
	}
	return b.String()
}

// chain are n conditions, each with twice the parts of the one before.
func chain(n int) string {
	var b strings.Builder
	b.WriteString("  E0: !Equals [!Ref P, e]\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "  E%[1]d: !Or [!And [!Condition E%[2]d, !Equals [!Ref P, a%[1]d]], !And [!Condition E%[2]d, !Not [!Equals [!Ref P, b%[1]d]]]]\n", i, i-1)
	}
	return b.String()
}

// row are n lines that each refer to the one before.
func row(n int, line string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, line, i-1, i)
	}
	return b.String()
}

func numbers(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint(i)
	}
	return strings.Join(all, ", ")
}

func TestOversizedFile(t *testing.T) {
	files := fstest.MapFS{
		"t.yaml":   {Data: []byte("Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: big.yaml}}\n")},
		"big.yaml": {Data: make([]byte, source.MaxFileSize+1)},
	}
	diags := &source.Diagnostics{}
	g := Load(t.Context(), Options{Files: source.NewSet(files), Diagnostics: diags, Path: "t.yaml"}).Graph()
	if len(g.Opaque) != 1 || !slices.ContainsFunc(diags.All(), func(d source.Diagnostic) bool { return d.Code == "template-size" }) {
		t.Errorf("opaque %d, diagnostics %v", len(g.Opaque), diags.All())
	}
}

func TestLoadOfNothing(t *testing.T) {
	for _, src := range []string{"", "\n", "---\n", "[]", "{}", "text", "null", "Resources:", "Resources: null\nOutputs: []\n", "{", "\xff\xfe", "a: b: c", "\x00"} {
		diags := &source.Diagnostics{}
		s := Load(t.Context(), Options{Files: source.NewSet(one(src)), Diagnostics: diags, Path: "t.yaml"})
		if n := len(s.Graph().Resources) + len(s.Exports()); n != 0 {
			t.Errorf("%q: %d resources and exports", src, n)
		}
		if kind := s.Output("X").Kind(); kind != graph.KindUnknown && kind != graph.KindInvalid {
			t.Errorf("%q: the output X is %v", src, kind)
		}
	}
	diags := &source.Diagnostics{}
	Load(t.Context(), Options{Files: source.NewSet(fstest.MapFS{}), Diagnostics: diags, Path: "gone.yaml"}).Graph()
	if all := diags.All(); len(all) != 1 || all[0].Code != "template-missing" || all[0].Level != source.Error {
		t.Errorf("a template that is not there: %v", all)
	}
}
