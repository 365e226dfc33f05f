package terraform

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/graph"
)

func constraint(t *testing.T, text string) (cty.Type, *defaults) {
	t.Helper()
	x, diags := hclsyntax.ParseExpression([]byte(text), "type.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	wanted, _, diags := typeexpr.TypeConstraintWithDefaults(x)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	r := root(t, map[string]string{"main.tf": "variable \"v\" {\n  type = " + text + "\n}\n"})
	_, d := (&scope{module: r.module}).typeOf(r.module.dir.variables["v"].body().Attributes["type"])
	return wanted, d
}

func TestConvertType(t *testing.T) {
	for _, c := range []struct{ value, constraint, want string }{
		{`1`, `any`, `1`},
		{`[1, "a"]`, `any`, `[1, "a"]`},
		{`1`, `string`, `"1"`},
		{`"1"`, `number`, `1`},
		{`"1.50"`, `number`, `1.5`},
		{`"true"`, `bool`, `true`},
		{`"x"`, `number`, `invalid(cannot convert "x" to number; given string must be a decimal representation of a number)`},
		{`1`, `bool`, `invalid(bool required)`},
		{`["a"]`, `string`, `invalid(string required)`},
		{`"a"`, `list(string)`, `invalid(list or set required)`},
		{`null`, `string`, `null`},
		{`null`, `list(string)`, `null`},
		{`[1, true, null]`, `list(string)`, `["1", "true", null]`},
		{`["a", []]`, `list(string)`, `invalid(element 1: string required)`},
		{`["b", "a", "b"]`, `set(string)`, `["a", "b"]`},
		{`[10, 9]`, `set(number)`, `[9, 10]`},
		{`toset(["b", "a"])`, `list(string)`, `["a", "b"]`},
		{`[1, "a"]`, `list(any)`, `["1", "a"]`},
		{`{ a = 1, b = "x" }`, `map(any)`, `{"a": "1", "b": "x"}`},
		{`{ a = 1 }`, `map(string)`, `{"a": "1"}`},
		{`{ a = [] }`, `map(string)`, `invalid(element "a": string required)`},
		{`["a"]`, `map(string)`, `invalid(map required)`},
		{`[1, "a"]`, `tuple([string, string])`, `["1", "a"]`},
		{`[1]`, `tuple([string, string])`, `invalid(tuple of 2 elements required)`},
		{`{ a = 1, b = 2 }`, `object({ a = string })`, `{"a": "1"}`},
		{`{ b = 2 }`, `object({ a = string })`, `invalid(attribute "a" is required)`},
		{`{}`, `object({ a = optional(string) })`, `{"a": null}`},
		{`{}`, `object({ a = optional(string, "d"), b = optional(list(number), ["1"]) })`, `{"a": "d", "b": [1]}`},
		{`{ a = null }`, `object({ a = optional(string, "d") })`, `{"a": "d"}`},
		{`{ a = null }`, `object({ a = string })`, `{"a": null}`},
		{`{ x = {}, y = { on = false } }`, `map(object({ on = optional(bool, true) }))`, `{"x": {"on": true}, "y": {"on": false}}`},
		{`[{}, { p = 1 }]`, `list(object({ p = optional(number, 443) }))`, `[{"p": 443}, {"p": 1}]`},
		{`{}`, `object({ n = optional(object({ p = optional(number, 443) }), {}) })`, `{"n": {"p": 443}}`},
		{`{ n = {} }`, `object({ n = optional(object({ p = optional(number, 443) })) })`, `{"n": {"p": 443}}`},

		// What the files do not decide keeps its identity.
		{`var.x`, `list(string)`, `${var.x}`},
		{`"a-${var.x}"`, `string`, `"a-${var.x}"`},
		{`"a-${var.x}"`, `list(string)`, `invalid(list or set required)`},
		{`"1${var.x}"`, `number`, `${tonumber("1${var.x}")}`},
		{`[var.x, 1]`, `list(string)`, `[${var.x}, "1"]`},
		{`[var.x, "a", var.x]`, `set(string)`, `["a", ${var.x}]`},
		{`[1, "a-${var.x}"]`, `set(any)`, `["1", "a-${var.x}"]`},
		{`concat(["a"], var.x)`, `set(string)`, `["a", …]`},
		{`concat(["a"], var.x)`, `tuple([string, string])`, `["a", …]`},
		{`{ a = var.x }`, `object({ a = string })`, `{"a": ${var.x}}`},
		{`{ a = var.x }`, `object({ a = optional(string) })`, `{"a": ${var.x}}`},
		{`{ a = var.x }`, `object({ a = optional(string, "d") })`, `{"a": "d" if (var.x == null) or ${var.x} if !(var.x == null)}`},
		{`{ a = "p${var.x}" }`, `object({ a = optional(string, "d") })`, `{"a": "p${var.x}"}`},
		{
			`merge(var.x, { a = 1 })`, `object({ a = string, b = string })`,
			`{"a": "1", "b": unknown(the files do not say whether there is an attribute "b")}`,
		},
		{
			`merge(var.x, { a = 1 })`, `object({ a = string, b = optional(string, "d") })`,
			`{"a": "1", "b": unknown(the files do not say whether there is an attribute "b")}`,
		},
		{`var.x == "a" ? 1 : "x"`, `string`, `"1" if var.x == "a" or "x" if !(var.x == "a")`},
		{`var.x == "a" ? ["b"] : []`, `set(string)`, `["b"] if var.x == "a" or [] if !(var.x == "a")`},
	} {
		v := root(t, map[string]string{"main.tf": "variable \"x\" {}\noutput \"x\" {\n  value = " + c.value + "\n}\n"}).Output("x")
		wanted, defaults := constraint(t, c.constraint)
		if got := convertType(v, wanted, defaults).String(); got != c.want {
			t.Errorf("%s as %s\n got %s\nwant %s", c.value, c.constraint, got, c.want)
		}
	}
}

