package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// An undecided boolean is either a hole, which is true under the guard "hole", or a choice of true and false under a guard and its
// negation. So a condition keeps its formula wherever it goes: through locals, variables, outputs.

// truth is the condition under which v is true, and that under which it is no boolean at all, which is an error.
func (s *scope) truth(v graph.Value) (holds, fails graph.Guard) {
	switch v.Kind() {
	case graph.KindBool, graph.KindString:
		switch b, ok := v.Bool(); {
		case !ok:
			return graph.Never(), graph.Always()
		case b:
			return graph.Always(), graph.Never()
		}
		return graph.Never(), graph.Never()
	case graph.KindHole, graph.KindRef:
		return graph.Holds(v.Identity()), graph.Never()
	case graph.KindTemplate:
		if id := v.Identity(); id != nil {
			return graph.Holds(id), graph.Never()
		}
		return graph.Holds(s.fresh(v.String(), "")), graph.Never()
	case graph.KindUnknown:
		return graph.Holds(s.fresh("condition", v.Why())), graph.Never()
	case graph.KindChoice:
		var h, f []graph.Guard
		for _, c := range v.Cases() {
			holds, fails := s.truth(c.Value)
			h, f = append(h, graph.And(c.When, holds)), append(f, graph.And(c.When, fails))
		}
		return graph.Or(h...), graph.Or(f...)
	}
	return graph.Never(), graph.Always()
}

// guardOf is the condition under which v is true, and false when v may be no boolean.
func (s *scope) guardOf(v graph.Value) (graph.Guard, bool) {
	holds, fails := s.truth(v)
	return holds, fails.Decide() == graph.False
}

// verdict is a boolean that is true under one condition, and an error under another.
func (s *scope) verdict(holds, fails graph.Guard, why graph.Value) graph.Value {
	fails = settled(fails)
	return s.either(fails, why, boolean(holds))
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
	if x.Op == hclsyntax.OpLogicalNot {
		return s.placed(s.not(v), x.SrcRange)
	}
	s.doubtUnless(v)
	return s.placed(v.Map(func(v graph.Value) graph.Value { return unaryOp(x.Op, v) }), x.SrcRange)
}

func (s *scope) not(v graph.Value) graph.Value {
	holds, fails := s.truth(v)
	return s.verdict(graph.Not(holds), fails, invalidOr(v, "! is for true and false"))
}

func (s *scope) binary(x *hclsyntax.BinaryOpExpr) graph.Value {
	a, b := s.eval(x.LHS), s.eval(x.RHS)
	var v graph.Value
	switch x.Op {
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		v = s.logical(x.Op == hclsyntax.OpLogicalAnd, a, b)
	case hclsyntax.OpEqual:
		v = s.equality(a, b)
	case hclsyntax.OpNotEqual:
		v = s.not(s.equality(a, b))
	default:
		s.doubtUnless(a, b)
		v = binaryOp(x.Op, a, b)
	}
	return s.placed(v, x.SrcRange)
}

// placed gives the alternatives of v a place.
func (s *scope) placed(v graph.Value, r hcl.Range) graph.Value {
	at := s.place(r)
	return v.Map(func(v graph.Value) graph.Value { return v.WithSpan(at) })
}

// logical is && or ||.
func (s *scope) logical(and bool, a, b graph.Value) graph.Value {
	g, failsA := s.truth(a)
	h, failsB := s.truth(b)
	combine, decisive := graph.Or, g
	if and {
		combine, decisive = graph.And, graph.Not(g)
	}
	if failsB.Decide() != graph.False {
		// Whether an operand is evaluated that the other one makes needless depends on the version of Terraform.
		s.doubt()
		failsB = graph.And(failsB, graph.Not(decisive))
	}
	why := invalidOr(b, "&& and || are for true and false")
	if failsA.Decide() == graph.True {
		why = invalidOr(a, "&& and || are for true and false")
	}
	return s.verdict(combine(g, h), graph.Or(failsA, failsB), why)
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
	case failure(a) == graph.True:
		return invalidOr(a, "an operand of == is invalid")
	case failure(b) == graph.True:
		return invalidOr(b, "an operand of == is invalid")
	}
	return equals(a, b)
}

// ifTrue is f of each alternative of v, as one condition.
func (s *scope) ifTrue(v graph.Value, f func(graph.Value) graph.Value) graph.Value {
	w := v.Map(f)
	if w.Kind() != graph.KindChoice {
		return w
	}
	holds, fails := s.truth(w)
	return s.verdict(holds, fails, graph.Invalid("a condition is neither true nor false"))
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
