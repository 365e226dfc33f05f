package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// An undecided boolean is either a hole, which is true under the guard "hole", or a choice of true and false under a guard and its
// negation. So a condition keeps its formula wherever it goes: through locals, variables, outputs.

// truth is the condition under which v is true, and that under which it is no boolean at all, which is an error.
func (s *scope) truth(v graph.Value) (holds, fails graph.Guard) {
	switch v = convertBool(v); v.Kind() {
	case graph.KindBool:
		if b, _ := v.Bool(); b {
			return graph.Always(), graph.Never()
		}
		return graph.Never(), graph.Never()
	case graph.KindHole, graph.KindRef:
		return graph.Holds(v.Identity()), graph.Never()
	case graph.KindUnknown:
		return graph.Holds(s.fresh("condition", v.Why())), graph.Never()
	case graph.KindChoice:
		var h, f []graph.Guard
		for _, c := range v.Cases() {
			holds, fails := s.truth(c.Value)
			h, f = append(h, graph.And(c.When, holds)), append(f, graph.And(c.When, fails))
		}
		return settled(graph.Or(h...)), settled(graph.Or(f...))
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

// conditional is `condition ? a : b`; one that the files do not decide is both. A branch that cannot be is not evaluated.
func (s *scope) conditional(x *hclsyntax.ConditionalExpr) graph.Value {
	c := s.eval(x.Condition)
	if c.Kind() == graph.KindUnknown {
		c = s.unnamed(x.Condition, c.Why())
	}
	holds, fails := s.truth(c)
	var cases []graph.Case
	if fails.Decide() != graph.False {
		why := invalidOr(c, "the condition is neither true nor false")
		cases = append(cases, graph.Case{When: fails, Value: why.WithSpan(s.place(x.SrcRange))})
	}
	if holds.Decide() != graph.False {
		cases = append(cases, graph.Case{When: holds, Value: s.eval(x.TrueResult)})
	}
	if otherwise := settled(graph.Not(graph.Or(holds, fails))); otherwise.Decide() != graph.False {
		cases = append(cases, graph.Case{When: otherwise, Value: s.eval(x.FalseResult)})
	}
	return graph.Choice(cases...)
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
	return s.placed(negative(x.Op, v), x.SrcRange)
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
