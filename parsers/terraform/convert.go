package terraform

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/iacscan/iacscan/graph"
)

// maxNumberBits bounds the size of a number: graph's canonical text has no exponent.
const maxNumberBits = 4096

// fromCty is a value of go-cty, nowhere in particular. What go-cty does not know is unknown.
func fromCty(v cty.Value) graph.Value {
	v, _ = v.Unmark()
	t := v.Type()
	switch {
	case v == cty.NilVal || !v.IsKnown() || t.IsCapsuleType():
		return graph.Unknown("nothing in the files decides it")
	case v.IsNull():
		return graph.Null()
	case t == cty.String:
		return graph.String(v.AsString())
	case t == cty.Bool:
		return graph.Bool(v.True())
	case t == cty.Number:
		return fromNumber(v.AsBigFloat())
	case t.IsMapType() || t.IsObjectType():
		entries := map[string]graph.Value{}
		for k, e := range v.AsValueMap() {
			entries[k] = fromCty(e)
		}
		return graph.Map(graph.NewObject(entries))
	}
	elements := make([]graph.Value, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		elements = append(elements, fromCty(e))
	}
	if t.IsSetType() {
		return graph.List(elements...).AsSet()
	}
	return graph.List(elements...)
}

func fromNumber(f *big.Float) graph.Value {
	switch {
	case f.IsInf():
		return graph.Unknown("the number is infinite")
	case f.Sign() == 0:
		return graph.Int(0)
	case f.MantExp(nil) > maxNumberBits || f.MantExp(nil) < -maxNumberBits:
		return graph.Unknown("the number has more than " + strconv.Itoa(maxNumberBits) + " bits")
	}
	return graph.Number(f.Text('f', -1))
}

// toCty is a wholly known value for go-cty: a list becomes a tuple, a map an object. It returns false for every other value, and for
// a set whose elements have no type in common.
func toCty(v graph.Value) (cty.Value, bool) {
	switch v.Kind() {
	case graph.KindNull:
		return cty.NullVal(cty.DynamicPseudoType), true
	case graph.KindBool:
		b, _ := v.Bool()
		return cty.BoolVal(b), true
	case graph.KindNumber:
		text, _ := v.Text()
		n, err := cty.ParseNumberVal(text)
		return n, err == nil
	case graph.KindString:
		text, _ := v.Text()
		return cty.StringVal(text), true
	case graph.KindList:
		return listToCty(v)
	case graph.KindMap:
		o, _ := v.Object()
		entries := make(map[string]cty.Value, o.Len())
		for i, e := range o.Values() {
			c, ok := toCty(e)
			if !ok {
				return cty.NilVal, false
			}
			entries[o.Keys()[i]] = c
		}
		return cty.ObjectVal(entries), !v.IsOpen()
	}
	return cty.NilVal, false
}

func listToCty(v graph.Value) (cty.Value, bool) {
	in, _ := v.Elements()
	elements := make([]cty.Value, len(in))
	for i, e := range in {
		c, ok := toCty(e)
		if !ok {
			return cty.NilVal, false
		}
		elements[i] = c
	}
	tuple := cty.TupleVal(elements)
	if !v.IsSet() {
		return tuple, !v.IsOpen()
	}
	set, err := convert.Convert(tuple, cty.Set(cty.DynamicPseudoType))
	return set, err == nil && !v.IsOpen()
}

// withPlaces is a value that go-cty made from another, with the places of what it has in common with that.
func withPlaces(v, from graph.Value) graph.Value {
	if v.Kind() != from.Kind() {
		if _, ok := v.Text(); ok {
			return v.WithSpan(from.At()) // a number that became text
		}
		return v
	}
	switch v.Kind() {
	case graph.KindString:
		if graph.Equal(v, from) == graph.True {
			return from // with what it encodes
		}
	case graph.KindList:
		in, _ := v.Elements()
		origins, _ := from.Elements()
		byText := textIndex(origins)
		out := make([]graph.Value, len(in))
		for i, e := range in {
			out[i] = e
			if !v.IsSet() && len(origins) == len(in) {
				out[i] = withPlaces(e, origins[i])
			} else if o, ok := byText[scalarText(e)]; ok {
				out[i] = withPlaces(e, o)
			}
		}
		w := graph.List(out...).WithSpan(from.At())
		if v.IsSet() {
			w = w.AsSet()
		}
		return w
	case graph.KindMap:
		o, _ := v.Object()
		origin, _ := from.Object()
		entries := make(map[string]graph.Value, o.Len())
		for i, k := range o.Keys() {
			entries[k] = o.Values()[i]
			if e, ok := origin.Get(k); ok {
				entries[k] = withPlaces(entries[k], e)
			}
		}
		return graph.Map(graph.NewObject(entries)).WithSpan(from.At())
	}
	return v.WithSpan(from.At())
}

