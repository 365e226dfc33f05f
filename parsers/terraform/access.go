package terraform

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/graph"
)

// maxTraversal is how many attributes and indexes may follow one another: the name of what nobody knows grows with each.
const maxTraversal = 1000

// steps follows the attributes and indexes of a traversal from a value.
func (s *scope) steps(v graph.Value, t hcl.Traversal) graph.Value {
	if len(t) > maxTraversal {
		s.doubt()
		return s.exceeded(s.place(t.SourceRange()), "more than "+strconv.Itoa(maxTraversal)+" attributes follow one another")
	}
	var origin *graph.Resource
	path := ""
	if id := v.Identity(); id != nil && id.Attribute == "" {
		origin = id.Resource
	}
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			path += "." + step.Name
			if o, ok := v.Object(); ok && v.IsOpen() && origin != nil {
				if _, written := o.Get(step.Name); !written { // in a nested block
					s.doubt()
					v = graph.Hole(attributeIdentity(origin, path[1:]))
					continue
				}
			}
			v = s.attribute(v, step.Name)
		case hcl.TraverseIndex:
			key := fromCty(step.Key)
			path += "[" + key.String() + "]"
			v = s.index(v, key)
		default:
			return graph.Unknown("iacscan does not know this kind of access")
		}
	}
	return v
}

// attribute is v.name.
func (s *scope) attribute(v graph.Value, name string) graph.Value {
	switch v.Kind() {
	case graph.KindChoice:
		return v.Map(func(c graph.Value) graph.Value { return s.attribute(c, name) })
	case graph.KindUnknown, graph.KindInvalid:
		s.doubt()
		return v
	case graph.KindMap:
		o, _ := v.Object()
		if e, ok := o.Get(name); ok {
			return e
		}
		if v.IsOpen() && !lacks(v, name) {
			s.doubt()
			return graph.Unknown("the files do not say whether there is an attribute " + strconv.Quote(name))
		}
		return graph.Invalid("there is no attribute " + strconv.Quote(name))
	case graph.KindRef:
		if id := v.Identity(); id.Attribute == "" {
			return s.read(id, name)
		}
		if v, ok := s.remoteOutput(v.Identity(), name); ok {
			return v
		}
		fallthrough
	case graph.KindHole:
		s.doubt()
		return graph.Hole(inside(v.Identity(), "."+name))
	}
	return graph.Invalid("only an object has attributes such as " + strconv.Quote(name))
}

// index is v[key].
func (s *scope) index(v, key graph.Value) graph.Value {
	switch {
	case v.Kind() == graph.KindChoice:
		return v.Map(func(c graph.Value) graph.Value { return s.index(c, key) })
	case key.Kind() == graph.KindChoice:
		return key.Map(func(k graph.Value) graph.Value { return s.index(v, k) })
	case v.Kind() == graph.KindInvalid, v.Kind() == graph.KindUnknown:
		s.doubt()
		return v
	case key.Kind() == graph.KindInvalid, key.Kind() == graph.KindUnknown:
		s.doubt()
		return key
	}
	text, known := key.Text()
	if _, ok := key.Parts(); !ok {
		return graph.Invalid("an index must be a number or a text")
	}
	switch v.Kind() {
	case graph.KindMap:
		if known {
			return s.attribute(v, text)
		}
		if e, ok := keyedAs(v, key); ok {
			return e
		}
		o, _ := v.Object()
		return s.pick(v, key, o.Keys(), o.Values())
	case graph.KindList:
		return s.element(v, key)
	case graph.KindRef:
		id := v.Identity()
		if id.Attribute == "" {
			if _, number := key.Int(); known && !number {
				return s.read(id, text)
			}
			return graph.Invalid(id.Name + " has neither count nor for_each")
		}
		if v, ok := s.remoteOutput(id, text); ok && known {
			return v
		}
		fallthrough
	case graph.KindHole:
		s.doubt()
		return graph.Hole(inside(v.Identity(), "["+key.String()+"]"))
	}
	return graph.Invalid("only lists and maps have an index")
}

