package terraform

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// maxTrace bounds the steps of one way.
const maxTrace = 50

// tracer follows a value back to where it is written. Where an expression refers to several names, it follows those that hold the
// literal in question; when there is no single literal, those that the value depends on.
type tracer struct {
	target source.Span // of the literal; zero when there is none
	steps  []graph.Step
	depth  int // of the next step
	seen   map[source.Span]bool
}

// Trace is the way of an attribute's value; see [graph.Body].
func (i *instance) Trace(name string) []graph.Step {
	name, nested, _ := strings.Cut(name, ".")
	t := &tracer{seen: map[source.Span]bool{}}
	if nested == "" {
		t.target = i.Attribute(name).At()
	}
	t.attribute(i, name, nested)
	i.of.settle()
	return t.steps
}

func (t *tracer) add(text string, at source.Span) bool {
	if t.seen[at] || len(t.steps) >= maxTrace {
		return false
	}
	t.seen[at] = true
	t.steps = append(t.steps, graph.Step{Text: text, At: at, Depth: t.depth})
	return true
}

// attribute follows an attribute of a resource, or in the nested blocks of that name what nested names: all, when that is empty.
func (t *tracer) attribute(i *instance, name, nested string) {
	body := i.of.block.body()
	if a := body.Attributes[name]; a != nil {
		if t.add("attribute "+name+" of "+i.Address, i.of.place(a.SrcRange)) {
			t.expression(i.scope(), a.Expr)
		}
		return
	}
	for _, b := range body.Blocks {
		if nestedType(b) == name && t.add("block "+name+" of "+i.Address, i.of.place(hcl.RangeBetween(b.TypeRange, b.CloseBraceRange))) {
			t.body(i.scope(), b.Body, nested)
		}
	}
}

// body follows the expressions in a nested block: all, or those of the attribute or block that a path leads to.
func (t *tracer) body(s *scope, body *hclsyntax.Body, path string) {
	name, nested, _ := strings.Cut(path, ".")
	for _, a := range sortedAttributes(body) {
		if path == "" || a.Name == name || a.Name == "for_each" { // a dynamic block's values come from there
			t.expression(s, a.Expr)
		}
	}
	for _, b := range body.Blocks {
		switch {
		case b.Type == "content":
			t.body(s, b.Body, path)
		case path == "" || nestedType(b) == name:
			t.body(s, b.Body, nested)
		}
	}
}

// sortedAttributes are the arguments of a body in the order in which they are written.
func sortedAttributes(body *hclsyntax.Body) []*hclsyntax.Attribute {
	return slices.SortedFunc(maps.Values(body.Attributes), func(a, b *hclsyntax.Attribute) int {
		return cmp.Compare(a.SrcRange.Start.Byte, b.SrcRange.Start.Byte)
	})
}

// expression follows the names in an expression.
func (t *tracer) expression(s *scope, x hclsyntax.Expression) {
	if len(t.steps) >= maxTrace {
		return
	}
	t.depth++
	defer func() { t.depth-- }()
	for _, r := range x.Variables() {
		if t.leads(s, r) {
			t.reference(s, r)
		}
	}
}

// leads reports whether the value of a name holds the literal that the way leads to.
func (t *tracer) leads(s *scope, r hcl.Traversal) bool {
	if t.target.IsZero() {
		return true
	}
	v := s.traverse(&hclsyntax.ScopeTraversalExpr{Traversal: r, SrcRange: r.SourceRange()})
	return !v.Walk(func(w graph.Value) bool { return !w.At().Contains(t.target) && w.At() != t.target })
}

// reference follows one name.
func (t *tracer) reference(s *scope, r hcl.Traversal) {
	name := traversalName(r, 1)
	switch root := r.RootName(); root {
	case "var":
		t.variable(s.module, name)
	case "local":
		if l, ok := s.dir.local(name); ok && t.add(s.qualified("local."+name), l.at) {
			t.expression(&scope{module: s.module}, l.expression)
		}
	case "each", "count":
		t.repetition(s, root)
	case "module":
		t.output(s, r)
	case "path", "terraform", "self":
	default:
		t.resource(s, r)
	}
}