// textIndex finds values by their text, or by their key when they have none; the first one counts.
func textIndex(values []graph.Value) map[string]graph.Value {
	index := make(map[string]graph.Value, len(values))
	for _, v := range values {
		if k := scalarText(v); index[k].Kind() == graph.KindUnknown {
			index[k] = v
		}
	}
	return index
}

func scalarText(v graph.Value) string {
	if t, ok := v.Text(); ok {
		return t
	}
	return v.Key()
}

// The conversions below are those that Terraform makes for a parameter of a function or a variable with a type. A hole may be of any
// type, so it stays what it is: in a text it stands for its text, in a list for its elements. Null is of every type.

// undecidedKind reports whether v keeps its form whatever it is converted to.
func undecidedKind(v graph.Value) bool {
	switch v.Kind() {
	case graph.KindUnknown, graph.KindInvalid, graph.KindNull, graph.KindHole, graph.KindRef:
		return true
	}
	return false
}

// convertText is v as a string.
func convertText(v graph.Value) graph.Value {
	switch v.Kind() {
	case graph.KindBool, graph.KindNumber:
		text, _ := v.Text()
		return graph.String(text).WithSpan(v.At())
	case graph.KindList, graph.KindMap:
		return graph.Invalid("string required")
	case graph.KindChoice:
		return v.Map(convertText)
	}
	return v
}

// convertNumber is v as a number.
func convertNumber(v graph.Value) graph.Value {
	switch v.Kind() {
	case graph.KindString:
		text, _ := v.Text()
		n, err := cty.ParseNumberVal(text)
		if err != nil {
			return graph.Invalid("cannot convert " + strconv.Quote(text) + " to number; given string must be a decimal representation of a number")
		}
		return fromCty(n).WithSpan(v.At())
	case graph.KindTemplate:
		return soleOrDerived("tonumber", v)
	case graph.KindBool, graph.KindList, graph.KindMap:
		return graph.Invalid("number required")
	case graph.KindChoice:
		return v.Map(convertNumber)
	}
	return v
}

// convertBool is v as a boolean.
func convertBool(v graph.Value) graph.Value {
	switch v.Kind() {
	case graph.KindString:
		switch text, _ := v.Text(); text {
		case "true", "1":
			return graph.Bool(true).WithSpan(v.At())
		case "false", "0":
			return graph.Bool(false).WithSpan(v.At())
		default:
			return graph.Invalid("cannot convert " + strconv.Quote(text) + ` to bool; only the strings "true" or "false" are allowed`)
		}
	case graph.KindTemplate:
		return soleOrDerived("tobool", v)
	case graph.KindNumber, graph.KindList, graph.KindMap:
		return graph.Invalid("bool required")
	case graph.KindChoice:
		return v.Map(convertBool)
	}
	return v
}

// soleOrDerived is the hole that a text consists of, else what a conversion of the text yields.
func soleOrDerived(conversion string, text graph.Value) graph.Value {
	if id := text.Identity(); id != nil {
		return graph.Hole(id).WithSpan(text.At())
	}
	return derived(conversion, text).WithSpan(text.At())
}

// convertType is v as a value of a type, after what is missing in it got the defaults that `optional` gives.
func convertType(v graph.Value, t cty.Type, d *defaults) graph.Value {
	return convertTo(withDefaults(v, d), t)
}

func convertTo(v graph.Value, t cty.Type) graph.Value {
	switch {
	case v.Kind() == graph.KindChoice:
		return v.Map(func(v graph.Value) graph.Value { return convertTo(v, t) })
	case undecidedKind(v) || t == cty.DynamicPseudoType:
		return v
	case t == cty.String:
		return convertText(v)
	case t == cty.Number:
		return convertNumber(v)
	case t == cty.Bool:
		return convertBool(v)
	case t.IsListType():
		return convertList(v, t.ElementType())
	case t.IsSetType():
		return convertSet(v, t.ElementType())
	case t.IsMapType():
		return convertMap(v, t.ElementType())
	case t.IsTupleType():
		return convertTuple(v, t.TupleElementTypes())
	case t.IsObjectType():
		return convertObject(v, t)
	}
	return v
}

