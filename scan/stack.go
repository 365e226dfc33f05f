package scan

import (
	"slices"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/cloudformation"
)

// The resources of Terraform that create stacks, and those that change what a stack set passes to some of its stacks.
const (
	stackType    = "aws_cloudformation_stack"
	stackSetType = "aws_cloudformation_stack_set"
)

var stackInstanceTypes = []string{"aws_cloudformation_stack_set_instance", "aws_cloudformation_stack_instances"}

// stackTypes are all of these.
var stackTypes = append([]string{stackType, stackSetType}, stackInstanceTypes...)

// addStacks adds what the templates of a root module's CloudFormation stacks declare, and reports whether it has any.
func (l *linker) addStacks(g *graph.Graph) bool {
	found := false
	for _, r := range slices.Clone(g.Resources) {
		if r.Data || r.NativeType != stackType && r.NativeType != stackSetType {
			continue
		}
		found = true
		s := l.embeddedStack(r, overridesOf(r, g))
		if s == nil {
			g.Opaque = append(g.Opaque, unreadStack(r))
			continue
		}
		stack := s.Graph()
		g.Resources = append(g.Resources, stack.Resources...)
		g.Opaque = append(g.Opaque, stack.Opaque...)
	}
	return found
}

// unreadStack stands for what a stack creates whose template cannot be read.
func unreadStack(r *graph.Resource) *graph.Opaque {
	o := &graph.Opaque{
		Address: r.Address, Source: "template_body", Root: r.Root, At: r.Header, Exists: r.Exists,
		Hint: "write its template_body so that the files decide it",
		Inputs: func() *graph.Object {
			return graph.NewObject(map[string]graph.Value{"parameters": r.Attribute("parameters")})
		},
	}
	if r.Attribute("template_body").IsNull() {
		o.Source, o.Hint = r.Attribute("template_url").String(), "give the stack its template_body"
	}
	return o
}

// embeddedStack is the stack that a Terraform resource with a template_body creates, nil when the template cannot be read. Its values
// belong to the same resources for whoever asks.
func (l *linker) embeddedStack(r *graph.Resource, overrides []graph.Value) *cloudformation.Stack {
	if s, ok := l.embedded[r]; ok {
		return s
	}
	l.embedded[r] = nil
	body := r.Attribute("template_body")
	if !isTemplateText(body) {
		return nil
	}
	o := cloudformation.Options{
		Files: l.files, Diagnostics: l.e.diagnostics, Body: body, Parent: r, Want: l.in.listed,
		Parameters: map[string]graph.Value{},
	}
	if l.e.tree != nil { // else nothing is known but one root
		o.Import = func(name graph.Value) (graph.Value, bool) { return l.resolve(r.Root, name) }
	}
	s := cloudformation.Load(l.ctx, o)
	if !s.Readable() {
		return nil
	}
	passed := r.Attribute("parameters")
	for _, p := range s.Parameters() { // before anything asks for their values
		o.Parameters[p.Name] = passedTo(r, p.Name, passed, overrides)
	}
	if r.NativeType == stackSetType { // whose stacks are in other accounts and Regions
		for _, name := range []string{"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"} {
			o.Parameters[name] = graph.Hole(&graph.Identity{
				Root: r.Root, Name: r.Address + "/" + name, Means: name, Hint: "it is known once the stack exists",
			})
		}
	} else if !r.Region.IsNull() && r.Region.Kind() != graph.KindUnknown {
		o.Parameters["AWS::Region"] = r.Region
	}
	l.embedded[r] = s
	return s
}

// passedTo is what a stack is passed for a parameter, Null when nothing is. What the files do not decide is a hole, not the default.
func passedTo(r *graph.Resource, name string, passed graph.Value, overrides []graph.Value) graph.Value {
	hole := graph.Hole(&graph.Identity{
		Root: r.Root, Name: r.Address + ".parameters." + name, Hint: "write the parameters of " + r.Address + " so that the files decide them",
	})
	for _, o := range overrides {
		if !aws.Field(o, name).IsNull() {
			return hole
		}
	}
	return aws.Field(passed, name).Map(func(v graph.Value) graph.Value {
		if v.Kind() == graph.KindUnknown || v.Kind() == graph.KindInvalid {
			return hole
		}
		return v
	})
}

// overridesOf are the parameters that some stacks of a stack set may be passed instead of its own.
func overridesOf(set *graph.Resource, g *graph.Graph) []graph.Value {
	if set.NativeType != stackSetType {
		return nil
	}
	var overrides []graph.Value
	for _, r := range g.Resources {
		if !slices.Contains(stackInstanceTypes, r.NativeType) {
			continue
		}
		id := r.Attribute("stack_set_name").Identity()
		if id == nil || id.Resource == nil || id.Resource == set {
			overrides = append(overrides, r.Attribute("parameter_overrides"))
		}
	}
	return overrides
}

// stackOutputs are the outputs of the stack that a Terraform resource creates.
func (l *linker) stackOutputs(r *graph.Resource) (graph.Value, bool) {
	s := l.embeddedStack(r, nil)
	if s == nil {
		return graph.Value{}, false
	}
	return s.Outputs(), true
}

// isTemplateText reports whether a value can be a template: an encoded one, or text of which the files say something.
func isTemplateText(body graph.Value) bool {
	if _, ok := body.Encodes(); ok {
		return true
	}
	parts, ok := body.Parts()
	return ok && slices.ContainsFunc(parts, func(p graph.Part) bool { return p.Hole == nil })
}
