package cloudformation

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// expand writes out the loops (Fn::ForEach) and inclusions (Fn::Transform) among the entries of a mapping. It returns false when some of
// them cannot be read, so that the mapping may hold more.
func (s *Stack) expand(pairs []pair) (entries []entry, complete bool) {
	complete = true
	entries = make([]entry, 0, len(pairs))
	for _, p := range pairs {
		switch {
		case strings.HasPrefix(p.key.text, "Fn::ForEach::"):
			looped, ok := s.forEach(p)
			entries, complete = append(entries, looped...), complete && ok
		case p.key.text == "Fn::Transform":
			whole := false
			s.include(p.value, func(content *node) {
				if content.isMapping() {
					var inner []entry
					inner, whole = s.expand(content.pairs)
					entries = append(entries, inner...)
				}
			})
			complete = complete && whole
		default:
			entries = append(entries, entry{key: p.key, value: p.value})
		}
	}
	return entries, complete
}

// forEach writes out `Fn::ForEach::Name: [Identifier, Collection, {Key: Value}]`: the entries of the third argument, once for each
// element of the second, with the identifier replaced in keys and values.
func (s *Stack) forEach(p pair) (entries []entry, complete bool) {
	if !p.value.isSequence() || len(p.value.items) != 3 {
		s.report(source.Warning, "template-shape", p.key.at, "%s takes an identifier, a collection and what to repeat", p.key.text)
		return nil, false
	}
	identifier, ok := p.value.items[0].literal()
	body := p.value.items[2]
	if !ok || !body.isMapping() {
		s.report(source.Warning, "template-shape", p.value.at, "%s takes an identifier, a collection and what to repeat", p.key.text)
		return nil, false
	}
	elements, ok := s.loop(p.value.items[1])
	if !ok {
		// Any number of entries: one stands for them all, its identifier is a hole.
		s.loops[identifier] = true
		inner, _ := s.expand(body.pairs)
		for i := range inner {
			inner[i].many = true
		}
		return inner, true
	}
	for _, e := range elements {
		if s.world.expanded += body.size; s.world.expanded > maxLoops {
			s.report(source.Error, "template-size", p.key.at, "%s makes more than %d nodes: loop over fewer elements", p.key.text, maxLoops)
			return entries, false
		}
		inner, ok := s.expand(replace(body, identifier, e.text).pairs)
		if !ok {
			return entries, false
		}
		for _, i := range inner {
			i.when = graph.And(e.when, i.when)
			entries = append(entries, i)
		}
	}
	return entries, true
}

// An element of a collection that Fn::ForEach loops over, and the condition under which the collection has it.
type element struct {
	text string
	when graph.Guard
}

// loop is what Fn::ForEach loops over, distinct and in order. It returns false when the elements are not known.
func (s *Stack) loop(n *node) ([]element, bool) {
	var elements []element
	at := map[string]int{}
	for _, c := range s.eval(n).Cases() {
		list, ok := known(c.Value)
		if !ok {
			return nil, false
		}
		for _, v := range list {
			for _, d := range v.Cases() {
				text, ok := d.Value.Text()
				if !ok {
					return nil, false
				}
				when := graph.And(c.When, d.When)
				if i, ok := at[text]; ok {
					elements[i].when = graph.Or(elements[i].when, when)
					continue
				}
				at[text] = len(elements)
				elements = append(elements, element{text, when})
			}
		}
	}
	return elements, true
}

// replace is n with `${identifier}`, `&{identifier}` and references to the identifier replaced by text, of which `&{identifier}` keeps
// letters and digits only, as a logical id must. Places stay those of n.
func replace(n *node, identifier, text string) *node {
	if c, ok := n.call(); ok && c.name == "Ref" {
		if name, ok := c.arg.literal(); ok && name == identifier {
			return &node{text: text, style: syntheticStyle, at: n.at, size: 1}
		}
	}
	out := *n
	switch n.kind {
	case mappingNode:
		out.pairs = make([]pair, len(n.pairs))
		for i, p := range n.pairs {
			out.pairs[i] = pair{replace(p.key, identifier, text), replace(p.value, identifier, text)}
		}
	case sequenceNode:
		out.items = make([]*node, len(n.items))
		for i, item := range n.items {
			out.items[i] = replace(item, identifier, text)
		}
	case scalarNode:
		if !strings.Contains(n.text, "{"+identifier+"}") {
			return n
		}
		replaced := strings.ReplaceAll(n.text, "&{"+identifier+"}", strings.Map(alphanumeric, text))
		replaced = strings.ReplaceAll(replaced, "${"+identifier+"}", text)
		out.text, out.style = replaced, syntheticStyle
		if n.from == nil {
			out.from = n
		}
	}
	return &out
}

// maxIncludes bounds how often files are included for one root: a file may include itself by a detour.
const maxIncludes = 10_000

// include calls use with what `Fn::Transform` puts in its place: the content of a local file for AWS::Include. It returns false for other
// macros, whose result nobody can tell, and for files that are not at hand.
func (s *Stack) include(n *node, use func(content *node)) bool {
	name, _ := n.get("Name").literal()
	if name != "AWS::Include" {
		return false
	}
	path, ok := s.local(s.eval(n.get("Parameters").get("Location")), n.at)
	if !ok {
		return false
	}
	if s.world.included++; s.including[path] || s.world.included > maxIncludes {
		s.report(source.Error, "template-cycle", n.at, "%s includes itself", path)
		return false
	}
	t := s.world.load(path)
	if t.file == nil {
		s.report(source.Warning, "template-missing", n.at, "%s cannot be read, so what it adds is not known", path)
	}
	if t.top == nil {
		return false
	}
	s.including[path] = true
	use(t.top)
	delete(s.including, path)
	return true
}

// includeTop merges what AWS::Include as a transform of the whole template includes: its sections, and their entries.
func (s *Stack) includeTop() {
	for _, m := range s.transforms() {
		if m.name != "AWS::Include" {
			continue
		}
		if !s.include(m.node, func(content *node) { s.top = merged(s.top, content) }) {
			s.opaque("Transform", m.name, m.node.at, "put what it includes beside the template")
		}
	}
}

// merged is a template with the sections and entries of another beside its own.
func merged(top, included *node) *node {
	out := *top
	out.pairs = slices.Clone(top.pairs)
	for _, p := range included.entries() {
		switch old := top.get(p.key.text); {
		case old == nil:
			out.pairs = append(out.pairs, p)
		case old.isMapping() && p.value.isMapping():
			both := *old
			both.pairs = slices.Concat(old.pairs, p.value.pairs)
			out.replace(p.key, &both)
		}
	}
	return &out
}

// local resolves the location of another file, as written, to a path in the boundary: beside the template, else wherever the one file is
// that it can mean.
func (s *Stack) local(location graph.Value, at source.Span) (string, bool) {
	var beside string
	if text, ok := location.Text(); ok && !strings.Contains(text, "://") {
		name, err := s.resolve(text)
		if err != nil {
			s.report(source.Error, "template-boundary", at, "%s is outside of what is scanned and is not read", text)
			return "", false
		}
		if beside = name; s.world.load(beside).file != nil {
			return beside, true
		}
	}
	if s.world.options.Templates != nil {
		if name, ok := s.world.options.Templates(location, s.file.Path); ok {
			return name, true
		}
	}
	return beside, beside != ""
}

// alphanumeric keeps letters and digits, for strings.Map.
func alphanumeric(r rune) rune {
	if '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
		return r
	}
	return -1
}
