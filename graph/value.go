package graph

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/source"
)

// Kind says what a [Value] is.
type Kind uint8

// The kinds of values.
const (
	KindUnknown  Kind = iota // nothing is known, not even an identity; Why says why
	KindInvalid              // evaluating it is an error in the input; Why says which. Only try, can and reports tell it from unknown
	KindNull                 // absent, null, AWS::NoValue
	KindBool                 // true or false
	KindNumber               // a decimal number of any precision
	KindString               // text that is wholly known
	KindTemplate             // text of literal parts and holes
	KindList                 // list, set or tuple
	KindMap                  // map or object
	KindRef                  // a resource, or an attribute of one that only the cloud knows
	KindHole                 // a value with an identity of its own that nothing decides
	KindChoice               // one of several values, each under its guard
)

// Value is what the files say about one value. It is immutable and small, and it carries the place where it was written. The zero
// Value is unknown without a reason.
type Value struct {
	kind Kind
	open bool
	at   source.Span
	text string // String; canonical Number; "true" or "false"; why Unknown, Invalid or open; isSet of a List
	data any    // []Part, []Value, *Object, *Identity, []Case; *encoded for text that says what it encodes
}

// Part is a piece of a template: literal text when Hole is nil, else what fills it.
type Part struct {
	Literal string
	Hole    *Identity
}

// Case is one of the values of a choice and the condition under which it is the one.
type Case struct {
	When  Guard
	Value Value
}

// Object is the content of a map: keys in sorted order, and their values.
type Object struct {
	keys   []string
	values []Value
	keyed  []Entry // see Value.WithKeyed
	all    bool    // keys and keyed are all there is
}

// Entry is an entry of a map whose key is text with holes.
type Entry struct{ Key, Value Value }

// NewObject returns the Object with these entries.
func NewObject(entries map[string]Value) *Object {
	o := &Object{keys: make([]string, 0, len(entries)), values: make([]Value, 0, len(entries))}
	for k := range entries {
		o.keys = append(o.keys, k)
	}
	sort.Strings(o.keys)
	for _, k := range o.keys {
		o.values = append(o.values, entries[k])
	}
	return o
}

// Len is the number of entries.
func (o *Object) Len() int { return len(o.keys) }

// Keys are the keys in order. The caller must not change them.
func (o *Object) Keys() []string { return o.keys }

// Values are the values in the order of their keys. The caller must not change them.
func (o *Object) Values() []Value { return o.values }

// Get is the value of a key.
func (o *Object) Get(key string) (Value, bool) {
	if i := sort.SearchStrings(o.keys, key); i < len(o.keys) && o.keys[i] == key {
		return o.values[i], true
	}
	return Value{}, false
}

// Unknown is a value of which nothing is known; why completes "unknown because …" and says what would decide it.
func Unknown(why string) Value { return Value{kind: KindUnknown, text: why} }

// Invalid is the value of an expression that fails.
func Invalid(why string) Value { return Value{kind: KindInvalid, text: why} }

// Null is an absent value.
func Null() Value { return Value{kind: KindNull} }

// Bool is a known boolean.
func Bool(b bool) Value { return Value{kind: KindBool, text: strconv.FormatBool(b)} }

// Int is a known integer.
func Int(n int) Value { return Value{kind: KindNumber, text: strconv.Itoa(n)} }

// Number is a known number in canonical decimal text: no exponent, no needless zeros or signs.
func Number(text string) Value { return Value{kind: KindNumber, text: text} }

// String is known text.
func String(s string) Value { return Value{kind: KindString, text: s} }

