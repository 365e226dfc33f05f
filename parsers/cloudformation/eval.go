package cloudformation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// eval is the value of a node.
func (s *Stack) eval(n *node) graph.Value {
	if n.isNull() {
		return graph.Null().WithSpan(s.place(n))
	}
	if c, ok := n.call(); ok {
		return s.call(c, n)
	}
	switch n.kind {
	case mappingNode:
		return s.mapping(n)
	case sequenceNode:
		return s.sequence(n)
	case scalarNode:
	}
	switch n.scalar {
	case boolScalar:
		return graph.Bool(strings.EqualFold(n.text, "true")).WithSpan(n.at)
	case numberScalar:
		return graph.Number(n.text).WithSpan(n.at)
	case stringScalar, nullScalar:
	}
	if strings.Contains(n.text, "{{resolve:") {
		return s.dynamic(n)
	}
	return s.text(n)
}

// place is where n is, the top of the file when nothing is written.
func (s *Stack) place(n *node) source.Span {
	if n == nil {
		return s.file.Span(0, 0)
	}
	return n.at
}

// mapping evaluates the entries of a mapping. Those that AWS::NoValue removes are Null.
func (s *Stack) mapping(n *node) graph.Value {
	entries, complete := s.expand(n.pairs)
	object := make(map[string]graph.Value, len(entries))
	for _, e := range entries {
		v := s.entryValue(e)
		if v.IsNull() {
			continue
		}
		if e.many {
			complete = false
			continue
		}
		object[e.key.text] = v
	}
	v := graph.Map(graph.NewObject(object)).WithSpan(n.at)
	if !complete {
		v = v.AsOpen()
	}
	return v
}

// sequence evaluates the elements of a list. An element that AWS::NoValue removes under some condition makes a choice of lists.
func (s *Stack) sequence(n *node) graph.Value {
	elements := make([]graph.Value, len(n.items))
	for i, item := range n.items {
		elements[i] = s.eval(item)
	}
	return compact(elements).WithSpan(n.at)
}

// compact is the list of the elements that are not Null. Where some are Null under a condition it is a choice of lists.
func compact(elements []graph.Value) graph.Value {
	type list struct {
		when     graph.Guard
		elements []graph.Value
	}
	lists := []list{{elements: make([]graph.Value, 0, len(elements))}}
	for _, e := range elements {
		var absent, present []graph.Case
		for _, c := range e.Cases() {
			if c.Value.IsNull() {
				absent = append(absent, c)
			} else {
				present = append(present, c)
			}
		}
		if len(present) == 0 {
			continue
		}
		if len(absent) == 0 {
			for i := range lists {
				lists[i].elements = append(lists[i].elements, e)
			}
			continue
		}
		var split []list
		for _, l := range lists {
			if when := graph.And(l.when, anyOf(present)); when.Decide() != graph.False {
				split = append(split, list{when, append(slices.Clone(l.elements), graph.Choice(present...))})
			}
			if when := graph.And(l.when, anyOf(absent)); when.Decide() != graph.False {
				split = append(split, list{when, slices.Clone(l.elements)})
			}
		}
		if lists = split; len(lists) > graph.MaxCases {
			return graph.Unknown("too many of its elements depend on conditions")
		}
	}
	cases := make([]graph.Case, len(lists))
	for i, l := range lists {
		cases[i] = graph.Case{When: l.when, Value: graph.List(l.elements...)}
	}
	return graph.Choice(cases...)
}

func anyOf(cases []graph.Case) graph.Guard {
	guards := make([]graph.Guard, len(cases))
	for i, c := range cases {
		guards[i] = c.When
	}
	return graph.Or(guards...)
}

// derive is what a function makes of arguments that nobody decides: equal calls are equal.
func derive(function string, args ...graph.Value) graph.Value {
	return graph.Hole(graph.Derived(function, args...))
}

// pseudo is the value of a pseudo parameter.
func (s *Stack) pseudo(name string) (graph.Value, bool) {
	switch name {
	case "AWS::NoValue":
		return graph.Null(), true
	case "AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix":
		if s.origin != "" {
			return graph.Hole(&graph.Identity{Root: s.world.root, Name: s.origin + name, Means: name, Hint: "it is known once the stack exists"}), true
		}
		if v, ok := s.world.options.Parameters[name]; ok {
			return v, true
		}
		return graph.Hole(&graph.Identity{Name: name, Means: name, Hint: "pass --parameter " + name + "=…"}), true
	case "AWS::StackName", "AWS::StackId", "AWS::NotificationARNs":
		if v, ok := s.world.options.Parameters[name]; ok && s.parent == nil {
			return v, true
		}
		return graph.Hole(&graph.Identity{Root: s.world.root, Name: s.prefix + name, Means: name, Hint: "it is known once the stack exists"}), true
	}
	return graph.Value{}, false
}

