package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// binaryOp is `a op b` of numbers.
func binaryOp(op *hclsyntax.Operation, a, b graph.Value) graph.Value {
	if a.Kind() == graph.KindChoice || b.Kind() == graph.KindChoice {
		return distributed([]graph.Value{a, b}, func(v []graph.Value) graph.Value { return binaryOp(op, v[0], v[1]) })
	}
	if v, bad := firstBad(a, b); bad {
		return v
	}
	a, b = convertNumber(a), convertNumber(b)
	if v, bad := firstBad(a, b); bad {
		return v
	}
	switch {
	case a.IsNull() || b.IsNull():
		return graph.Invalid("operand must not be null")
	case a.Known() && b.Known():
		return callCty(op.Impl, a, b)
	}
	switch op {
	case hclsyntax.OpGreaterThan:
		return derived(">", a, b)
	case hclsyntax.OpLessThan:
		return derived(">", b, a)
	case hclsyntax.OpGreaterThanOrEqual: // the opposite of another comparison, so that the two exclude each other
		return opposite(derived(">", b, a))
	case hclsyntax.OpLessThanOrEqual:
		return opposite(derived(">", a, b))
	}
	return derived(symbols[op], a, b)
}

var symbols = map[*hclsyntax.Operation]string{
	hclsyntax.OpAdd: "+", hclsyntax.OpSubtract: "-", hclsyntax.OpMultiply: "*", hclsyntax.OpDivide: "/", hclsyntax.OpModulo: "%",
}

// opposite is `!v` of a hole; what is unknown stays so.
func opposite(v graph.Value) graph.Value {
	if id := v.Identity(); id != nil {
		return boolean(graph.Not(graph.Holds(id)))
	}
	return v
}

// negative is `-a`.
func negative(op *hclsyntax.Operation, a graph.Value) graph.Value {
	if a.Kind() == graph.KindChoice {
		return a.Map(func(a graph.Value) graph.Value { return negative(op, a) })
	}
	switch a = convertNumber(a); {
	case a.Kind() == graph.KindInvalid || a.Kind() == graph.KindUnknown:
		return a
	case a.IsNull():
		return graph.Invalid("operand must not be null")
	case a.Known():
		return callCty(op.Impl, a)
	}
	return derived("-", a)
}

// firstBad is the value that an operation on these is anyhow: what is invalid, else what is unknown.
func firstBad(values ...graph.Value) (graph.Value, bool) {
	for _, kind := range [...]graph.Kind{graph.KindInvalid, graph.KindUnknown} {
		for _, v := range values {
			if v.Kind() == kind {
				return v, true
			}
		}
	}
	return graph.Value{}, false
}

// conditionOf is the condition under which v is true. It returns false when v is neither true nor false, or of an unknown value.
func conditionOf(v graph.Value) (graph.Guard, bool) {
	if v.Kind() == graph.KindChoice {
		var either []graph.Guard
		for _, c := range v.Cases() {
			g, ok := conditionOf(c.Value)
			if !ok {
				return graph.Guard{}, false
			}
			either = append(either, graph.And(c.When, g))
		}
		return graph.Or(either...), true
	}
	switch v = convertBool(v); v.Kind() {
	case graph.KindBool:
		if b, _ := v.Bool(); b {
			return graph.Always(), true
		}
		return graph.Never(), true
	case graph.KindHole, graph.KindRef:
		return graph.Holds(v.Identity()), true
	}
	return graph.Guard{}, false
}

// boolean is true under a condition, else false.
func boolean(g graph.Guard) graph.Value {
	switch g.Decide() {
	case graph.True:
		return graph.Bool(true)
	case graph.False:
		return graph.Bool(false)
	}
	return graph.Choice(graph.Case{When: g, Value: graph.Bool(true)}, graph.Case{When: graph.Not(g), Value: graph.Bool(false)})
}

// equals is `a == b` of values that are no choice: a boolean, known or under the condition that decides it; unknown when nothing does.
func equals(a, b graph.Value) graph.Value {
	if v, bad := firstBad(a, b); bad {
		return v
	}
	if g, ok := equalIf(a, b); ok {
		return boolean(g)
	}
	return graph.Unknown("the files do not say whether two values are equal")
}

// equalIf is the condition under which a equals b, as Terraform compares: a number and text are never equal. It returns false when a or b
// is something without an identity.
func equalIf(a, b graph.Value) (graph.Guard, bool) {
	if a.Kind() == graph.KindChoice || b.Kind() == graph.KindChoice {
		var either []graph.Guard
		for _, c := range a.Cases() {
			for _, d := range b.Cases() {
				g, ok := equalIf(c.Value, d.Value)
				if !ok {
					return g, false
				}
				either = append(either, graph.And(c.When, d.When, g))
			}
		}
		return graph.Or(either...), true
	}
	if a.IsNull() && neverNull(b) || b.IsNull() && neverNull(a) || isText(a) && isNumber(b) || isNumber(a) && isText(b) {
		return graph.Never(), true
	}
	switch graph.Equal(a, b) {
	case graph.False:
		return graph.Never(), true
	case graph.True:
		if !collection(a) { // a list does not equal a tuple of the same elements, nor a map such an object
			return graph.Always(), true
		}
	}
	for _, pair := range [][2]graph.Value{{a, b}, {b, a}} {
		if text, ok := pair[1].Text(); ok && isText(pair[1]) { // what a number equals must be a number
			if id, fill, ok := soleHole(pair[0], text); ok {
				return graph.When(id, fill), true
			}
		}
	}
	if a.Key() > b.Key() {
		a, b = b, a
	}
	if id := derived("==", a, b).Identity(); id != nil {
		return graph.Holds(id), true
	}
	return graph.Guard{}, false
}

func isText(v graph.Value) bool {
	return v.Kind() == graph.KindString || v.Kind() == graph.KindTemplate
}

// isNumber reports whether v is a known number or boolean, which nothing converts before it is compared.
func isNumber(v graph.Value) bool { return v.Kind() == graph.KindNumber || v.Kind() == graph.KindBool }

func collection(v graph.Value) bool {
	for _, c := range v.Cases() {
		if k := c.Value.Kind(); k == graph.KindList || k == graph.KindMap {
			return true
		}
	}
	return false
}

// neverNull reports whether v is something, whatever it is: text with a hole in it, a resource, the id or the ARN of one.
func neverNull(v graph.Value) bool {
	id := v.Identity()
	return v.Kind() == graph.KindTemplate || id != nil && id.Resource != nil && !id.Resource.Data &&
		(id.Attribute == "" || id.Attribute == "id" || id.Attribute == "arn")
}

// soleHole is the only hole in a text, and what it would have to be for the text to be t.
func soleHole(v graph.Value, t string) (id *graph.Identity, fill string, ok bool) {
	parts, ok := v.Parts()
	if !ok {
		return nil, "", false
	}
	i := -1
	for j, p := range parts {
		if p.Hole == nil {
			continue
		}
		if i >= 0 {
			return nil, "", false
		}
		i = j
	}
	if i < 0 {
		return nil, "", false
	}
	if i > 0 {
		t = strings.TrimPrefix(t, parts[0].Literal)
	}
	if i < len(parts)-1 {
		t = strings.TrimSuffix(t, parts[len(parts)-1].Literal)
	}
	return parts[i].Hole, t, true
}
