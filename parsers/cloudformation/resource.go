package cloudformation

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// A resource of a template. It is the body of its graph.Resource.
type resource struct {
	stack     *Stack
	key, node *node
	graph     *graph.Resource

	properties map[string]entry // as written, loops and inclusions expanded
	open       bool             // some of the properties cannot be read
	values     map[string]*lazy

	looked    bool // whether child and opaque are known
	child     *Stack
	unread    *graph.Opaque
	arguments map[string]entry // what a nested stack is passed
	computed  bool             // some of the arguments are not written one by one
}

// resource returns a resource by logical id, nil when the template has none.
func (s *Stack) resource(id string) *resource {
	if r, ok := s.resources[id]; ok {
		return r
	}
	e, ok := s.section("Resources").get(id)
	if !ok {
		return nil
	}
	typ, ok := e.value.get("Type").literal()
	if !ok {
		s.resources[id] = nil
		if n := e.value.get("Type"); !n.isNull() { // what another tool makes a resource of, or several
			s.opaque(id, n.kindName(), e.key.at, "scan the template that the tool makes")
		} else {
			s.report(source.Warning, "template-shape", e.key.at, "the resource %s has no Type", id)
		}
		return nil
	}
	r := &resource{stack: s, key: e.key, node: e.value, values: map[string]*lazy{}}
	block := e.key.at
	block.End = max(block.End, e.value.at.End)
	if e.value.at.File != block.File || e.value.at.Start < block.Start {
		block = e.value.at // an alias or an inclusion
	}
	region, _ := s.pseudo("AWS::Region")
	r.graph = &graph.Resource{
		Address: s.prefix + s.world.unmarked(id), Declared: s.world.unmarked(e.key.written()), NativeType: typ, Language: graph.CloudFormation, Root: s.world.root,
		Header: e.key.at, Block: block, Calls: s.calls, Many: e.many || s.many(), Region: region, Body: r,
	}
	s.resources[id] = r
	r.graph.Exists = graph.And(s.exists, e.when, s.conditionOf(e.value))
	return r
}

// many reports whether the stack stands for any number of stacks.
func (s *Stack) many() bool {
	if s.parent != nil {
		return s.parent.graph.Many
	}
	return s.world.options.Parent != nil && s.world.options.Parent.Many
}

// own marks the names of a resource's own attributes, as opposed to its properties.
const own = "/"

// Attribute is the value of a property. "/Metadata", "/DependsOn", "/DeletionPolicy" and the like are what stands beside Properties.
func (r *resource) Attribute(name string) graph.Value {
	l := r.values[name]
	if l == nil {
		l = &lazy{}
		r.values[name] = l
	}
	return l.get(r.stack.world, r.graph.Address+"."+name, func() graph.Value {
		return under(r.truthOf(name, r.evaluate(name)), r.graph.Exists)
	})
}

// under is v in the worlds of a guard: of what Fn::If chooses under the condition of a resource, the resource has no more.
func under(v graph.Value, guard graph.Guard) graph.Value {
	if v.Kind() != graph.KindChoice {
		return v
	}
	cases := slices.DeleteFunc(slices.Clone(v.Cases()), func(c graph.Case) bool { return graph.And(guard, c.When).Decide() == graph.False })
	if len(cases) == 0 || len(cases) == len(v.Cases()) {
		return v
	}
	narrowed := graph.Choice(cases...)
	if narrowed.Kind() == graph.KindChoice {
		return narrowed.WithSpan(v.At())
	}
	return narrowed // at its own place
}

func (r *resource) evaluate(name string) graph.Value {
	if beside, ok := strings.CutPrefix(name, own); ok {
		if n := r.node.get(beside); n != nil {
			return r.stack.eval(n)
		}
		return graph.Null()
	}
	r.read()
	e, written := r.properties[name]
	global := r.global(name)
	switch {
	case !written && global == nil && r.open:
		return graph.Unknown("a macro or an inclusion that cannot be read may set it")
	case !written && global == nil:
		return graph.Null()
	case !written:
		return r.stack.eval(global)
	case global == nil:
		return r.stack.entryValue(e)
	}
	if _, isCall := e.value.call(); isCall {
		return r.stack.entryValue(e)
	}
	return mergeGlobal(r.stack.eval(global), r.stack.entryValue(e))
}

// entryValue is the value of an entry, Null where Fn::ForEach does not make it.
func (s *Stack) entryValue(e entry) graph.Value {
	v := s.eval(e.value)
	if e.when.Decide() == graph.True {
		return v
	}
	return graph.Choice(graph.Case{When: e.when, Value: v}, graph.Case{When: graph.Not(e.when), Value: graph.Null()})
}

// read lists the properties.
func (r *resource) read() {
	if r.properties != nil {
		return
	}
	r.properties = map[string]entry{}
	n := r.node.get("Properties")
	switch {
	case n.isNull():
		return
	case !n.isMapping():
		r.open = true
		r.stack.report(source.Warning, "template-shape", n.at, "Properties must be a mapping, this is %s", n.kindName())
		return
	}
	entries, complete := r.stack.expand(n.pairs)
	r.open = !complete
	for _, e := range entries {
		if e.many {
			r.open = true
			continue
		}
		r.properties[e.key.text] = e
	}
}

// Names lists the properties that are written.
func (r *resource) Names() []string {
	r.read()
	names := make([]string, 0, len(r.properties))
	for name := range r.properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Place is where a property is written, name and value.
func (r *resource) Place(name string) source.Span {
	var key, value *node
	if beside, ok := strings.CutPrefix(name, own); ok {
		key, value = r.node.entry(beside)
	} else {
		r.read()
		e := r.properties[name]
		key, value = e.key, e.value
	}
	if key == nil {
		return source.Span{}
	}
	at := key.at
	if value.at.File == at.File && value.at.Start >= at.Start {
		at.End = max(at.End, value.at.End)
	}
	return at
}

// passedThrough is the value of an attribute that Fn::GetAtt returns as it was set: `GetAtt Subnet.VpcId` is the property VpcId.
func (r *resource) passedThrough(attribute string) (graph.Value, bool) {
	t := r.graph.NativeType
	if strings.HasPrefix(t, "Custom::") || t == "AWS::CloudFormation::CustomResource" || strings.HasSuffix(t, "::MODULE") || isStack(t) {
		return graph.Value{}, false
	}
	r.read()
	if _, ok := r.properties[attribute]; !ok {
		return graph.Value{}, false
	}
	if l := r.values[attribute]; l != nil && l.state == 'r' {
		return graph.Value{}, false
	}
	v := r.Attribute(attribute)
	for _, c := range v.Cases() {
		if c.Value.IsNull() {
			return graph.Value{}, false
		}
	}
	return v, true
}
