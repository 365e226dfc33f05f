package iam

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// choice is a condition key that the requester sets and that some document asks about, and the values worth trying.
type choice struct {
	key        string
	candidates []Operand
	// complete says that the candidates tell all outcomes apart that any value could have.
	complete bool
}

// maxEvaluations bounds how often statements are evaluated to try combinations of choices; past it what depends on a choice is
// undecided.
const maxEvaluations = 1 << 16

// tooMany reports whether there are too many combinations to try.
func tooMany(choices []choice, documents []*Document) bool {
	n := 1
	for _, d := range documents {
		n += len(d.Statements)
	}
	for _, c := range choices {
		if n *= len(c.candidates); n > maxEvaluations {
			return true
		}
	}
	return false
}

// each visits every combination of choices until visit returns false.
func each(choices []choice, visit func(map[string]Operand) bool) {
	chosen := make(map[string]Operand, len(choices))
	var rec func(i int) bool
	rec = func(i int) bool {
		if i == len(choices) {
			return visit(chosen)
		}
		for _, o := range choices[i].candidates {
			chosen[choices[i].key] = o
			if !rec(i + 1) {
				return false
			}
		}
		return true
	}
	rec(0)
}

// use is what a document asks about a key.
type use struct {
	operator operator
	values   Element
}

// findChoices lists the keys that the requester chooses and that the documents ask about, in the order in which they do.
func findChoices(r Request, documents []*Document) []choice {
	if r.Context == nil {
		return nil
	}
	var order []string
	uses := map[string][]use{}
	embedded := map[string]bool{} // keys that are part of a text as policy variables
	note := func(key string) (lower string, ok bool) {
		lower = strings.ToLower(key)
		if r.Context(lower).State != chosen {
			return "", false
		}
		if !slices.Contains(order, lower) {
			order = append(order, lower)
		}
		return lower, true
	}
	noteVariables := func(e Element) {
		for _, item := range e.Items {
			for _, v := range variablesIn(item.Value) {
				if key, ok := note(v.key); ok {
					embedded[key] = embedded[key] || !isVariable(item.Value, v)
				}
			}
		}
	}
	for _, d := range documents {
		for _, s := range d.Statements {
			noteVariables(s.Resources)
			noteVariables(s.NotResources)
			for _, c := range s.Conditions {
				noteVariables(c.Values)
				op, known := parseOperator(c.Operator)
				if key, ok := note(c.Key); ok && known {
					uses[key] = append(uses[key], use{op, c.Values})
				}
			}
		}
	}
	choices := make([]choice, 0, len(order))
	for _, key := range order {
		choices = append(choices, choice{
			key:        key,
			candidates: candidates(r.Context(key).Choice, uses[key]),
			complete:   !embedded[key] && exhaustive(r.Context, uses[key]),
		})
	}
	return choices
}

// candidates are values of a key that a requester would try: for each value that a document asks for, one that fits; one that nobody
// else has; those that may help as policy variables; none.
func candidates(c Choice, uses []use) []Operand {
	var values []graph.Value
	seen := map[string]bool{}
	add := func(v graph.Value) {
		if k := v.Key(); !seen[k] {
			seen[k] = true
			values = append(values, v)
		}
	}
	sets := false
	for _, u := range uses {
		sets = sets || u.operator.forAll || u.operator.forAny
		if u.operator.test == nil {
			continue
		}
		for _, item := range u.values.Items {
			for _, v := range fitting(c, u.operator.test, item.Value) {
				add(v)
			}
		}
	}
	add(ownValue(c))
	for _, v := range c.Others {
		add(v)
	}
	out := make([]Operand, 0, len(values)+2)
	for _, v := range values {
		out = append(out, Given(v))
	}
	if sets && len(values) > 1 {
		out = append(out, Given(values...))
	}
	if !c.Always {
		out = append(out, Absent())
	}
	return out
}

