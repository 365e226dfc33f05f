package terraform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
)

// instead is what the call is when an argument is not a list, or one of which the files do not list everything.
func (c *invocation) instead(v graph.Value) graph.Value {
	if v.Kind() == graph.KindList || undecidedKind(v) {
		return c.derived()
	}
	return c.invalid("list required")
}

// listed are all elements of a list or set. When the files do not list them, it returns false and what the call is then.
func (c *invocation) listed(v graph.Value) ([]graph.Value, graph.Value, bool) {
	if elements, ok := v.Elements(); ok && !v.IsOpen() {
		return elements, graph.Value{}, true
	}
	return nil, c.instead(v), false
}

// inOrder is listed for functions to which the order matters.
func (c *invocation) inOrder(v graph.Value) ([]graph.Value, graph.Value, bool) {
	if !ordered(v) {
		return nil, c.derived(), false
	}
	return c.listed(v)
}

// sequence is inOrder for functions that do not take sets.
func (c *invocation) sequence(v graph.Value) ([]graph.Value, graph.Value, bool) {
	if v.IsSet() {
		return nil, c.invalid("a set has no order"), false
	}
	return c.listed(v)
}

// number is a known whole number. When it is not, it returns false and what the call is then.
func (c *invocation) number(v graph.Value) (int, graph.Value, bool) {
	v = convertNumber(v)
	switch n, ok := v.Int(); {
	case ok:
		return n, graph.Value{}, true
	case v.Kind() == graph.KindNumber || v.Kind() == graph.KindInvalid:
		return 0, c.invalid("a whole number is required"), false
	}
	return 0, c.derived(), false
}

// maxPairs bounds the lists whose elements are compared with each other.
const maxPairs = 256

// allDifferent reports whether no two elements can be equal.
func allDifferent(elements []graph.Value) bool {
	if graph.List(elements...).AsSet().Known() {
		return true
	}
	if len(elements) > maxPairs {
		return false
	}
	for i, e := range elements {
		for _, f := range elements[:i] {
			if graph.Equal(e, f) != graph.False {
				return false
			}
		}
	}
	return true
}

func fnLength(c *invocation) graph.Value {
	v := c.args[0]
	if o, ok := v.Object(); ok && !v.IsOpen() {
		return graph.Int(o.Len())
	}
	switch v.Kind() {
	case graph.KindNumber, graph.KindBool:
		return c.invalid("a text or a collection is required")
	case graph.KindString:
		return callCty(stdlib.StrlenFunc, v)
	case graph.KindList:
		elements, _ := v.Elements()
		if !v.IsOpen() && (!v.IsSet() || allDifferent(elements)) {
			return graph.Int(len(elements))
		}
	}
	return c.whenKnown(func(args []graph.Value) graph.Value { return callCty(stdlib.StrlenFunc, args...) })
}

func fnElement(c *invocation) graph.Value {
	if part := c.places(c.args[0]); part != nil {
		if i, _, ok := c.number(c.args[1]); ok && i == 0 { // others may wrap around
			return part(0)
		}
	}
	elements, v, ok := c.sequence(c.args[0])
	if !ok {
		return v
	}
	i, v, ok := c.number(c.args[1])
	switch {
	case len(elements) == 0:
		return c.invalid("the list is empty")
	case !ok:
		return v
	case i < 0:
		return graph.Unknown("whether element takes a negative index depends on the version of Terraform")
	}
	return elements[i%len(elements)]
}

// places gives the element at each place of a list of which only the identity is known; it is nil for other values.
func (c *invocation) places(list graph.Value) func(i int) graph.Value {
	id := list.Identity()
	if k := list.Kind(); k != graph.KindHole && (k != graph.KindRef || id.Attribute == "") {
		return nil
	}
	return func(i int) graph.Value { return graph.Hole(inside(id, "["+strconv.Itoa(i)+"]")) }
}

// fnSlice is slice(list, from, to). Of a hole it is the elements at these places: without them, it fails.
func fnSlice(c *invocation) graph.Value {
	if part := c.places(c.args[0]); part != nil {
		from, _, ok := c.number(c.args[1])
		to, _, ok2 := c.number(c.args[2])
		if ok && ok2 && 0 <= from && from <= to && to-from <= graph.MaxCases {
			elements := make([]graph.Value, 0, to-from)
			for i := from; i < to; i++ {
				elements = append(elements, part(i))
			}
			return graph.List(elements...)
		}
	}
	elements, v, ok := c.sequence(c.args[0])
	if !ok {
		return v
	}
	from, v, ok := c.number(c.args[1])
	if !ok {
		return v
	}
	to, v, ok := c.number(c.args[2])
	switch {
	case !ok:
		return v
	case from < 0 || to > len(elements) || from > to:
		return c.invalid("the list has no elements " + strconv.Itoa(from) + " to " + strconv.Itoa(to))
	}
	return relist(c.args[0], elements[from:to:to])
}

