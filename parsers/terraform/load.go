package terraform

import (
	"cmp"
	"context"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Options say what to evaluate of one root module.
type Options struct {
	// Files are read through, and places refer to them.
	Files *source.Set
	// Diagnostics receives problems with the input; it may be nil.
	Diagnostics *source.Diagnostics
	// Provider answers for the cloud; it may be nil.
	Provider Provider
	// Dir is the directory of the root module, relative to the boundary.
	Dir string
	// Want selects the resources and data sources that are listed, by native type; nil wants all. The others are evaluated when an
	// expression asks for them.
	Want func(nativeType string) bool
	// Enter selects the directories of called modules whose resources are listed, those of their own calls included; nil enters all.
	// The others are evaluated when an expression asks for them.
	Enter func(dir string) bool
	// VarFiles are the variable files given on the command line, in their order, relative to the boundary.
	VarFiles []string
	// Vars are the variables given on the command line, by name, as text that the type of the variable converts.
	Vars map[string]string
	// IgnoredFile selects variable files that are not read although Terraform would; it may be nil.
	IgnoredFile func(path string) bool
	// RemoteState gives an output of the root whose state a data source terraform_remote_state reads, and false when no root is known
	// to be the one; it may be nil.
	RemoteState func(data *graph.Resource, output string) (graph.Value, bool)
	// Scenario names the evaluation among others of the same root; empty for the one of which there is always one.
	Scenario string
}

// Root is a root module, evaluated as far as somebody asks. One goroutine may use it, with all values and resources that come from it.
type Root struct {
	Options
	module *module // nil when there is none
}

// Load prepares the evaluation of a root module. It does not fail: what is wrong with the files becomes diagnostics.
func Load(ctx context.Context, o Options) *Root {
	o.Dir = path.Clean(o.Dir)
	e := &evaluator{Options: o, ctx: ctx, loader: newLoader(o.Files, o.Diagnostics)}
	r := &Root{Options: o}
	if d := e.loader.directory(o.Dir); d != nil {
		r.module = &module{evaluator: e, dir: d}
	}
	return r
}

// Output is the value of an output of the root module, Null when it has no such output.
func (r *Root) Output(name string) graph.Value {
	if r.module == nil || r.module.dir.outputs[name] == nil {
		return graph.Null()
	}
	v := r.module.output(name)
	r.module.settle()
	return v
}

// Graph lists the resources and data sources that are wanted, in the order of their places, and the module calls that cannot be read.
func (r *Root) Graph() *graph.Graph {
	g := &graph.Graph{Files: r.Files}
	if r.module == nil {
		return g
	}
	l := &lister{Graph: g, want: r.Want, enter: r.Enter}
	l.module(r.module)
	r.module.settle()
	for _, name := range slices.Sorted(maps.Keys(r.module.dir.outputs)) {
		g.Exports = append(g.Exports, func() graph.Value { return r.Output(name) })
	}
	slices.SortStableFunc(g.Resources, func(a, b *graph.Resource) int { return compare(r.Files, a.Block, b.Block) })
	slices.SortStableFunc(g.Opaque, func(a, b *graph.Opaque) int { return compare(r.Files, a.At, b.At) })
	return g
}

// List lists the resources, and the data sources, of one native type in the modules that enter selects by their directories; nil selects
// all. What [Options] want does not matter, and what modules create that cannot be read is not listed.
func (r *Root) List(nativeType string, enter func(dir string) bool) []*graph.Resource {
	if r.module == nil {
		return nil
	}
	l := &lister{Graph: &graph.Graph{}, want: func(t string) bool { return t == nativeType }, enter: enter, readable: true}
	l.module(r.module)
	r.module.settle()
	return l.Resources
}

// compare orders spans by the path of their file, then by where they begin.
func compare(files *source.Set, a, b source.Span) int {
	if a.File == b.File || a.IsZero() || b.IsZero() {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start))
	}
	return strings.Compare(files.File(a.File).Path, files.File(b.File).Path)
}

// lister lists what modules create.
type lister struct {
	*graph.Graph
	want, enter func(string) bool // as in Options
	readable    bool              // only what can be read is listed
}

func (l *lister) module(m *module) {
	if m.dir.partial {
		l.Opaque = append(l.Opaque, m.unread())
	}
	for _, b := range m.dir.blocks {
		switch b.kind {
		case "resource", "data":
			if l.want == nil || l.want(b.label(0)) {
				l.resource(m.resourceOf(b))
			}
		case "module":
			l.call(m.callOf(b))
		}
	}
}

// unread stands for what files of a module declare that could not be read.
func (m *module) unread() *graph.Opaque {
	o := &graph.Opaque{
		Address: m.address, Source: m.dir.path, Root: m.Dir, Exists: m.exists, Within: true, Inputs: func() *graph.Object { return graph.NewObject(nil) },
		Hint: "mend the syntax errors in " + m.dir.path,
	}
	if m.block == nil {
		o.Address = "the root module"
	} else {
		o.At = m.block.header
	}
	return o
}

func (l *lister) resource(r *resource) {
	repeat, why := r.instances()
	if repeat == nil {
		r.report("cycle", r.block.header, why)
		return
	}
	for _, k := range repeat.all() {
		if i := r.instance(k); i.Exists.Decide() != graph.False {
			l.Resources = append(l.Resources, &i.Resource)
		}
	}
}

func (l *lister) call(c *callSite) {
	if c.dir == nil && l.readable || c.dir != nil && l.enter != nil && !l.enter(c.dir.path) {
		return
	}
	repeat, why := c.instances()
	if repeat == nil {
		c.report("cycle", c.block.header, why)
		return
	}
	for _, k := range repeat.all() {
		if graph.And(c.exists, k.exists).Decide() == graph.False {
			continue
		}
		if m := c.instance(k); m != nil {
			l.module(m)
			continue
		}
		o := c.opaque(k)
		for _, r := range o.listed() {
			if (l.want == nil || l.want(r.NativeType)) && r.Exists.Decide() != graph.False {
				l.Resources = append(l.Resources, &r.Resource)
			}
		}
		if !o.known || o.fragment.Open {
			l.Opaque = append(l.Opaque, &o.Opaque)
		}
	}
}

// all are the instances, those that nobody can list last.
func (r *repeat) all() []*repetition {
	if r.rest == nil {
		return r.known
	}
	return append(slices.Clip(r.known), r.rest)
}

// Variable is the value of a variable of the root module: what a variable file or the options give it, else its default, else a hole; Null
// when it has no such variable.
func (r *Root) Variable(name string) graph.Value {
	if r.module == nil || r.module.dir.variables[name] == nil {
		return graph.Null()
	}
	v := r.module.variable(name)
	r.module.settle()
	return v
}

// Declared lists, in order, the addresses of the resources, data sources and module calls that the root module declares: "aws_vpc.x",
// "data.aws_region.current", "module.net".
func (r *Root) Declared() []string {
	if r.module == nil {
		return nil
	}
	var all []string
	for _, b := range r.module.dir.blocks {
		switch b.kind {
		case "resource", "data", "module":
			all = append(all, b.address())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