// Template is text of literal parts and holes. Neighbouring literals are joined, and what turns out to be literal is a String. A
// template of a single hole stays a template: it is text, whatever the hole is.
func Template(parts ...Part) Value {
	joined := make([]Part, 0, len(parts))
	for _, p := range parts {
		if n := len(joined); p.Hole == nil && n > 0 && joined[n-1].Hole == nil {
			joined[n-1].Literal += p.Literal
		} else if p.Hole != nil || p.Literal != "" {
			joined = append(joined, p)
		}
	}
	switch {
	case len(joined) == 0:
		return String("")
	case len(joined) == 1 && joined[0].Hole == nil:
		return String(joined[0].Literal)
	}
	return Value{kind: KindTemplate, data: joined}
}

// List is a list, set or tuple of exactly these elements. The caller must not change them afterwards.
func List(elements ...Value) Value { return Value{kind: KindList, data: elements} }

// Map is a map or object of exactly these entries.
func Map(o *Object) Value { return Value{kind: KindMap, data: o} }

// Hole is a value that only its identity tells. An identity with a resource makes it a reference.
func Hole(id *Identity) Value {
	if id.Resource != nil {
		return Value{kind: KindRef, data: id}
	}
	return Value{kind: KindHole, data: id}
}

// Reference is an attribute of a resource that only the cloud knows, or with an empty attribute the resource itself.
func Reference(r *Resource, attribute string) Value {
	return Value{kind: KindRef, data: r.Identity(attribute)}
}

// MaxCases bounds the alternatives of one choice; past it a value is unknown.
const MaxCases = 64

// Choice is one of several values. Cases that cannot be are dropped, nested choices are flattened, equal values are merged, and a
// choice of one is that one.
func Choice(cases ...Case) Value {
	var flat flatCases
	for _, c := range cases {
		flat.add(c, false)
	}
	return flat.choice()
}

// flatCases are the cases of a choice, one at a time.
type flatCases []Case

// add adds a case. Possible says that its guard is known to hold in some world.
func (f *flatCases) add(c Case, possible bool) {
	if inner, ok := c.Value.data.([]Case); ok && c.Value.kind == KindChoice {
		for _, d := range inner {
			f.add(Case{And(c.When, d.When), d.Value}, false)
		}
		return
	}
	if len(*f) > MaxCases || !possible && c.When.Decide() == False {
		return
	}
	for i := range *f {
		if e := &(*f)[i]; e.Value.identical(c.Value) {
			e.When = Or(e.When, c.When)
			return
		}
	}
	*f = append(*f, c)
}

func (f flatCases) choice() Value {
	switch n := len(f); {
	case n == 0:
		return Invalid("none of its cases can be")
	case n == 1:
		return f[0].Value
	case n > MaxCases:
		return Unknown("it has more than " + strconv.Itoa(MaxCases) + " possible values")
	}
	return Value{kind: KindChoice, data: []Case(f)}
}

// identical reports whether two values are the same in kind, content and place.
func (v Value) identical(w Value) bool { return v.at == w.at && v.alike(w) }

// alike reports whether two values are the same in kind and content, wherever they are written.
func (v Value) alike(w Value) bool {
	if v.kind != w.kind || v.open != w.open || v.text != w.text {
		return false
	}
	switch v.kind {
	case KindList:
		a, b := v.data.([]Value), w.data.([]Value)
		return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || slices.EqualFunc(a, b, Value.alike))
	case KindMap:
		o, p := v.data.(*Object), w.data.(*Object)
		return o == p || o.all == p.all && slices.Equal(o.keys, p.keys) && slices.EqualFunc(o.values, p.values, Value.alike) &&
			slices.EqualFunc(o.keyed, p.keyed, func(e, f Entry) bool { return e.Key.alike(f.Key) && e.Value.alike(f.Value) })
	case KindHole, KindRef:
		return v.data.(*Identity).Same(w.data.(*Identity))
	case KindChoice:
		a, b := v.data.([]Case), w.data.([]Case)
		return &a[0] == &b[0] || slices.EqualFunc(a, b, func(c, d Case) bool { return c.When.equal(d.When) && c.Value.alike(d.Value) })
	case KindTemplate:
		p, _ := v.Parts()
		q, _ := w.Parts()
		return slices.EqualFunc(p, q, func(p, q Part) bool {
			return p.Literal == q.Literal && (p.Hole == q.Hole || p.Hole != nil && p.Hole.Same(q.Hole))
		})
	}
	return true
}

