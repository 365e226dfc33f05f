package tfplan

import (
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// configuration is what package terraform makes of the root module from which the plan was made.
type configuration struct {
	byAddress  map[string]*graph.Resource
	byDeclared map[string]*graph.Resource // one for each address without keys
	// fits says that it has not changed since the plan was made, as far as that can be seen: only then its expressions are the plan's.
	fits bool
}

// join relates the plan to the configuration beside it, if that is the one that it was made from, and gives the resources their places.
func (p *Plan) join(ctx context.Context) {
	if p.Configuration != nil {
		root := p.load(ctx)
		planned := p.declared()
		if missing, share := compare(planned, root.Declared()); share {
			p.root = p.Configuration.Dir
			p.beside = p.index(root.Graph())
			p.beside.fits = p.upToDate(missing)
			p.current = p.beside.fits && !isTrue(field(p.document, "errored")) && !isFalse(field(p.document, "complete"))
		}
	}
	for _, r := range p.resources {
		r.Root = p.root
		if p.beside != nil {
			r.same, r.declared = p.beside.byAddress[r.Address], p.beside.byDeclared[withoutKeys(r.Address)]
		}
		r.place()
	}
	for _, r := range p.resources {
		r.Resource.Region = r.region()
	}
}

// load evaluates the configuration with the plan's variables. Those that it has by itself keep their own places.
func (p *Plan) load(ctx context.Context) *terraform.Root {
	o := *p.Configuration
	o.Want, o.Enter = nil, nil // what is not listed is referred to, and has a place too
	root := terraform.Load(ctx, o)
	vars := maps.Clone(o.Vars)
	if vars == nil {
		vars = map[string]string{}
	}
	variables, ok := field(p.document, "variables").Object()
	if !ok {
		return root
	}
	differ := false
	for _, name := range variables.Keys() {
		v, _ := p.variable(name)
		if v.IsNull() || sameValue(v, root.Variable(name)) {
			continue
		}
		if t, ok := v.Text(); ok {
			vars[name], differ = t, true
		} else if t, ok := graph.JSON(v).Text(); ok {
			vars[name], differ = strings.NewReplacer("${", "$${", "%{", "%%{").Replace(t), true // it is read as an expression
		}
	}
	if !differ {
		return root
	}
	o.Vars = vars
	return terraform.Load(ctx, o)
}

// sameValue reports whether two values have the same JSON text, numbers and booleans as text.
func sameValue(planned, beside graph.Value) bool {
	if p, ok := planned.Text(); ok {
		b, ok := beside.Text()
		return ok && p == b
	}
	return graph.Equal(planned, beside) == graph.True
}

// declared lists what the root module declares according to the plan, as [terraform.Root.Declared] does.
func (p *Plan) declared() []string {
	root := field(p.document, "configuration", "root_module")
	var all []string
	for _, r := range elements(field(root, "resources")) {
		if a := text(field(r, "address")); a != "" {
			all = append(all, a)
		}
	}
	if calls, ok := field(root, "module_calls").Object(); ok {
		for _, name := range calls.Keys() {
			all = append(all, "module."+name)
		}
	}
	slices.Sort(all)
	return all
}

// compare finds an address that only one of two sorted lists has, empty when they are the same, and reports whether they have more in
// common than not, so that they speak of the same module.
func compare(planned, declared []string) (only string, share bool) {
	common := 0
	for _, a := range planned {
		if _, ok := slices.BinarySearch(declared, a); ok {
			common++
		} else if only == "" {
			only = a
		}
	}
	for _, a := range declared {
		if _, ok := slices.BinarySearch(planned, a); !ok && only == "" {
			only = a
		}
	}
	return only, 2*common > max(len(planned), len(declared))
}

func (p *Plan) index(g *graph.Graph) *configuration {
	c := &configuration{byAddress: map[string]*graph.Resource{}, byDeclared: map[string]*graph.Resource{}}
	for _, r := range g.Resources {
		c.byAddress[r.Address] = r
		if name := withoutKeys(r.Address); c.byDeclared[name] == nil {
			c.byDeclared[name] = r
		}
	}
	return c
}

// upToDate reports whether the configuration says what it said when the plan was made: it declares the same, creates nothing that the plan
// does not know, and has the same constants. A diagnostic tells if not.
func (p *Plan) upToDate(only string) bool {
	if only != "" {
		p.stale(source.Span{}, only+" is only in one of them")
		return false
	}
	for _, address := range slices.Sorted(maps.Keys(p.beside.byAddress)) {
		r := p.beside.byAddress[address]
		if r.Summary || r.Many || r.Exists.Decide() != graph.True || unsettled(address) {
			continue
		}
		if _, changes := p.changes[address]; p.byAddress[address] == nil && !changes {
			p.stale(r.Header, address+" is not in the plan")
			return false
		}
	}
	for _, r := range p.resources {
		if p.Want != nil && !p.Want(r.NativeType) {
			continue
		}
		if at, what := r.changed(p.beside.byAddress[r.Address]); what != "" {
			p.stale(at, what)
			return false
		}
	}
	return true
}

// changed finds an argument that the configuration sets otherwise than it did when the plan was made, and says what it was; nothing when
// there is none.
func (r *resource) changed(beside *graph.Resource) (at source.Span, what string) {
	settings, ok := field(r.settings(), "expressions").Object()
	if beside == nil || !ok {
		return at, ""
	}
	for _, name := range settings.Keys() {
		e, _ := settings.Get(name)
		was, written := field(e, "constant_value"), beside.Attribute(name)
		if !scalar(was) {
			was = r.setAnew(name)
			if rewritten(was, written) {
				continue
			}
		}
		if scalar(was) && written.Known() && !sameValue(was, written) {
			return beside.Place(name), name + " of " + r.Address + " was " + was.String()
		}
	}
	for _, name := range beside.Names() {
		if _, planned := settings.Get(name); !planned && !beside.Summary && scalar(beside.Attribute(name)) {
			return beside.Place(name), name + " of " + r.Address + " was not set"
		}
	}
	return at, ""
}

// setAnew is the planned value of an argument that the plan changes. What it leaves as it is may be so because the configuration ignores
// changes, or the provider sees none.
func (r *resource) setAnew(name string) graph.Value {
	change := r.plan.changes[r.Address]
	if planned := field(r.values, name); !change.IsNull() && !sameValue(planned, field(change, "change", "before", name)) {
		return planned
	}
	return graph.Null()
}

// rewritten reports whether a planned value may be what a provider makes of an argument: JSON that it orders anew, a digest, a name in
// lower case or without the dot at its end, the name of a protocol for its number.
func rewritten(planned, written graph.Value) bool {
	p, _ := planned.Text()
	w, _ := written.Text()
	number := func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }
	_, digest := hex.DecodeString(p)
	return strings.HasPrefix(p, "{") || strings.HasPrefix(p, "[") || len(p) >= 40 && digest == nil ||
		strings.EqualFold(strings.Trim(p, "./"), strings.Trim(w, "./")) || number(p) != number(w)
}