// Conversion to go-cty and back changes nothing, and what is not wholly known does not get there.
func TestCty(t *testing.T) {
	hole := graph.Hole(&graph.Identity{Name: "var.x"})
	object := func(v graph.Value) graph.Value { return graph.Map(graph.NewObject(map[string]graph.Value{"a": v})) }
	for _, v := range []graph.Value{
		graph.Null(), graph.Bool(true), graph.Int(-12), graph.Number("0.1"), graph.Number("123456789012345678901234567890"), graph.String("é\n"),
		graph.List(), graph.List(graph.Int(1), graph.String("a"), graph.Null()), graph.List(graph.String("a"), graph.String("b")).AsSet(),
		object(graph.List()), graph.Map(graph.NewObject(nil)),
	} {
		c, ok := toCty(v)
		if back := fromCty(c); !ok || back.Key() != v.Key() || back.IsSet() != v.IsSet() {
			t.Errorf("%v becomes %#v, %v, and comes back as %v", v, c, ok, back)
		}
	}
	for _, v := range []graph.Value{
		hole, graph.Unknown(""), graph.Invalid(""), graph.List(hole), object(hole), graph.List().AsOpen(), object(graph.Null()).AsOpen(),
		graph.Template(graph.Part{Literal: "a"}, graph.Part{Hole: hole.Identity()}), graph.List().AsSet().AsOpen(),
		graph.List(graph.Int(1), graph.List()).AsSet(),
	} {
		if c, ok := toCty(v); ok {
			t.Errorf("%v is not known, but becomes %#v", v, c)
		}
	}
	for _, c := range []cty.Value{
		cty.UnknownVal(cty.String), cty.DynamicVal, cty.NilVal, cty.PositiveInfinity,
		cty.MustParseNumberVal("1e5000"), cty.MustParseNumberVal("1e-5000"),
	} {
		if v := fromCty(c); v.Kind() != graph.KindUnknown {
			t.Errorf("%#v becomes %v", c, v)
		}
	}
	if v := fromCty(cty.StringVal("a").Mark("secret")); v.String() != `"a"` {
		t.Errorf("a marked value becomes %v", v)
	}
}

// What grows beyond its bounds is unknown, at once.
func TestFunctionsAreBounded(t *testing.T) {
	large := graph.String(strings.Repeat("x", graph.MaxText))
	many := make([]graph.Value, 1000)
	for i := range many {
		many[i] = graph.Int(i)
	}
	list := graph.List(many...)
	for name, args := range map[string][]graph.Value{
		"join":         {large, graph.List(large, large)},
		"format":       {graph.String("%s%s"), large, large},
		"formatlist":   {graph.String("%1000000000d"), list},
		"replace":      {large, graph.String("x"), large},
		"setproduct":   {list, list, list},
		"concat":       {graph.List(make([]graph.Value, maxElements)...), list},
		"split":        {graph.String(""), large},
		"base64encode": {large},
		"indent":       {graph.Int(2_000_000_000), graph.String("a")},
		"parseint":     {large, graph.Int(10)},
		"jsonencode":   {graph.List(large, large)},
		"yamldecode": {graph.String("a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n" +
			"d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]\n")},
	} {
		v := callFunction(name, args, nil)
		if elements, ok := v.Elements(); ok && name == "formatlist" {
			v = elements[0]
		}
		if v.Kind() != graph.KindUnknown {
			t.Errorf("%s is %.80s", name, v.String())
		}
	}
}

