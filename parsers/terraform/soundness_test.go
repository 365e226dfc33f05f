package terraform

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/iacscan/iacscan/graph"
)

// An expression over variables that nobody sets has a value with holes, choices and unknowns in it. Whatever the variables turn out to
// be, the value that the expression then has must be one of those: that is what soundness means, and what these tests hold.

// setting gives the variables of soundness tests values.
type setting struct{ s, n, b, l, m string }

var settings = []setting{
	{`"a"`, "0", "true", `["a", "b"]`, `{ a = "x", b = "y" }`},
	{`"b"`, "1", "false", `[]`, `{}`},
	{`"prod"`, "2", "true", `["prod"]`, `{ prod = "z" }`},
	{`""`, "-1", "false", `["b", "a", "b"]`, `{ a = "a" }`},
	{`"1"`, "1", "true", `["", "1"]`, `{ "1" = "true", c = "a" }`},
}

const undeclared = `
variable "s" { type = string }
variable "n" { type = number }
variable "b" { type = bool }
variable "l" { type = list(string) }
variable "m" { type = map(string) }
`

func (w setting) declarations() string {
	out := undeclared
	for name, value := range map[string]string{"s": w.s, "n": w.n, "b": w.b, "l": w.l, "m": w.m} {
		out = regexp.MustCompile(`(variable "`+name+`" \{ )`).ReplaceAllString(out, "${1}\n default = "+strings.ReplaceAll(value, "$", "$$")+"\n ")
	}
	return strings.ReplaceAll(out, " }\n", "\n}\n")
}

// facts are what is so in a setting, as a guard.
func (w setting) facts() graph.Guard {
	id := func(name string) *graph.Identity { return &graph.Identity{Root: ".", Name: name} }
	return graph.And(
		graph.When(id("var.s"), strings.Trim(w.s, `"`)), graph.When(id("var.n"), w.n), graph.When(id("var.b"), w.b),
	)
}

// admits reports whether a value that holds in every world may be the one that it is in a certain world.
func (w setting) admits(v, is graph.Value) bool {
	if !is.Known() {
		return true // the plan fails, so that there is no such world; or nobody knows what it is
	}
	switch v.Kind() {
	case graph.KindUnknown:
		return true
	case graph.KindChoice:
		return slices.ContainsFunc(v.Cases(), func(c graph.Case) bool {
			return graph.Implies(w.facts(), c.When) != graph.False && w.admits(c.Value, is)
		})
	case graph.KindHole:
		text, ok := is.Text()
		known, of := w.text(v.Identity())
		return !of || ok && text == known
	case graph.KindTemplate:
		text, ok := is.Text()
		return ok && w.pattern(v).MatchString(text)
	case graph.KindList:
		return is.Kind() == graph.KindList && w.admitsList(v, is)
	case graph.KindMap:
		return is.Kind() == graph.KindMap && w.admitsMap(v, is)
	}
	a, ok := v.Text()
	b, ok2 := is.Text()
	return v.Kind() == is.Kind() && ok == ok2 && a == b
}

// text is the value of a variable.
func (w setting) text(id *graph.Identity) (string, bool) {
	switch id.Name {
	case "var.s":
		return strings.Trim(w.s, `"`), true
	case "var.n":
		return w.n, true
	case "var.b":
		return w.b, true
	}
	return "", false
}

func (w setting) pattern(v graph.Value) *regexp.Regexp {
	out := "(?s)^"
	parts, _ := v.Parts()
	for _, p := range parts {
		switch {
		case p.Hole == nil:
			out += regexp.QuoteMeta(p.Literal)
		default:
			if known, ok := w.text(p.Hole); ok {
				out += regexp.QuoteMeta(known)
			} else {
				out += ".*"
			}
		}
	}
	return regexp.MustCompile(out + "$")
}

