package terraform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
)

// listed are all elements of a list or set. When the files do not list them, it returns false and what the call is then.
func (c *invocation) listed(v graph.Value) ([]graph.Value, graph.Value, bool) {
	elements, ok := v.Elements()
	switch {
	case ok && !v.IsOpen():
		return elements, graph.Value{}, true
	case ok || undecidedKind(v):
		return nil, c.derived(), false
	}
	return nil, c.invalid("list required"), false
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

func fnElement(c *invocation) graph.Value {
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

func fnSlice(c *invocation) graph.Value {
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
		_, v, _ := c.listed(c.args[0])
		return v
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
		_, v, _ := c.listed(c.args[0])
		return v
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

// fnDistinct is distinct(list).
func fnDistinct(c *invocation) graph.Value {
	in, ok := c.args[0].Elements()
	if !ok {
		_, v, _ := c.listed(c.args[0])
		return v
	}
	in, bad := unified(in)
	if in == nil {
		return c.invalid(bad.Why())
	}
	var first []graph.Value // without what is sure to be a repetition
	seen := map[string]bool{}
	for _, e := range in {
		if k := e.Key(); !seen[k] || e.Kind() == graph.KindUnknown {
			seen[k] = true
			first = append(first, e)
		}
	}
	open := c.args[0].IsOpen() || !ordered(c.args[0])
	if graph.List(first...).Known() {
		return listOf(first, open).WithSpan(c.args[0].At())
	}
	out := make([]candidate, len(first))
	for i, e := range first {
		same, sure := amongIf(e, first[:i])
		out[i] = candidate{e, graph.Not(same), sure}
	}
	return choose(out, open, listOf).Map(func(v graph.Value) graph.Value { return v.WithSpan(c.args[0].At()) })
}

// fnCompact is compact(list of text): without null and empty text.
func fnCompact(c *invocation) graph.Value {
	in, ok := c.args[0].Elements()
	if !ok {
		_, v, _ := c.listed(c.args[0])
		return v
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
		t := c.when.Decide()
		switch {
		case !c.sure:
			open = true
			continue
		case t == graph.False:
			continue
		case t == graph.Undecided:
			if undecided++; undecided > maxUndecided {
				open = true
				continue
			}
			for _, r := range rows {
				rows = append(rows, row{graph.And(r.when, graph.Not(c.when)), slices.Clone(r.values)})
			}
		}
		for i := range rows {
			if t == graph.Undecided && i >= len(rows)/2 {
				break
			}
			rows[i] = row{graph.And(rows[i].when, c.when), append(rows[i].values, c.value)}
		}
	}
	cases := make([]graph.Case, len(rows))
	for i, r := range rows {
		cases[i] = graph.Case{When: r.when, Value: collect(r.values, open)}
	}
	return graph.Choice(cases...)
}

// listOf is a list, open when that is true.
func listOf(elements []graph.Value, open bool) graph.Value {
	v := graph.List(elements...)
	if open {
		v = v.AsOpen()
	}
	return v
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
	text := slices.ContainsFunc(c.args, func(a graph.Value) bool {
		return a.Kind() == graph.KindString || a.Kind() == graph.KindTemplate
	})
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
		_, v, _ := c.listed(c.args[0])
		return v
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

// maxGuards bounds the conditions that are joined to one.
const maxGuards = 100

// fnContains is contains(list, value).
func fnContains(c *invocation) graph.Value {
	elements, ok := c.args[0].Elements()
	if !ok {
		_, v, _ := c.listed(c.args[0])
		return v
	}
	found, sure := amongIf(c.args[1], elements)
	if found.Decide() != graph.True && (!sure || c.args[0].IsOpen()) {
		return c.derived()
	}
	return boolean(found)
}

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
			found = append(found, g)
		}
	}
	if len(found) > maxGuards {
		return graph.Never(), false
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
	for i, v := range values {
		match, sure := amongIf(all[i], all[len(keys):])
		out[i] = candidate{v, match, sure}
	}
	return choose(out, false, listOf)
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
		_, v, _ := c.listed(c.args[0])
		return v
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
	out := make([]candidate, len(sets[0]))
	for i, e := range sets[0] {
		out[i] = candidate{e, graph.Always(), true}
		for j, other := range sets[1:] {
			in, sure := amongIf(e, other)
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
	for i, e := range sets[0] {
		in, sure := amongIf(e, sets[1])
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
