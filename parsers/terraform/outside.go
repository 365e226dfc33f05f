package terraform

import (
	"path"
	"slices"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// outside is an instance of a module call whose module cannot be read. A provider may know what such a module creates; otherwise
// nobody knows, and its outputs are holes.
type outside struct {
	graph.Opaque
	call      *callSite
	each      *repetition
	known     bool // to the provider
	fragment  Fragment
	resources map[string]*summary // by address inside the module
}

// opaque is the instance of the call for a repetition, when the module cannot be read.
func (c *callSite) opaque(k *repetition) *outside {
	if o := c.outside[k]; o != nil {
		return o
	}
	o := &outside{call: c, each: k, Opaque: graph.Opaque{
		Address: c.qualified(c.block.address() + k.address), Source: c.source, Root: c.Dir, At: c.block.header,
		Exists: graph.And(c.exists, k.exists), Hint: "run terraform init, so that the module can be read",
	}}
	o.Inputs = o.inputs
	if c.byPath {
		o.Hint = "there is no module in " + path.Join(c.module.dir.path, c.source)
	}
	if c.outside == nil {
		c.outside = map[*repetition]*outside{}
	}
	c.outside[k] = o
	if !c.byPath && c.Provider != nil {
		o.summarise()
	}
	return o
}

// summarise asks the provider what the module creates.
func (o *outside) summarise() {
	inputs := o.inputs()
	version := ""
	if v, ok := inputs.Get("version"); ok {
		version, _ = v.Text()
	}
	o.fragment, o.known = o.call.Provider.Module(ModuleCall{
		Source: o.call.source, Version: version, Inputs: inputs, Region: o.call.providerRegion(passed(o.call.block, "aws")),
		Refer: func(address, nativeType, attribute string) graph.Value {
			return graph.Hole(attributeIdentity(&o.resource(address, nativeType).Resource, attribute))
		},
		Hole: o.hole,
	})
	for _, f := range o.fragment.Resources {
		r := o.resource(f.Address, f.Type)
		r.attributes = f.Attributes
		r.Exists = graph.And(o.Exists, f.Exists)
		r.Many = r.Many || f.Many
	}
}

// inputs are the arguments of the call, evaluated.
func (o *outside) inputs() *graph.Object {
	s := o.call.scope(o.each)
	entries := map[string]graph.Value{}
	for name, a := range o.call.block.body().Attributes {
		switch name {
		case "count", "for_each", "providers", "depends_on", "source":
		default:
			entries[name] = s.eval(a.Expr)
		}
	}
	return graph.NewObject(entries)
}

// hole is what the module decides about a name and nobody can read.
func (o *outside) hole(name string) graph.Value {
	return graph.Hole(&graph.Identity{Root: o.Root, Name: o.Address + "." + name, Hint: o.Hint, Opaque: &o.Opaque})
}

// output is an output of the module.
func (o *outside) output(name string) graph.Value {
	if v, ok := o.fragment.Outputs[name]; ok {
		return v
	}
	return o.hole(name)
}

// value is the instance as a whole.
func (o *outside) value() graph.Value {
	if !o.known {
		return graph.Hole(&graph.Identity{Root: o.Root, Name: o.Address, Hint: o.Hint, Opaque: &o.Opaque})
	}
	return graph.Map(graph.NewObject(o.fragment.Outputs)).AsOpen()
}

// summary is a resource of a module that only the provider knows: what the module's own code would create for this call.
type summary struct {
	graph.Resource
	call       *callSite
	each       *repetition
	attributes *graph.Object
}

// resource is the resource with an address inside the module.
func (o *outside) resource(address, nativeType string) *summary {
	if r := o.resources[address]; r != nil {
		return r
	}
	c := o.call
	r := &summary{call: c, each: o.each, attributes: graph.NewObject(nil)}
	r.Resource = graph.Resource{
		Address: o.Address + "." + address, Declared: c.block.address() + "." + withoutKeys(address), NativeType: nativeType,
		Language: graph.Terraform, Root: c.Dir, Summary: true, Header: c.block.header, Block: c.block.span, Calls: c.way(),
		Exists: o.Exists, Many: c.many || o.each.many, Region: c.providerRegion(passed(c.block, "aws")), Body: r,
	}
	if o.resources == nil {
		o.resources = map[string]*summary{}
	}
	o.resources[address] = r
	return r
}

// withoutKeys is an address without what stands in brackets.
func withoutKeys(address string) string {
	out := make([]byte, 0, len(address))
	quoted, depth := false, 0
	for i := 0; i < len(address); i++ {
		switch ch := address[i]; {
		case quoted && ch == '\\':
			i++
		case ch == '"':
			quoted = !quoted
		case quoted:
		case ch == '[':
			depth++
		case ch == ']':
			depth--
		case depth == 0:
			out = append(out, ch)
		}
	}
	return string(out)
}

// listed are the resources that the provider lists, in its order; those that were only referred to are not among them.
func (o *outside) listed() []*summary {
	list := make([]*summary, 0, len(o.fragment.Resources))
	for _, f := range o.fragment.Resources {
		list = append(list, o.resources[f.Address])
	}
	return list
}

// Attribute is an attribute of the summary; see [graph.Body].
func (r *summary) Attribute(name string) graph.Value {
	if v, ok := r.attributes.Get(name); ok {
		return within(v, r.Exists)
	}
	return graph.Null()
}

// Names lists the attributes of the summary; see [graph.Body].
func (r *summary) Names() []string { return slices.Clone(r.attributes.Keys()) }

// Place is where the call passes the value on, when one argument gives it; see [graph.Body].
func (r *summary) Place(name string) source.Span {
	v, ok := r.attributes.Get(name)
	if !ok {
		return source.Span{}
	}
	for _, a := range r.call.block.body().Attributes {
		if at := r.call.place(a.SrcRange); at.Contains(v.At()) {
			return at
		}
	}
	return source.Span{}
}
