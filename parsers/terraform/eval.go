package terraform

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// scope is where an expression stands, and so what the names in it mean.
type scope struct {
	*module
	each    *repetition // what each and count mean; nil outside a repeated block
	repeats *block      // the block that is repeated; nil outside one
	self    *instance   // what self means; nil outside a resource
	vars    *binding    // variables of for expressions and iterators of dynamic blocks, innermost first
	// variables are those of a template that templatefile renders, where no other names mean anything; nil elsewhere.
	variables *graph.Value
}

// binding is a variable of a for expression, the iterator of a dynamic block, or the element that a splat stands at.
type binding struct {
	name   string
	symbol *hclsyntax.AnonSymbolExpr // for a splat, which has no name
	value  graph.Value
	up     *binding
}

// bind is s with one more variable.
func (s *scope) bind(b *binding) *scope {
	inner := *s
	b.up = s.vars
	inner.vars = b
	return &inner
}

func (s *scope) lookup(name string) (graph.Value, bool) {
	for b := s.vars; b != nil; b = b.up {
		if b.symbol == nil && b.name == name {
			return b.value, true
		}
	}
	return graph.Value{}, false
}

// place is the span of a range.
func (e *evaluator) place(r hcl.Range) source.Span { return e.loader.span(r) }

// text is the source of a range, in one line and short enough to be part of a name.
func (e *evaluator) text(r hcl.Range) string {
	at := e.place(r)
	file := e.Files.File(at.File)
	if file == nil || at.Start > at.End || int(at.End) > len(file.Src) {
		return "expression"
	}
	return oneLine(file.Src[at.Start:at.End])
}

// eval is the value of an expression. It never fails: what cannot be evaluated is Invalid when Terraform would say so as well, else
// Unknown.
func (s *scope) eval(x hclsyntax.Expression) graph.Value {
	if why := s.enter(s, x); why != "" {
		return graph.Unknown(why)
	}
	v := s.node(x)
	s.leave()
	return v
}

func (s *scope) node(x hclsyntax.Expression) graph.Value {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return s.literal(x)
	case *hclsyntax.TemplateExpr:
		return s.template(x.Parts, x.SrcRange)
	case *hclsyntax.TemplateJoinExpr:
		return s.joined(x)
	case *hclsyntax.TemplateWrapExpr:
		return s.eval(x.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		return s.eval(x.Expression)
	case *hclsyntax.ScopeTraversalExpr:
		return s.traverse(x)
	case *hclsyntax.RelativeTraversalExpr:
		if i, ok := x.Source.(*hclsyntax.IndexExpr); ok {
			return s.indexed(i, x.Traversal)
		}
		return s.steps(s.eval(x.Source), x.Traversal)
	case *hclsyntax.IndexExpr:
		return s.indexed(x, nil)
	case *hclsyntax.SplatExpr:
		return s.splat(x)
	case *hclsyntax.AnonSymbolExpr:
		for b := s.vars; b != nil; b = b.up {
			if b.symbol == x {
				return b.value
			}
		}
	case *hclsyntax.TupleConsExpr:
		elements := make([]graph.Value, len(x.Exprs))
		for i, e := range x.Exprs {
			if elements[i] = s.eval(e); s.strict && elements[i].Kind() == graph.KindInvalid {
				return elements[i]
			}
		}
		return graph.List(elements...).WithSpan(s.place(x.SrcRange))
	case *hclsyntax.ObjectConsExpr:
		return s.object(x)
	case *hclsyntax.ObjectConsKeyExpr:
		if name := hcl.ExprAsKeyword(x.Wrapped); name != "" && !x.ForceNonLiteral {
			return graph.String(name).WithSpan(s.place(x.Range()))
		}
		return s.eval(x.Wrapped)
	case *hclsyntax.ConditionalExpr:
		return s.conditional(x)
	case *hclsyntax.BinaryOpExpr:
		return s.binary(x)
	case *hclsyntax.UnaryOpExpr:
		return s.unary(x)
	case *hclsyntax.ForExpr:
		return s.forExpr(x)
	case *hclsyntax.FunctionCallExpr:
		return s.function(x)
	case *hclsyntax.ExprSyntaxError:
		return graph.Unknown("the expression has a syntax error")
	}
	return graph.Unknown("iacscan does not know this kind of expression: " + s.text(x.Range()))
}