// WithSpan is v written at a place.
func (v Value) WithSpan(at source.Span) Value {
	v.at = at
	return v
}

// AsOpen is the list or map v that may hold more than is known; more elements of a list may stand anywhere between the known ones.
func (v Value) AsOpen() Value {
	if o, ok := v.Object(); ok && o.all {
		v.data = &Object{keys: o.keys, values: o.values, keyed: o.keyed}
	}
	v.open = true
	return v
}

// isSet marks a list that is a set.
const isSet = "set"

// AsSet is the list v as a set: its elements have no order, and the same one does not count twice. Elements that the files decide are
// distinct already; two that they do not decide may turn out to be the same.
func (v Value) AsSet() Value {
	v.text = isSet
	return v
}

// IsSet reports whether the list v is a set.
func (v Value) IsSet() bool { return v.kind == KindList && v.text == isSet }

// WithKeyed is the map v that holds also entries whose keys are text with holes. It is open, since such a key can be any. The keys of a map
// that is not open otherwise are different from each other in every world.
func (v Value) WithKeyed(entries []Entry) Value {
	o := v.data.(*Object)
	v.data = &Object{keys: o.keys, values: o.values, keyed: entries, all: !v.open}
	v.open = true
	return v
}

// AsOpenFor is the list v, which is no set, as open as by [Value.AsOpen], for a reason that completes "there may be more because …".
func (v Value) AsOpenFor(why string) Value {
	v = v.AsOpen()
	if v.kind == KindList && !v.IsSet() && why != isSet {
		v.text = why
	}
	return v
}

// WhyOpen is the reason why v is open, where one is known.
func (v Value) WhyOpen() string {
	if v.kind == KindList && v.open && !v.IsSet() {
		return v.text
	}
	return ""
}

// Keyed are the entries of the map v whose keys are text with holes. All reports whether v holds nothing beside them and what its
// [Object] lists.
func (v Value) Keyed() (entries []Entry, all bool) {
	o, ok := v.Object()
	if !ok {
		return nil, false
	}
	return o.keyed, o.all || !v.open
}

// Kind says what v is.
func (v Value) Kind() Kind { return v.kind }

// At is where v was written: the literal, not the expression that passes it on. Zero when no single place is.
func (v Value) At() source.Span { return v.at }

// IsNull reports whether v is absent.
func (v Value) IsNull() bool { return v.kind == KindNull }

// IsOpen reports whether the list or map v may hold more than is known.
func (v Value) IsOpen() bool { return v.open }

// Why is the reason why v is unknown or invalid, empty for other kinds.
func (v Value) Why() string {
	if v.kind == KindUnknown || v.kind == KindInvalid {
		return v.text
	}
	return ""
}

// Text is the text of a known string, number or boolean.
func (v Value) Text() (string, bool) {
	return v.text, v.kind == KindString || v.kind == KindNumber || v.kind == KindBool
}

// Bool is the known boolean v. The strings "true" and "false" count, as both languages convert them.
func (v Value) Bool() (value, ok bool) {
	if v.kind == KindBool || v.kind == KindString {
		switch v.text {
		case "true":
			return true, true
		case "false":
			return false, true
		}
	}
	return false, false
}

// Int is the known integer v. A string of decimal digits counts.
func (v Value) Int() (int, bool) {
	if v.kind == KindNumber || v.kind == KindString {
		n, err := strconv.Atoi(v.text)
		return n, err == nil
	}
	return 0, false
}

