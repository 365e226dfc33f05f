package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// resource is a resource or data block in one module instance, with its own instances.
type resource struct {
	*module
	block  *block
	repeat *repeat
	busy   bool
	made   map[*repetition]*instance
	whole  graph.Value
	filled bool // whole is set
}

// resource is the resource with an address in m, without keys; nil when there is none.
func (m *module) resource(address string) *resource {
	if b := m.dir.resources[address]; b != nil {
		return m.resourceOf(b)
	}
	return nil
}

func (m *module) resourceOf(b *block) *resource {
	r := m.resources[b]
	if r == nil {
		r = &resource{module: m, block: b}
		if m.resources == nil {
			m.resources = map[*block]*resource{}
		}
		m.resources[b] = r
	}
	return r
}

// instances evaluates count or for_each of the resource.
func (r *resource) instances() (*repeat, string) {
	if r.repeat == nil {
		if r.busy {
			return nil, r.qualified(r.block.address()) + " refers to itself"
		}
		r.busy = true
		r.repeat = r.repeatOf(r.block)
		r.busy = false
	}
	return r.repeat, ""
}

// all is the resource as a value, and what follows it: a reference, or a list or map of references.
func (r *resource) all(s *scope, then hcl.Traversal) graph.Value {
	repeat, why := r.instances()
	if repeat == nil {
		return graph.Unknown(why)
	}
	if !r.filled {
		r.whole = repeat.value(func(k *repetition) graph.Value { return graph.Hole(r.instance(k).id) })
		r.filled = true
	}
	return s.steps(r.whole, then)
}

// at is the instance with a key, and what follows it.
func (r *resource) at(s *scope, key graph.Value, then hcl.Traversal) graph.Value {
	repeat, why := r.instances()
	switch {
	case repeat == nil:
		return graph.Unknown(why)
	case repeat.mode == once:
		return s.steps(s.index(r.all(s, nil), key), then)
	}
	return repeat.find(s, key, func(k *repetition) graph.Value { return s.steps(graph.Hole(r.instance(k).id), then) })
}

// instance is one instance of a resource. It is the Body of its [graph.Resource].
type instance struct {
	graph.Resource
	of    *resource
	each  *repetition
	id    *graph.Identity // of the instance as a whole
	memo  []attribute
	reads []attribute // what expressions see of attributes that are not configured
	data  *graph.Object
	asked bool // data is set
}

// attribute is the value of an attribute that has been evaluated; busy while it is being evaluated.
type attribute struct {
	name  string
	value graph.Value
	busy  bool
}

// instance is the instance that belongs to a repetition.
func (r *resource) instance(k *repetition) *instance {
	i := r.made[k]
	if i != nil {
		return i
	}
	b := r.block
	declared := b.address()
	i = &instance{of: r, each: k}
	i.Resource = graph.Resource{
		Address: r.qualified(declared + k.address), Declared: declared, NativeType: b.label(0), Language: graph.Terraform, Root: r.Dir,
		Data: b.kind != "resource", Header: b.header, Block: b.span, Calls: r.way(),
		Exists: graph.And(r.exists, k.exists), Many: r.many || k.many, Region: graph.Null(), Body: i,
	}
	i.id = &graph.Identity{Root: r.Dir, Name: i.Address, Resource: &i.Resource, Hint: "it is known once " + i.Address + " exists"}
	if r.made == nil {
		r.made = make(map[*repetition]*instance, len(r.repeat.known))
	}
	r.made[k] = i
	r.pending = append(r.pending, i)
	return i
}

// scope is where the expressions in the block of i stand.
func (i *instance) scope() *scope {
	s := &scope{module: i.of.module, self: i}
	if i.of.repeat.mode != once {
		s.each, s.repeats = i.each, i.of.block
	}
	return s
}

// Attribute is the configured value of an attribute; see [graph.Body].
func (i *instance) Attribute(name string) graph.Value {
	v := within(i.configured(name), i.Exists)
	i.of.settle()
	return v
}

