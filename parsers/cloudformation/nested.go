package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

func isStack(nativeType string) bool {
	return nativeType == "AWS::CloudFormation::Stack" || nativeType == "AWS::Serverless::Application"
}

// nested is the stack that a resource of type AWS::CloudFormation::Stack or AWS::Serverless::Application creates, or what stands for it
// when its template cannot be read, or for a module. Both are nil for other resources.
func (r *resource) nested() (*Stack, *graph.Opaque) {
	if r.looked {
		return r.child, r.unread
	}
	switch {
	case strings.HasSuffix(r.graph.NativeType, "::MODULE"):
		r.looked = true
		r.unread = r.opaque(r.graph.NativeType, "scan the template that the module expands to", "Properties")
	case isStack(r.graph.NativeType):
		r.looked = true
		r.child, r.unread = r.load()
	}
	return r.child, r.unread
}

func (r *resource) load() (*Stack, *graph.Opaque) {
	s, w := r.stack, r.stack.world
	location, place := r.location()
	path, ok := s.local(location, place)
	written := location.String()
	if text, isText := location.Text(); isText {
		written = text
	}
	if !ok {
		return nil, r.opaque(written, "scan its template along with this one", "Parameters")
	}
	for up := s; ; up = up.parent.stack {
		if up.file.Path == path {
			s.report(source.Error, "template-cycle", place, "%s nests itself", path)
			return nil, r.opaque(written, "break the cycle", "Parameters")
		}
		if up.parent == nil {
			break
		}
	}
	if w.stacks++; w.stacks > maxStacks || s.depth >= maxNesting {
		s.report(source.Error, "template-nesting", place, "more than %d stacks, or more than %d inside each other", maxStacks, maxNesting)
		return nil, r.opaque(written, "nest fewer stacks", "Parameters")
	}
	file, top := w.load(path)
	if top == nil {
		if file == nil {
			s.report(source.Warning, "template-missing", place, "%s is not there, so what the nested stack creates is not known", path)
		}
		return nil, r.opaque(written, "put the template "+path+" in its place", "Parameters")
	}
	return newStack(w, template{file, top}, r), nil
}

// location is where a nested stack's template is, as written: a CDK asset, a TemplateURL, or the Location of an application.
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

func (r *resource) opaque(from, hint, inputs string) *graph.Opaque {
	return &graph.Opaque{
		Address: r.graph.Address, Source: from, Root: r.stack.world.root, At: r.key.at, Exists: r.graph.Exists, Hint: hint,
		Inputs: func() *graph.Object {
			var v graph.Value
			if inputs == "Properties" {
				v = r.Attribute(own + inputs)
			} else {
				v = r.Attribute(inputs)
			}
			if o, ok := v.Object(); ok {
				return o
			}
			return graph.NewObject(map[string]graph.Value{inputs: v})
		},
	}
}

// argument is what a nested stack's parent passes for a parameter.
func (r *resource) argument(name string) (graph.Value, bool) {
	r.read()
	e, ok := r.properties["Parameters"]
	if !ok {
		return graph.Value{}, false
	}
	if _, isCall := e.value.call(); isCall || !e.value.isMapping() {
		v := r.Attribute("Parameters")
		if o, ok := v.Object(); ok {
			return o.Get(name)
		}
		return graph.Unknown("the parameters of " + r.graph.Address + " are not known"), true
	}
	if r.parameters == nil {
		entries, _ := r.stack.expand(e.value.pairs)
		r.parameters = make(map[string]entry, len(entries))
		for _, p := range entries {
			r.parameters[p.key.text] = p
		}
	}
	p, ok := r.parameters[name]
	if !ok {
		return graph.Value{}, false
	}
	v := r.stack.eval(p.value)
	return v, !v.IsNull()
}
