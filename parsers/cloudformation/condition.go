package cloudformation

import (
	"slices"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// A condition of a template, as a guard over what nobody decides.
type condition struct {
	state byte // as in lazy
	guard graph.Guard
	size  int // of the formula, with the conditions that it refers to written out
}

// maxFormula bounds the formula of one condition.
const maxFormula = 2000

// condition is the guard that a named condition is.
func (s *Stack) condition(name string, from source.Span) graph.Guard {
	c := s.conditions[name]
	if c == nil {
		e, ok := s.section("Conditions").get(name)
		if !ok {
			s.report(source.Warning, "template-reference", from, "the template has no condition %s%s", name, suggest(name, s.section("Conditions").byName))
			return s.undecided("Condition " + name)
		}
		if s.deciding > maxChain {
			s.report(source.Error, "template-depth", from, "more than %d conditions depend on each other in a row", maxChain)
			return s.undecided("Condition " + name)
		}
		c = &condition{state: 'r'}
		s.conditions[name] = c
		before := s.formula
		c.guard = s.guard(e.value)
		if c.size = s.formula - before; c.size > maxFormula {
			s.report(source.Error, "template-size", e.key.at, "the condition %s has more than %d parts: take it apart", name, maxFormula)
			c.guard, c.size = s.undecided("Condition "+name), 1
		}
		s.formula = before
		c.state = 'd'
	}
	s.formula += c.size
	if c.state == 'r' {
		s.report(source.Warning, "template-cycle", from, "the condition %s depends on itself", name)
		return s.undecided("Condition " + name)
	}
	return c.guard
}

// conditionOf is the condition that a resource or output names.
func (s *Stack) conditionOf(n *node) graph.Guard {
	c := n.get("Condition")
	if c.isNull() {
		return graph.Always()
	}
	if name, ok := c.literal(); ok {
		return s.condition(name, c.at)
	}
	return s.guard(c)
}

// undecided is a guard of which nothing is known but that it is the same wherever it stands.
func (s *Stack) undecided(name string) graph.Guard {
	return graph.Holds(&graph.Identity{Root: s.world.root, Name: s.prefix + name})
}

// guard evaluates a condition function.
func (s *Stack) guard(n *node) graph.Guard {
	s.formula++
	s.deciding++
	defer func() { s.deciding-- }()
	if n.isNull() {
		s.report(source.Warning, "template-shape", s.place(n), "a condition is missing")
		return s.undecided("Condition")
	}
	if n.kind == mappingNode && len(n.pairs) == 1 && n.tag == "" && n.pairs[0].key.text == "Condition" {
		if name, ok := n.pairs[0].value.literal(); ok {
			return s.condition(name, n.pairs[0].value.at)
		}
	}
	c, ok := n.call()
	if !ok {
		if text, isText := n.literal(); isText && (text == "true" || text == "false") {
			return when(text == "true")
		}
		s.report(source.Warning, "template-shape", n.at, "a condition is a condition function, this is %s", n.kindName())
		return s.undecided("Condition at " + s.world.options.Files.Location(n.at).String())
	}
	switch c.name {
	case "Condition":
		if name, ok := c.arg.literal(); ok {
			return s.condition(name, c.arg.at)
		}
	case "Fn::And", "Fn::Or":
		if c.arg.isSequence() {
			guards := make([]graph.Guard, len(c.arg.items))
			for i, item := range c.arg.items {
				guards[i] = s.guard(item)
			}
			if c.name == "Fn::And" {
				return graph.And(guards...)
			}
			return graph.Or(guards...)
		}
	case "Fn::Not":
		arg := c.arg
		if arg.isSequence() && len(arg.items) == 1 {
			arg = arg.items[0]
		}
		if !arg.isSequence() {
			return graph.Not(s.guard(arg))
		}
	case "Fn::Equals":
		if c.arg.isSequence() && len(c.arg.items) == 2 {
			return s.equal(s.eval(c.arg.items[0]), s.eval(c.arg.items[1]))
		}
	case "Fn::Contains", "Fn::EachMemberIn", "Fn::EachMemberEquals":
		return s.member(c)
	}
	s.report(source.Warning, "template-shape", n.at, "%s does not make a condition of this", c.name)
	return s.undecided("Condition at " + s.world.options.Files.Location(n.at).String())
}

func when(b bool) graph.Guard {
	if b {
		return graph.Always()
	}
	return graph.Never()
}

// member evaluates the functions of rules over lists of text.
func (s *Stack) member(c call) graph.Guard {
	undecided := s.undecided(c.name + " at " + s.world.options.Files.Location(c.arg.at).String())
	if !c.arg.isSequence() || len(c.arg.items) != 2 {
		return undecided
	}
	first, second := s.eval(c.arg.items[0]), s.eval(c.arg.items[1])
	members, wanted := first, second
	if c.name == "Fn::Contains" {
		members, wanted = graph.List(second), first
	}
	list, ok := members.Elements()
	if !ok || members.IsOpen() {
		return undecided
	}
	all := make([]graph.Guard, len(list))
	for i, m := range list {
		if c.name == "Fn::EachMemberEquals" {
			all[i] = s.equal(m, wanted)
			continue
		}
		set, ok := wanted.Elements()
		if !ok || wanted.IsOpen() {
			return undecided
		}
		one := make([]graph.Guard, len(set))
		for j, w := range set {
			one[j] = s.equal(m, w)
		}
		all[i] = graph.Or(one...)
	}
	return graph.And(all...)
}

// equal is the condition that two values are the same text, or lists of the same text.
func (s *Stack) equal(v, w graph.Value) graph.Guard {
	var either []graph.Guard
	for _, c := range v.Cases() {
		for _, d := range w.Cases() {
			if both := graph.And(c.When, d.When); both.Decide() != graph.False {
				both.Atoms(func(graph.Atom) { s.formula++ })
				either = append(either, graph.And(both, s.equalCase(asText(c.Value), asText(d.Value))))
			}
		}
	}
	return graph.Or(either...)
}

func (s *Stack) equalCase(v, w graph.Value) graph.Guard {
	switch graph.Equal(v, w) {
	case graph.True:
		return graph.Always()
	case graph.False:
		return graph.Never()
	case graph.Undecided:
	}
	if v.Identity() == nil {
		v, w = w, v
	}
	if text, ok := w.Text(); ok && v.Identity() != nil {
		if text == "" && !s.mayBeEmpty(v.Identity()) {
			return graph.Never()
		}
		return graph.When(v.Identity(), text)
	}
	args := []graph.Value{v, w}
	slices.SortStableFunc(args, func(a, b graph.Value) int {
		if a.Key() < b.Key() {
			return -1
		}
		return 1
	})
	return graph.Holds(derive("Equals", args...).Identity())
}

// asText turns the scalars in v into text, as conditions compare them.
func asText(v graph.Value) graph.Value {
	if elements, ok := v.Elements(); ok && !v.IsOpen() {
		texts := make([]graph.Value, len(elements))
		for i, e := range elements {
			texts[i] = asText(e)
		}
		return graph.List(texts...).WithSpan(v.At())
	}
	if text, ok := v.Text(); ok && v.Kind() != graph.KindString {
		return graph.String(text).WithSpan(v.At())
	}
	return v
}