func (w setting) admitsList(v, is graph.Value) bool {
	known, _ := v.Elements()
	elements, _ := is.Elements()
	if v.IsSet() {
		return w.admitsSet(v, known, elements)
	}
	if !v.IsOpen() {
		return slices.EqualFunc(known, elements, w.admits)
	}
	return !slices.ContainsFunc(known, func(k graph.Value) bool { // what is known must be there, in any order
		return !slices.ContainsFunc(elements, func(e graph.Value) bool { return w.admits(k, e) })
	})
}

func (w setting) admitsSet(v graph.Value, known, elements []graph.Value) bool {
	for _, k := range known {
		if !slices.ContainsFunc(elements, func(e graph.Value) bool { return w.admits(k, e) }) {
			return false
		}
	}
	for _, e := range elements {
		if !v.IsOpen() && !slices.ContainsFunc(known, func(k graph.Value) bool { return w.admits(k, e) }) {
			return false
		}
	}
	return true
}

func (w setting) admitsMap(v, is graph.Value) bool {
	known, _ := v.Object()
	entries, _ := is.Object()
	for i, k := range known.Keys() {
		if e, ok := entries.Get(k); !ok || !w.admits(known.Values()[i], e) {
			return false
		}
	}
	return v.IsOpen() || known.Len() == entries.Len()
}

// checkSound evaluates an expression without and with values for the variables.
func checkSound(t *testing.T, expression string) {
	t.Helper()
	evaluate := func(declarations string) graph.Value {
		m := root(t, map[string]string{"main.tf": declarations + "\nlocals {\n  x = " + expression + "\n}\n"}).module
		m.strict = true
		x, _ := m.dir.local("x")
		return (&scope{module: m}).eval(x.expression)
	}
	symbolic := evaluate(undeclared)
	for _, w := range settings {
		if is := evaluate(w.declarations()); !w.admits(symbolic, is) {
			t.Errorf("%s\nis   %v\nbut  %v\nwhen %+v", expression, symbolic, is, w)
			return
		}
	}
}

