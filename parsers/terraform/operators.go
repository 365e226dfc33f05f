package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// binaryOp is `a op b`.
func binaryOp(op *hclsyntax.Operation, a, b graph.Value) graph.Value {
	if a.Kind() == graph.KindChoice || b.Kind() == graph.KindChoice {
		return distributed([]graph.Value{a, b}, func(v []graph.Value) graph.Value { return binaryOp(op, v[0], v[1]) })
	}
	if v, bad := firstBad(a, b); bad {
		return v
	}
	switch op {
	case hclsyntax.OpEqual:
		return equals(a, b)
	case hclsyntax.OpNotEqual:
		return unaryOp(hclsyntax.OpLogicalNot, equals(a, b))
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		return logical(op, a, b)
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
		return unaryOp(hclsyntax.OpLogicalNot, derived(">", b, a))
	case hclsyntax.OpLessThanOrEqual:
		return unaryOp(hclsyntax.OpLogicalNot, derived(">", a, b))
	}
	return derived(symbols[op], a, b)
}

var symbols = map[*hclsyntax.Operation]string{
	hclsyntax.OpAdd: "+", hclsyntax.OpSubtract: "-", hclsyntax.OpMultiply: "*", hclsyntax.OpDivide: "/", hclsyntax.OpModulo: "%",
}

// unaryOp is `op a`.
func unaryOp(op *hclsyntax.Operation, a graph.Value) graph.Value {
	if v, bad := firstBad(a); bad {
		return v
	}
	if op == hclsyntax.OpLogicalNot {
		g, ok := conditionOf(a)
		if !ok {
			return graph.Invalid("! is for true and false")
		}
		return boolean(graph.Not(g))
	}
	if a.Kind() == graph.KindChoice {
		return a.Map(func(a graph.Value) graph.Value { return unaryOp(op, a) })
	}
	switch a = convertNumber(a); {
	case a.Kind() == graph.KindInvalid:
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

func logical(op *hclsyntax.Operation, a, b graph.Value) graph.Value {
	g, ok := conditionOf(a)
	h, ok2 := conditionOf(b)
	switch {
	case !ok || !ok2:
		return graph.Invalid("&& and || are for true and false")
	case op == hclsyntax.OpLogicalAnd:
		return boolean(graph.And(g, h))
	}
	return boolean(graph.Or(g, h))
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