func fnReverse(c *invocation) graph.Value {
	in, ok := c.args[0].Elements()
	if !ok {
		return c.instead(c.args[0])
	}
	out := slices.Clone(in)
	slices.Reverse(out)
	return unordered(c.args[0], out)
}

// unordered is a list of elements of a list or set, open when that is, or when nothing decides their order.
func unordered(v graph.Value, elements []graph.Value) graph.Value {
	out := graph.List(elements...).WithSpan(v.At())
	if v.IsOpen() || !ordered(v) {
		out = out.AsOpen()
	}
	return out
}

// fnSort is sort(list of text). Where a hole goes nobody knows, so that the list is as good as an open one.
func fnSort(c *invocation) graph.Value {
	in, ok := c.args[0].Elements()
	if !ok {
		return c.instead(c.args[0])
	}
	out := make([]graph.Value, len(in))
	known := true
	for i, e := range in {
		if out[i] = convertText(e); out[i].IsNull() || out[i].Kind() == graph.KindInvalid {
			return c.invalid("element " + strconv.Itoa(i) + " is no text")
		}
		known = known && out[i].Known()
	}
	if known {
		slices.SortStableFunc(out, func(a, b graph.Value) int {
			s, _ := a.Text()
			t, _ := b.Text()
			return strings.Compare(s, t)
		})
	}
	v := graph.List(out...).WithSpan(c.args[0].At())
	if c.args[0].IsOpen() || !known && len(out) > 1 {
		v = v.AsOpen()
	}
	return v
}

// fnConcat is concat(lists…). A hole among them leaves the list open.
func fnConcat(c *invocation) graph.Value {
	var out, undecided []graph.Value
	open := false
	kinds := map[graph.Kind]bool{} // of the lists that have elements of one kind only
	for _, a := range c.args {
		elements, ok := a.Elements()
		switch {
		case a.IsSet() || !ok && !undecidedKind(a):
			return c.invalid("all must be lists")
		case !ok:
			undecided, open = append(undecided, a), true
		}
		out = append(out, elements...)
		open = open || a.IsOpen()
		kinds[scalarKind(elements)] = true
	}
	delete(kinds, graph.KindUnknown)
	switch {
	case len(out) == 0 && len(undecided) == 1 && !slices.ContainsFunc(c.args, graph.Value.IsOpen):
		return undecided[0]
	case len(kinds) > 1 && kinds[graph.KindString] && len(undecided) == 0:
		return graph.Unknown("whether numbers become text depends on the types of the lists")
	}
	v := graph.List(out...)
	if len(c.args) == 1 {
		v = v.WithSpan(c.args[0].At())
	}
	if open {
		v = v.AsOpen()
	}
	return v
}

// scalarKind is the kind of known scalars that all elements are, unknown when they are not.
func scalarKind(elements []graph.Value) graph.Kind {
	kind := graph.KindUnknown
	for i, e := range elements {
		switch {
		case e.Kind() != graph.KindString && e.Kind() != graph.KindNumber && e.Kind() != graph.KindBool, i > 0 && e.Kind() != kind:
			return graph.KindUnknown
		}
		kind = e.Kind()
	}
	return kind
}

// fnFlatten is flatten(list). A hole that may be a list leaves the result open.
func fnFlatten(c *invocation) graph.Value {
	if _, ok := c.args[0].Elements(); !ok {
		return c.instead(c.args[0])
	}
	var out []graph.Value
	open, holes := false, false
	var add func(list graph.Value)
	add = func(list graph.Value) {
		open = open || list.IsOpen() || !ordered(list)
		elements, _ := list.Elements()
		for _, e := range elements {
			switch {
			case e.Kind() == graph.KindList:
				add(e)
			case e.Kind() == graph.KindUnknown, e.Kind() == graph.KindChoice:
				open = true
			case undecidedKind(e) && !e.IsNull() && !textual(e) && !wholeResource(e):
				holes = true
			default:
				out = append(out, e)
			}
			if len(out) > maxElements {
				return
			}
		}
	}
	add(c.args[0])
	if holes && len(out) == 0 && !open {
		return c.derived()
	}
	v := graph.List(out...)
	if open || holes {
		v = v.AsOpen()
	}
	return v
}

// fnContains is contains(list, value).
func fnContains(c *invocation) graph.Value {
	elements, ok := c.args[0].Elements()
	if !ok {
		return c.instead(c.args[0])
	}
	found, sure := amongIf(c.args[1], elements)
	if found.Decide() != graph.True && (!sure || c.args[0].IsOpen()) {
		return c.derived()
	}
	return boolean(found)
}