// within is v in the worlds of a guard. Worlds in which evaluation fails are none: Terraform creates nothing in them.
func within(v graph.Value, guard graph.Guard) graph.Value {
	if v.Kind() != graph.KindChoice {
		return v
	}
	var cases []graph.Case
	for _, c := range v.Cases() {
		if c.Value.Kind() != graph.KindInvalid && graph.And(guard, c.When).Decide() != graph.False {
			cases = append(cases, c)
		}
	}
	if len(cases) == 0 {
		return v
	}
	return graph.Choice(cases...)
}

// configured is the value of an attribute or of the nested blocks with a name as the block has it, Null when it is not written.
func (i *instance) configured(name string) graph.Value {
	for _, a := range i.memo {
		if a.name == name {
			if a.busy {
				return graph.Unknown(i.Address + "." + name + " refers to itself")
			}
			return a.value
		}
	}
	if !i.writes(name) {
		return graph.Null()
	}
	if i.memo == nil {
		body := i.of.block.body()
		i.memo = make([]attribute, 0, len(body.Attributes)+len(body.Blocks))
	}
	n := len(i.memo)
	i.memo = append(i.memo, attribute{name: name, busy: true})
	e := i.of.evaluator
	doubts, strict := e.doubts, e.strict
	e.strict = false
	v := i.evaluate(name)
	e.doubts, e.strict = doubts, strict
	i.memo[n] = attribute{name: name, value: v}
	return v
}

// writes reports whether the block has an attribute or nested blocks with a name, or may have had them before a syntax error.
func (i *instance) writes(name string) bool {
	body := i.of.block.body()
	switch {
	case meta[name]:
		return false
	case body.Attributes[name] != nil || i.of.block.partial:
		return true
	}
	return slices.ContainsFunc(body.Blocks, func(b *hclsyntax.Block) bool { return nestedType(b) == name })
}

func (i *instance) evaluate(name string) graph.Value {
	body := i.of.block.body()
	if a := body.Attributes[name]; a != nil {
		return i.scope().eval(a.Expr)
	}
	if v, ok := i.scope().blocks(body, name); ok {
		if i.of.block.partial {
			v = v.Map(graph.Value.AsOpen)
		}
		return v
	}
	if i.of.block.partial {
		return graph.Unknown("the block of " + i.Address + " has a syntax error")
	}
	return graph.Null()
}

// meta are the arguments and blocks that mean the same in every resource and are no attributes of it.
var meta = map[string]bool{
	"count": true, "for_each": true, "provider": true, "depends_on": true, "lifecycle": true, "connection": true, "provisioner": true,
}

// Names lists what the block has; see [graph.Body].
func (i *instance) Names() []string {
	body := i.of.block.body()
	names := make([]string, 0, len(body.Attributes)+len(body.Blocks))
	for name := range body.Attributes {
		names = append(names, name)
	}
	for _, b := range body.Blocks {
		names = append(names, nestedType(b))
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return meta[n] })
}

// Place is where an attribute or the first nested block with a name is written; see [graph.Body].
func (i *instance) Place(name string) source.Span {
	body := i.of.block.body()
	if a := body.Attributes[name]; a != nil {
		return i.of.place(a.SrcRange)
	}
	for _, b := range body.Blocks {
		if nestedType(b) == name {
			return i.of.place(hcl.RangeBetween(b.TypeRange, b.CloseBraceRange))
		}
	}
	return source.Span{}
}

// read is an attribute of a resource as expressions see it: what the block configures, else what only the cloud knows.
func (s *scope) read(id *graph.Identity, name string) graph.Value {
	i, ok := id.Resource.Body.(*instance)
	if !ok {
		if v := id.Resource.Attribute(name); !v.IsNull() {
			return v
		}
		return graph.Hole(attributeIdentity(id.Resource, name))
	}
	for _, a := range i.reads {
		if a.name == name {
			return a.value
		}
	}
	v, lasting := i.read(name)
	if lasting {
		i.reads = append(i.reads, attribute{name: name, value: v})
	}
	return v
}

