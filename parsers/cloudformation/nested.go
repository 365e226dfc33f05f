package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

const stackSet = "AWS::CloudFormation::StackSet"

// isStack reports whether a resource type creates stacks of a template.
func isStack(nativeType string) bool {
	return nativeType == "AWS::CloudFormation::Stack" || nativeType == "AWS::Serverless::Application" || nativeType == stackSet
}

// nested is the stack that a resource creates, or what stands for it when its template cannot be read, or for a module. Both are nil for
// resources that create no stack.
func (r *resource) nested() (*Stack, *graph.Opaque) {
	if r.looked {
		return r.child, r.unread
	}
	switch {
	case strings.HasSuffix(r.graph.NativeType, "::MODULE"):
		r.looked = true
		r.unread = r.opaque(r.graph.NativeType, "scan the template that the module expands to")
	case isStack(r.graph.NativeType):
		r.looked = true
		if r.child, r.unread = r.load(); r.child != nil {
			r.checkArguments(r.child)
		}
	}
	return r.child, r.unread
}

// load reads the template of a nested stack.
func (r *resource) load() (*Stack, *graph.Opaque) {
	s, w := r.stack, r.stack.world
	location, place := r.location()
	if w.stacks++; w.stacks > maxStacks || s.depth >= maxNesting {
		s.report(source.Error, "template-nesting", place, "more than %d stacks, or more than %d inside each other", maxStacks, maxNesting)
		return nil, r.opaque(written(location), "nest fewer stacks")
	}
	if body := r.Attribute("TemplateBody"); r.graph.NativeType == stackSet && !body.IsNull() {
		if body.Runs() == nil && r.properties["TemplateBody"].value != nil {
			body = graph.Placed(body, s.places(r.properties["TemplateBody"].value))
		}
		t, ok := w.embedded(body, s.file)
		if !ok {
			return nil, r.opaque("TemplateBody", "write the template out")
		}
		return newStack(w, t, r), nil
	}
	path, ok := s.local(location, place)
	if !ok {
		return nil, r.opaque(written(location), "scan its template along with this one")
	}
	for up := s; ; up = up.parent.stack {
		if up.file.Path == path {
			s.report(source.Error, "template-cycle", place, "%s nests itself", path)
			return nil, r.opaque(written(location), "break the cycle")
		}
		if up.parent == nil {
			break
		}
	}
	t := w.load(path)
	if t.file == nil {
		s.report(source.Warning, "template-missing", place, "%s is not there, so what the nested stack creates is not known", path)
	}
	if t.top == nil {
		return nil, r.opaque(written(location), "put the template "+path+" in its place")
	}
	return newStack(w, t, r), nil
}

// location is where a nested stack's template is: a CDK asset, a TemplateURL, or the Location of an application. A location that is no
// text, an application of the repository, is Null.
func (r *resource) location() (graph.Value, source.Span) {
	if asset := r.node.get("Metadata").get("aws:asset:path"); asset != nil {
		return r.stack.eval(asset), asset.at
	}
	name := "TemplateURL"
	if r.graph.NativeType == "AWS::Serverless::Application" {
		name = "Location"
	}
	place := r.Place(name)
	if place.IsZero() {
		place = r.key.at
	}
	return r.Attribute(name), place
}

// written is a location as the source of what cannot be read.
func written(location graph.Value) string {
	if text, ok := location.Text(); ok {
		return text
	}
	return location.String()
}

func (r *resource) opaque(from, hint string) *graph.Opaque {
	return &graph.Opaque{
		Address: r.graph.Address, Source: from, Root: r.stack.world.root, At: r.key.at, Exists: r.graph.Exists, Hint: hint, Inputs: r.inputs,
	}
}

// inputs are what a stack or module receives, by name.
func (r *resource) inputs() *graph.Object {
	name := "Parameters"
	if !isStack(r.graph.NativeType) {
		name = own + "Properties"
	}
	v := r.Attribute(name)
	if o, ok := v.Object(); ok {
		return o
	}
	if v.IsNull() {
		return graph.NewObject(nil)
	}
	return graph.NewObject(map[string]graph.Value{name: v})
}

// argument is what a nested stack's parent passes for a parameter.
func (r *resource) argument(name string) (graph.Value, bool) {
	if e, ok := r.argumentEntry(name); ok {
		v := r.stack.entryValue(e)
		return v, !v.IsNull()
	}
	if !r.computed {
		return graph.Value{}, false
	}
	v := r.Attribute("Parameters")
	if o, ok := v.Object(); ok && !v.IsOpen() {
		return o.Get(name)
	}
	return graph.Unknown("the parameters of " + r.graph.Address + " are not known"), true
}

// argumentEntry is where an argument of a nested stack is written. It sets computed when the arguments are not written one by one.
func (r *resource) argumentEntry(name string) (entry, bool) {
	if r.arguments == nil {
		r.read()
		r.arguments = map[string]entry{}
		r.computed = r.open
		if e, ok := r.properties["Parameters"]; ok {
			r.readArguments(e.value)
		}
	}
	e, ok := r.arguments[name]
	return e, ok
}

func (r *resource) readArguments(n *node) {
	_, isCall := n.call()
	switch {
	case n.isNull():
	case n.isMapping() && !isCall:
		entries, complete := r.stack.expand(n.pairs)
		for _, p := range entries {
			r.arguments[p.key.text] = p
		}
		r.computed = r.computed || !complete
	case n.isSequence() && r.graph.NativeType == stackSet:
		for _, item := range n.items {
			if name, ok := item.get("ParameterKey").literal(); ok && item.get("ParameterValue") != nil {
				_, value := item.entry("ParameterValue")
				r.arguments[name] = entry{key: item, value: value}
			}
		}
	default:
		r.computed = true
	}
}

// checkArguments reports arguments that the nested template has no parameter for.
func (r *resource) checkArguments(nested *Stack) {
	r.argumentEntry("")
	declared := nested.section("Parameters").byName
	for name, e := range r.arguments {
		if _, ok := declared[name]; !ok && !nested.hasMacro() {
			r.stack.report(source.Warning, "template-parameter", e.key.at, "%s has no parameter %s%s", nested.file.Path, name, suggest(name, declared))
		}
	}
}

// overridden reports whether a stack set passes another value for a parameter to some of its stacks.
func (r *resource) overridden(name string) bool {
	if r.graph.NativeType != stackSet {
		return false
	}
	found := false
	r.Attribute("StackInstancesGroup").Walk(func(v graph.Value) bool {
		if o, ok := v.Object(); ok {
			if key, ok := o.Get("ParameterKey"); ok && graph.Equal(key, graph.String(name)) != graph.False {
				found = true
			}
		}
		return !found
	})
	return found
}