// What is not UTF-8, as a variable on the command line may be, is no YAML; the package that writes it would not end.
func TestYAMLOfInvalidText(t *testing.T) {
	for _, v := range []graph.Value{
		graph.String("\xff"), graph.List(graph.String("a\xff")), graph.Map(graph.NewObject(map[string]graph.Value{"\xff": graph.Int(1)})),
	} {
		if got := callFunction("yamlencode", []graph.Value{v}, nil); got.Kind() != graph.KindInvalid {
			t.Errorf("%v becomes %v", v, got)
		}
	}
}

func TestOperators(t *testing.T) {
	on := graph.Identity{Name: "var.on"}
	if1 := graph.Holds(&on)
	choice := graph.Choice(graph.Case{When: if1, Value: graph.Int(1)}, graph.Case{When: graph.Not(if1), Value: graph.Int(2)})
	for _, c := range []struct {
		got  graph.Value
		want string
	}{
		{binaryOp(hclsyntax.OpAdd, choice, graph.Int(1)), `2 if var.on or 3 if !var.on`},
		{binaryOp(hclsyntax.OpMultiply, choice, choice), `1 if var.on or 4 if !var.on`},
		{binaryOp(hclsyntax.OpLessThan, choice, graph.Int(2)), `true if var.on or false if !var.on`},
		{binaryOp(hclsyntax.OpAdd, graph.Unknown("no"), graph.Invalid("bad")), `invalid(bad)`},
		{binaryOp(hclsyntax.OpAdd, graph.Unknown("no"), graph.Int(1)), `unknown(no)`},
		{negative(hclsyntax.OpNegate, choice), `-1 if var.on or -2 if !var.on`},
		{negative(hclsyntax.OpNegate, graph.Hole(&on)), `${(-var.on)}`},
		{negative(hclsyntax.OpNegate, graph.String("3")), `-3`},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// Functions that Terraform had until 0.14.
func TestRetiredFunctions(t *testing.T) {
	hole := graph.Hole(&graph.Identity{Name: "var.x"})
	for _, c := range []struct {
		got  graph.Value
		want string
	}{
		{callFunction("list", []graph.Value{graph.String("a"), graph.Int(1), hole}, nil), `["a", "1", ${var.x}]`},
		{callFunction("list", nil, nil), `[]`},
		{callFunction("map", []graph.Value{graph.String("a"), graph.Int(1), graph.String("b"), graph.String("c")}, nil), `{"a": "1", "b": "c"}`},
		{callFunction("map", []graph.Value{graph.String("a"), hole}, nil), `{"a": ${var.x}}`},
		{callFunction("map", []graph.Value{hole, graph.Int(1)}, nil), `${map(var.x, 1)}`},
		{callFunction("map", []graph.Value{graph.String("a")}, nil), `invalid(invalid argument of map: a key has no value)`},
		{callFunction("map", []graph.Value{graph.List(), graph.Int(1)}, nil), `invalid(invalid argument of map: a key is no text)`},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// A hole whose possible values the files list is each of them.
func TestFunctionsOfListedValues(t *testing.T) {
	env := graph.Hole(&graph.Identity{Name: "var.env", Allowed: []string{"dev", "prod"}})
	for _, c := range []struct {
		got  graph.Value
		want string
	}{
		{callFunction("upper", []graph.Value{env}, nil), `"DEV" if var.env == "dev" or "PROD" if var.env == "prod"`},
		{callFunction("length", []graph.Value{env}, nil), `3 if var.env == "dev" or 4 if var.env == "prod"`},
		{callFunction("startswith", []graph.Value{env, graph.String("p")}, nil), `false if var.env == "dev" or true if var.env == "prod"`},
		{callFunction("contains", []graph.Value{graph.List(graph.String("x")), env}, nil), `false`},
		{callFunction("md5", []graph.Value{graph.List(env)}, nil), `${md5([${var.env}])}`},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
