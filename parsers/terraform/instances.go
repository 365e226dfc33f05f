package terraform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
)

// repetition is one instance of a block that count or for_each may repeat.
type repetition struct {
	address string      // the key as addresses have it: `["a"]`, `[0]`; empty when there is none or nobody knows it
	key     graph.Value // each.key or count.index
	value   graph.Value // each.value
	exists  graph.Guard // as far as count or for_each decide it
	many    bool        // stands for any number of instances
}

// repeat is how count or for_each repeats a block.
type repeat struct {
	mode  mode
	over  graph.Value   // the value of count or for_each
	known []*repetition // in order of key
	rest  *repetition   // stands for those that the files do not list; nil when they list all
	byKey map[string]*repetition
	named map[string]*repetition // those among the rest that an expression names
	name  string                 // of the block, for the names of holes
}

// mode says what repeats a block.
type mode byte

const (
	once mode = iota
	byCount
	byForEach
)

// lookup is each.key, each.value or count.index.
func (r *repetition) lookup(root, name string) graph.Value {
	switch {
	case r == nil:
		return graph.Invalid(root + " means something inside a repeated block only")
	case root == "each" && name == "value" && r.value.Kind() != graph.KindInvalid:
		return r.value
	case root == "each" && name == "key" && r.value.Kind() != graph.KindInvalid, root == "count" && name == "index" && r.value.Kind() == graph.KindInvalid:
		return r.key
	}
	return graph.Invalid("there is no " + root + "." + name + " here")
}

// notEach is the each.value of a block that count repeats.
var notEach = graph.Invalid("each means something in a block with for_each only")

// repeatOf evaluates count or for_each of a block of m.
func (m *module) repeatOf(b *block) *repeat {
	s := &scope{module: m}
	r := &repeat{name: b.address()}
	body := b.body()
	if a := body.Attributes["for_each"]; a != nil {
		r.mode, r.over = byForEach, s.eval(a.Expr)
		s.repeatEach(r, a)
	} else if a := body.Attributes["count"]; a != nil {
		r.mode, r.over = byCount, s.eval(a.Expr)
		s.repeatCount(r, a)
	} else {
		r.known = []*repetition{{}}
		if b.partial {
			r.known[0].exists = graph.Holds(s.fresh(m.qualified(b.address()), "the block has a syntax error, so that it may lack count or for_each"))
		}
	}
	for _, k := range r.known {
		k.exists = settled(k.exists)
	}
	if r.rest != nil {
		r.rest.many, r.rest.exists = true, settled(r.rest.exists)
	}
	return r
}

// maxInstances bounds the instances of one block.
const maxInstances = 20_000

func (s *scope) repeatCount(r *repeat, a *hclsyntax.Attribute) {
	most := 0
	var unlisted []graph.Guard
	for _, c := range r.over.Cases() {
		n, ok := c.Value.Int()
		switch {
		case ok && n > maxInstances:
			s.exceeded(s.place(a.SrcRange), "count is more than "+strconv.Itoa(maxInstances))
			unlisted = append(unlisted, c.When)
		case ok:
			most = max(most, n)
		case c.Value.Kind() == graph.KindInvalid || c.Value.IsNull():
		default:
			unlisted = append(unlisted, graph.And(c.When, s.some(r, c.Value)))
		}
	}
	for i := range most {
		k := &repetition{address: "[" + strconv.Itoa(i) + "]", key: graph.Int(i), value: notEach}
		if cases := r.over.Cases(); len(cases) > 1 {
			var when []graph.Guard
			for _, c := range cases {
				if n, ok := c.Value.Int(); ok && n > i && n <= maxInstances {
					when = append(when, c.When)
				}
			}
			k.exists = graph.Or(when...)
		}
		r.known = append(r.known, k)
	}
	if unlisted != nil {
		index := s.hole(r.name+".count.index", "the files do not decide how many instances "+r.name+" has")
		r.rest = &repetition{key: index, value: notEach, exists: graph.Or(unlisted...)}
	}
}

// some is the condition under which an undecided number of instances is not zero.
func (s *scope) some(r *repeat, n graph.Value) graph.Guard {
	if id := n.Identity(); id != nil {
		return graph.Not(graph.When(id, "0"))
	}
	return graph.Holds(s.fresh("some "+r.name, n.Why()))
}

