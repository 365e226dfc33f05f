package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// maxSteps bounds the way of a value; a policy document with a hundred parameters is no way that anybody reads.
const maxSteps = 64

// Trace follows a property to the literals that decide it: through parameters, what the stacks above pass for them, mappings, conditions
// and outputs of nested stacks.
func (r *resource) Trace(name string) []graph.Step {
	t := &tracer{seen: map[source.Span]bool{}}
	if beside, ok := strings.CutPrefix(name, own); ok {
		n := r.node.get(beside)
		if condition, ok := n.literal(); ok && beside == "Condition" {
			t.condition(r.stack, condition)
		} else {
			t.follow(r.stack, n)
		}
		return t.steps
	}
	name, nested, _ := strings.Cut(name, ".")
	r.read()
	if e, ok := r.properties[name]; ok {
		t.step("property "+name+" of "+r.graph.Address, e.key.at)
		t.within(r.stack, e.value, nested)
	}
	t.within(r.stack, r.global(name), nested)
	return t.steps
}

// A tracer collects the steps of a value's way. Each place is passed once.
type tracer struct {
	steps []graph.Step
	depth int // of the next step
	seen  map[source.Span]bool
}

// step notes a place, from which the steps after it lead on until the depth is restored; it returns false when the way has been there
// before.
func (t *tracer) step(text string, at source.Span) bool {
	if at.IsZero() || t.seen[at] || len(t.steps) >= maxSteps {
		return false
	}
	t.seen[at] = true
	t.steps = append(t.steps, graph.Step{Text: text, At: at, Depth: t.depth})
	t.depth++
	return true
}

// restore ends a way at the depth at which it began.
func (t *tracer) restore(depth int) { t.depth = depth }

// within follows what a path leads to inside a node, in each item of a list; where an intrinsic stands in between, all of that.
func (t *tracer) within(s *Stack, n *node, path string) {
	if n.isNull() || path == "" {
		t.follow(s, n)
		return
	}
	if _, ok := n.call(); ok {
		t.follow(s, n)
		return
	}
	name, nested, _ := strings.Cut(path, ".")
	for _, item := range n.items {
		t.within(s, item, path)
	}
	t.within(s, n.get(name), nested)
}

// follow notes what decides a node.
func (t *tracer) follow(s *Stack, n *node) {
	if n.isNull() {
		return
	}
	defer t.restore(t.depth)
	if strings.Contains(n.text, "{{resolve:") {
		t.link(s, n, n.text)
	}
	c, ok := n.call()
	if !ok {
		for _, p := range n.pairs {
			t.follow(s, p.value)
		}
		for _, item := range n.items {
			t.follow(s, item)
		}
		return
	}
	switch c.name {
	case "Ref":
		if name, ok := c.arg.literal(); ok {
			t.name(s, name)
		}
	case "Condition":
		if name, ok := c.arg.literal(); ok {
			t.condition(s, name)
		}
	case "Fn::GetAtt":
		if name, attribute, ok := s.attribute(c.arg); ok {
			t.attribute(s, name, attribute)
		}
	case "Fn::Sub":
		t.sub(s, c.arg)
	case "Fn::If":
		t.branch(s, c.arg)
	case "Fn::FindInMap":
		t.follow(s, c.arg)
		t.mapping(s, c.arg)
	case "Fn::ImportValue":
		t.follow(s, c.arg)
		t.link(s, n, s.eval(c.arg).String())
	default:
		t.follow(s, c.arg)
	}
}

// link notes where the value is written that an import or a dynamic reference yields.
func (t *tracer) link(s *Stack, n *node, name string) {
	if at := s.eval(n).At(); !n.at.Contains(at) {
		t.step("value exported as "+name, at)
	}
}