// unsettled reports whether a key in an address is not decided.
func unsettled(address string) bool { return strings.Contains(address, "${") }

func scalar(v graph.Value) bool {
	_, ok := v.Text()
	return ok
}

func isFalse(v graph.Value) bool {
	b, ok := v.Bool()
	return ok && !b
}

func (p *Plan) stale(at source.Span, what string) {
	p.report(source.Warning, "plan-stale", at,
		"%s was not made from the configuration in %s as it is now: %s; run terraform plan again", p.Path, p.root, what)
}

// place gives a resource the places of its declaration in the configuration beside the plan, else those in the plan.
func (r *resource) place() {
	steps := moduleSteps(r.module)
	if d := r.declared; d != nil {
		r.Header, r.Block, r.Summary, r.Declared = d.Header, d.Block, d.Summary, d.Declared
		for i, c := range d.Calls {
			if i < len(steps) {
				c.Address = moduleAddress(steps[:i+1])
			}
			r.Calls = append(r.Calls, c)
		}
		return
	}
	for i := range steps {
		name := moduleAddress(steps[:i+1])
		call := r.plan.moduleAt(name).call
		at := field(call, "source").At()
		if at.IsZero() {
			at = r.Header
		}
		block := call.At()
		if block.IsZero() {
			block = at
		}
		r.Calls = append(r.Calls, graph.Call{Address: name, At: at, Block: block})
	}
}

// region is the Region that a resource is created in: its own argument, else that of its provider configuration.
func (r *resource) region() graph.Value {
	if v := r.Attribute("region"); !v.IsNull() && v.Known() {
		return v
	}
	if r.same != nil {
		if v := r.plan.adopt(r.same.Region); v.Kind() != graph.KindUnknown {
			return v
		}
	}
	provider := field(r.plan.document, "configuration", "provider_config", text(field(r.settings(), "provider_config_key")))
	e := field(provider, "expressions", "region")
	switch {
	case provider.IsNull() && r.settings().IsNull():
		return graph.Unknown("the plan does not say which provider configuration " + r.Address + " has")
	case e.IsNull():
		return graph.Null()
	}
	s := r.plan.scope(text(field(provider, "module_address")))
	if c := field(e, "constant_value"); !c.IsNull() {
		return c
	}
	refs := longest(elements(field(e, "references")))
	if len(refs) == 1 && strings.HasPrefix(refs[0], "var.") && strings.HasSuffix(refs[0], "region") { // not made from something else
		if v, _ := s.reference(refs[0]); v.Known() {
			return v
		}
	}
	return graph.Unknown("the plan does not say the Region of the provider configuration of " + r.Address)
}