func (s *scope) repeatEach(r *repeat, a *hclsyntax.Attribute) {
	r.byKey = map[string]*repetition{}
	var unlisted []graph.Guard
	cases := r.over.Cases()
	for _, c := range cases {
		v := c.Value
		switch v.Kind() {
		case graph.KindInvalid, graph.KindNull:
			continue
		case graph.KindMap:
			o, _ := v.Object()
			if o.Len() > maxInstances {
				break
			}
			for i, k := range o.Keys() {
				r.add(c.When, len(cases) > 1, graph.String(k).WithSpan(o.Values()[i].At()), o.Values()[i])
			}
			keyed, _ := v.Keyed()
			for _, e := range keyed {
				r.add(c.When, len(cases) > 1, e.Key, e.Value)
			}
		case graph.KindList:
			elements, _ := v.Elements()
			if len(elements) > maxInstances {
				break
			}
			for _, e := range elements {
				if _, text := e.Parts(); text {
					r.add(c.When, len(cases) > 1, e, e)
				} else {
					v = v.AsOpen()
				}
			}
		default:
			unlisted = append(unlisted, graph.And(c.When, s.some(r, derived("length", v))))
			continue
		}
		if n := size(v); n > maxInstances {
			s.exceeded(s.place(a.SrcRange), "for_each has more than "+strconv.Itoa(maxInstances)+" elements")
			unlisted = append(unlisted, c.When)
		} else if _, all := v.Keyed(); v.IsOpen() && !all {
			unlisted = append(unlisted, graph.And(c.When, graph.Holds(s.fresh("more "+r.name, "the files do not list all elements of for_each"))))
		}
	}
	slices.SortStableFunc(r.known, func(a, b *repetition) int { return strings.Compare(a.address, b.address) })
	if unlisted != nil {
		hint := "the files do not list the instances of " + r.name
		r.rest = &repetition{key: s.hole(r.name+".each.key", hint), value: s.hole(r.name+".each.value", hint), exists: graph.Or(unlisted...)}
	}
}

func size(v graph.Value) int {
	if o, ok := v.Object(); ok {
		return o.Len()
	}
	elements, _ := v.Elements()
	return len(elements)
}

// add adds the instance that one alternative of for_each gives to a key.
func (r *repeat) add(when graph.Guard, choice bool, key, value graph.Value) {
	k := r.byKey[key.Key()]
	if k == nil {
		k = &repetition{address: "[" + keyText(key) + "]", key: key, value: value, exists: when}
		r.byKey[key.Key()] = k
		r.known = append(r.known, k)
		return
	}
	if choice {
		k.value = graph.Choice(graph.Case{When: k.exists, Value: k.value}, graph.Case{When: when, Value: value})
		k.exists = graph.Or(k.exists, when)
	}
}

// keyText is a key of for_each as an address has it.
func keyText(key graph.Value) string {
	if _, ok := key.Text(); ok || key.Kind() == graph.KindTemplate {
		return key.String()
	}
	return `"` + key.String() + `"` // a hole
}

// value is the block as a whole: what one instance is, or the list or map of all.
func (r *repeat) value(instance func(*repetition) graph.Value) graph.Value {
	switch r.mode {
	case once:
		return instance(r.known[0])
	case byCount:
		return r.over.Map(func(c graph.Value) graph.Value {
			n, ok := c.Int()
			switch {
			case c.Kind() == graph.KindInvalid:
				return c
			case !ok || n > maxInstances:
				return graph.List(instance(r.rest)).AsOpen()
			}
			list := make([]graph.Value, max(n, 0))
			for i := range list {
				list[i] = instance(r.known[i])
			}
			return graph.List(list...)
		})
	default:
		return r.over.Map(func(c graph.Value) graph.Value { return r.mapOf(c, instance) })
	}
}