// Parts are the pieces of a value that can be text: a string, number, boolean, template, hole or reference to an attribute.
func (v Value) Parts() ([]Part, bool) {
	switch v.kind {
	case KindString, KindNumber, KindBool:
		return []Part{{Literal: v.text}}, true
	case KindTemplate:
		return v.parts(), true
	case KindHole, KindRef:
		return []Part{{Hole: v.data.(*Identity)}}, true
	}
	return nil, false
}

// Elements are the elements of a list. The caller must not change them.
func (v Value) Elements() ([]Value, bool) {
	e, ok := v.data.([]Value)
	return e, ok && v.kind == KindList
}

// Object is the content of a map.
func (v Value) Object() (*Object, bool) {
	o, ok := v.data.(*Object)
	return o, ok && v.kind == KindMap
}

// Cases are the alternatives of a choice, else v itself under no condition.
func (v Value) Cases() []Case {
	if c, ok := v.data.([]Case); ok && v.kind == KindChoice {
		return c
	}
	return []Case{{Value: v}}
}

// Identity is the identity of a hole or reference, or of the one hole that a template consists of; nil for everything else.
func (v Value) Identity() *Identity {
	switch v.kind {
	case KindHole, KindRef:
		return v.data.(*Identity)
	case KindTemplate:
		if p := v.parts(); len(p) == 1 {
			return p[0].Hole
		}
	}
	return nil
}

// Known reports whether nothing inside v is undecided.
func (v Value) Known() bool {
	switch v.kind {
	case KindNull, KindBool, KindNumber, KindString:
		return true
	case KindList:
		return !v.open && allKnown(v.data.([]Value))
	case KindMap:
		return !v.open && allKnown(v.data.(*Object).values)
	}
	return false
}

func allKnown(values []Value) bool {
	for _, v := range values {
		if !v.Known() {
			return false
		}
	}
	return true
}

// Walk calls visit for v and everything inside it, what it encodes included, until visit returns false.
func (v Value) Walk(visit func(Value) bool) bool {
	if !visit(v) {
		return false
	}
	if e, ok := v.Encodes(); ok {
		return e.Walk(visit)
	}
	switch v.kind {
	case KindList:
		for _, e := range v.data.([]Value) {
			if !e.Walk(visit) {
				return false
			}
		}
	case KindMap:
		o := v.data.(*Object)
		for _, e := range o.values {
			if !e.Walk(visit) {
				return false
			}
		}
		for _, e := range o.keyed {
			if !e.Key.Walk(visit) || !e.Value.Walk(visit) {
				return false
			}
		}
	case KindChoice:
		for _, c := range v.data.([]Case) {
			if !c.Value.Walk(visit) {
				return false
			}
		}
	}
	return true
}

// Identities calls visit for the identity of every hole and reference in v.
func (v Value) Identities(visit func(*Identity)) {
	v.Walk(func(w Value) bool {
		switch w.kind {
		case KindHole, KindRef:
			visit(w.data.(*Identity))
		case KindTemplate:
			if _, ok := w.Encodes(); ok {
				return true // Walk visits what it encodes
			}
			for _, p := range w.parts() {
				if p.Hole != nil {
					visit(p.Hole)
				}
			}
		}
		return true
	})
}

// Map applies f to v, or to each alternative of a choice.
func (v Value) Map(f func(Value) Value) Value {
	if v.kind != KindChoice {
		return f(v)
	}
	in := v.data.([]Case)
	out := make(flatCases, 0, len(in))
	for _, c := range in {
		out.add(Case{c.When, f(c.Value)}, true)
	}
	return out.choice()
}