// ref is what `Ref: name` yields.
func (s *Stack) ref(name string, at source.Span) graph.Value {
	if p := s.parameter(name); p != nil {
		if hidden, _ := p.node.get("NoEcho").literal(); strings.EqualFold(hidden, "true") && s.deciding == 0 {
			return s.secret(name).WithSpan(at)
		}
		v := s.value(name, p)
		if v.At().IsZero() {
			v = v.WithSpan(at)
		}
		return v
	}
	if v, ok := s.pseudo(name); ok {
		return v.WithSpan(at)
	}
	if r := s.resource(name); r != nil {
		return graph.Reference(r.graph, "Ref").WithSpan(at)
	}
	return s.missing(name, at)
}

// missing is what a reference to a name that the template does not have yields.
func (s *Stack) missing(name string, at source.Span) graph.Value {
	id := &graph.Identity{Root: s.world.root, Name: s.prefix + name, Hint: "it is not declared in " + s.file.Path}
	switch {
	case s.loops[name]:
		id.Name = s.prefix + "Fn::ForEach " + name
		id.Hint = "the loop's collection is not known"
	case s.generated(name), s.hasMacro(), len(s.unread) > 0:
		if o := s.module(name); o != nil {
			id.Opaque = o
		}
	default:
		s.report(source.Warning, "template-reference", at, "%s is neither a parameter nor a resource of the template%s", name, s.suggestName(name))
	}
	return graph.Hole(id).WithSpan(at)
}

func (s *Stack) suggestName(name string) string {
	known := map[string]int{}
	for _, section := range []string{"Parameters", "Resources"} {
		for k, i := range s.section(section).byName {
			known[k] = i
		}
	}
	return suggest(name, known)
}

// getAtt is an attribute of a resource, or an output of a nested stack.
func (s *Stack) getAtt(name, attribute string, at source.Span) graph.Value {
	r := s.resource(name)
	if r == nil {
		v := s.missing(name, at)
		id := *v.Identity()
		id.Name += "." + attribute
		return graph.Hole(&id).WithSpan(at)
	}
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok {
		nested, opaque := r.nested()
		if nested != nil {
			return nested.output(output, at)
		}
		if opaque != nil {
			return graph.Hole(&graph.Identity{
				Root: s.world.root, Name: r.graph.Address + "." + attribute, Hint: opaque.Hint, Opaque: opaque,
			}).WithSpan(at)
		}
	}
	if v, ok := r.passedThrough(attribute); ok {
		return v
	}
	return graph.Reference(r.graph, attribute).WithSpan(at)
}

// known is the elements of a list, where they are known to the end.
func known(v graph.Value) ([]graph.Value, bool) {
	elements, ok := v.Elements()
	return elements, ok && !v.IsOpen()
}

// selected is the element of a list at an index.
func selected(index, list graph.Value, at source.Span) graph.Value {
	return list.Map(func(list graph.Value) graph.Value {
		i, isIndex := index.Int()
		elements, isList := known(list)
		switch {
		case list.Kind() == graph.KindInvalid, list.Kind() == graph.KindUnknown:
			return list
		case isIndex && isList && i >= 0 && i < len(elements):
			return elements[i]
		case isIndex && isList:
			return graph.Invalid("the list has no element " + strconv.Itoa(i)).WithSpan(at)
		case isIndex:
			index = graph.Int(i) // however it is written
		}
		return derive("Select", index, list).WithSpan(at)
	})
}

// dynamicHole is a hole that is named as its dynamic reference is written.
func (s *Stack) dynamicHole(reference graph.Value) graph.Value {
	id := &graph.Identity{Name: reference.String()}
	if reference.Kind() != graph.KindHole { // without the quotes around text
		id.Name = id.Name[1 : len(id.Name)-1]
	}
	reference.Identities(func(of *graph.Identity) {
		if of.Root != "" {
			id.Root = s.world.root
		}
	})
	return graph.Hole(id)
}