func (s *scope) literal(x *hclsyntax.LiteralValueExpr) graph.Value {
	at := s.place(x.SrcRange)
	if x.Val.IsKnown() && !x.Val.IsNull() {
		switch x.Val.Type() { // most literals by far
		case cty.String:
			return graph.String(x.Val.AsString()).WithSpan(at)
		case cty.Number:
			if n, accuracy := x.Val.AsBigFloat().Int64(); accuracy == big.Exact {
				return graph.Number(strconv.FormatInt(n, 10)).WithSpan(at)
			}
		}
	}
	return fromCty(x.Val).WithSpan(at)
}

// concatenate is the text of some values one after the other: one text for each combination of choices or, when there are too many, one
// with holes in their places.
func (s *scope) concatenate(values []graph.Value, r hcl.Range) graph.Value {
	rows, ok := alternatives(values)
	if !ok {
		values = slices.Clone(values)
		for i, v := range values {
			if v.Kind() == graph.KindChoice {
				values[i] = graph.Hole(graph.Derived("tostring", v))
			}
		}
		return s.joinedText(values, r)
	}
	cases := make([]graph.Case, len(rows))
	for i, row := range rows {
		cases[i] = graph.Case{When: row.when, Value: s.joinedText(row.values, r)}
	}
	if len(cases) == 1 {
		return cases[0].Value
	}
	return graph.Choice(cases...)
}

// joinedText is the text of values that are no choices.
func (s *scope) joinedText(values []graph.Value, r hcl.Range) graph.Value {
	var parts []graph.Part
	size := 0
	for _, v := range values {
		p, ok := v.Parts()
		switch id := v.Identity(); {
		case v.Kind() == graph.KindInvalid || v.Kind() == graph.KindUnknown:
			return v
		case v.IsNull():
			return graph.Invalid("a template has null in it")
		case !ok, id != nil && id.Resource != nil && id.Attribute == "":
			return graph.Invalid("a template has a value in it that is no text")
		}
		for _, q := range p {
			size += len(q.Literal) + 16
			if q.Hole != nil {
				s.doubt()
			}
		}
		parts = append(parts, p...)
	}
	if size > graph.MaxText {
		return s.exceeded(s.place(r), "a text grows beyond "+strconv.Itoa(graph.MaxText>>10)+" KiB")
	}
	return graph.Template(parts...)
}

// joined is the result of a %{for} directive.
func (s *scope) joined(x *hclsyntax.TemplateJoinExpr) graph.Value {
	return s.eval(x.Tuple).Map(func(v graph.Value) graph.Value {
		elements, ok := v.Elements()
		if !ok {
			return v
		}
		if v.IsOpen() {
			return s.unnamed(x, "a %{for} goes over values that the files do not list")
		}
		values := make([]graph.Value, len(elements))
		for i, e := range elements {
			values[i] = e
			if e.Kind() == graph.KindUnknown {
				values[i] = s.unnamed(x, e.Why())
			}
		}
		return s.concatenate(values, x.Range())
	})
}

// object is an object constructor. An entry replaces those before it that have the same key, and may have it when the files do not
// decide the keys.
func (s *scope) object(x *hclsyntax.ObjectConsExpr) graph.Value {
	at := s.place(x.SrcRange)
	e := entries{known: s.entryMap(len(x.Items))}
	for _, item := range x.Items {
		key, value := s.eval(item.KeyExpr), s.eval(item.ValueExpr)
		if s.strict && value.Kind() == graph.KindInvalid {
			return value
		}
		switch key.Kind() {
		case graph.KindNull, graph.KindList, graph.KindMap:
			return graph.Invalid("a key of an object is no text").WithSpan(at)
		case graph.KindInvalid:
			return key
		}
		if _, decided := key.Text(); !decided {
			s.doubt() // it may be null
		}
		s.put(&e, key, value)
	}
	defer s.returnMap(e.known)
	return e.value().WithSpan(at)
}

// smallObject is how many entries an object has whose map is used again: a loop makes one such object after another.
const smallObject = 8

// entryMap is an empty map for the entries of an object while it is made.
func (e *evaluator) entryMap(size int) map[string]graph.Value {
	if n := len(e.spare); size <= smallObject && n > 0 {
		m := e.spare[n-1]
		e.spare = e.spare[:n-1]
		return m
	}
	return make(map[string]graph.Value, size)
}

// returnMap takes the map of an object that is made.
func (e *evaluator) returnMap(m map[string]graph.Value) {
	if len(m) <= smallObject {
		clear(m)
		e.spare = append(e.spare, m)
	}
}