// variable follows a variable to the argument, the variable file or the default that gives its value.
func (t *tracer) variable(m *module, text string) {
	b := m.dir.variables[text]
	if b == nil {
		return
	}
	attributes := b.body().Attributes
	s := &scope{module: m}
	if t.argument(m, text, s.refusesNull(attributes["nullable"])) {
		return
	}
	if a := attributes["default"]; a != nil {
		if t.add("default of "+m.qualified("var."+text), m.place(a.SrcRange)) {
			t.steps[len(t.steps)-1].Default = m.qualified("var." + text)
			t.expression(s, a.Expr)
		}
		return
	}
	t.add(m.qualified("var."+text)+" is not set", b.header)
}

// argument follows what gives a variable its value from outside the module, and returns false when nothing does. A variable that
// refuses null takes its default for it.
func (t *tracer) argument(m *module, text string, refusesNull bool) bool {
	if m.parent != nil {
		a := m.block.body().Attributes[text]
		if a == nil || refusesNull && m.inputs.eval(a.Expr).IsNull() {
			return false
		}
		if t.add("argument "+text+" of "+m.address, m.place(a.SrcRange)) {
			t.expression(m.inputs, a.Expr)
		}
		return true
	}
	if _, ok := m.Vars[text]; ok {
		t.add("--var "+text, source.Span{})
		return true
	}
	for _, f := range slices.Backward(m.variableFiles()) {
		if a, ok := f.values[text]; ok {
			t.add(text+" in "+f.file.Path, m.place(a.expression.Range()))
			return true
		}
	}
	return false
}

// repetition follows each and count to the expression over which a block is repeated.
func (t *tracer) repetition(s *scope, root string) {
	argument := map[string]string{"each": "for_each", "count": "count"}[root]
	if s.repeats == nil {
		return
	}
	if a := s.repeats.body().Attributes[argument]; a != nil && t.add(argument+" of "+s.qualified(s.repeats.address()), s.place(a.SrcRange)) {
		t.expression(&scope{module: s.module}, a.Expr)
	}
}

// output follows an output of a module.
func (t *tracer) output(s *scope, r hcl.Traversal) {
	c := s.call(traversalName(r, 1))
	if c == nil || c.dir == nil {
		return
	}
	repeat, _ := c.instances()
	if repeat == nil {
		return
	}
	text := traversalName(r, 2)
	if c.dir.outputs[text] == nil {
		text = traversalName(r, 3) // after an index
	}
	for _, k := range repeat.all() {
		m := c.instance(k)
		if m == nil || m.dir.outputs[text] == nil {
			continue
		}
		a := m.dir.outputs[text].body().Attributes["value"]
		if a != nil && t.add("output "+text+" of "+m.address, m.place(a.SrcRange)) {
			t.expression(&scope{module: m}, a.Expr)
		}
		return
	}
}

// resource follows an attribute of another resource.
func (t *tracer) resource(s *scope, r hcl.Traversal) {
	found, rest := s.repeated(r)
	other, ok := found.(*resource)
	if !ok {
		return
	}
	repeat, _ := other.instances()
	if repeat == nil || len(repeat.all()) == 0 {
		return
	}
	name := traversalName(rest, 0)
	if _, index := first(rest).(hcl.TraverseIndex); index {
		name = traversalName(rest, 1)
	}
	if name != "" {
		t.attribute(other.instance(repeat.all()[0]), name, "")
	}
}

// Trace is the way of an attribute's value; see [graph.Body].
func (r *summary) Trace(name string) []graph.Step {
	name, _, _ = strings.Cut(name, ".")
	v, ok := r.attributes.Get(name)
	if !ok {
		return nil
	}
	t := &tracer{target: v.At(), seen: map[source.Span]bool{}}
	s := r.call.scope(r.each)
	for _, a := range sortedAttributes(r.call.block.body()) {
		at := r.call.place(a.SrcRange)
		w := s.eval(a.Expr)
		if t.target.IsZero() || w.Walk(func(w graph.Value) bool { return !w.At().Contains(t.target) && w.At() != t.target }) {
			continue
		}
		if t.add("argument "+a.Name+" of "+r.call.qualified(r.call.block.address()), at) {
			t.expression(s, a.Expr)
		}
	}
	return t.steps
}
