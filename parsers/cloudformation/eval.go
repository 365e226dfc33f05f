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
	return graph.String(n.text).WithSpan(n.at)
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
		v := s.eval(e.value)
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
		var null, present []graph.Case
		for _, c := range e.Cases() {
			if c.Value.IsNull() {
				null = append(null, c)
			} else {
				present = append(present, c)
			}
		}
		switch {
		case len(present) == 0:
			continue
		case len(null) == 0:
			for i := range lists {
				lists[i].elements = append(lists[i].elements, e)
			}
			continue
		}
		var split []list
		for _, l := range lists {
			for _, part := range [][]graph.Case{present, null} {
				when := graph.And(l.when, anyOf(part))
				if when.Decide() == graph.False {
					continue
				}
				next := list{when, slices.Clone(l.elements)}
				if len(part) == len(present) && !part[0].Value.IsNull() {
					next.elements = append(next.elements, graph.Choice(present...))
				}
				split = append(split, next)
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
func (s *Stack) derive(function string, args ...graph.Value) graph.Value {
	id := &graph.Identity{}
	for _, arg := range args {
		arg.Identities(func(of *graph.Identity) {
			if of.Root != "" {
				id.Root = s.world.root
			}
			if id.Hint == "" {
				id.Hint = of.Hint
			}
			if id.Opaque == nil {
				id.Opaque = of.Opaque
			}
		})
	}
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = s.name(arg)
	}
	id.Name = function + "(" + strings.Join(texts, ", ") + ")"
	return graph.Hole(id)
}

// name is v inside the name of a derived identity: a bare name for a hole, and marked with its root where that is another one.
func (s *Stack) name(v graph.Value) string {
	if elements, ok := v.Elements(); ok {
		texts := make([]string, len(elements))
		for i, e := range elements {
			texts[i] = s.name(e)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	text := v.String()
	if id := v.Identity(); id != nil && v.Kind() != graph.KindTemplate {
		text = id.Name
	}
	foreign := ""
	v.Identities(func(id *graph.Identity) {
		if id.Root != "" && id.Root != s.world.root {
			foreign = id.Root
		}
	})
	if foreign != "" {
		text = foreign + "#" + text
	}
	return text
}

// concat is the text of some values one after the other.
func (s *Stack) concat(at source.Span, values ...graph.Value) graph.Value {
	type text struct {
		when  graph.Guard
		parts []graph.Part
	}
	texts := []text{{}}
	for _, v := range values {
		cases := v.Cases()
		if len(cases)*len(texts) > graph.MaxCases {
			cases = []graph.Case{{Value: s.derive("Choice", v)}}
		}
		var longer []text
		for _, t := range texts {
			for _, c := range cases {
				when := graph.And(t.when, c.When)
				if len(cases) > 1 && when.Decide() == graph.False {
					continue
				}
				switch c.Value.Kind() {
				case graph.KindInvalid:
					return c.Value
				case graph.KindNull, graph.KindList, graph.KindMap:
					return graph.Invalid("only text can be part of text, this is " + c.Value.String()).WithSpan(at)
				case graph.KindUnknown:
					c.Value = graph.Hole(&graph.Identity{Root: s.world.root, Name: "value at " + s.world.options.Files.Location(at).String(), Hint: c.Value.Why()})
				default:
				}
				parts, _ := c.Value.Parts()
				longer = append(longer, text{when, append(slices.Clip(t.parts), parts...)})
			}
		}
		texts = longer
	}
	cases := make([]graph.Case, len(texts))
	for i, t := range texts {
		cases[i] = graph.Case{When: t.when, Value: graph.Template(t.parts...).WithSpan(at)}
	}
	return graph.Choice(cases...)
}

// pseudo is the value of a pseudo parameter.
func (s *Stack) pseudo(name string) (graph.Value, bool) {
	switch name {
	case "AWS::NoValue":
		return graph.Null(), true
	case "AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix":
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

// list is the elements of v, where they are known to the end.
func known(v graph.Value) ([]graph.Value, bool) {
	elements, ok := v.Elements()
	return elements, ok && !v.IsOpen()
}

// selected is the element of a list at an index.
func (s *Stack) selected(index, list graph.Value, at source.Span) graph.Value {
	return list.Map(func(list graph.Value) graph.Value {
		i, isKnown := index.Int()
		elements, isList := list.Elements()
		switch {
		case list.Kind() == graph.KindInvalid, list.Kind() == graph.KindUnknown:
			return list
		case isKnown && isList && i >= 0 && i < len(elements):
			return elements[i]
		case isKnown && isList && !list.IsOpen():
			return graph.Invalid("the list has no element " + strconv.Itoa(i)).WithSpan(at)
		}
		if isKnown {
			index = graph.Int(i)
		}
		return s.derive("Select", index, list).WithSpan(at)
	})
}

// joined remembers what a hole that Join made consists of, so that Split can undo it.
type joined struct {
	delimiter string
	list      graph.Value
}

// join is the text of elements with a delimiter between them.
func (s *Stack) join(delimiter string, elements []graph.Value, at source.Span) graph.Value {
	if len(elements) == 1 {
		if _, isText := elements[0].Text(); isText {
			return asText(elements[0])
		}
	}
	pieces := make([]graph.Value, 0, 2*len(elements))
	for i, e := range elements {
		if i > 0 && delimiter != "" {
			pieces = append(pieces, graph.String(delimiter))
		}
		if inner, ok := known(e); ok {
			e = s.join(delimiter, inner, e.At())
		}
		pieces = append(pieces, e)
	}
	return s.concat(at, pieces...)
}

// split is the list of the pieces of a text between delimiters. What stands before a hole that may contain the delimiter is known, what
// follows it is not.
func (s *Stack) split(delimiter string, text graph.Value) graph.Value {
	return text.Map(func(text graph.Value) graph.Value {
		if j, ok := s.world.joins[text.Key()]; ok && j.delimiter == delimiter {
			return j.list
		}
		parts, ok := text.Parts()
		if !ok {
			return text
		}
		if literal, ok := text.Text(); ok {
			var elements []graph.Value
			offset := 0
			for _, piece := range strings.Split(literal, delimiter) {
				elements = append(elements, graph.String(piece).WithSpan(within(text, offset, offset+len(piece))))
				offset += len(piece) + len(delimiter)
			}
			return graph.List(elements...).WithSpan(text.At())
		}
		var elements []graph.Value
		var current []graph.Part
		for _, p := range parts {
			if p.Hole != nil {
				if mayContain(p.Hole, delimiter) {
					if len(elements) == 0 {
						return s.derive("Split", graph.String(delimiter), text).WithSpan(text.At())
					}
					return graph.List(elements...).AsOpen().WithSpan(text.At())
				}
				current = append(current, p)
				continue
			}
			pieces := strings.Split(p.Literal, delimiter)
			for i, piece := range pieces {
				if i > 0 {
					elements = append(elements, piecesValue(current).WithSpan(text.At()))
					current = nil
				}
				current = append(current, graph.Part{Literal: piece})
			}
		}
		elements = append(elements, piecesValue(current).WithSpan(text.At()))
		return graph.List(elements...).WithSpan(text.At())
	})
}

// piecesValue is the text of some parts; a single hole is itself, so that an id that was joined and split is the id.
func piecesValue(parts []graph.Part) graph.Value {
	v := graph.Template(parts...)
	if id := v.Identity(); id != nil {
		return graph.Hole(id)
	}
	return v
}

// imported is the value that another stack exports, or that the parameter store holds.
func (s *Stack) imported(name graph.Value, at source.Span) graph.Value {
	return name.Map(func(name graph.Value) graph.Value {
		if _, ok := name.Parts(); !ok {
			return name
		}
		if s.world.options.Import != nil {
			if v, ok := s.world.options.Import(name); ok {
				return v
			}
		}
		v := s.derive("ImportValue", name)
		if text, _ := name.Parts(); strings.HasPrefix(text[0].Literal, "{{resolve:") {
			v = s.dynamicHole(name)
		}
		id := *v.Identity()
		id.Hint = "scan the stack that provides it along with this one"
		return graph.Hole(&id).WithSpan(at)
	})
}

// dynamicHole is a hole that is named as its dynamic reference is written.
func (s *Stack) dynamicHole(reference graph.Value) graph.Value {
	id := &graph.Identity{Name: reference.String()}
	if text, ok := reference.Text(); ok {
		id.Name = text
	}
	reference.Identities(func(of *graph.Identity) {
		if of.Root != "" {
			id.Root = s.world.root
		}
	})
	return graph.Hole(id)
}