func TestSoundness(t *testing.T) {
	for _, x := range []string{
		// conditionals
		`var.b ? "x" : "y"`, `var.s == "a" ? 1 : var.n`, `var.b ? var.l : ["q"]`, `(var.b && var.s == "a") || var.n > 0 ? "p" : "q"`,
		`!var.b`, `var.b ? null : "x"`, `var.s != "" ? var.s : "default"`,
		// lookup and index
		`lookup(var.m, "a", "none")`, `lookup({ a = 1, b = 2 }, var.s, 0)`, `lookup(var.m, var.s, "none")`, `{ a = 1, b = 2, prod = 3 }[var.s]`,
		`var.m["a"]`, `var.m[var.s]`, `["p", "q"][var.n]`, `var.l[var.n]`, `element(["p", "q"], var.n)`, `element(var.l, 0)`,
		// contains, equality, length
		`contains(["a", "b"], var.s)`, `contains(var.l, "a")`, `contains(var.l, var.s)`, `contains([var.s, "x"], "a")`, `contains([var.s, "x"], "x")`,
		`var.s == "a"`, `var.s == var.s`, `"${var.s}x" == "ax"`, `var.l == ["a", "b"]`, `var.n == 1`, `var.s == 1`, `var.s == null`, `var.m == {}`,
		`length(var.l)`, `length(var.l) > 0 ? "some" : "none"`, `length([var.s, "a"])`, `length(toset([var.s, "a"]))`, `length(var.m)`,
		`length([for x in var.l : x if x == "a"])`, `length(var.s)`,
		// for … if
		`[for x in ["a", "b", "c"] : x if x == var.s]`, `[for x in var.l : upper(x)]`, `[for x in var.l : x if x != var.s]`,
		`{ for x in ["a", "b"] : x => x if var.b }`, `{ for k, v in var.m : k => v if v == "x" }`, `{ for x in var.l : x => 1... }`,
		`{ for x in [var.s, "q"] : x => x }`, `[for i, x in [var.s, "q"] : i if x == "q"]`, `[for k, v in toset([var.s, "q"]) : k]`,
		// try and can
		`try(var.m.a, "none")`, `try(var.l[1], "none")`, `try({ a = 1 }[var.s], 0)`, `try(tonumber(var.s), -1)`, `can(tonumber(var.s))`,
		`can(var.m["a"])`, `can({ a = 1 }[var.s])`, `try(["p", "q"][var.n], "none")`, `try(var.b ? { a = 1 }.b : 2, 3)`, `try(file(var.s), "none")`,
		`try(regex("^p", var.s), "none")`, `can(regex("^p", var.s))`, `try([{ a = 1 }[var.s]], [])`, `try(one(var.l), "none")`,
		// coalesce and others that look for something
		`coalesce(var.s, "x")`, `coalesce("", var.s, "x")`, `coalesce(null, var.s)`, `coalescelist(var.l, ["x"])`, `compact([var.s, "", "x"])`,
		`concat(var.l, ["z"])`, `concat(["z"], var.l)[0]`, `merge({ a = 1 }, var.m)`, `merge(var.m, { a = 1 })`, `merge(var.m, { a = 1 }).a`,
		`merge({ a = "1" }, var.b ? { a = "2", c = "3" } : {})`, `flatten([var.l, ["z"]])`, `flatten([[var.s], [["z"]]])`, `distinct([var.s, "a", "b", "a"])`,
		`setunion(["a"], [var.s])`, `setsubtract(["a", "b"], [var.s])`, `setintersection(["a", "b"], [var.s])`, `sort([var.s, "m"])`,
		`reverse(["p", var.s])`, `keys(merge({ q = 1 }, var.m))`, `values({ a = var.s, b = var.n })`, `zipmap(["a", "b"], [var.s, "x"])`,
		`join(",", ["x", var.s])`, `join(",", var.l)`, `split(",", "x,${var.s},y")`, `split(",", "x,${var.s},y")[0]`, `format("%s-%d", var.s, var.n)`,
		`replace("${var.s}-x", "-x", "")`, `replace(var.s, "a", "b")`, `trimprefix("pre-${var.s}", "pre-")`, `trimprefix(var.s, "p")`,
		`startswith("ax${var.s}", "ax")`, `startswith(var.s, "p")`, `endswith("${var.s}ax", "x")`, `strcontains("x${var.s}", "x")`, `substr("abc${var.s}", 0, 2)`,
		`upper(var.s)`, `upper("${var.s}a")`, `jsonencode({ a = var.s, n = var.n, b = var.b })`, `jsondecode(jsonencode({ a = var.s })).a`,
		`tostring(var.n)`, `tonumber(var.s)`, `tobool(var.b)`, `tolist(toset([var.s, "m"]))[0]`, `index(["a", "b", "prod"], var.s)`, `max(var.n, 1)`,
		`alltrue([var.b, true])`, `anytrue([var.b, false])`, `sum([var.n, 1])`, `range(var.n)`, `slice(["a", "b", "c"], 0, var.n)`, `chunklist(var.l, 1)`,
		`one([for x in [var.s] : x if x == "a"])`, `matchkeys(["x", "y"], ["a", "b"], [var.s])`, `transpose({ a = [var.s], b = ["a"] })`,
		`regexall("a", var.s)`, `nonsensitive(var.s)`, `base64decode(base64encode(var.s))`, `md5(var.s)`, `cidrsubnet("10.0.0.0/8", 8, var.n)`,
		// templates and objects
		`"%{if var.b}x%{else}y%{endif}z"`, `"%{for x in var.l}${x},%{endfor}"`, `{ (var.s) = 1, a = 2 }`, `{ a = 2, (var.s) = 1 }`, `{ a = 2, (var.s) = 1 }.a`,
		`"${var.b ? "x" : var.s}-${var.n}"`, `[var.s, "x"][0]`, `var.l[*]`, `[{ n = var.s }][*].n`, `{ a = { b = var.s } }.a["b"]`,
	} {
		t.Run(x, func(t *testing.T) { checkSound(t, x) })
	}
}