// convertElements converts each element of a list or set.
func convertElements(v graph.Value, t cty.Type) ([]graph.Value, graph.Value, bool) {
	in, ok := v.Elements()
	if !ok {
		return nil, graph.Invalid("list or set required"), false
	}
	if t == cty.DynamicPseudoType {
		out, bad := unified(in)
		return out, bad, out != nil
	}
	out := make([]graph.Value, len(in))
	for i, e := range in {
		if out[i] = convertTo(e, t); out[i].Kind() == graph.KindInvalid {
			return nil, graph.Invalid("element " + strconv.Itoa(i) + ": " + out[i].Why()).WithSpan(e.At()), false
		}
	}
	return out, graph.Value{}, true
}

func convertList(v graph.Value, t cty.Type) graph.Value {
	elements, bad, ok := convertElements(v, t)
	if !ok {
		return bad
	}
	out := graph.List(elements...).WithSpan(v.At())
	if v.IsOpen() || v.IsSet() && !ordered(v) {
		out = out.AsOpen()
	}
	return out
}

// ordered reports whether the order of the elements is decided: that of a set with holes is not.
func ordered(v graph.Value) bool {
	elements, _ := v.Elements()
	return !v.IsSet() || v.Known() || len(elements) < 2 && !v.IsOpen()
}

func convertSet(v graph.Value, t cty.Type) graph.Value {
	elements, bad, ok := convertElements(v, t)
	if !ok {
		return bad
	}
	return setOf(elements, v.IsOpen()).WithSpan(v.At())
}

// setOf is the set of some elements of one type: in the order in which Terraform goes through it when it is wholly known.
func setOf(elements []graph.Value, open bool) graph.Value {
	var distinct []graph.Value
	seen := map[string]bool{}
	known := !open
	for _, e := range elements {
		if e.Kind() == graph.KindUnknown {
			distinct = append(distinct, e)
			known = false
		} else if k := e.Key(); !seen[k] {
			seen[k] = true
			distinct = append(distinct, e)
			known = known && e.Known()
		}
	}
	set := graph.List(distinct...).AsSet()
	switch {
	case known && !slices.ContainsFunc(distinct, func(v graph.Value) bool { return v.Kind() != graph.KindString }):
		slices.SortFunc(distinct, func(a, b graph.Value) int { return strings.Compare(scalarText(a), scalarText(b)) })
		return set
	case known:
		if c, ok := toCty(set); ok {
			return withPlaces(fromCty(c), set)
		}
	}
	slices.SortStableFunc(distinct, func(a, b graph.Value) int { return strings.Compare(a.Key(), b.Key()) })
	set = graph.List(distinct...).AsSet()
	if open {
		set = set.AsOpen()
	}
	return set
}

func convertMap(v graph.Value, t cty.Type) graph.Value {
	o, ok := v.Object()
	if !ok {
		return graph.Invalid("map required")
	}
	values := o.Values()
	if t == cty.DynamicPseudoType {
		var bad graph.Value
		if values, bad = unified(values); values == nil {
			return bad
		}
	}
	entries := make(map[string]graph.Value, o.Len())
	for i, k := range o.Keys() {
		e := convertTo(values[i], t)
		if e.Kind() == graph.KindInvalid {
			return graph.Invalid("element " + strconv.Quote(k) + ": " + e.Why()).WithSpan(values[i].At())
		}
		entries[k] = e
	}
	return likeMap(v, entries)
}

// likeMap is a map of other entries, open and placed as the first is.
func likeMap(v graph.Value, entries map[string]graph.Value) graph.Value {
	out := graph.Map(graph.NewObject(entries)).WithSpan(v.At())
	if v.IsOpen() {
		out = out.AsOpen()
	}
	return out
}

func convertTuple(v graph.Value, types []cty.Type) graph.Value {
	in, ok := v.Elements()
	switch {
	case !ok:
		return graph.Invalid("tuple required")
	case v.IsOpen() || !ordered(v):
		return graph.List(in...).AsOpen().WithSpan(v.At())
	case len(in) != len(types):
		return graph.Invalid("tuple of " + strconv.Itoa(len(types)) + " elements required")
	}
	out := make([]graph.Value, len(in))
	for i, e := range in {
		if out[i] = convertTo(e, types[i]); out[i].Kind() == graph.KindInvalid {
			return graph.Invalid("element " + strconv.Itoa(i) + ": " + out[i].Why()).WithSpan(e.At())
		}
	}
	return graph.List(out...).WithSpan(v.At())
}