// anyText is what a requester writes where nobody asks for anything: the same everywhere, so that two keys can agree.
var anyText = Stranger("anything")

// ownValue is a value of the right shape that no policy names.
func ownValue(c Choice) graph.Value {
	if c.Shape == nil {
		return anyText
	}
	return join(len(c.Shape), func(i int) []graph.Part {
		v := c.Shape[i]
		if v.IsNull() {
			v = anyText
		}
		parts, _ := v.Parts()
		return parts
	})
}

// join puts the fields of a value together again.
func join(n int, field func(i int) []graph.Part) graph.Value {
	var parts []graph.Part
	for i := range n {
		if i > 0 {
			parts = append(parts, graph.Part{Literal: ":"})
		}
		parts = append(parts, field(i)...)
	}
	return graph.Template(parts...)
}

// fitting are values of the requester's that a test may let through, or not, for a value of the policy.
func fitting(c Choice, t *test, policy graph.Value) []graph.Value {
	if text, ok := policy.Text(); ok && t.probe != nil {
		texts := t.probe(text)
		values := make([]graph.Value, len(texts))
		for i, s := range texts {
			values[i] = graph.String(s)
		}
		return values
	}
	if _, ok := policy.Parts(); !ok {
		return nil
	}
	e := evaluator{literals: true}
	wanted := e.compile(policy, t.wild, false, false)
	if c.Shape == nil {
		return []graph.Value{graph.Template(instance(wanted)...)}
	}
	given := fields(wanted, len(c.Shape))
	if len(given) != len(c.Shape) {
		return nil
	}
	for i, fixed := range c.Shape {
		if !fixed.IsNull() && match(given[i], textOf(fixed, false)) != graph.True {
			return nil
		}
	}
	return []graph.Value{join(len(given), func(i int) []graph.Part {
		if fixed := c.Shape[i]; !fixed.IsNull() {
			parts, _ := fixed.Parts()
			return parts
		}
		return instance(given[i])
	})}
}

// instance is text that fits a pattern.
func instance(pattern []token) []graph.Part {
	var parts []graph.Part
	var literal strings.Builder
	hole := func(id *graph.Identity) {
		parts = append(parts, graph.Part{Literal: literal.String()}, graph.Part{Hole: id})
		literal.Reset()
	}
	for _, t := range pattern {
		switch t.kind {
		case tokenAny:
			hole(anyText.Identity())
		case tokenOne:
			literal.WriteByte('x')
		case tokenChar:
			literal.WriteRune(t.char)
		case tokenHole, tokenStranger, tokenUnknown:
			hole(t.hole)
		}
	}
	return append(parts, graph.Part{Literal: literal.String()})
}

// exhaustive reports whether the candidates for a key tell all outcomes apart: when only one thing is asked about it, or when all that
// is asked is whether it is one of some texts. What other keys hold is among the candidates if the requester can have it.
func exhaustive(context Context, uses []use) bool {
	same, texts := true, true
	for _, u := range uses {
		op := u.operator
		for _, item := range u.values.Items {
			for _, v := range variablesIn(item.Value) {
				if state := context(strings.ToLower(v.key)).State; state == chosen || state == undecided || !isVariable(item.Value, v) {
					return false
				}
			}
		}
		same = same && op == uses[0].operator && equalValues(u.values, uses[0].values)
		exact := op.checkNull || op.test == tests["stringequals"] || op.test == tests["bool"]
		texts = texts && exact && !op.forAll && !op.forAny
	}
	return same || texts
}

// isVariable reports whether a value is a policy variable and nothing else.
func isVariable(v graph.Value, variable variable) bool {
	text, ok := v.Text()
	return ok && text == "${"+variable.key+"}"
}

func equalValues(a, b Element) bool {
	return slices.EqualFunc(a.Items, b.Items, func(x, y Item) bool { return x.Value.Key() == y.Value.Key() })
}