// TestSoundnessOfRandomExpressions goes through expressions that nobody would write.
func TestSoundnessOfRandomExpressions(t *testing.T) {
	const count = 300
	r := &random{rand.New(rand.NewPCG(1, 2))}
	for range count {
		checkSound(t, r.expression(r.IntN(len(r.kinds())), 3))
		if t.Failed() {
			return
		}
	}
}

// random writes expressions. Each method yields one of a type, nested as deep as told.
type random struct{ *rand.Rand }

func (r *random) kinds() []func(int) string {
	return []func(int) string{r.text, r.number, r.boolean, r.list, r.object}
}

func (r *random) expression(kind, depth int) string { return r.kinds()[kind](depth) }

func (r *random) pick(options ...func() string) string { return options[r.IntN(len(options))]() }

func literal(options ...string) func(*random) string {
	return func(r *random) string { return options[r.IntN(len(options))] }
}

func (r *random) text(depth int) string {
	if depth == 0 {
		return literal(`"a"`, `"b"`, `"prod"`, `""`, "var.s", "var.s", "null")(r)
	}
	d := depth - 1
	return r.pick(
		func() string { return fmt.Sprintf(`"${%s}-${%s}"`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`(%s ? %s : %s)`, r.boolean(d), r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`lookup(%s, %s, %s)`, r.object(d), r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`try(%s, %s)`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`try(%s.a, %s)`, r.object(d), r.text(d)) },
		func() string { return fmt.Sprintf(`coalesce(%s, %s)`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`%s[%s]`, r.object(d), r.text(d)) },
		func() string { return fmt.Sprintf(`%s[%s]`, r.list(d), r.number(d)) },
		func() string { return fmt.Sprintf(`join("", %s)`, r.list(d)) },
		func() string { return fmt.Sprintf(`format("%%s/%%v", %s, %s)`, r.text(d), r.number(d)) },
		func() string { return fmt.Sprintf(`replace(%s, "a", %s)`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`"%%{if %s}x%%{else}${%s}%%{endif}"`, r.boolean(d), r.text(d)) },
		func() string {
			return fmt.Sprintf(`%s(%s)`, literal("upper", "trimspace", "title", "strrev")(r), r.text(d))
		},
		func() string { return fmt.Sprintf(`trimprefix(%s, %s)`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`element(%s, %s)`, r.list(d), r.number(d)) },
		func() string { return fmt.Sprintf(`one(%s)`, r.list(d)) },
		func() string { return fmt.Sprintf(`jsonencode([%s, %s])`, r.text(d), r.number(d)) },
		func() string { return r.text(0) },
	)
}

func (r *random) number(depth int) string {
	if depth == 0 {
		return literal("0", "1", "2", "var.n")(r)
	}
	d := depth - 1
	return r.pick(
		func() string { return fmt.Sprintf(`length(%s)`, r.list(d)) },
		func() string { return fmt.Sprintf(`length(%s)`, r.object(d)) },
		func() string { return fmt.Sprintf(`(%s + %s)`, r.number(d), r.number(d)) },
		func() string { return fmt.Sprintf(`(%s ? %s : %s)`, r.boolean(d), r.number(d), r.number(d)) },
		func() string { return fmt.Sprintf(`try(index(%s, %s), 7)`, r.list(d), r.text(d)) },
		func() string { return fmt.Sprintf(`max(%s, %s)`, r.number(d), r.number(d)) },
		func() string { return r.number(0) },
	)
}

func (r *random) boolean(depth int) string {
	if depth == 0 {
		return literal("true", "false", "var.b", "var.b")(r)
	}
	d := depth - 1
	return r.pick(
		func() string { return fmt.Sprintf(`(%s %s %s)`, r.text(d), literal("==", "!=")(r), r.text(d)) },
		func() string {
			return fmt.Sprintf(`(%s %s %s)`, r.number(d), literal("==", "<", ">", ">=", "<=")(r), r.number(d))
		},
		func() string {
			return fmt.Sprintf(`(%s %s %s)`, r.boolean(d), literal("&&", "||", "==", "!=")(r), r.boolean(d))
		},
		func() string { return fmt.Sprintf(`!%s`, r.boolean(d)) },
		func() string { return fmt.Sprintf(`contains(%s, %s)`, r.list(d), r.text(d)) },
		func() string { return fmt.Sprintf(`can(%s)`, r.text(d)) },
		func() string { return fmt.Sprintf(`can(%s.a)`, r.object(d)) },
		func() string { return fmt.Sprintf(`startswith(%s, %s)`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`alltrue([%s, %s])`, r.boolean(d), r.boolean(d)) },
		func() string { return fmt.Sprintf(`(%s == %s)`, r.list(d), r.list(d)) },
		func() string { return r.boolean(0) },
	)
}

