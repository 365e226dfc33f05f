package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// An undecided boolean is either a hole, which is true under the guard "hole", or a choice of true and false under a guard and its
// negation. So a condition keeps its formula wherever it goes: through locals, variables, outputs.

// guardOf is the condition under which v is true, and false when v cannot be a condition.
func (s *scope) guardOf(v graph.Value) (graph.Guard, bool) {
	switch v.Kind() {
	case graph.KindBool, graph.KindString:
		b, ok := v.Bool()
		if b {
			return graph.Always(), ok
		}
		return graph.Never(), ok
	case graph.KindHole, graph.KindRef:
		return graph.Holds(v.Identity()), true
	case graph.KindTemplate:
		if id := v.Identity(); id != nil {
			return graph.Holds(id), true
		}
		return graph.Holds(s.fresh(v.String(), "")), true
	case graph.KindUnknown:
		return graph.Holds(s.fresh("condition", v.Why())), true
	case graph.KindChoice:
		var either []graph.Guard
		for _, c := range v.Cases() {
			g, ok := s.guardOf(c.Value)
			if !ok {
				return graph.Guard{}, false
			}
			either = append(either, graph.And(c.When, g))
		}
		return s.bounded(graph.Or(either...)), true
	}
	return graph.Guard{}, false
}

// boolean is true under a guard, else false.
func (s *scope) boolean(g graph.Guard) graph.Value {
	g = s.bounded(g)
	switch g.Decide() {
	case graph.True:
		return graph.Bool(true)
	case graph.False:
		return graph.Bool(false)
	}
	return graph.Choice(graph.Case{When: g, Value: graph.Bool(true)}, graph.Case{When: graph.Not(g), Value: graph.Bool(false)})
}

// settled is a guard that always or never holds as such.
func settled(g graph.Guard) graph.Guard {
	switch g.Decide() {
	case graph.True:
		return graph.Always()
	case graph.False:
		return graph.Never()
	}
	return g
}

// maxAtoms bounds the formula of a guard: beyond it, one atom of its own stands for it.
const maxAtoms = 100

func (s *scope) bounded(g graph.Guard) graph.Guard {
	n := 0
	g.Atoms(func(graph.Atom) { n++ })
	if n <= maxAtoms {
		return g
	}
	return graph.Holds(s.fresh("condition", "its condition has more than 100 terms"))
}

// conditional is `condition ? a : b`; one that the files do not decide is both.
func (s *scope) conditional(x *hclsyntax.ConditionalExpr) graph.Value {
	var branches [2]graph.Value
	var done [2]bool
	branch := func(i int, e hclsyntax.Expression) graph.Value {
		if !done[i] {
			done[i], branches[i] = true, s.eval(e)
		}
		return branches[i]
	}
	c := s.eval(x.Condition)
	if g, ok := s.guardOf(c); ok && c.Kind() == graph.KindChoice {
		return s.either(g, branch(0, x.TrueResult), branch(1, x.FalseResult))
	}
	return c.Map(func(c graph.Value) graph.Value {
		if b, ok := c.Bool(); ok && b {
			return branch(0, x.TrueResult)
		} else if ok {
			return branch(1, x.FalseResult)
		}
		if c.Kind() == graph.KindUnknown {
			c = s.unnamed(x.Condition, c.Why())
		}
		g, ok := s.guardOf(c)
		if !ok {
			return invalidOr(c, "the condition is neither true nor false").WithSpan(s.place(x.SrcRange))
		}
		return s.either(g, branch(0, x.TrueResult), branch(1, x.FalseResult))
	})
}

func (s *scope) either(g graph.Guard, a, b graph.Value) graph.Value {
	return graph.Choice(graph.Case{When: g, Value: a}, graph.Case{When: graph.Not(g), Value: b})
}

// invalidOr is v when that says already why it is invalid.
func invalidOr(v graph.Value, why string) graph.Value {
	if v.Kind() == graph.KindInvalid {
		return v
	}
	return graph.Invalid(why)
}