// read reports also whether the value is final: it is not while it is being evaluated.
func (i *instance) read(name string) (v graph.Value, lasting bool) {
	if i.Data {
		if o := i.provided(); o != nil {
			if v, ok := o.Get(name); ok {
				return v, true
			}
		}
	}
	if name == "outputs" {
		if v, ok := i.stackOutputs(); ok {
			return v, true
		}
	}
	v = i.configured(name).Map(func(v graph.Value) graph.Value {
		if v.IsNull() {
			return graph.Hole(attributeIdentity(&i.Resource, name))
		}
		return v
	})
	if _, attribute := i.of.block.body().Attributes[name]; !attribute {
		v = v.Map(opened)
	}
	return v, v.Kind() != graph.KindUnknown
}

// opened is a list of nested blocks as expressions see it: a block has more attributes than those that are written.
func opened(v graph.Value) graph.Value {
	if o, ok := v.Object(); ok {
		entries := make(map[string]graph.Value, o.Len())
		for n, k := range o.Keys() {
			entries[k] = opened(o.Values()[n])
		}
		return graph.Map(graph.NewObject(entries)).WithSpan(v.At()).AsOpen()
	}
	if elements, ok := v.Elements(); ok && slices.ContainsFunc(elements, func(e graph.Value) bool { return e.Kind() == graph.KindMap }) {
		out := make([]graph.Value, len(elements))
		for n, e := range elements {
			out[n] = opened(e)
		}
		return unordered(v, out)
	}
	return v
}

// attributeIdentity names an attribute of a resource.
func attributeIdentity(r *graph.Resource, name string) *graph.Identity {
	id := r.Identity(name)
	if r.Data {
		id.Hint = "it is read from the cloud by " + r.Address
	}
	return id
}

// settle evaluates the Regions of the resources that an evaluation has met. It waits for the end of the evaluation, because the Region
// of a provider may depend on a resource that is being evaluated.
func (e *evaluator) settle() {
	for e.nesting == 0 && len(e.pending) > 0 {
		i := e.pending[len(e.pending)-1]
		e.pending = e.pending[:len(e.pending)-1]
		i.Region = within(i.region(), i.Exists)
	}
}

// region is the Region of a resource: its own argument, else that of its provider.
func (i *instance) region() graph.Value {
	if v := i.configured("region"); !v.IsNull() {
		return v
	}
	key, _, _ := strings.Cut(i.NativeType, "_")
	if a := i.of.block.body().Attributes["provider"]; a != nil {
		key = providerKey(a.Expr)
	}
	return i.of.providerRegion(key)
}

// providerKey is the name of a provider configuration as the provider argument has it: `aws`, `aws.east`. It is empty when the
// expression is something else.
func providerKey(x hclsyntax.Expression) string {
	if t, ok := x.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) <= 2 {
		if len(t.Traversal) == 1 {
			return t.Traversal.RootName()
		}
		return t.Traversal.RootName() + "." + traversalName(t.Traversal, 1)
	}
	return literalString(x)
}

// providerRegion is the Region of a provider configuration, Null when nothing says one.
func (m *module) providerRegion(key string) graph.Value {
	return m.memoised(name{'p', key}, func() graph.Value {
		if b := m.dir.provider(key); b != nil {
			a := b.body().Attributes["region"]
			switch {
			case a != nil:
				return (&scope{module: m}).eval(a.Expr)
			case b.partial:
				return graph.Unknown("the provider block has a syntax error")
			}
			return graph.Null()
		}
		if m.parent == nil {
			if strings.Contains(key, ".") || key == "" {
				return graph.Unknown("the files do not say which provider configuration is meant")
			}
			return graph.Null()
		}
		return m.parent.providerRegion(passed(m.block, key))
	})
}

// passed is what a module calls the provider configuration that it passes on in a call.
func passed(call *block, key string) string {
	a := call.body().Attributes["providers"]
	if a == nil {
		return key
	}
	o, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return key
	}
	for _, item := range o.Items {
		k := item.KeyExpr
		if wrapped, ok := k.(*hclsyntax.ObjectConsKeyExpr); ok {
			k = wrapped.Wrapped
		}
		if providerKey(k) == key {
			return providerKey(item.ValueExpr)
		}
	}
	return key
}
