package terraform

import (
	"slices"
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// fnCompact is compact(list of text): without null and empty text.
func fnCompact(c *invocation) graph.Value {
	in, ok := c.args[0].Elements()
	if !ok {
		return c.instead(c.args[0])
	}
	out := make([]candidate, len(in))
	for i, e := range in {
		if e = convertText(e); e.Kind() == graph.KindInvalid {
			return c.invalid("element " + strconv.Itoa(i) + " is no text")
		}
		absent, sure := absentIf(e)
		out[i] = candidate{e, graph.Not(absent), sure}
	}
	open := c.args[0].IsOpen() || !ordered(c.args[0])
	return choose(out, open, listOf).Map(func(v graph.Value) graph.Value { return v.WithSpan(c.args[0].At()) })
}

// fnDistinct is distinct(list).
func fnDistinct(c *invocation) graph.Value {
	in, ok := c.args[0].Elements()
	if !ok {
		return c.instead(c.args[0])
	}
	in, bad := unified(in)
	if in == nil {
		return c.invalid(bad.Why())
	}
	var out []candidate
	seen := &members{}
	for _, e := range in {
		same, sure := seen.have(e)
		if same.Decide() != graph.True {
			out = append(out, candidate{e, graph.Not(same), sure})
			seen.add(e)
		}
	}
	open := c.args[0].IsOpen() || !ordered(c.args[0])
	return choose(out, open, listOf).Map(func(v graph.Value) graph.Value { return v.WithSpan(c.args[0].At()) })
}

// A candidate is an element that a result has under a condition, if that is sure.
type candidate struct {
	value graph.Value
	when  graph.Guard
	sure  bool
}

// maxUndecided bounds the elements of which a result may or may not have each.
const maxUndecided = 5

// choose makes a collection of the candidates, or a choice of collections when conditions are not decided. What is not sure, and what
// would make too many cases, is left out of a collection that is open for it.
func choose(candidates []candidate, open bool, collect func(elements []graph.Value, open bool) graph.Value) graph.Value {
	rows := []row{{}}
	undecided := 0
	for _, c := range candidates {
		switch t := c.when.Decide(); {
		case !c.sure:
			open = true
		case t == graph.False:
		case t == graph.True:
			for i := range rows {
				rows[i].values = append(rows[i].values, c.value)
			}
		case undecided == maxUndecided:
			open = true
		default:
			undecided++
			for i, r := range rows {
				rows[i] = row{graph.And(r.when, c.when), append(slices.Clone(r.values), c.value)}
				rows = append(rows, row{graph.And(r.when, graph.Not(c.when)), r.values})
			}
		}
	}
	cases := make([]graph.Case, len(rows))
	for i, r := range rows {
		cases[i] = graph.Case{When: r.when, Value: collect(r.values, open)}
	}
	return graph.Choice(cases...)
}

// absentIf is the condition under which coalesce and compact pass over a value: when it is null or empty text. It returns false for what is
// unknown.
func absentIf(v graph.Value) (graph.Guard, bool) {
	switch v.Kind() {
	case graph.KindNull:
		return graph.Always(), true
	case graph.KindUnknown:
		return graph.Guard{}, false
	case graph.KindString, graph.KindTemplate:
		if parts, _ := v.Parts(); literalSize(parts) > 0 {
			return graph.Never(), true
		}
		return equalIf(v, graph.String(""))
	case graph.KindHole, graph.KindRef:
		if neverNull(v) {
			return graph.Never(), true
		}
		null, ok := equalIf(v, graph.Null())
		empty, ok2 := equalIf(v, graph.String(""))
		return graph.Or(null, empty), ok && ok2
	}
	return graph.Never(), true
}

// fnCoalesce is coalesce(values…). Each hole on the way is the value under the condition that it is something.
func fnCoalesce(c *invocation) graph.Value {
	text := slices.ContainsFunc(c.args, isText)
	return c.firstOf(absentIf, func(v graph.Value) graph.Value {
		if text && (v.Kind() == graph.KindNumber || v.Kind() == graph.KindBool) {
			return convertText(v)
		}
		return v
	})
}

// firstOf is the first argument that is not absent.
func (c *invocation) firstOf(absentIf func(graph.Value) (graph.Guard, bool), as func(graph.Value) graph.Value) graph.Value {
	var cases []graph.Case
	before := graph.Always() // all arguments before are absent
	for _, a := range c.args {
		absent, ok := absentIf(a)
		if !ok {
			return graph.Choice(append(cases, graph.Case{When: before, Value: graph.Unknown(a.Why())})...)
		}
		cases = append(cases, graph.Case{When: graph.And(before, graph.Not(absent)), Value: as(a)})
		if before = graph.And(before, absent); before.Decide() == graph.False {
			return graph.Choice(cases...)
		}
	}
	return graph.Choice(append(cases, graph.Case{When: before, Value: c.invalid("every one is null or empty")})...)
}

func fnCoalesceList(c *invocation) graph.Value {
	for _, a := range c.args {
		if _, ok := a.Elements(); !ok && !undecidedKind(a) || a.IsSet() {
			return c.invalid("all must be lists")
		}
	}
	empty := func(v graph.Value) (graph.Guard, bool) {
		elements, ok := v.Elements()
		switch {
		case ok && len(elements) > 0:
			return graph.Never(), true
		case ok && !v.IsOpen():
			return graph.Always(), true
		case ok:
			return graph.Guard{}, false
		}
		n := derived("length", v).Identity()
		if n == nil {
			return graph.Guard{}, false
		}
		return graph.When(n, "0"), true
	}
	return c.firstOf(empty, func(v graph.Value) graph.Value { return v })
}

// members are values of one type, among which others are looked for.
type members struct {
	all       []graph.Value
	undecided []graph.Value   // those of them that are not known
	keys      map[string]bool // of those that have an identity
}

func membersOf(values []graph.Value) *members {
	m := &members{}
	for _, v := range values {
		m.add(v)
	}
	return m
}

func (m *members) add(v graph.Value) {
	if m.keys == nil {
		m.keys = map[string]bool{}
	}
	m.all = append(m.all, v)
	if !v.Known() {
		m.undecided = append(m.undecided, v)
	}
	if _, loose := loosePart(v); !loose {
		m.keys[v.Key()] = true
	}
}

// maxCompared bounds the members that something undecided is compared with.
const maxCompared = 1000

// have is the condition under which a value is one of the members, as in [amongIf].
func (m *members) have(v graph.Value) (graph.Guard, bool) {
	others := m.all
	switch _, loose := loosePart(v); {
	case !loose && m.keys[v.Key()]:
		return graph.Always(), true
	case v.Known():
		others = m.undecided
	}
	if len(others) > maxCompared {
		return graph.Never(), false
	}
	return amongIf(v, others)
}