// element is v[key] of a list.
func (s *scope) element(v, key graph.Value) graph.Value {
	elements, _ := v.Elements()
	i, ok := key.Int()
	_, known := key.Text()
	switch {
	case known && !ok:
		return graph.Invalid("the index of a list must be a whole number")
	case v.IsOpen() || v.IsSet():
		s.doubt()
		return graph.Unknown("the files do not say which element has this index")
	case known && (i < 0 || i >= len(elements)):
		return graph.Invalid("the list has no element " + strconv.Itoa(i))
	case known:
		return elements[i]
	}
	keys := make([]string, len(elements))
	for i := range elements {
		keys[i] = strconv.Itoa(i)
	}
	return s.pick(v, key, keys, elements)
}

// pick is the entry of a collection whose key the files do not decide: each one that it may be, under the condition that it is; or no
// entry, which is an error.
func (s *scope) pick(v, key graph.Value, keys []string, values []graph.Value) graph.Value {
	if len(keys) >= graph.MaxCases {
		s.doubt()
		return graph.Unknown("the index is not known, and there are " + strconv.Itoa(len(keys)) + " entries")
	}
	var cases []graph.Case
	var hits []graph.Guard
	for i, k := range keys {
		if g, ok := s.guardOf(s.equality(key, graph.String(k))); ok && g.Decide() != graph.False {
			cases = append(cases, graph.Case{When: g, Value: values[i]})
			hits = append(hits, g)
		}
	}
	none := graph.Invalid("there is no entry " + key.String())
	if v.IsOpen() {
		s.doubt()
		none = graph.Unknown("the files do not list every entry")
	}
	return graph.Choice(append(cases, graph.Case{When: graph.Not(graph.Or(hits...)), Value: none})...)
}

// inside is the identity of a part of what an identity names.
func inside(id *graph.Identity, path string) *graph.Identity {
	if id.Resource != nil {
		return attributeIdentity(id.Resource, strings.TrimPrefix(id.Attribute+path, "."))
	}
	return &graph.Identity{Root: id.Root, Name: id.Name + path, Hint: id.Hint, Opaque: id.Opaque}
}

// indexed is an index expression and what follows it. Instances of a resource or module are looked up by key, so that one can be found
// although the files do not say how many there are.
func (s *scope) indexed(x *hclsyntax.IndexExpr, then hcl.Traversal) graph.Value {
	key := s.eval(x.Key)
	if t, ok := x.Collection.(*hclsyntax.ScopeTraversalExpr); ok && s.plain(t.Traversal) {
		if block, rest := s.repeated(t.Traversal); block != nil && len(rest) == 0 {
			return block.at(s, key, then)
		}
	}
	return s.steps(s.index(s.eval(x.Collection), key), then)
}

// plain reports whether the first name of a traversal is that of something in the module.
func (s *scope) plain(t hcl.Traversal) bool {
	_, bound := s.lookup(t.RootName())
	return !bound && s.variables == nil
}

// splat is x[*].attribute or x.*.attribute.
func (s *scope) splat(x *hclsyntax.SplatExpr) graph.Value {
	return s.eval(x.Source).Map(func(v graph.Value) graph.Value {
		each := func(e graph.Value) graph.Value {
			return s.bind(&binding{symbol: x.Item, value: e}).eval(x.Each)
		}
		switch v.Kind() {
		case graph.KindUnknown, graph.KindInvalid:
			return v
		case graph.KindNull:
			return graph.List().WithSpan(s.place(x.SrcRange))
		case graph.KindList:
			in, _ := v.Elements()
			out := make([]graph.Value, len(in))
			for i, e := range in {
				if out[i] = each(e); s.strict && out[i].Kind() == graph.KindInvalid {
					return out[i]
				}
			}
			return unordered(v, out)
		case graph.KindHole, graph.KindRef:
			if id := v.Identity(); id.Resource == nil || id.Attribute != "" {
				s.doubt()
				// The text after the asterisk makes the name of the same splat over the same hole the same.
				path := strings.ReplaceAll(s.text(hcl.RangeBetween(x.MarkerRange, x.SrcRange)), " ", "")
				return graph.Hole(inside(id, path))
			}
		}
		return graph.List(each(v))
	})
}