// name follows a parameter, or names a resource.
func (t *tracer) name(s *Stack, name string) {
	defer t.restore(t.depth)
	p := s.parameter(name)
	if p == nil {
		if r := s.resource(name); r != nil {
			t.step(r.graph.NativeType+" "+r.graph.Address, r.key.at)
		}
		return
	}
	full := s.prefix + name
	if !t.step("parameter "+full, p.key.at) {
		return
	}
	if s.parent != nil {
		if argument, ok := s.parent.argumentEntry(name); ok {
			t.step("argument "+name+" of "+s.parent.graph.Address, argument.key.at)
			t.follow(s.parent.stack, argument.value)
			return
		}
	}
	if v, ok := s.bound(name); ok {
		text := "value given for parameter " + full
		if scenario := s.world.options.Scenario; scenario != "" {
			text += " by " + scenario
		}
		t.step(text, v.At())
		return
	}
	if d := p.node.get("Default"); !d.isNull() && t.step("default of parameter "+full, d.at) && !p.isStored() {
		t.steps[len(t.steps)-1].Default = full
	}
}

func (t *tracer) attribute(s *Stack, name, attribute string) {
	defer t.restore(t.depth)
	r := s.resource(name)
	if r == nil {
		return
	}
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok {
		if nested, _ := r.nested(); nested != nil {
			if e, ok := nested.section("Outputs").get(output); ok && t.step("output "+output+" of "+r.graph.Address, e.key.at) {
				t.follow(nested, e.value.get("Value"))
			}
			return
		}
	}
	if _, ok := r.passedThrough(attribute); ok {
		if t.step("property "+attribute+" of "+r.graph.Address, r.properties[attribute].key.at) {
			t.follow(s, r.properties[attribute].value)
		}
		return
	}
	t.step(r.graph.NativeType+" "+r.graph.Address, r.key.at)
}

func (t *tracer) sub(s *Stack, n *node) {
	format, names := n, (*node)(nil)
	if args, ok := arguments(n, 1, 2); ok {
		format = args[0]
		if len(args) == 2 {
			names = args[1]
		}
	}
	text, _ := format.literal()
	for _, v := range variables(text) {
		if v.literal {
			continue
		}
		if n := names.get(v.name); n != nil {
			t.follow(s, n)
		} else if name, attribute, ok := strings.Cut(v.name, "."); ok {
			t.attribute(s, name, attribute)
		} else {
			t.name(s, v.name)
		}
	}
}

// branch follows the branches of Fn::If that can be, and what its condition depends on.
func (t *tracer) branch(s *Stack, n *node) {
	args, ok := arguments(n, 3, 3)
	if !ok {
		return
	}
	decided := graph.Undecided
	if name, ok := args[0].literal(); ok {
		decided = s.condition(name, args[0].at).Decide()
		t.condition(s, name)
	}
	if decided != graph.False {
		t.follow(s, args[1])
	}
	if decided != graph.True {
		t.follow(s, args[2])
	}
}

func (t *tracer) condition(s *Stack, name string) {
	defer t.restore(t.depth)
	e, ok := s.section("Conditions").get(name)
	if !ok || !t.step("condition "+s.prefix+name, e.key.at) {
		return
	}
	n := e.value
	if n.isMapping() && len(n.pairs) == 1 && n.pairs[0].key.text == "Condition" {
		if other, ok := n.pairs[0].value.literal(); ok {
			t.condition(s, other)
			return
		}
	}
	t.follow(s, n)
}

// mapping notes the entry that Fn::FindInMap finds, where its keys are decided.
func (t *tracer) mapping(s *Stack, n *node) {
	args, ok := arguments(n, 3, 4)
	if !ok {
		return
	}
	name, _ := s.eval(args[0]).Text()
	e, ok := s.section("Mappings").get(name)
	if !ok {
		return
	}
	top, _ := s.eval(args[1]).Text()
	second, _ := s.eval(args[2]).Text()
	if key, value := e.value.get(top).entry(second); key != nil {
		t.step("entry "+top+"."+second+" of mapping "+name, value.at)
		return
	}
	t.step("mapping "+name, e.key.at)
}
