package terraform

import (
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/graph"
)

// entries are the entries of a map. When there are none, it returns false and what the call is then.
func (c *invocation) entries(v graph.Value) (*graph.Object, graph.Value, bool) {
	o, ok := v.Object()
	switch {
	case ok:
		return o, graph.Value{}, true
	case undecidedKind(v):
		return nil, c.derived(), false
	}
	return nil, c.invalid("map required"), false
}

func fnKeys(c *invocation) graph.Value {
	o, v, ok := c.entries(c.args[0])
	if !ok {
		return v
	}
	out := make([]graph.Value, o.Len())
	for i, k := range o.Keys() {
		out[i] = graph.String(k)
	}
	v = graph.List(out...)
	if c.args[0].IsOpen() {
		v = v.AsOpen()
	}
	return v
}

func fnValues(c *invocation) graph.Value {
	o, v, ok := c.entries(c.args[0])
	if !ok {
		return v
	}
	v = graph.List(o.Values()...).WithSpan(c.args[0].At())
	if c.args[0].IsOpen() {
		v = v.AsOpen()
	}
	return v
}

// fnLookup is lookup(map, key, default). A key that the files do not decide is each of the map's under the condition that it is. The
// default stays what it is, as it does for objects; for a map, Terraform converts it to the type of the elements.
func fnLookup(c *invocation) graph.Value {
	o, v, ok := c.entries(c.args[0])
	if !ok {
		return v
	}
	missing := func() graph.Value {
		switch {
		case c.args[0].IsOpen():
			return graph.Unknown("the files do not list everything in the map")
		case len(c.args) == 3:
			return c.args[2]
		}
		return c.invalid("there is no entry " + c.args[1].String())
	}
	key := convertText(c.args[1])
	if text, ok := key.Text(); ok {
		if e, ok := o.Get(text); ok {
			return e
		}
		return missing()
	}
	if key.Kind() == graph.KindInvalid || o.Len() >= graph.MaxCases {
		return c.derived()
	}
	var cases []graph.Case
	none := graph.Always()
	for i, k := range o.Keys() {
		g, ok := equalIf(key, graph.String(k))
		if !ok {
			return c.derived()
		}
		cases = append(cases, graph.Case{When: g, Value: o.Values()[i]})
		none = graph.And(none, graph.Not(g))
	}
	return graph.Choice(append(cases, graph.Case{When: none, Value: missing()})...)
}

// fnMerge is merge(maps…). A hole may override what the maps before it have; what it adds leaves the result open.
func fnMerge(c *invocation) graph.Value {
	entries := map[string]graph.Value{}
	open, undecided := false, false
	for _, a := range c.args {
		o, isMap := a.Object()
		switch {
		case isMap:
			for k := range entries {
				if _, ok := o.Get(k); !ok && a.IsOpen() {
					entries[k] = graph.Unknown("a map that the files do not list may override " + strconv.Quote(k))
				}
			}
			for i, k := range o.Keys() {
				entries[k] = o.Values()[i]
			}
			open = open || a.IsOpen()
		case a.IsNull():
		case a.Kind() == graph.KindUnknown || wholeResource(a):
			for k := range entries {
				entries[k] = graph.Unknown("a map that the files do not list may override " + strconv.Quote(k))
			}
			open = true
		case undecidedKind(a):
			for k, v := range entries {
				entries[k] = overridden(v, a, k)
			}
			undecided = true
		default:
			return c.invalid("all must be maps or objects")
		}
	}
	if undecided && len(entries) == 0 && !open {
		return c.derived()
	}
	v := graph.Map(graph.NewObject(entries))
	if len(c.args) == 1 {
		v = v.WithSpan(c.args[0].At())
	}
	if open || undecided {
		v = v.AsOpen()
	}
	return v
}

// overridden is the entry of a map after merging a hole: that of the hole if it has one.
func overridden(v, hole graph.Value, key string) graph.Value {
	has := graph.Holds(graph.Derived("contains", graph.Hole(graph.Derived("keys", hole)), graph.String(key)))
	return graph.Choice(
		graph.Case{When: has, Value: graph.Hole(inside(hole.Identity(), "."+key))},
		graph.Case{When: graph.Not(has), Value: v},
	)
}

func fnTranspose(c *invocation) graph.Value {
	if _, v, ok := c.entries(c.args[0]); !ok {
		return v
	}
	return c.whenKnown(func(args []graph.Value) graph.Value {
		in := convertTo(args[0], cty.Map(cty.List(cty.String)))
		o, ok := in.Object()
		if !ok {
			return c.invalid(in.Why())
		}
		out := map[string][]graph.Value{}
		for i, list := range o.Values() {
			elements, _ := list.Elements()
			for _, e := range elements {
				k, ok := e.Text()
				if !ok {
					return c.invalid("a list holds null")
				}
				out[k] = append(out[k], graph.String(o.Keys()[i]))
			}
		}
		entries := make(map[string]graph.Value, len(out))
		for k, list := range out {
			entries[k] = graph.List(list...)
		}
		return graph.Map(graph.NewObject(entries))
	})
}

func fnZipMap(c *invocation) graph.Value {
	keys, v, ok := c.inOrder(c.args[0])
	if !ok {
		return v
	}
	values, v, ok := c.sequence(c.args[1])
	switch {
	case !ok:
		return v
	case len(keys) != len(values):
		return c.invalid("there are " + strconv.Itoa(len(keys)) + " keys and " + strconv.Itoa(len(values)) + " values")
	}
	entries := make(map[string]graph.Value, len(keys))
	for i, k := range keys {
		text, ok := convertText(k).Text()
		switch {
		case ok:
			entries[text] = values[i]
		case k.IsNull() || convertText(k).Kind() == graph.KindInvalid:
			return c.invalid("key " + strconv.Itoa(i) + " is no text")
		default:
			return c.derived()
		}
	}
	return graph.Map(graph.NewObject(entries)).WithSpan(c.args[1].At())
}