// maxGuards bounds the conditions that are joined to one.
const maxGuards = 100

// amongIf is the condition under which a value equals one of some others. It returns false when nothing says whether it equals one of
// them, or the condition is too large; the condition is sufficient then.
func amongIf(v graph.Value, others []graph.Value) (graph.Guard, bool) {
	var found []graph.Guard
	sure := true
	for _, o := range others {
		g, ok := equalIf(v, o)
		switch t := g.Decide(); {
		case !ok:
			sure = false
		case t == graph.True:
			return graph.Always(), true
		case t == graph.Undecided:
			if found = append(found, g); len(found) > maxGuards {
				return graph.Never(), false
			}
		}
	}
	return graph.Or(found...), sure
}

func fnIndex(c *invocation) graph.Value {
	elements, v, ok := c.sequence(c.args[0])
	if !ok {
		return v
	}
	for i, e := range elements {
		g, ok := equalIf(e, c.args[1])
		if !ok {
			return c.derived()
		}
		switch g.Decide() {
		case graph.True:
			return graph.Int(i)
		case graph.Undecided:
			return c.derived()
		}
	}
	return c.invalid("item not found")
}

func fnOne(c *invocation) graph.Value {
	elements, v, ok := c.listed(c.args[0])
	switch {
	case !ok:
		return v
	case len(elements) == 0:
		return graph.Null()
	case len(elements) == 1:
		return elements[0]
	case c.args[0].IsSet() && !allDifferent(elements):
		return c.derived()
	}
	return c.invalid("a list with at most one element is required")
}

func fnChunkList(c *invocation) graph.Value {
	elements, v, ok := c.inOrder(c.args[0])
	if !ok {
		return v
	}
	size, v, ok := c.number(c.args[1])
	switch {
	case !ok:
		return v
	case size < 0:
		return c.invalid("the size must not be negative")
	}
	elements, bad := unified(elements)
	switch {
	case elements == nil:
		return c.invalid(bad.Why())
	case len(elements) == 0:
		return graph.List()
	case size == 0:
		return graph.List(graph.List(elements...))
	}
	var out []graph.Value
	for chunk := range slices.Chunk(elements, size) {
		out = append(out, graph.List(chunk...))
	}
	return graph.List(out...)
}

// fnMatchKeys is matchkeys(values, keys, wanted): the values whose keys are wanted.
func fnMatchKeys(c *invocation) graph.Value {
	values, v, ok := c.inOrder(c.args[0])
	if !ok {
		return v
	}
	keys, v, ok := c.inOrder(c.args[1])
	if !ok {
		return v
	}
	wanted, v, ok := c.listed(c.args[2])
	switch {
	case !ok:
		return v
	case len(values) != len(keys):
		return c.invalid("there are " + strconv.Itoa(len(values)) + " values and " + strconv.Itoa(len(keys)) + " keys")
	}
	all, bad := unified(slices.Concat(keys, wanted))
	if all == nil {
		return c.invalid(bad.Why())
	}
	if values, bad = unified(values); values == nil {
		return c.invalid(bad.Why())
	}
	out := make([]candidate, len(values))
	search := membersOf(all[len(keys):])
	for i, v := range values {
		match, sure := search.have(all[i])
		out[i] = candidate{v, match, sure}
	}
	return choose(out, false, listOf)
}

// listOf is a list, open when that is true.
func listOf(elements []graph.Value, open bool) graph.Value {
	v := graph.List(elements...)
	if open {
		v = v.AsOpen()
	}
	return v
}

func fnAllTrue(c *invocation) graph.Value {
	return c.quantified(graph.False, graph.And)
}

func fnAnyTrue(c *invocation) graph.Value {
	return c.quantified(graph.True, graph.Or)
}

// quantified joins the conditions that a list holds; one that is decisive decides. Null is false.
func (c *invocation) quantified(decisive graph.Truth, join func(...graph.Guard) graph.Guard) graph.Value {
	elements, ok := c.args[0].Elements()
	if !ok {
		return c.instead(c.args[0])
	}
	guards := make([]graph.Guard, 0, len(elements))
	sure := !c.args[0].IsOpen()
	for i, e := range elements {
		g, ok := graph.Never(), true
		if !e.IsNull() {
			g, ok = conditionOf(e)
		}
		switch {
		case ok && g.Decide() == decisive:
			return graph.Bool(decisive == graph.True)
		case ok:
			guards = append(guards, g)
		case convertBool(e).Kind() == graph.KindInvalid:
			return c.invalid("element " + strconv.Itoa(i) + " is neither true nor false")
		default:
			sure = false
		}
	}
	if !sure || len(guards) > maxGuards {
		return c.derived()
	}
	return boolean(join(guards...))
}
