package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// An Export is a value that a stack offers to others by name.
type Export struct {
	Name graph.Value
	// Value evaluates what is exported. Evaluating it may need what other stacks export, so it is to be asked for only when the exports
	// of all of them are at hand.
	Value  func() graph.Value
	Exists graph.Guard
	Place  source.Span // of the name
}

// Exports are the named outputs of the stack and of those nested in it that may exist. The parameters that it writes to the Systems
// Manager parameter store are among them, under the name `{{resolve:ssm:NAME}}`.
func (s *Stack) Exports() []Export {
	var exports []Export
	s.walk(func(t *Stack) {
		exports = append(exports, t.named()...)
		exports = append(exports, t.stores()...)
	})
	return exports
}

// walk calls visit for the stack and those nested in it. It returns false when the template of one is being looked for just now.
func (s *Stack) walk(visit func(*Stack)) bool {
	visit(s)
	complete := true
	for _, e := range s.section("Resources").entries {
		if typ, _ := e.value.get("Type").literal(); !isStack(typ) {
			continue
		}
		r := s.resource(e.key.text)
		if r.graph.Exists.Decide() == graph.False {
			continue
		}
		nested, opaque := r.nested()
		if nested != nil {
			complete = nested.walk(visit) && complete
		}
		complete = complete && (nested != nil || opaque != nil)
	}
	return complete
}

// named are the outputs of the stack that have a name for others.
func (s *Stack) named() []Export {
	var exports []Export
	for _, e := range s.section("Outputs").entries {
		name := e.value.get("Export").get("Name")
		if name.isNull() {
			continue
		}
		if exists := graph.And(s.exists, e.when, s.conditionOf(e.value)); exists.Decide() != graph.False {
			value := func() graph.Value { return s.output(e.key.text, source.Span{}) }
			exports = append(exports, Export{s.eval(name), value, exists, name.at})
		}
	}
	return exports
}

// stored is the beginning of a reference to the parameter store.
const stored = "{{resolve:ssm:"

// stores are the parameters that the stack writes to the parameter store.
func (s *Stack) stores() []Export {
	var exports []Export
	for _, e := range s.section("Resources").entries {
		if typ, _ := e.value.get("Type").literal(); typ != "AWS::SSM::Parameter" {
			continue
		}
		r := s.resource(e.key.text)
		name := r.Attribute("Name")
		if r.graph.Exists.Decide() == graph.False || name.IsNull() {
			continue
		}
		reference := s.concat(r.Place("Name"), graph.String(stored), name, graph.String("}}"))
		exports = append(exports, Export{reference, func() graph.Value { return r.Attribute("Value") }, r.graph.Exists, r.Place("Name")})
	}
	return exports
}

// imported is the value that another stack exports, or that the parameter store holds.
func (s *Stack) imported(name graph.Value, at source.Span) graph.Value {
	return name.Map(func(name graph.Value) graph.Value {
		parts, ok := name.Parts()
		if !ok {
			return name
		}
		if v, ok := s.own(name); ok {
			return v
		}
		if s.world.options.Import != nil {
			if v, ok := s.world.options.Import(name); ok {
				return v
			}
		}
		v := derive("ImportValue", name)
		if strings.HasPrefix(parts[0].Literal, stored) {
			v = s.dynamicHole(name)
		}
		id := *v.Identity()
		id.Hint = "scan the stack that provides it along with this one"
		return graph.Hole(&id).WithSpan(at)
	})
}

// An ownExport is an export of one of the stacks of a root.
type ownExport struct {
	Export
	by     *Stack
	stored bool // in the parameter store
}

// own is what another stack of the same root exports under a name that is equal. What a stack imports is there before the stack is: no
// stack can import what it makes itself, nor the outputs of the stacks that it is nested in.
func (s *Stack) own(name graph.Value) (graph.Value, bool) {
	text, _ := name.Text()
	if s.parent == nil || strings.HasPrefix(text, stored+"/aws/") { // parameters that AWS provides
		return graph.Value{}, false
	}
	for _, x := range s.world.ownExports() {
		if x.by == s || s.isWithin(x.by) && !x.stored || graph.Equal(x.Name, name) != graph.True {
			continue
		}
		return x.Value(), true
	}
	return graph.Value{}, false
}

// isWithin reports whether s is nested in another stack.
func (s *Stack) isWithin(other *Stack) bool {
	for up := s; up.parent != nil; {
		if up = up.parent.stack; up == other {
			return true
		}
	}
	return false
}

// ownExports are the exports of all stacks of the root.
func (w *world) ownExports() []ownExport {
	if w.exports != nil || w.top == nil {
		return w.exports
	}
	all := []ownExport{}
	complete := w.top.walk(func(s *Stack) {
		for _, x := range s.named() {
			all = append(all, ownExport{x, s, false})
		}
		for _, x := range s.stores() {
			all = append(all, ownExport{x, s, true})
		}
	})
	if complete {
		w.exports = all
	}
	return all
}