// adopt is a value of the configuration beside the plan with the planned resources in place of those that it names, and what the plan
// knows of them. It is unknown where the configuration leaves open what the plan decides.
func (p *Plan) adopt(v graph.Value) graph.Value {
	if encoded, ok := v.Encodes(); ok && !v.Known() {
		inner := p.adopt(encoded)
		if inner.Kind() == graph.KindUnknown {
			return inner
		}
		return graph.JSON(inner).WithSpan(v.At())
	}
	switch v.Kind() {
	case graph.KindUnknown, graph.KindInvalid:
		return undecided()
	case graph.KindChoice:
		return p.adoptChoice(v.Cases()).WithSpan(v.At())
	case graph.KindHole, graph.KindRef:
		return p.adoptIdentity(v.Identity()).WithSpan(v.At())
	case graph.KindTemplate:
		parts, _ := v.Parts()
		return p.adoptParts(parts, v)
	case graph.KindList:
		list := elements(v)
		out := make([]graph.Value, len(list))
		for i, e := range list {
			out[i] = p.adopt(e)
		}
		w := graph.List(out...).WithSpan(v.At())
		if v.IsSet() {
			w = w.AsSet()
		}
		if v.IsOpen() {
			w = w.AsOpen()
		}
		return w
	case graph.KindMap:
		o, _ := v.Object()
		if keyed, _ := v.Keyed(); len(keyed) > 0 {
			return undecided()
		}
		entries := make(map[string]graph.Value, o.Len())
		for i, k := range o.Keys() {
			entries[k] = p.adopt(o.Values()[i])
		}
		w := graph.Map(graph.NewObject(entries)).WithSpan(v.At())
		if v.IsOpen() {
			w = w.AsOpen()
		}
		return w
	}
	return v
}

// adoptChoice keeps an alternative that the plan does not decide either. Cases that fail are none: Terraform has planned.
func (p *Plan) adoptChoice(cases []graph.Case) graph.Value {
	var kept []graph.Case
	for _, c := range cases {
		if c.Value.Kind() == graph.KindInvalid {
			continue
		}
		w := p.adopt(c.Value)
		if w.Kind() == graph.KindUnknown {
			return w
		}
		kept = append(kept, graph.Case{When: c.When, Value: w})
	}
	if len(kept) == 0 {
		return undecided()
	}
	return graph.Choice(kept...)
}

// adoptIdentity is what an identity of the configuration stands for in the plan.
func (p *Plan) adoptIdentity(id *graph.Identity) graph.Value {
	if id.Resource == nil {
		return graph.Hole(id)
	}
	r := p.byAddress[id.Resource.Address]
	if r == nil {
		return graph.Unknown(id.Resource.Address + " is not in the plan")
	}
	if id.Attribute == "" {
		return graph.Reference(&r.Resource, "")
	}
	v := field(r.values, id.Attribute)
	switch {
	case scalar(v) && !isIdentifier(id.Attribute):
		return v.WithSpan(source.Span{})
	case id.Attribute == "id" || id.Attribute == "arn":
		r = p.first(r, text(v))
	}
	return graph.Reference(&r.Resource, id.Attribute)
}

// first is the resource that stands for all of its type with the same id or ARN: the one that is managed, if there is one.
func (p *Plan) first(r *resource, known string) *resource {
	if !r.Data {
		return r
	}
	var data *resource
	for _, other := range p.byID[known] {
		switch {
		case lastWord(other.NativeType) != lastWord(r.NativeType):
		case !other.Data:
			return other
		case data == nil:
			data = other
		}
	}
	if data == nil {
		return r
	}
	return data
}

func (p *Plan) adoptParts(parts []graph.Part, v graph.Value) graph.Value {
	out := make([]graph.Part, len(parts))
	for i, part := range parts {
		out[i] = part
		if part.Hole == nil {
			continue
		}
		w := p.adoptIdentity(part.Hole)
		if t, ok := w.Text(); ok {
			out[i] = graph.Part{Literal: t}
		} else if id := w.Identity(); id != nil {
			out[i] = graph.Part{Hole: id}
		} else {
			return undecided()
		}
	}
	return graph.Template(out...).WithSpan(v.At())
}
