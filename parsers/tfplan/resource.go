package tfplan

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// resource is a planned resource or data source. It is the Body of its [graph.Resource].
type resource struct {
	graph.Resource
	plan   *Plan
	module string // address of the module instance; empty for the root
	// values are the planned values. Unknown has true at what only the apply tells, and sensitive a list or map at what is one.
	values, unknown, sensitive graph.Value
	// same is the instance that package terraform makes of the configuration beside the plan, declared one of the same declaration; nil
	// when there is none. The place of what is written is where declared has it.
	same, declared *graph.Resource
	memo           map[string]graph.Value
	busy           []string
}

// settings is the entry of the resource in the plan's own configuration, Null when the plan has none.
func (r *resource) settings() graph.Value {
	if v, ok := r.plan.moduleAt(r.module).resources[r.Declared]; ok {
		return v
	}
	return graph.Null()
}

// Attribute is the planned value of an attribute; see [graph.Body].
func (r *resource) Attribute(name string) graph.Value {
	v, ok := r.memo[name]
	switch {
	case ok:
		return v
	case slices.Contains(r.busy, name):
		return graph.Unknown(r.Address + "." + name + " refers to itself")
	}
	r.busy = append(r.busy, name)
	v = r.attribute(name)
	r.busy = r.busy[:len(r.busy)-1]
	r.memo[name] = v
	return v
}

func (r *resource) attribute(name string) graph.Value {
	values, unknown := field(r.values, name), field(r.unknown, name)
	if values.IsNull() && !marked(unknown) {
		return graph.Null()
	}
	l := leaf{
		resource: r, name: name, path: name, value: values, unknown: unknown, sensitive: field(r.sensitive, name),
		expression: expressionAt(field(r.settings(), "expressions"), name),
	}
	if r.same == nil {
		return l.merge()
	}
	beside := r.same.Attribute(name)
	if !r.plan.beside.fits {
		return l.merge().WithSpan(l.since(beside))
	}
	l.beside, l.paired = beside, !r.same.Summary || !beside.IsNull() // of a module that is not on disk, not all is known
	return l.merge()
}

// maxChain bounds how many resources one value is followed through.
const maxChain = 500

// read is an attribute as other resources see it: its value, or what it is made from, else what only the cloud knows.
func (r *resource) read(name string) graph.Value {
	if r.plan.depth++; r.plan.depth > maxChain {
		r.plan.depth--
		return undecided()
	}
	v := r.Attribute(name)
	r.plan.depth--
	switch v.Kind() {
	case graph.KindNull:
		return graph.Reference(&r.Resource, name)
	case graph.KindList:
		if len(elements(v)) == 0 && v.IsOpen() {
			return graph.Reference(&r.Resource, name)
		}
	}
	return v
}

// hint says what else would decide what the plan leaves open.
func (r *resource) hint() string {
	if r.same != nil && r.plan.beside.fits {
		return ""
	}
	return ", or where the plan is scanned beside its configuration"
}

// marked reports whether something in after_unknown is true.
func marked(unknown graph.Value) bool {
	return !unknown.Walk(func(v graph.Value) bool { return !isTrue(v) })
}

// Names lists the attributes that have a value; see [graph.Body].
func (r *resource) Names() []string {
	var names []string
	for _, v := range [...]graph.Value{r.values, r.unknown} {
		if o, ok := v.Object(); ok {
			names = append(names, o.Keys()...)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return r.Attribute(n).IsNull() })
}

// Place is where an attribute is written in the configuration beside the plan, else in the plan; see [graph.Body].
func (r *resource) Place(name string) source.Span {
	if r.declared != nil {
		return r.declared.Place(name)
	}
	if r.Attribute(name).IsNull() {
		return source.Span{}
	}
	if v := field(r.values, name); !v.IsNull() {
		return v.At()
	}
	return field(r.unknown, name).At()
}

// Trace is the way of an attribute's value through the configuration beside the plan, else its place in the plan; see [graph.Body].
func (r *resource) Trace(name string) []graph.Step {
	if r.same != nil {
		return r.same.Trace(name)
	}
	name, _, _ = strings.Cut(name, ".")
	if at := r.Place(name); !at.IsZero() {
		return []graph.Step{{Text: "attribute " + name + " of " + r.Address, At: at}}
	}
	return nil
}