// mapOf is the map of the instances in one alternative of for_each.
func (r *repeat) mapOf(c graph.Value, instance func(*repetition) graph.Value) graph.Value {
	e := entries{known: make(map[string]graph.Value, len(r.known))}
	add := func(key graph.Value) {
		k := r.byKey[key.Key()]
		text, decided := key.Text()
		switch {
		case k == nil:
			e.more = true
		case decided:
			e.known[text] = instance(k)
		default:
			e.keyed = append(e.keyed, graph.Entry{Key: key, Value: instance(k)})
		}
	}
	switch c.Kind() {
	case graph.KindInvalid, graph.KindNull:
		return graph.Invalid("for_each has no value")
	case graph.KindMap:
		o, _ := c.Object()
		for _, k := range o.Keys() {
			add(graph.String(k))
		}
		keyed, all := c.Keyed()
		for _, k := range keyed {
			add(k.Key)
		}
		e.more = e.more || !all
	case graph.KindList:
		elements, _ := c.Elements()
		for _, k := range elements {
			add(k)
		}
		e.more = e.more || c.IsOpen()
	default:
		e.more = true
	}
	return e.value()
}

// find is the instance with a key, under the conditions under which it exists.
func (r *repeat) find(s *scope, key graph.Value, instance func(*repetition) graph.Value) graph.Value {
	switch key.Kind() {
	case graph.KindChoice:
		return key.Map(func(k graph.Value) graph.Value { return r.find(s, k, instance) })
	case graph.KindUnknown, graph.KindInvalid:
		s.doubt()
		return key
	}
	if _, ok := key.Parts(); !ok || r.mode == once {
		return graph.Invalid(r.name + " has no such index")
	}
	if k := r.knownAs(key); k != nil {
		if k.exists.Decide() == graph.True {
			return instance(k)
		}
		none := graph.Invalid(r.name + " may not exist")
		return graph.Choice(graph.Case{When: k.exists, Value: instance(k)}, graph.Case{When: graph.Not(k.exists), Value: none})
	}
	if r.rest != nil {
		s.doubt()
		if len(r.known) == 0 {
			return instance(r.among(key))
		}
	}
	return r.choose(s, key, instance)
}

// knownAs is the known instance with a key.
func (r *repeat) knownAs(key graph.Value) *repetition {
	if r.mode == byForEach {
		if t, ok := key.Text(); ok {
			key = graph.String(t)
		}
		return r.byKey[key.Key()]
	}
	if i, ok := key.Int(); ok && i >= 0 && i < len(r.known) {
		return r.known[i]
	}
	return nil
}

// choose is the instance with a key that none has for sure: each one that it may be.
func (r *repeat) choose(s *scope, key graph.Value, instance func(*repetition) graph.Value) graph.Value {
	var cases []graph.Case
	var hits []graph.Guard
	_, literal := key.Text()
	for _, k := range r.known {
		t, decided := k.key.Text()
		same := graph.Equal(key, k.key)
		if decided {
			same = graph.Equal(key, graph.String(t))
		}
		if same == graph.False || literal && decided {
			continue
		}
		g, ok := s.guardOf(s.equality(key, k.key))
		if !ok || len(cases) >= graph.MaxCases {
			s.doubt()
			return graph.Unknown("the files do not say which instance of " + r.name + " is meant")
		}
		hits = append(hits, g)
		cases = append(cases, graph.Case{When: graph.And(g, k.exists), Value: instance(k)})
	}
	none := graph.Invalid(r.name + " has no instance " + key.String())
	if r.rest != nil {
		none = graph.Unknown("the files do not list the instances of " + r.name)
	}
	return graph.Choice(append(cases, graph.Case{When: graph.Not(graph.Or(hits...)), Value: none})...)
}

// among is the instance with a key among those that the files do not list.
func (r *repeat) among(key graph.Value) *repetition {
	text := key.Key()
	k := r.named[text]
	if k == nil {
		k = &repetition{address: "[" + keyText(key) + "]", key: key, value: r.rest.value, exists: r.rest.exists}
		if r.mode == byCount {
			k.address = "[" + key.String() + "]"
		} else if id := r.over.Identity(); id != nil {
			k.value = graph.Hole(inside(id, k.address))
		} else {
			k.value = derived("each.value", r.rest.value, key)
		}
		if r.named == nil {
			r.named = map[string]*repetition{}
		}
		r.named[text] = k
	}
	return k
}
