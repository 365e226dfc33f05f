package terraform

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// forExpr is `[for v in c : …]` or `{for k, v in c : … => …}`.
func (s *scope) forExpr(x *hclsyntax.ForExpr) graph.Value {
	return s.eval(x.CollExpr).Map(func(c graph.Value) graph.Value {
		switch c.Kind() {
		case graph.KindUnknown, graph.KindInvalid:
			return c
		case graph.KindHole, graph.KindRef:
			if id := c.Identity(); id.Resource != nil && id.Attribute == "" {
				return graph.Unknown("iacscan does not list the attributes of " + id.Name)
			}
			return s.forHole(x, c)
		case graph.KindList, graph.KindMap:
			return s.forEach(x, c)
		}
		return graph.Invalid("for needs a list or a map")
	})
}

// forEach goes over the elements that are known.
func (s *scope) forEach(x *hclsyntax.ForExpr, c graph.Value) graph.Value {
	value, key := &binding{name: x.ValVar}, &binding{name: x.KeyVar}
	inner := s.bind(value)
	if x.KeyVar != "" {
		inner = inner.bind(key)
	}
	if s.loops == 0 {
		s.iterations = 0
	}
	s.loops++
	defer func() { s.loops-- }()
	keyed, all := c.Keyed()
	loose := c.IsOpen() && !all || !ordered(c) && (x.KeyExpr == nil || !distinctElements(c))
	r := result{open: loose, loose: loose}
	each := func(k, v graph.Value) {
		if s.iterations++; s.iterations > maxIterations {
			r.fail(s.exceeded(s.place(x.SrcRange), "a for expression takes more than "+strconv.Itoa(maxIterations)+" iterations"))
			return
		}
		key.value, value.value = k, v
		inner.forElement(x, &r)
	}
	if o, ok := c.Object(); ok {
		for i, k := range o.Keys() {
			each(graph.String(k), o.Values()[i])
		}
		for _, e := range keyed {
			each(e.Key, e.Value)
		}
		r.open = r.open || keyed != nil && x.KeyExpr == nil // nobody knows their order
	} else {
		elements, _ := c.Elements()
		for i, v := range elements {
			switch {
			case c.IsSet():
				each(v, v)
			case c.IsOpen():
				each(graph.Unknown("the files do not say which element this is"), v)
			default:
				each(graph.Int(i), v)
			}
		}
	}
	return s.forResult(x, r)
}

// distinctElements reports whether no two elements of a set can turn out to be the same.
func distinctElements(set graph.Value) bool {
	elements, _ := set.Elements()
	e := entries{keyed: make([]graph.Entry, len(elements))}
	for i, v := range elements {
		e.keyed[i].Key = v
	}
	return e.distinct()
}

// maxIterations bounds a for expression together with those inside it.
const maxIterations = 1 << 19

// result is what the iterations of a for expression yield.
type result struct {
	entries  []entryOf
	maybe    []graph.Guard // the distinct undecided conditions among the entries
	open     bool          // more entries may exist
	loose    bool          // more elements may belong to each group
	failures []graph.Guard // conditions under which the expression fails
	failed   *graph.Value  // what makes the expression fail
}

// fail keeps the first reason why there is no result.
func (r *result) fail(v graph.Value) {
	if r.failed == nil {
		r.failed = &v
	}
}

// entryOf is one element of the result, under the condition of the if clause.
type entryOf struct {
	when       graph.Guard
	key, value graph.Value
}

// forElement is one iteration.
func (s *scope) forElement(x *hclsyntax.ForExpr, r *result) {
	e := entryOf{when: graph.Always()}
	if x.CondExpr != nil {
		c := s.eval(x.CondExpr)
		if c.Kind() == graph.KindUnknown {
			r.open, r.loose = true, true
			return
		}
		g, fails := s.truth(c)
		if fails.Decide() != graph.False {
			r.failures = append(r.failures, fails)
		}
		if e.when = g; g.Decide() == graph.False {
			return
		}
		if g.Decide() == graph.Undecided {
			r.undecided(g)
		}
	}
	if x.KeyExpr != nil {
		e.key = s.eval(x.KeyExpr)
		_, decided := e.key.Text()
		_, text := e.key.Parts()
		switch {
		case decided:
		case e.key.Kind() == graph.KindInvalid || e.key.IsNull() || e.key.Kind() == graph.KindList || e.key.Kind() == graph.KindMap:
			r.fail(invalidOr(e.key, "a key of a for expression is no text"))
			return
		default:
			s.doubt() // two elements may have the same key
			if x.Group || !text {
				r.open, r.loose = true, true
				return
			}
		}
	}
	if e.value = s.eval(x.ValExpr); s.strict && e.value.Kind() == graph.KindInvalid {
		if e.when.Decide() == graph.True {
			r.fail(e.value)
		} else {
			r.failures = append(r.failures, e.when)
		}
		return
	}
	r.entries = append(r.entries, e)
}

func (r *result) undecided(g graph.Guard) {
	for _, m := range r.maybe {
		if m.String() == g.String() {
			return
		}
	}
	r.maybe = append(r.maybe, g)
}