// Equal decides whether v and w are the same value in every possible world. Null equals null only. A string and a number with the same
// text differ: languages that convert must do so first.
func Equal(v, w Value) Truth {
	if v.kind == KindChoice || w.kind == KindChoice {
		return equalChoice(v, w)
	}
	if v.kind == KindUnknown || w.kind == KindUnknown || v.kind == KindInvalid || w.kind == KindInvalid {
		return Undecided
	}
	if v.kind == KindString && w.kind == KindString {
		return TruthOf(v.text == w.text)
	}
	if v.Known() && w.Known() {
		return TruthOf(v.Key() == w.Key())
	}
	if v.kind == KindHole && w.kind == KindHole || v.kind == KindRef && w.kind == KindRef {
		if v.Identity().Same(w.Identity()) {
			return True
		}
		return Undecided
	}
	if t := equalAllowed(v, w); t != Undecided {
		return t
	}
	p, ok := v.Parts()
	q, ok2 := w.Parts()
	if ok && ok2 {
		return equalText(p, q)
	}
	if v.anything() || w.anything() {
		return Undecided
	}
	if v.kind != w.kind {
		return False
	}
	if v.kind == KindList && !v.IsSet() && !w.IsSet() {
		return equalLists(v, w)
	}
	if !v.open && !w.open && v.Key() == w.Key() {
		return True
	}
	return Undecided
}

// equalAllowed compares a hole whose values the files list with text: decided where every one of them gives the same answer.
func equalAllowed(v, w Value) Truth {
	if w.kind == KindHole {
		v, w = w, v
	}
	if v.kind != KindHole || w.kind != KindString {
		return Undecided
	}
	all := Undecided
	for i, allowed := range v.Identity().Allowed {
		t := TruthOf(allowed == w.text)
		if i > 0 && t != all {
			return Undecided
		}
		all = t
	}
	return all
}

// anything reports whether v may turn out to be of any kind: an attribute that only the cloud knows can be a list or null.
func (v Value) anything() bool {
	return v.kind == KindHole || v.kind == KindRef && v.data.(*Identity).Attribute != ""
}

func equalChoice(v, w Value) Truth {
	var all Truth
	for _, c := range v.Cases() {
		for _, d := range w.Cases() {
			if And(c.When, d.When).Decide() == False {
				continue
			}
			t := Equal(c.Value, d.Value)
			if t == Undecided || all != Undecided && t != all {
				return Undecided
			}
			all = t
		}
	}
	return all
}

// equalLists compares lists that are no sets. What else an open list holds may stand anywhere, so only its length says something.
func equalLists(v, w Value) Truth {
	a, b := v.data.([]Value), w.data.([]Value)
	if !v.open && len(a) < len(b) || !w.open && len(b) < len(a) {
		return False
	}
	if v.open || w.open {
		return Undecided
	}
	all := True
	for i := range a {
		all = all.And(Equal(a[i], b[i]))
	}
	return all
}

// equalText decides equality of two templates by their literal ends, or by their being part for part the same.
func equalText(p, q []Part) Truth {
	if len(p) == len(q) {
		same := true
		for i := range p {
			if p[i].Literal != q[i].Literal || (p[i].Hole == nil) != (q[i].Hole == nil) || !p[i].Hole.Same(q[i].Hole) {
				same = false
				break
			}
		}
		if same {
			return True
		}
	}
	if len(p) == 0 || len(q) == 0 {
		return Undecided
	}
	head := func(p []Part) string { return p[0].Literal }
	tail := func(p []Part) string { return p[len(p)-1].Literal }
	if a, b := head(p), head(q); !strings.HasPrefix(a, b) && !strings.HasPrefix(b, a) {
		return False
	}
	if a, b := tail(p), tail(q); !strings.HasSuffix(a, b) && !strings.HasSuffix(b, a) {
		return False
	}
	if short(p) > long(q) || short(q) > long(p) {
		return False
	}
	return Undecided
}

// short is the least length of a template, with every hole empty.
func short(p []Part) int {
	n := 0
	for _, part := range p {
		n += len(part.Literal)
	}
	return n
}

// long is the length of a wholly literal template, and no bound for others.
func long(p []Part) int {
	for _, part := range p {
		if part.Hole != nil {
			return int(^uint(0) >> 1)
		}
	}
	return short(p)
}