// convertObject keeps the attributes that the type has. Those that an open object may hold are unknown.
func convertObject(v graph.Value, t cty.Type) graph.Value {
	o, ok := v.Object()
	if !ok {
		return graph.Invalid("object required")
	}
	entries := make(map[string]graph.Value, len(t.AttributeTypes()))
	for name, at := range t.AttributeTypes() {
		e, ok := o.Get(name)
		switch {
		case ok:
			if entries[name] = convertTo(e, at); entries[name].Kind() == graph.KindInvalid {
				return graph.Invalid("attribute " + strconv.Quote(name) + ": " + entries[name].Why()).WithSpan(e.At())
			}
		case v.IsOpen():
			entries[name] = graph.Unknown("the files do not say whether there is an attribute " + strconv.Quote(name))
		case t.AttributeOptional(name):
			entries[name] = graph.Null()
		default:
			return graph.Invalid("attribute " + strconv.Quote(name) + " is required").WithSpan(v.At())
		}
	}
	return graph.Map(graph.NewObject(entries)).WithSpan(v.At())
}

// unified converts the elements of a collection to the one type that all of them have, and returns nil and the reason when there is
// none. Beside a hole, only what is text for sure makes its neighbours text.
func unified(values []graph.Value) ([]graph.Value, graph.Value) {
	if len(values) == 0 {
		return []graph.Value{}, graph.Value{}
	}
	if kind := values[0].Kind(); isScalar(kind) && !slices.ContainsFunc(values, func(v graph.Value) bool { return v.Kind() != kind }) {
		return values, graph.Value{} // go-cty takes quadratic time for that
	}
	list := graph.List(values...)
	if c, ok := toCty(list); ok {
		converted, err := convert.Convert(c, cty.List(cty.DynamicPseudoType))
		if err != nil {
			return nil, graph.Invalid("all elements must have the same type")
		}
		out, _ := withPlaces(fromCty(converted), list).Elements()
		return out, graph.Value{}
	}
	text := slices.ContainsFunc(values, isText)
	out := slices.Clone(values)
	for i, v := range out {
		if text && (v.Kind() == graph.KindNumber || v.Kind() == graph.KindBool) {
			out[i] = convertText(v)
		}
	}
	return out, graph.Value{}
}

func isScalar(k graph.Kind) bool {
	return k == graph.KindString || k == graph.KindNumber || k == graph.KindBool
}

// withDefaults gives the attributes of objects that are missing or null their defaults.
func withDefaults(v graph.Value, d *defaults) graph.Value {
	if d == nil {
		return v
	}
	switch v.Kind() {
	case graph.KindChoice:
		return v.Map(func(v graph.Value) graph.Value { return withDefaults(v, d) })
	case graph.KindList:
		in, _ := v.Elements()
		out := make([]graph.Value, len(in))
		for i, e := range in {
			out[i] = withDefaults(e, d.of(strconv.Itoa(i)))
		}
		return relist(v, out)
	case graph.KindMap:
		o, _ := v.Object()
		entries := make(map[string]graph.Value, o.Len())
		for i, k := range o.Keys() {
			entries[k] = o.Values()[i]
		}
		for k, fallback := range d.values {
			e, ok := entries[k]
			entries[k] = defaulted(e, ok, v.IsOpen(), k, fallback)
		}
		for k := range entries {
			entries[k] = withDefaults(entries[k], d.of(k))
		}
		return likeMap(v, entries)
	}
	return v
}

// defaulted is an attribute with a default.
func defaulted(v graph.Value, present, open bool, name string, fallback graph.Value) graph.Value {
	switch {
	case !present && open:
		return graph.Unknown("the files do not say whether there is an attribute " + strconv.Quote(name))
	case !present || v.IsNull():
		return fallback
	case fallback.IsNull():
		return v
	}
	return v.Map(func(v graph.Value) graph.Value {
		null, ok := equalIf(v, graph.Null())
		if !ok {
			return v
		}
		return graph.Choice(graph.Case{When: null, Value: fallback}, graph.Case{When: graph.Not(null), Value: v})
	})
}

// relist is a list of other elements: a set, open and placed as the first is.
func relist(v graph.Value, elements []graph.Value) graph.Value {
	out := graph.List(elements...).WithSpan(v.At())
	if v.IsSet() {
		out = out.AsSet()
	}
	if v.IsOpen() {
		out = out.AsOpen()
	}
	return out
}
