package provider

import (
	"slices"

	"github.com/iacscan/iacscan/graph"
)

// arguments are what a block passes, by name.
type arguments struct{ *graph.Object }

// get is an argument, Null when it is not passed.
func (a arguments) get(name string) graph.Value { return a.or(name, graph.Null()) }

// or is an argument, or what stands for one that is not passed. A null that is passed stays null, as Terraform has it.
func (a arguments) or(name string, fallback graph.Value) graph.Value {
	if a.Object != nil {
		if v, ok := a.Get(name); ok {
			return v
		}
	}
	return fallback
}

// field is an entry of a map, or what stands for one that is not there. An entry that a map may have is unknown.
func field(v graph.Value, name string, fallback graph.Value) graph.Value {
	return v.Map(func(v graph.Value) graph.Value {
		o, ok := v.Object()
		switch {
		case v.IsNull():
			return fallback
		case !ok:
			return part(v, name)
		}
		if e, ok := o.Get(name); ok {
			return e
		}
		if v.IsOpen() {
			return graph.Unknown("whether " + name + " is set is not decided")
		}
		return fallback
	})
}

// part is an entry of something undecided.
func part(v graph.Value, name string) graph.Value {
	if v.Identity() != nil {
		return graph.Hole(graph.Derived("lookup", v, graph.String(name)))
	}
	if v.Why() != "" {
		return v
	}
	return graph.Invalid("it has no attribute " + name)
}

// elements are the elements of a list, and whether there may be more. What is no list is one element; what is not decided is none.
func elements(v graph.Value) (list []graph.Value, more bool) {
	switch v.Kind() {
	case graph.KindNull:
		return nil, false
	case graph.KindList:
		list, _ = v.Elements()
		return list, v.IsOpen()
	case graph.KindMap, graph.KindString, graph.KindBool, graph.KindNumber, graph.KindTemplate:
		return []graph.Value{v}, false
	default:
		return nil, true
	}
}

// either is a under a condition, else b.
func either(when graph.Guard, a, b graph.Value) graph.Value {
	switch when.Decide() {
	case graph.True:
		return a
	case graph.False:
		return b
	default:
		return graph.Choice(graph.Case{When: when, Value: a}, graph.Case{When: graph.Not(when), Value: b})
	}
}

// isNull is the condition under which a value is null, as far as its alternatives tell.
func isNull(v graph.Value) graph.Guard {
	null := graph.Never()
	for _, c := range v.Cases() {
		if c.Value.IsNull() {
			null = graph.Or(null, c.When)
		}
	}
	return null
}

// concat is text made of other texts, null when one is null, and undecided when one is.
func concat(values ...graph.Value) graph.Value {
	var parts []graph.Part
	for i, v := range values {
		if v.Kind() == graph.KindChoice {
			return v.Map(func(c graph.Value) graph.Value {
				with := slices.Clone(values)
				with[i] = c
				return concat(with...)
			})
		}
		p, ok := v.Parts()
		if !ok {
			return v
		}
		parts = append(parts, p...)
	}
	return graph.Template(parts...)
}

// union is the list of what is in one of some lists. It is open when one of them is undecided, unless that one is all there is.
func union(lists ...graph.Value) graph.Value {
	var all []graph.Value
	open := false
	lists = slices.DeleteFunc(slices.Clone(lists), func(v graph.Value) bool {
		e, more := elements(v)
		return len(e) == 0 && !more
	})
	if len(lists) == 1 {
		return lists[0]
	}
	for i, l := range lists {
		if l.Kind() == graph.KindChoice {
			return l.Map(func(c graph.Value) graph.Value {
				with := slices.Clone(lists)
				with[i] = c
				return union(with...)
			})
		}
		e, more := elements(l)
		open = open || more
		for _, v := range e {
			if !slices.ContainsFunc(all, func(w graph.Value) bool { return graph.Equal(v, w) == graph.True }) {
				all = append(all, v)
			}
		}
	}
	list := graph.List(all...)
	if open {
		list = list.AsOpen()
	}
	return list
}

// object is a map of entries.
func object(entries attributes) graph.Value { return graph.Map(graph.NewObject(entries)) }
