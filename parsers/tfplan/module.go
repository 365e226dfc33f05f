package tfplan

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// module is a module in the plan's own `configuration`: one for all its instances.
type module struct {
	value     graph.Value            // nothing when the plan does not have it
	call      graph.Value            // the entry of module_calls; Null for the root
	resources map[string]graph.Value // by address in the module, without keys
}

// moduleAt is the module that an instance belongs to.
func (p *Plan) moduleAt(instance string) *module {
	name := withoutKeys(instance)
	m := p.modules[name]
	if m != nil {
		return m
	}
	m = &module{value: field(p.document, "configuration", "root_module"), call: graph.Null(), resources: map[string]graph.Value{}}
	for _, s := range moduleSteps(name) {
		m.call = field(m.value, "module_calls", s.name)
		m.value = field(m.call, "module")
	}
	for _, r := range elements(field(m.value, "resources")) {
		if a := text(field(r, "address")); a != "" {
			m.resources[a] = r
		}
	}
	p.modules[name] = m
	return m
}

// maxReferences bounds how far one value is followed through modules.
const maxReferences = 200

// scope is a module instance in which references are looked up. Left bounds how many more are.
type scope struct {
	plan     *Plan
	instance string
	left     *int
}

func (p *Plan) scope(instance string) scope {
	left := maxReferences
	return scope{p, instance, &left}
}

// undecided is what nothing is known of that would name it.
func undecided() graph.Value { return graph.Unknown("the plan does not say what it is made from") }

// expression is what an expression of `configuration` is taken to yield where the plan does not know it: its constant, or what it refers to,
// when all that it does is to hand that on. Of what it mentions, what is known cannot be why the whole is not; more says that there was such
// a thing, so that a list may hold more.
func (s scope) expression(e graph.Value) (v graph.Value, more bool) {
	if c := field(e, "constant_value"); !c.IsNull() {
		return c, false
	}
	var open []graph.Value
	for _, ref := range longest(elements(field(e, "references"))) {
		v, m := s.reference(ref)
		more = more || m || v.Known()
		switch {
		case v.Known():
		case v.Kind() == graph.KindUnknown:
			return v, more
		default:
			open = append(open, v)
		}
	}
	switch {
	case len(open) == 0 || len(open) > 1 && more:
		return undecided(), more
	case len(open) == 1:
		return open[0], more || open[0].IsOpen()
	}
	var all []graph.Value
	for _, v := range open { // nothing but these: they are the elements of a list
		switch {
		case v.Kind() == graph.KindList:
			all = append(all, elements(v)...)
			more = more || v.IsOpen()
		case v.Kind() == graph.KindRef && !isPlural(v.Identity().Attribute):
			all = append(all, v)
		default:
			return undecided(), more
		}
	}
	return graph.List(all...), more
}

// longest picks from the references of an expression those that it writes. Terraform lists each one with all its beginnings behind it:
// "aws_vpc.this.id", "aws_vpc.this".
func longest(references []graph.Value) []string {
	var all []string
	last := ""
	for _, r := range references {
		t := text(r)
		if t == "" {
			continue
		}
		if begins := len(t) < len(last) && strings.HasPrefix(last, t) && (last[len(t)] == '.' || last[len(t)] == '['); !begins {
			all = append(all, t)
		}
		last = t
	}
	return all
}

// reference is what a reference stands for. Local values are not in a plan, and a hole with their name would be told apart from what they
// are: they are undecided.
func (s scope) reference(ref string) (v graph.Value, more bool) {
	if *s.left--; *s.left < 0 {
		return undecided(), false
	}
	at := segments(ref)
	switch {
	case len(at) < 2:
		return undecided(), false
	case at[0].name == "var":
		return s.variable(at)
	case at[0].name == "module":
		return s.output(at)
	case at[0].name == "count", at[0].name == "path", at[0].name == "terraform", ref == "each.key":
		return graph.String(""), false // known to Terraform, whatever it is
	case at[0].name == "each", at[0].name == "local", at[0].name == "self":
		return undecided(), false
	}
	return s.attribute(at), false
}

func (s scope) variable(at []segment) (v graph.Value, more bool) {
	name := at[1].name
	if s.instance == "" {
		v, ok := s.plan.variable(name)
		if !ok || !v.Known() {
			return undecided(), false
		}
		return v, false
	}
	m := s.plan.moduleAt(s.instance)
	argument := field(m.call, "expressions", name)
	if argument.IsNull() {
		if v := field(m.value, "variables", name, "default"); v.Known() {
			return v, false
		}
		return undecided(), false
	}
	steps := moduleSteps(s.instance)
	v, more = scope{s.plan, moduleAddress(steps[:len(steps)-1]), s.left}.expression(argument)
	return whole(v, at[2:], at[1].key), more
}

// whole is v where nothing of a reference is left: a part of something that is not known is undecided.
func whole(v graph.Value, rest []segment, key string) graph.Value {
	if len(rest) > 0 || key != "" {
		if v.Known() {
			return v // whichever part, it is known
		}
		return undecided()
	}
	return v
}

func (s scope) output(at []segment) (v graph.Value, more bool) {
	if len(at) < 3 {
		return undecided(), false
	}
	steps := append(moduleSteps(s.instance), at[1])
	child := scope{s.plan, moduleAddress(steps), s.left}
	e := field(s.plan.moduleAt(child.instance).value, "outputs", at[2].name, "expression")
	if e.IsNull() {
		return undecided(), false
	}
	v, more = child.expression(e)
	return whole(v, at[3:], at[2].key), more
}

// attribute is an attribute of a resource or data source instance.
func (s scope) attribute(at []segment) graph.Value {
	n := 2
	if at[0].name == "data" {
		n = 3
	}
	if len(at) != n+1 || at[n].key != "" {
		return undecided()
	}
	name := address(at[:n])
	if s.instance != "" {
		name = s.instance + "." + name
	}
	r := s.plan.byAddress[name]
	if r == nil {
		return undecided()
	}
	return r.read(at[n].name)
}