// maxFilters is how many undecided conditions of a for expression are told apart, as a choice between all combinations; with more
// of them, their elements are left out and the result is open.
const maxFilters = 4

// forResult builds the list or map.
func (s *scope) forResult(x *hclsyntax.ForExpr, r result) graph.Value {
	if r.failed != nil {
		return *r.failed
	}
	if len(r.maybe) > maxFilters {
		kept := r.entries[:0]
		for _, e := range r.entries {
			if e.when.Decide() == graph.True {
				kept = append(kept, e)
			}
		}
		r.entries, r.maybe, r.open, r.loose = kept, nil, true, true
	}
	v := s.combinations(x, &r, graph.Always(), r.maybe)
	if r.failures != nil {
		v = s.either(settled(graph.Or(r.failures...)), graph.Invalid("the condition of a for expression is neither true nor false"), v)
	}
	return v
}

// combinations is the result for every way of deciding the conditions in open.
func (s *scope) combinations(x *hclsyntax.ForExpr, r *result, when graph.Guard, open []graph.Guard) graph.Value {
	if len(open) == 0 {
		return s.collect(x, r, when)
	}
	with, without := graph.And(when, open[0]), graph.And(when, graph.Not(open[0]))
	var cases []graph.Case
	if with.Decide() != graph.False {
		cases = append(cases, graph.Case{When: open[0], Value: s.combinations(x, r, with, open[1:])})
	}
	if without.Decide() != graph.False {
		cases = append(cases, graph.Case{When: graph.Not(open[0]), Value: s.combinations(x, r, without, open[1:])})
	}
	return graph.Choice(cases...)
}

// collect is the result in the worlds of a guard that decides every condition.
func (s *scope) collect(x *hclsyntax.ForExpr, r *result, when graph.Guard) graph.Value {
	var out graph.Value
	if x.KeyExpr == nil {
		elements := make([]graph.Value, 0, len(r.entries))
		for _, e := range r.entries {
			if graph.Implies(when, e.when) == graph.True {
				elements = append(elements, e.value)
			}
		}
		out = graph.List(elements...)
	} else if out = r.mapping(x.Group, when); out.Kind() == graph.KindInvalid {
		return out
	}
	if r.open {
		out = out.AsOpen()
	}
	return out.WithSpan(s.place(x.SrcRange))
}

// mapping is the map that a for expression makes.
func (r *result) mapping(group bool, when graph.Guard) graph.Value {
	e := entries{known: make(map[string]graph.Value, len(r.entries)), more: r.open}
	groups := map[string][]graph.Value{}
	for _, entry := range r.entries {
		if graph.Implies(when, entry.when) != graph.True {
			continue
		}
		key, decided := entry.key.Text()
		_, twice := e.known[key]
		switch {
		case !decided:
			e.keyed = append(e.keyed, graph.Entry{Key: entry.key, Value: entry.value})
		case group:
			groups[key] = append(groups[key], entry.value)
		case twice:
			return graph.Invalid("two elements of a for expression have the key " + strconv.Quote(key))
		default:
			e.known[key] = entry.value
		}
	}
	for k, g := range groups {
		e.known[k] = graph.List(g...)
		if r.loose {
			e.known[k] = e.known[k].AsOpen()
		}
	}
	return e.value()
}

// forHole goes over a collection of which only the identity is known. The body is evaluated once for an element that stands for all;
// what it yields, together with the collection, identifies the result.
func (s *scope) forHole(x *hclsyntax.ForExpr, c graph.Value) graph.Value {
	s.doubt()
	id := c.Identity()
	element := graph.Hole(inside(id, "[*]"))
	inner := s.bind(&binding{name: x.ValVar, value: element})
	if x.KeyVar != "" {
		inner = inner.bind(&binding{name: x.KeyVar, value: derived("key", element)})
	}
	body := []graph.Value{c}
	for _, e := range []hclsyntax.Expression{x.KeyExpr, x.ValExpr, x.CondExpr} {
		if e == nil {
			continue
		}
		v := inner.eval(e)
		if !v.Walk(func(w graph.Value) bool {
			return w.Kind() != graph.KindUnknown && w.Kind() != graph.KindInvalid && !w.IsOpen()
		}) {
			return emptyOf(x).AsOpen().WithSpan(s.place(x.SrcRange))
		}
		body = append(body, v)
	}
	if v := body[len(body)-1]; x.KeyExpr == nil && x.CondExpr == nil && v.Kind() == graph.KindHole || v.Kind() == graph.KindRef {
		if name := v.Identity().Name; strings.HasPrefix(name, element.Identity().Name) && name != element.Identity().Name {
			return v // [for s in var.subnets : s.id] is var.subnets[*].id
		}
	}
	name := "for"
	if x.KeyExpr != nil {
		name = "formap"
		if x.Group {
			name = "forgroups"
		}
	}
	return derived(name, body...)
}

func emptyOf(x *hclsyntax.ForExpr) graph.Value {
	if x.KeyExpr == nil {
		return graph.List()
	}
	return graph.Map(graph.NewObject(nil))
}
