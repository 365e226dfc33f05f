package cloudformation

import "github.com/iacscan/iacscan/graph"

// applyRules narrows the values that parameters can have by the assertions of the Rules section.
func (s *Stack) applyRules() {
	for _, e := range s.section("Rules").entries {
		if c := e.value.get("RuleCondition"); !c.isNull() && s.guard(c).Decide() != graph.True {
			continue
		}
		assertions := e.value.get("Assertions")
		if !assertions.isSequence() {
			continue
		}
		for _, a := range assertions.items {
			s.assert(a.get("Assert"))
		}
	}
}

// assert narrows a parameter that `Fn::Contains: [[…], Ref]` or `Fn::Equals: [Ref, …]` constrains.
func (s *Stack) assert(n *node) {
	if n.isNull() {
		return
	}
	c, ok := n.call()
	if !ok || !c.arg.isSequence() || len(c.arg.items) != 2 {
		return
	}
	set, ref := c.arg.items[0], c.arg.items[1]
	switch c.name {
	case "Fn::Contains":
	case "Fn::Equals":
		if _, isText := set.literal(); !isText {
			set, ref = ref, set
		}
		set = &node{kind: sequenceNode, items: []*node{set}, at: set.at}
	default:
		return
	}
	r, ok := ref.call()
	if !ok || r.name != "Ref" || !set.isSequence() {
		return
	}
	name, _ := r.arg.literal()
	p := s.parameter(name)
	if p == nil || p.isList() {
		return
	}
	var allowed []string
	for _, item := range set.items {
		text, ok := item.literal()
		if !ok {
			return
		}
		allowed = append(allowed, text)
	}
	p.narrow(allowed)
}

// narrow leaves of the allowed values those that are also in another list.
func (p *parameter) narrow(allowed []string) {
	if p.allowed == nil {
		p.allowed = allowed
		return
	}
	in := map[string]bool{}
	for _, a := range allowed {
		in[a] = true
	}
	both := []string{}
	for _, a := range p.allowed {
		if in[a] {
			both = append(both, a)
		}
	}
	if len(both) > 0 {
		p.allowed = both
	}
}