// traverse is a name and what follows it.
func (s *scope) traverse(x *hclsyntax.ScopeTraversalExpr) graph.Value {
	t := x.Traversal
	root := t.RootName()
	if v, ok := s.lookup(root); ok {
		return s.steps(v, t[1:])
	}
	if s.variables != nil {
		return s.steps(s.attribute(*s.variables, root), t[1:])
	}
	name := traversalName(t, 1)
	switch root {
	case "var":
		return s.steps(s.variable(name), after(t, 2))
	case "local":
		return s.steps(s.local(name), after(t, 2))
	case "each", "count":
		return s.steps(s.each.lookup(root, name), after(t, 2))
	case "self":
		if s.self == nil {
			return graph.Unknown("self means something inside a resource only")
		}
		return s.steps(graph.Hole(s.self.id), t[1:])
	case "path":
		return s.steps(s.pathValue(name), after(t, 2))
	case "terraform":
		// Whatever the module, so that conditions on the workspace are the same in all.
		return s.steps(graph.Hole(&graph.Identity{Root: s.Dir, Name: "terraform." + name, Hint: "it depends on how Terraform is run"}), after(t, 2))
	}
	if block, rest := s.repeated(t); block != nil {
		if i, ok := first(rest).(hcl.TraverseIndex); ok {
			return block.at(s, fromCty(i.Key), rest[1:])
		}
		return block.all(s, rest)
	}
	return s.undeclared(t)
}

// repeated finds the resource or module call that a traversal names, and the steps that follow the name.
func (m *module) repeated(t hcl.Traversal) (multiple, hcl.Traversal) {
	switch root := t.RootName(); root {
	case "var", "local", "each", "count", "self", "path", "terraform":
		return nil, nil
	case "module":
		if c := m.call(traversalName(t, 1)); c != nil {
			return c, after(t, 2)
		}
	case "data", "ephemeral":
		if r := m.resource(root + "." + traversalName(t, 1) + "." + traversalName(t, 2)); r != nil {
			return r, after(t, 3)
		}
	default:
		if r := m.resource(root + "." + traversalName(t, 1)); r != nil {
			return r, after(t, 2)
		}
	}
	return nil, nil
}

// multiple is a resource or module call, which count and for_each may repeat.
type multiple interface {
	// instances are the instances, and the reason why nobody knows when there is one.
	instances() (*repeat, string)
	// all is the block as a value, or what follows it: what one instance is, or the list or map of the instances.
	all(s *scope, then hcl.Traversal) graph.Value
	// at is the instance with a key, or what follows it.
	at(s *scope, key graph.Value, then hcl.Traversal) graph.Value
}

// undeclared is a name that nothing declares: Terraform refuses it, but what else the files say still holds.
func (s *scope) undeclared(t hcl.Traversal) graph.Value {
	n := map[string]int{"data": 3, "ephemeral": 3}[t.RootName()]
	if n == 0 {
		n = 2
	}
	if len(t) < n {
		return graph.Invalid("a resource needs a type and a name: " + t.RootName())
	}
	names := []string{t.RootName()}
	for i := 1; i < n; i++ {
		names = append(names, traversalName(t, i))
	}
	name := strings.Join(names, ".")
	return s.steps(s.hole(name, name+" is not declared in "+s.dir.path), t[n:])
}

// traversalName is the attribute name at a step of a traversal.
func traversalName(t hcl.Traversal, i int) string {
	if i < len(t) {
		switch step := t[i].(type) {
		case hcl.TraverseAttr:
			return step.Name
		case hcl.TraverseIndex:
			if step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsNull() {
				return step.Key.AsString() // var["name"]
			}
		}
	}
	return ""
}

// after is what follows the first n steps of a traversal.
func after(t hcl.Traversal, n int) hcl.Traversal { return t[min(n, len(t)):] }

func first(t hcl.Traversal) hcl.Traverser {
	if len(t) == 0 {
		return nil
	}
	return t[0]
}