func (s *scope) unary(x *hclsyntax.UnaryOpExpr) graph.Value {
	v := s.eval(x.Val)
	if x.Op != hclsyntax.OpLogicalNot {
		s.doubtUnless(v)
		return v.Map(func(v graph.Value) graph.Value { return unaryOp(x.Op, v) }).WithSpan(s.place(x.SrcRange))
	}
	g, ok := s.guardOf(v)
	if !ok {
		return invalidOr(v, "! is for true and false")
	}
	return s.placed(s.boolean(graph.Not(g)), x.SrcRange)
}

func (s *scope) binary(x *hclsyntax.BinaryOpExpr) graph.Value {
	a, b := s.eval(x.LHS), s.eval(x.RHS)
	switch x.Op {
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		return s.placed(s.logical(x.Op == hclsyntax.OpLogicalAnd, a, b), x.SrcRange)
	case hclsyntax.OpEqual:
		return s.placed(s.equality(a, b), x.SrcRange)
	case hclsyntax.OpNotEqual:
		v := s.equality(a, b)
		g, ok := s.guardOf(v)
		if !ok {
			return v
		}
		return s.placed(s.boolean(graph.Not(g)), x.SrcRange)
	}
	s.doubtUnless(a, b)
	return s.placed(a.Map(func(a graph.Value) graph.Value {
		return b.Map(func(b graph.Value) graph.Value { return binaryOp(x.Op, a, b) })
	}), x.SrcRange)
}

// placed gives the alternatives of v a place.
func (s *scope) placed(v graph.Value, r hcl.Range) graph.Value {
	at := s.place(r)
	return v.Map(func(v graph.Value) graph.Value { return v.WithSpan(at) })
}

// logical is && or ||.
func (s *scope) logical(and bool, a, b graph.Value) graph.Value {
	g, ok := s.guardOf(a)
	h, ok2 := s.guardOf(b)
	combine, decisive := graph.Or, graph.True
	if and {
		combine, decisive = graph.And, graph.False
	}
	switch {
	case ok && ok2:
		return s.boolean(combine(g, h))
	case ok && g.Decide() == decisive:
		s.doubt() // whether the other operand is evaluated depends on the version of Terraform
		return graph.Bool(!and)
	case !ok:
		return invalidOr(a, "&& and || are for true and false")
	}
	return invalidOr(b, "&& and || are for true and false")
}

// equality is `a == b`.
func (s *scope) equality(a, b graph.Value) graph.Value {
	if a.Kind() == graph.KindChoice || b.Kind() == graph.KindChoice {
		if t := graph.Equal(a, b); t != graph.Undecided && !collection(a) {
			return graph.Bool(t == graph.True)
		}
		return s.ifTrue(a, func(a graph.Value) graph.Value {
			return s.ifTrue(b, func(b graph.Value) graph.Value { return s.equality(a, b) })
		})
	}
	switch {
	case a.Kind() == graph.KindInvalid:
		return a
	case b.Kind() == graph.KindInvalid:
		return b
	case a.IsNull() && neverNull(b), b.IsNull() && neverNull(a):
		return graph.Bool(false)
	}
	switch graph.Equal(a, b) {
	case graph.False:
		return graph.Bool(false)
	case graph.True:
		if !collection(a) { // a list is not equal to a tuple of the same elements
			return graph.Bool(true)
		}
	}
	if a.Kind() == graph.KindUnknown {
		return a
	}
	if b.Kind() == graph.KindUnknown {
		return b
	}
	if t, ok := b.Text(); ok {
		if id, rest, ok := soleHole(a, t); ok {
			return s.boolean(graph.When(id, rest))
		}
	}
	if t, ok := a.Text(); ok {
		if id, rest, ok := soleHole(b, t); ok {
			return s.boolean(graph.When(id, rest))
		}
	}
	if a.Key() > b.Key() {
		a, b = b, a
	}
	return derived("==", a, b)
}

// ifTrue is f of each alternative of v, as one condition.
func (s *scope) ifTrue(v graph.Value, f func(graph.Value) graph.Value) graph.Value {
	w := v.Map(f)
	if w.Kind() != graph.KindChoice {
		return w
	}
	if g, ok := s.guardOf(w); ok {
		return s.boolean(g)
	}
	return w
}

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
