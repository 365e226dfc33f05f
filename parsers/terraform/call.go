package terraform

import (
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// function is a function call.
func (s *scope) function(x *hclsyntax.FunctionCallExpr) graph.Value {
	switch x.Name {
	case "try":
		return s.try(x.Args)
	case "can":
		return s.can(x.Args)
	case "element":
		if v, ok := s.elementOfSplat(x); ok {
			return v
		}
	}
	args := make([]graph.Value, 0, len(x.Args))
	for _, a := range x.Args {
		args = append(args, s.eval(a))
	}
	if x.ExpandFinal && len(args) > 0 {
		args = s.expand(args)
	}
	s.doubtUnless(args...)
	s.calling = s.place(x.Range())
	at := s.calling
	v := s.apply(x.Name, args)
	if v.Kind() == graph.KindChoice || !v.At().IsZero() {
		return v
	}
	return v.WithSpan(at)
}

// elementOfSplat is element(aws_subnet.x[*].id, i) where nobody knows how many instances there are: it names one of them all the same.
func (s *scope) elementOfSplat(x *hclsyntax.FunctionCallExpr) (graph.Value, bool) {
	if len(x.Args) != 2 || x.ExpandFinal {
		return graph.Value{}, false
	}
	splat, ok := x.Args[0].(*hclsyntax.SplatExpr)
	if !ok {
		return graph.Value{}, false
	}
	source, ok := splat.Source.(*hclsyntax.ScopeTraversalExpr)
	if !ok || !s.plain(source.Traversal) {
		return graph.Value{}, false
	}
	block, rest := s.repeated(source.Traversal)
	if block == nil || len(rest) > 0 {
		return graph.Value{}, false
	}
	r, _ := block.instances()
	if r == nil || r.mode != byCount || r.rest == nil || len(r.known) > 0 {
		return graph.Value{}, false
	}
	s.doubt()
	i := s.eval(x.Args[1])
	if n, ok := i.Int(); !ok || n != 0 { // element starts again after the last one
		i = derived("%", i, r.over)
	}
	return block.at(s, i, nil).Map(func(v graph.Value) graph.Value {
		return s.bind(&binding{symbol: splat.Item, value: v}).eval(splat.Each)
	}), true
}

// expand replaces the last argument by its elements, as `...` does. When the files do not list all of them, one unknown argument
// stands for the others.
func (s *scope) expand(args []graph.Value) []graph.Value {
	n := len(args) - 1
	last := args[n]
	elements, ok := last.Elements()
	if !ok {
		if last.Kind() != graph.KindInvalid {
			last = graph.Unknown("the files do not list the arguments that ... stands for")
		}
		return append(args[:n], last)
	}
	args = append(args[:n:n], elements...)
	if last.IsOpen() {
		args = append(args, graph.Unknown("the files do not list all arguments that ... stands for"))
	}
	return args
}

// apply calls a function once for each combination of choices among the arguments.
func (s *scope) apply(name string, args []graph.Value) graph.Value {
	total := 0
	for _, a := range args {
		if total += size(a); total > maxWeight {
			return graph.Unknown("the arguments of " + name + " hold more than " + strconv.Itoa(maxWeight) + " values")
		}
	}
	rows, ok := alternatives(args)
	if !ok {
		return s.applyOne(name, approximated(args))
	}
	if len(rows) == 1 {
		return s.applyOne(name, rows[0].values)
	}
	cases := make([]graph.Case, len(rows))
	for i, r := range rows {
		cases[i] = graph.Case{When: r.when, Value: s.applyOne(name, r.values)}
	}
	return graph.Choice(cases...)
}

func (s *scope) applyOne(name string, args []graph.Value) graph.Value {
	switch name {
	case "templatefile":
		return s.templateFile(args)
	case "templatestring":
		return s.templateString(args)
	}
	v := callFunction(name, args, s)
	if why := v.Why(); why == tooLong || why == tooMany {
		return s.exceeded(s.calling, why)
	}
	return v
}

// row is one combination of choices.
type row struct {
	when   graph.Guard
	values []graph.Value
}

// alternatives lists the combinations of the choices among some values that can be, and returns false when there are too many.
func alternatives(values []graph.Value) ([]row, bool) {
	rows := []row{{values: values}}
	for i, v := range values {
		if v.Kind() != graph.KindChoice {
			continue
		}
		var next []row
		for _, r := range rows {
			for _, c := range v.Cases() {
				when := graph.And(r.when, c.When)
				if when.Decide() == graph.False {
					continue
				}
				combined := append([]graph.Value(nil), r.values...)
				combined[i] = c.Value
				if next = append(next, row{when, combined}); len(next) > graph.MaxCases {
					return nil, false
				}
			}
		}
		rows = next
	}
	return rows, true
}

// approximated replaces choices by values that say less.
func approximated(values []graph.Value) []graph.Value {
	out := make([]graph.Value, len(values))
	for i, v := range values {
		out[i] = v
		if v.Kind() == graph.KindChoice {
			out[i] = approximation(v)
		}
	}
	return out
}

// approximation is what all alternatives of a choice have in common: an open list or map of what is in each of them, or nothing.
func approximation(v graph.Value) graph.Value {
	const why = "it depends on too many conditions"
	cases := v.Cases()
	kind := cases[0].Value.Kind()
	for _, c := range cases {
		if c.Value.Kind() != kind || kind != graph.KindList && kind != graph.KindMap {
			return graph.Unknown(why)
		}
	}
	if kind == graph.KindMap {
		o, _ := cases[0].Value.Object()
		common := map[string]graph.Value{}
		for i, k := range o.Keys() {
			if inAll(cases[1:], o.Values()[i], func(w graph.Value) []graph.Value {
				p, _ := w.Object()
				e, ok := p.Get(k)
				if !ok {
					return nil
				}
				return []graph.Value{e}
			}) {
				common[k] = o.Values()[i]
			}
		}
		return graph.Map(graph.NewObject(common)).AsOpen()
	}
	var common []graph.Value
	elements, _ := cases[0].Value.Elements()
	for _, e := range elements {
		if inAll(cases[1:], e, func(w graph.Value) []graph.Value { l, _ := w.Elements(); return l }) {
			common = append(common, e)
		}
	}
	return graph.List(common...).AsOpen()
}

// inAll reports whether a value is among those that every case lists.
func inAll(cases []graph.Case, v graph.Value, listed func(graph.Value) []graph.Value) bool {
	key := v.Key()
	for _, c := range cases {
		if !slices.ContainsFunc(listed(c.Value), func(e graph.Value) bool { return e.Key() == key }) {
			return false
		}
	}
	return true
}

// try is the value of the first argument that does not fail. An argument that may fail gives a choice: its value if it does not, else
// what follows.
func (s *scope) try(args []hclsyntax.Expression) graph.Value {
	if len(args) == 0 {
		return graph.Invalid("no argument of try succeeds")
	}
	v, sure := s.attempt(args[0])
	if !sure && len(args) == 1 {
		s.doubt()
	}
	return v.Map(func(v graph.Value) graph.Value {
		switch fails := failure(v); {
		case fails == graph.True:
			return s.try(args[1:])
		case sure && fails == graph.False && v.Kind() != graph.KindUnknown || len(args) == 1:
			return v
		}
		return s.either(graph.Holds(s.success(args[0], v)), v, s.try(args[1:]))
	})
}

// attempt evaluates an expression, and reports whether the files decide that it does not fail, an Invalid value aside.
func (s *scope) attempt(x hclsyntax.Expression) (v graph.Value, sure bool) {
	doubts, strict := s.doubts, s.strict
	s.strict = true
	v = s.eval(x)
	sure = s.doubts == doubts
	s.doubts, s.strict = doubts, strict
	return v, sure
}

// failure decides whether evaluating v fails, in whole or in a part.
func failure(v graph.Value) graph.Truth {
	var parts []graph.Value
	switch v.Kind() {
	case graph.KindInvalid:
		return graph.True
	case graph.KindList:
		parts, _ = v.Elements()
	case graph.KindMap:
		o, _ := v.Object()
		parts = o.Values()
	case graph.KindChoice:
		for _, c := range v.Cases() {
			if failure(c.Value) != graph.False {
				return graph.Undecided
			}
		}
	}
	fails := graph.False
	for _, p := range parts {
		fails = fails.Or(failure(p))
	}
	return fails
}

// success is the condition that an expression does not fail.
func (s *scope) success(x hclsyntax.Expression, v graph.Value) *graph.Identity {
	if v.Walk(func(w graph.Value) bool { return w.Kind() != graph.KindUnknown }) {
		if id := derived("can", v).Identity(); id != nil {
			return id
		}
	}
	return s.fresh("can("+s.text(x.Range())+")", "the files do not say whether this fails")
}

// can is whether an expression succeeds.
func (s *scope) can(args []hclsyntax.Expression) graph.Value {
	if len(args) != 1 {
		return graph.Invalid("can takes one argument")
	}
	v, sure := s.attempt(args[0])
	return s.ifTrue(v, func(v graph.Value) graph.Value {
		switch fails := failure(v); {
		case fails == graph.True:
			return graph.Bool(false)
		case sure && fails == graph.False && v.Kind() != graph.KindUnknown:
			return graph.Bool(true)
		}
		return boolean(graph.Holds(s.success(args[0], v)))
	})
}
