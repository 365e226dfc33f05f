package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// nestedType is the type of a nested block, or of the blocks that a dynamic block generates.
func nestedType(b *hclsyntax.Block) string {
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		return b.Labels[0]
	}
	return b.Type
}

// blocks is a list of the nested blocks of a type, as maps, and false when there are none.
func (s *scope) blocks(body *hclsyntax.Body, kind string) (graph.Value, bool) {
	var lists []graph.Value
	for _, b := range body.Blocks {
		switch {
		case nestedType(b) != kind:
		case b.Type == "dynamic" && len(b.Labels) == 1:
			lists = append(lists, s.dynamic(b))
		default:
			lists = append(lists, graph.List(s.content(b.Body).WithSpan(s.place(b.DefRange()))))
		}
	}
	if lists == nil {
		return graph.Value{}, false
	}
	return s.chain(lists), true
}

// content is a nested block as a map: its arguments, and its own blocks as lists.
func (s *scope) content(body *hclsyntax.Body) graph.Value {
	entries := make(map[string]graph.Value, len(body.Attributes)+len(body.Blocks))
	for name, a := range body.Attributes {
		entries[name] = s.eval(a.Expr)
	}
	for _, b := range body.Blocks {
		kind := nestedType(b)
		if _, done := entries[kind]; !done {
			entries[kind], _ = s.blocks(body, kind)
		}
	}
	return graph.Map(graph.NewObject(entries))
}

// dynamic is the list of blocks that a dynamic block generates.
func (s *scope) dynamic(b *hclsyntax.Block) graph.Value {
	at := s.place(b.DefRange())
	unknown := func(why string) graph.Value { return graph.List().AsOpenFor(why).WithSpan(at) }
	over := b.Body.Attributes["for_each"]
	var content *hclsyntax.Body
	for _, nested := range b.Body.Blocks {
		if nested.Type == "content" {
			content = nested.Body
		}
	}
	if over == nil || content == nil {
		return unknown("the dynamic block lacks its for_each or its content")
	}
	iterator := b.Labels[0]
	if a := b.Body.Attributes["iterator"]; a != nil {
		if t, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr); ok {
			iterator = t.Traversal.RootName()
		}
	}
	return s.eval(over.Expr).Map(func(v graph.Value) graph.Value {
		one := func(key, value graph.Value) graph.Value {
			element := graph.Map(graph.NewObject(map[string]graph.Value{"key": key, "value": value}))
			return s.bind(&binding{name: iterator, value: element}).content(content).WithSpan(at)
		}
		var out []graph.Value
		switch v.Kind() {
		case graph.KindInvalid:
			return v
		case graph.KindNull:
			return graph.Invalid("for_each of a dynamic block is null")
		case graph.KindMap:
			o, _ := v.Object()
			for i, k := range o.Keys() {
				out = append(out, one(graph.String(k), o.Values()[i]))
			}
		case graph.KindList:
			elements, _ := v.Elements()
			for i, e := range elements {
				key := graph.Int(i)
				if v.IsSet() {
					key = e
				}
				out = append(out, one(key, e))
			}
		default:
			return unknown(undecided(v))
		}
		list := graph.List(out...).WithSpan(at)
		if v.IsOpen() || !ordered(v) {
			list = list.AsOpenFor(undecided(v))
		}
		return list
	})
}

// undecided says why nobody knows how many blocks a value makes, as far as it tells.
func undecided(v graph.Value) string {
	if why := v.Why() + v.WhyOpen(); why != "" {
		return why
	}
	id := v.Identity()
	switch {
	case id == nil:
		return ""
	case id.Hint == "":
		return "it depends on " + id.Name
	}
	return "it depends on " + id.Name + " (" + id.Hint + ")"
}

// chain is one list after the other, one chain for each combination of choices; with too many of them, only what is certain.
func (s *scope) chain(lists []graph.Value) graph.Value {
	if len(lists) == 1 {
		return lists[0]
	}
	rows, ok := alternatives(lists)
	if !ok {
		return callFunction("concat", approximated(lists), s)
	}
	var cases []graph.Case
	for _, r := range rows {
		var all []graph.Value
		open := false
		var failed *graph.Value
		for _, l := range r.values {
			elements, ok := l.Elements()
			if !ok {
				failed = &l
				break
			}
			all = append(all, elements...)
			open = open || l.IsOpen()
		}
		v := graph.List(all...)
		if open {
			v = v.AsOpen()
		}
		if failed != nil {
			v = *failed
		}
		cases = append(cases, graph.Case{When: r.when, Value: v})
	}
	return graph.Choice(cases...)
}
