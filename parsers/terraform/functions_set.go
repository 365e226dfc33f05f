package terraform

import (
	"slices"
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// sets are the elements of some sets, of one type. What the files do not list is in unlisted.
func (c *invocation) sets() (sets [][]graph.Value, unlisted []bool, bad graph.Value) {
	var all []graph.Value
	for _, a := range c.args {
		elements, ok := a.Elements()
		if !ok && !undecidedKind(a) {
			return nil, nil, c.invalid("set required")
		}
		all = append(all, elements...)
		sets = append(sets, elements)
		unlisted = append(unlisted, !ok || a.IsOpen())
	}
	all, bad = unified(all)
	if all == nil {
		return nil, nil, c.invalid(bad.Why())
	}
	for i := range sets {
		sets[i], all = all[:len(sets[i])], all[len(sets[i]):]
	}
	return sets, unlisted, graph.Null()
}

// set is the result of an operation on sets.
func (c *invocation) set(elements []graph.Value, open bool) graph.Value {
	if open && len(elements) == 0 {
		return c.derived()
	}
	return setOf(elements, open)
}

func fnSetUnion(c *invocation) graph.Value {
	sets, unlisted, bad := c.sets()
	if sets == nil {
		return bad
	}
	return c.set(slices.Concat(sets...), slices.Contains(unlisted, true))
}

func fnSetIntersection(c *invocation) graph.Value {
	sets, unlisted, bad := c.sets()
	if sets == nil {
		return bad
	}
	others := make([]*members, len(sets)-1)
	for i, set := range sets[1:] {
		others[i] = membersOf(set)
	}
	out := make([]candidate, len(sets[0]))
	for i, e := range sets[0] {
		out[i] = candidate{e, graph.Always(), true}
		for j, other := range others {
			in, sure := other.have(e)
			sure = sure && !unlisted[j+1]
			if sure && in.Decide() == graph.False {
				out[i] = candidate{e, in, true}
				break
			}
			out[i].when = graph.And(out[i].when, in)
			out[i].sure = out[i].sure && (sure || in.Decide() == graph.True)
		}
	}
	return choose(out, unlisted[0], c.set)
}

func fnSetSubtract(c *invocation) graph.Value {
	sets, unlisted, bad := c.sets()
	if sets == nil {
		return bad
	}
	out := make([]candidate, len(sets[0]))
	without := membersOf(sets[1])
	for i, e := range sets[0] {
		in, sure := without.have(e)
		out[i] = candidate{e, graph.Not(in), sure && !unlisted[1] || in.Decide() == graph.True}
	}
	return choose(out, unlisted[0], c.set)
}

// fnSetProduct is setproduct(sets…): a list when all arguments are lists, else a set.
func fnSetProduct(c *invocation) graph.Value {
	rows := [][]graph.Value{nil}
	set := false
	for _, a := range c.args {
		elements, v, ok := c.listed(a)
		if !ok {
			return v
		}
		elements, bad := unified(elements)
		if elements == nil {
			return c.invalid(bad.Why())
		}
		set = set || a.IsSet()
		if len(rows)*len(elements) > maxElements {
			return graph.Unknown("the product has more than " + strconv.Itoa(maxElements) + " elements")
		}
		next := make([][]graph.Value, 0, len(rows)*len(elements))
		for _, r := range rows {
			for _, e := range elements {
				next = append(next, append(slices.Clone(r), e))
			}
		}
		rows = next
	}
	out := make([]graph.Value, len(rows))
	for i, r := range rows {
		out[i] = graph.List(r...)
	}
	if set {
		return setOf(out, false)
	}
	return graph.List(out...)
}
