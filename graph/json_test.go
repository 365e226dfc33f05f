package graph

import (
	"errors"
	"strings"
	"testing"

	"github.com/iacscan/iacscan/source"
)

func TestJSON(t *testing.T) {
	region := &Identity{Root: "r", Name: "var.region", Hint: "pass --var region"}
	unset := Hole(region)
	object := func(kv ...any) Value {
		m := map[string]Value{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1].(Value)
		}
		return Map(NewObject(m))
	}
	for _, c := range []struct {
		name string
		v    Value
		want string
	}{
		{"null", Null(), `"null"`},
		{"text is escaped as Terraform does", String("a<b>&\"\n"), `"\"a\\u003cb\\u003e\\u0026\\\"\\n\""`},
		{"keys are sorted", object("b", Int(1), "a", Bool(true)), `"{\"a\":true,\"b\":1}"`},
		{"a template keeps its quotes", List(Template(Part{Literal: "a-"}, Part{Hole: region})), `"[\"a-${var.region}\"]"`},
		{"a hole of any type", object("a", unset), `"{\"a\":${jsonencode(var.region)}}"`},
		{"an open list", List(String("x")).AsOpen(), `"${jsonencode(["x", …])}"`},
		{"a set with a hole", List(String("a"), unset).AsSet(), `"${jsonencode(toset(["a", ${var.region}]))}"`},
		{"a set of a hole", List(unset).AsSet(), `"[${jsonencode(var.region)}]"`},
		{"something unknown", List(Unknown("of the weather")), `"[${jsonencode(unknown(of the weather))}]"`},
		{"something invalid", List(Unknown("no"), Invalid("too bad")), `invalid(too bad)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := JSON(c.v)
			if got := text.String(); got != c.want {
				t.Errorf("JSON(%v) = %s, want %s", c.v, got, c.want)
			}
			if text.Kind() == KindInvalid {
				return
			}
			back, err := ParseJSON(text)
			if err != nil || back.Key() != c.v.Key() {
				t.Errorf("ParseJSON(%v) = %v, %v, want %v", text, back, err, c.v)
			}
		})
	}
}

func TestParseJSON(t *testing.T) {
	x, y := Part{Hole: &Identity{Name: "var.x"}}, Part{Hole: &Identity{Name: "var.y"}}
	lit := func(s string) Part { return Part{Literal: s} }
	for _, c := range []struct {
		name  string
		parts []Part
		want  string // the value, or the error
	}{
		{"scalars", []Part{lit(`[true, false, null, -0, 10, 1.50, 1e3, "a\u00e9\/\ud83d\ude00"]`)}, `[true, false, null, 0, 10, 1.5, 1000, "aé/😀"]`},
		{"objects", []Part{lit(` { "b" : {} , "a" : [ ] } `)}, `{"a": [], "b": {}}`},
		{"the last of equal names wins", []Part{lit(`{"a":1,"a":2}`)}, `{"a": 2}`},
		{"a hole in a string", []Part{lit(`{"a": "arn:`), x, lit(`:\"*"}`)}, `{"a": "arn:${var.x}:\"*"}`},
		{"a whole string is text", []Part{lit(`["`), x, lit(`"]`)}, `["${var.x}"]`},
		{"a hole as a value", []Part{lit(`{"a": `), x, lit(`}`)}, `{"a": ${jsondecode(var.x)}}`},
		{"a hole as everything", []Part{x}, `${jsondecode(var.x)}`},
		{"a hole in a list is any number of elements", []Part{lit(`["a", `), x, lit(`]`)}, `["a", …]`},
		{"holes side by side in a list", []Part{lit(`[`), x, y, lit(`, 1]`)}, `[1, …]`},
		{"a hole in an object is any number of entries", []Part{lit(`{"a": 1 `), x, lit(`}`)}, `{"a": 1, …}`},
		{"a name with a hole", []Part{lit(`{"a:b": 1, "`), x, lit(`:aud": 2}`)}, `{"a:b": 1, …}`},
		{"a name that may be another's", []Part{lit(`{"b": 1, "`), x, lit(`": 2}`)}, `{"b": unknown(the key "${var.x}" may be "b", too), …}`},
		{
			"two holes make one value",
			[]Part{lit(`{"a": `), x, y, lit(`}`)},
			`unknown(its JSON text has a part that is not known, and it does not say what kind of part)`,
		},
		{
			"a number with a hole",
			[]Part{lit(`[1`), x, lit(`]`)},
			`unknown(its JSON text has a part that is not known, and it does not say what kind of part)`,
		},
		{"a hole before", []Part{x, lit(`{}`)}, `unknown(its JSON text has a part that is not known, and it does not say what kind of part)`},
		{"no text", nil, `invalid JSON: a value expected at line 1 of the text, found the end`},
		{"no JSON", []Part{lit("{\n  a = 1\n}")}, `invalid JSON: a name in quotes expected at line 2 of the text, found 'a'`},
		{"a trailing comma", []Part{lit(`[1,]`)}, `invalid JSON: a value expected at line 1 of the text, found ']'`},
		{"a trailing comma in an object", []Part{lit(`{"a":1,}`)}, `invalid JSON: a name in quotes expected at line 1 of the text, found '}'`},
		{"no comma", []Part{lit(`[1 2]`)}, `invalid JSON: a comma or the end of the list expected at line 1 of the text, found '2'`},
		{"more", []Part{lit(`{} x`)}, `invalid JSON: the end expected at line 1 of the text, found 'x'`},
		{"an open string", []Part{lit(`"a`), x}, `invalid JSON: a closing quote expected at line 1 of the text, found the end`},
		{"a bad escape", []Part{lit(`"\q"`)}, `invalid JSON: a valid string expected at line 1 of the text, found '\\'`},
		{"a huge number", []Part{lit(`1e99999999`)}, `invalid JSON: a number expected at line 1 of the text, found '1'`},
		{"a zero byte", []Part{lit("\"\x00\"")}, `invalid JSON: the text holds bytes that JSON does not allow`},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := ParseJSON(Template(c.parts...))
			got := v.String()
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if _, err := ParseJSON(List()); err == nil {
		t.Error("a list is not JSON text")
	}
}

func TestParseJSONEmbedded(t *testing.T) {
	x := &Identity{Name: "var.x"}
	inner, _ := JSON(List(Hole(x), List().AsOpen())).Parts()
	parts := append(append([]Part{{Literal: `{"a": `}}, inner...), Part{Literal: `}`})
	v, err := ParseJSON(Template(parts...))
	if got, want := v.String(), `{"a": [${var.x}, […]]}`; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestUnsettledJSON(t *testing.T) {
	for _, v := range []Value{List(String("x")).AsOpen(), Unknown("no")} {
		one, two := JSON(List(v)), JSON(List(v))
		if Equal(one, two) != Undecided || Equal(one, one) != True {
			t.Errorf("the text of %v is as undecided as that", v)
		}
		parts, _ := one.Parts()
		a, b := Hole(Derived("f", Template(parts...))), Hole(Derived("f", Template(parts...)))
		if Equal(a, b) != Undecided {
			t.Errorf("a function of the text of %v is as undecided as that", v)
		}
	}
}

func TestJSONIsBounded(t *testing.T) {
	v := List(String(strings.Repeat("x", MaxText)))
	text := JSON(v)
	back, err := ParseJSON(text)
	if text.Kind() != KindUnknown || err != nil || back.Key() != v.Key() {
		t.Errorf("JSON of a large value is %v, reads as %v, %v", text.Kind(), back.Kind(), err)
	}
}

func TestParseJSONChoice(t *testing.T) {
	on := &Identity{Name: "var.on"}
	v, err := ParseJSON(Choice(Case{Holds(on), String(`[1]`)}, Case{Not(Holds(on)), String(`[`)}))
	want := `[1] if var.on or invalid(invalid JSON: a value expected at line 1 of the text, found the end) if !var.on`
	if got := v.String(); err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestParseJSONPlaces(t *testing.T) {
	text := "{\n \"a\": [\"b\", 12]}"
	exact := source.Span{File: 1, Start: 100, End: 100 + uint32(len(text))}
	around := source.Span{File: 1, Start: 90, End: 200}
	place := func(at source.Span) []source.Span {
		v, err := ParseJSON(String(text).WithSpan(at))
		if err != nil {
			t.Fatal(err)
		}
		o, _ := v.Object()
		a, _ := o.Get("a")
		e, _ := a.Elements()
		return []source.Span{v.At(), a.At(), e[0].At(), e[1].At()}
	}
	if got, want := place(exact)[2], (source.Span{File: 1, Start: 109, End: 112}); got != want {
		t.Errorf("element is at %v, want %v", got, want)
	}
	for _, got := range place(around) {
		if got != around {
			t.Errorf("a value in escaped text is at %v, want %v", got, around)
		}
	}
	var syntax *SyntaxError
	if _, err := ParseJSON(String("[}").WithSpan(source.Span{File: 1, Start: 10, End: 12})); !errors.As(err, &syntax) || syntax.At.Start != 11 {
		t.Errorf("error %v is not at the brace", err)
	}
	policy := JSON(List(String("x").WithSpan(around)))
	v, _ := ParseJSON(policy)
	if e, _ := v.Elements(); e[0].At() != around {
		t.Error("encoded text forgets the places of its literals")
	}
}

func TestEncodedIdentities(t *testing.T) {
	bucket := &Resource{Address: "aws_s3_bucket.b"}
	var names []string
	JSON(List(Reference(bucket, "arn"))).Identities(func(id *Identity) { names = append(names, id.Name) })
	if len(names) != 1 || names[0] != "aws_s3_bucket.b.arn" {
		t.Errorf("identities in JSON text are %v, want the reference that it encodes", names)
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,"x${",null]}`, `[1e9,-0.5]`, `"\ud83d"`, `{"a":${}}`, `[${},${}]`, `${}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var parts []Part
		for i, literal := range strings.Split(s, "${}") {
			if i > 0 {
				parts = append(parts, Part{Hole: &Identity{Name: "x"}})
			}
			parts = append(parts, Part{Literal: literal})
		}
		v, err := ParseJSON(Template(parts...))
		if err != nil || !v.Known() {
			return
		}
		text := JSON(v)
		plain, _ := text.Text()
		back, err := ParseJSON(String(plain))
		if err != nil || back.Key() != v.Key() {
			t.Errorf("%s reads as %v, %v, want %v", plain, back, err, v)
		}
	})
}
