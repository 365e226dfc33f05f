package terraform

import (
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/source"
)

// jsonContext is what expressions in tests may refer to.
var jsonContext = &hcl.EvalContext{
	Variables: map[string]cty.Value{
		"var":   cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("A"), "list": cty.ListVal([]cty.Value{cty.StringVal("x")})}),
		"local": cty.DynamicVal,
	},
	Functions: map[string]function.Function{"upper": stdlib.UpperFunc, "jsonencode": stdlib.JSONEncodeFunc},
}

// jsonValues evaluates the local values of a file by name, in hcl's own JSON parser. It returns false when that rejects the file.
func jsonValues(src []byte) (values map[string]cty.Value, ok bool) {
	defer func() {
		if recover() != nil { // hclsyntax does on "\u000X"
			values, ok = nil, false
		}
	}()
	file, diags := hcljson.Parse(src, "x.tf.json")
	if diags.HasErrors() {
		return nil, false
	}
	content, _, diags := file.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "locals"}}})
	if diags.HasErrors() {
		return nil, false
	}
	values = map[string]cty.Value{}
	for _, b := range content.Blocks {
		attributes, diags := b.Body.JustAttributes()
		if diags.HasErrors() {
			return nil, false
		}
		for name, a := range attributes {
			if _, ok := values[name]; ok {
				return nil, false
			}
			v, diags := a.Expr.Value(jsonContext)
			if diags.HasErrors() {
				return nil, false
			}
			values[name] = v
		}
	}
	return values, true
}

// checkJSON compares the local values of a file in JSON syntax with what hcl's own parser makes of it, if it accepts it, and checks that
// every place is one.
func checkJSON(t *testing.T, src []byte) (compared bool) {
	t.Helper()
	l := newLoader(source.NewSet(fstest.MapFS{"x.tf.json": {Data: src}}), &source.Diagnostics{})
	d := l.directory(".")
	for _, b := range d.blocks {
		if b.header.Start > b.header.End || b.span.End > uint32(len(src)) || !b.span.Contains(b.header) {
			t.Fatalf("%s is at %v, its header at %v", b.address(), b.span, b.header)
		}
		_ = hclsyntax.VisitAll(b.body(), func(n hclsyntax.Node) hcl.Diagnostics {
			switch n.(type) {
			case hclsyntax.Attributes, hclsyntax.Blocks, hclsyntax.ChildScope:
				return nil // these have no range of their own
			}
			if r := n.Range(); r.Start.Byte < int(b.span.Start) || r.End.Byte > int(b.span.End) || r.Start.Byte > r.End.Byte {
				t.Fatalf("%T is at %d to %d, outside of %v", n, r.Start.Byte, r.End.Byte, b.span)
			}
			return nil
		})
	}
	want, ok := jsonValues(src)
	if !ok || !utf8.Valid(src) {
		return false
	}
	for name, w := range want {
		got, ok := d.local(name)
		if !ok {
			t.Fatalf("local.%s is missing; %v", name, l.diagnostics.All())
		}
		if v, diags := got.expression.Value(jsonContext); diags.HasErrors() || !v.RawEquals(w) {
			t.Errorf("local.%s is %#v, want %#v; %v", name, v, w, diags)
		}
	}
	return true
}

func TestJSONAgreesWithParser(t *testing.T) {
	for _, src := range []string{
		`{"locals": {"a": "x${var.a}y", "b": "${var.list}", "c": [1, 2.5, -3e2, true, false, null, {"k-${var.a}": "v"}]}}`,
		`{"locals": {"escapes": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d $${x} %%{y} $ % \\n", "empty": "", "${": "name"}}`,
		`{"locals": {"t": "a\n%{ for x in var.list ~}\n  ${x}\n%{ endfor ~}\nb", "q": "${upper(\"a\\\"b\")}", "n": "${\"${var.a}\"}"}}`,
		`{"locals": [{"a": 1}, {"b": "${[for k, v in {a = 1, \"b\" = 2}: \"${k}\"]}"}], "//": {"x": 1}}`,
		`[{"locals": {"a": 1}}, {"locals": [{"b": 2}, {"c": "${{ x = var.a, (var.a) = 1 }}"}]}]`,
		`{"locals": {"//": "no local value", "splat": "${var.list[*]}", "index": "${var.list[0]}", "if": "${!true ? -1 : (2)}"}}`,
		`{"locals": {"object": {"//": "a member", "a": {"//": 1}}}}`,
	} {
		if !checkJSON(t, []byte(src)) {
			t.Errorf("hcl's own parser rejects %s", src)
		}
	}
	corpus(t, func(path string, src []byte) {
		t.Log(path)
		checkJSON(t, src)
	}, ".tf.json")
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"locals": {"a": "x${var.a}y\u00e9${upper(\"\\\"\")}", "b": [1, {"k": null}]}}`,
		`{"resource": {"a": {"b": [{"dynamic": {"c": {"for_each": [], "content": {}}}, "lifecycle": {"ignore_changes": ["x[\"y\"]"]}}]}}}`,
		`{"variable": {"v": {"type": "list(string)", "default": "${x}"}}, "output": [{"o": {"value": "%{if true}"}}]}`,
		`[{"module": {"m": {"providers": {"aws": "aws.east"}}}}, {"locals": {"a": "${{for x in var.list: x => x...}}"}`, `{"a": [[[`, ``, `1`, `{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) < 1<<14 {
			checkJSON(t, src)
			Skim("x.tf.json", src)
		}
	})
}

func TestReadJSON(t *testing.T) {
	for _, c := range []struct {
		src    string
		offset int // of the error, -1 for none
	}{
		{`{"a": [1, "x", {"b": null}], "a": 2}`, -1},
		{" [ ] \n", -1},
		{`{"a": 1,}`, 8},
		{`{"a" 1}`, 5},
		{`{"a": tru}`, 6},
		{`{"a": "x`, 8},
		{`{} {}`, 3},
		{``, 0},
		{"\xEF\xBB\xBF{\"a\": x}", 9},
	} {
		_, err := readJSON([]byte(c.src))
		got := -1
		if err != nil {
			got = err.offset
		}
		if got != c.offset {
			t.Errorf("%q: error at %d, want %d: %+v", c.src, got, c.offset, err)
		}
	}
}

// TestJSONPlaces checks that what is written with escapes is placed where it is written.
func TestJSONPlaces(t *testing.T) {
	src := `{"locals": {"x": "\u00e9 ${upper(\"a\")} \\ ${var.name[\"k\"]}"}}`
	l, d := load(map[string]string{"x.tf.json": src})
	x, _ := d.local("x")
	var got []string
	_ = hclsyntax.VisitAll(x.expression, func(n hclsyntax.Node) hcl.Diagnostics {
		at := l.span(n.Range())
		got = append(got, src[at.Start:at.End])
		return nil
	})
	want := []string{
		`"\u00e9 ${upper(\"a\")} \\ ${var.name[\"k\"]}"`, `\u00e9 `, `upper(\"a\")`, `\"a\"`, `a`, ` \\ `, `var.name[\"k\"]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