func (r *random) list(depth int) string {
	if depth == 0 {
		return literal("var.l", "var.l", "[]", `["a", "b"]`, `[var.s]`, `["x", var.s, "a"]`, `toset(["a", "b"])`)(r)
	}
	d := depth - 1
	return r.pick(
		func() string { return fmt.Sprintf(`[%s, %s]`, r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`concat(%s, %s)`, r.list(d), r.list(d)) },
		func() string { return fmt.Sprintf(`[for x in %s : x if x == %s]`, r.list(d), r.text(d)) },
		func() string { return fmt.Sprintf(`[for x in %s : "${x}${%s}"]`, r.list(d), r.text(d)) },
		func() string { return fmt.Sprintf(`[for k, v in %s : "${k}=${v}"]`, r.object(d)) },
		func() string { return fmt.Sprintf(`[for i, v in %s : v if i > 0]`, r.list(d)) },
		func() string { return fmt.Sprintf(`(%s ? %s : %s)`, r.boolean(d), r.list(d), r.list(d)) },
		func() string {
			return fmt.Sprintf(`%s(%s)`, literal("toset", "distinct", "compact", "reverse", "sort", "tolist")(r), r.list(d))
		},
		func() string { return fmt.Sprintf(`flatten([%s, %s])`, r.list(d), r.list(d)) },
		func() string { return fmt.Sprintf(`keys(%s)`, r.object(d)) },
		func() string { return fmt.Sprintf(`values(%s)`, r.object(d)) },
		func() string { return fmt.Sprintf(`split("-", %s)`, r.text(d)) },
		func() string { return fmt.Sprintf(`setsubtract(%s, %s)`, r.list(d), r.list(d)) },
		func() string { return fmt.Sprintf(`setunion(%s, %s)`, r.list(d), r.list(d)) },
		func() string { return fmt.Sprintf(`coalescelist(%s, %s)`, r.list(d), r.list(d)) },
		func() string { return fmt.Sprintf(`try(slice(%s, 0, %s), [])`, r.list(d), r.number(d)) },
		func() string { return fmt.Sprintf(`%s[*]`, r.list(d)) },
		func() string { return r.list(0) },
	)
}

func (r *random) object(depth int) string {
	if depth == 0 {
		return literal("var.m", "var.m", "{}", `{ a = "x", b = "y" }`, `{ a = var.s }`, `{ (var.s) = "q" }`)(r)
	}
	d := depth - 1
	return r.pick(
		func() string { return fmt.Sprintf(`{ a = %s, (%s) = %s }`, r.text(d), r.text(d), r.text(d)) },
		func() string { return fmt.Sprintf(`merge(%s, %s)`, r.object(d), r.object(d)) },
		func() string { return fmt.Sprintf(`{ for x in %s : x => x... }`, r.list(d)) },
		func() string { return fmt.Sprintf(`{ for x in %s : x => %s }`, r.list(d), r.text(d)) },
		func() string { return fmt.Sprintf(`{ for k, v in %s : k => v if v != %s }`, r.object(d), r.text(d)) },
		func() string { return fmt.Sprintf(`(%s ? %s : %s)`, r.boolean(d), r.object(d), r.object(d)) },
		func() string { return fmt.Sprintf(`zipmap(%s, %s)`, r.list(d), r.list(d)) },
		func() string { return fmt.Sprintf(`tomap(%s)`, r.object(d)) },
		func() string { return r.object(0) },
	)
}
