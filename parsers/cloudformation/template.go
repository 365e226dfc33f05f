package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// A section is one of the top-level mappings of a template, Fn::ForEach and AWS::Include written out.
type section struct {
	entries []entry
	byName  map[string]int
}

// An entry is a parameter, mapping, condition, resource, output or rule.
type entry struct {
	key, value *node
	// when is the condition under which Fn::ForEach makes it.
	when graph.Guard
	// many says that this stands for any number of entries: what Fn::ForEach loops over is not decided.
	many bool
}

func (s *section) get(name string) (entry, bool) {
	i, ok := s.byName[name]
	if !ok {
		return entry{}, false
	}
	return s.entries[i], true
}

// section returns a top-level mapping by name, empty when the template has none.
func (s *Stack) section(name string) *section {
	if sec := s.sections[name]; sec != nil {
		return sec
	}
	sec := &section{byName: map[string]int{}}
	s.sections[name] = sec // before it is filled: what Fn::ForEach loops over may refer to it
	top := s.top.get(name)
	switch {
	case top.isNull():
	case !top.isMapping():
		s.report(source.Warning, "template-shape", top.at, "%s must be a mapping, this is %s", name, top.kindName())
	default:
		entries, complete := s.expand(top.pairs)
		for _, e := range entries {
			s.addEntry(sec, name, e)
		}
		if !complete && name == "Resources" {
			s.opaque("Fn::Transform", "Fn::Transform", top.at, "put what it includes beside the template")
		}
	}
	return sec
}

func (s *Stack) addEntry(sec *section, name string, p entry) {
	if name != "Conditions" && !p.value.isMapping() && !strings.HasPrefix(p.key.text, "Fn::") {
		s.report(source.Warning, "template-shape", p.key.at, "%s %s must be a mapping, this is %s", name, p.key.text, p.value.kindName())
		return
	}
	if _, ok := sec.byName[p.key.text]; ok {
		s.report(source.Warning, "template-duplicate-key", p.key.at, "%s has %s twice: the first one counts", name, p.key.text)
		return
	}
	sec.byName[p.key.text] = len(sec.entries)
	sec.entries = append(sec.entries, p)
}

// processed are the transforms whose effect is known to this package, or known to add nothing that matters beside what is written.
var processed = map[string]bool{
	"AWS::Serverless-2016-10-31": true, "AWS::LanguageExtensions": true, "AWS::CodeDeployBlueGreen": true,
	"AWS::SecretsManager-2020-07-23": true, "AWS::SecretsManager-2024-09-16": true, "AWS::ServiceCatalog": true,
}

// A macro is one that the template as a whole is put through.
type macro struct {
	name string
	node *node
}

// transforms are the macros that the template as a whole is put through, in their order.
func (s *Stack) transforms() (macros []macro) {
	n := s.top.get("Transform")
	if n == nil {
		return nil
	}
	all := []*node{n}
	if n.isSequence() {
		all = n.items
	}
	for _, t := range all {
		if name, ok := t.literal(); ok {
			macros = append(macros, macro{name, t})
		} else if name, ok := t.get("Name").literal(); ok {
			macros = append(macros, macro{name, t})
		}
	}
	return macros
}

func (s *Stack) hasMacro() bool {
	for _, m := range s.transforms() {
		if !processed[m.name] && m.name != "AWS::Include" {
			return true
		}
	}
	return false
}

// macros notes what may add resources to the template that nobody can read.
func (s *Stack) macros() {
	for _, m := range s.transforms() {
		if !processed[m.name] && m.name != "AWS::Include" {
			s.opaque("Transform", m.name, m.node.at, "scan the template that the macro makes")
		}
	}
}

func (s *Stack) opaque(address, from string, at source.Span, hint string) {
	for _, o := range s.unread {
		if o.At == at && o.Source == from {
			return
		}
	}
	s.unread = append(s.unread, &graph.Opaque{
		Address: s.prefix + address, Source: from, Root: s.world.root, At: at, Exists: s.exists, Hint: hint,
		Inputs: func() *graph.Object { return graph.NewObject(nil) }, Within: true,
	})
}
