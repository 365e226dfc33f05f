package terraform

import (
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// variable is the value of var.name: what the caller, a variable file or the command line says, else the default, else a hole.
func (m *module) variable(text string) graph.Value {
	return m.memoised(name{'v', text}, func() graph.Value {
		b := m.dir.variables[text]
		if b == nil {
			return m.hole("var."+text, "variable "+text+" is not declared in "+m.dir.path)
		}
		attributes := b.body().Attributes
		s := &scope{module: m}
		t, defaults := s.typeOf(attributes["type"])
		v, given := m.given(text)
		if given && !(v.IsNull() && s.refusesNull(attributes["nullable"])) {
			return convertType(v, t, defaults)
		}
		if a := attributes["default"]; a != nil {
			return convertType(s.eval(a.Expr), t, defaults)
		}
		if b.partial {
			return graph.Unknown("the declaration of variable " + text + " has a syntax error")
		}
		id := &graph.Identity{Root: m.Dir, Name: m.qualified("var." + text), Allowed: s.allowed(text, b.body())}
		if m.parent == nil {
			id.Hint = "pass --var " + text + "=… or give the variable a default"
		} else {
			id.Hint = m.address + " needs an argument " + text
		}
		return graph.Hole(id)
	})
}

// given is the value that a variable gets from outside the module.
func (m *module) given(text string) (graph.Value, bool) {
	if m.parent == nil {
		return m.input(text)
	}
	body := m.block.body()
	a := body.Attributes[text]
	switch {
	case a != nil:
		return m.inputs.eval(a.Expr), true
	case m.block.partial:
		return graph.Unknown("the call of " + m.address + " has a syntax error"), true
	}
	return graph.Value{}, false
}

// typeOf is the type constraint of a variable, any when there is none, or none that makes sense; and the defaults that it gives.
func (s *scope) typeOf(a *hclsyntax.Attribute) (cty.Type, *defaults) {
	if a == nil {
		return cty.DynamicPseudoType, nil
	}
	t, _, diags := typeexpr.TypeConstraintWithDefaults(a.Expr)
	if diags.HasErrors() {
		return cty.DynamicPseudoType, nil
	}
	return t, s.defaultsIn(a.Expr, t)
}

// defaults are what `optional(type, default)` gives the attributes of the objects in a type constraint. Unlike those of package typeexpr
// they know where they are written.
type defaults struct {
	values map[string]graph.Value // of an object's attributes
	parts  map[string]*defaults   // inside an object's attributes or a tuple's elements
	each   *defaults              // inside every element of a collection
}

// of are the defaults inside an element or attribute.
func (d *defaults) of(key string) *defaults {
	if d.each != nil {
		return d.each
	}
	return d.parts[key]
}

// defaultsIn reads the defaults of a type constraint that is known to be t; nil when it gives none.
func (s *scope) defaultsIn(x hclsyntax.Expression, t cty.Type) *defaults {
	call, ok := x.(*hclsyntax.FunctionCallExpr)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	d := &defaults{values: map[string]graph.Value{}, parts: map[string]*defaults{}}
	part := func(key string, x hclsyntax.Expression, t cty.Type) {
		if p := s.defaultsIn(x, t); p != nil {
			d.parts[key] = p
		}
	}
	switch arg := call.Args[0].(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range arg.Items {
			key := hcl.ExprAsKeyword(item.KeyExpr)
			attribute := t.AttributeType(key)
			optional, ok := item.ValueExpr.(*hclsyntax.FunctionCallExpr)
			if !ok || optional.Name != "optional" {
				part(key, item.ValueExpr, attribute)
				continue
			}
			part(key, optional.Args[0], attribute)
			if len(optional.Args) == 2 {
				d.values[key] = convertTo(s.eval(optional.Args[1]), attribute)
			}
		}
	case *hclsyntax.TupleConsExpr:
		for i, element := range arg.Exprs {
			part(strconv.Itoa(i), element, t.TupleElementType(i))
		}
	default:
		if d.each = s.defaultsIn(arg, t.ElementType()); d.each != nil {
			return d
		}
	}
	if len(d.values) == 0 && len(d.parts) == 0 {
		return nil
	}
	return d
}

// refusesNull reports whether a variable says nullable = false: null stands for the default then.
func (s *scope) refusesNull(a *hclsyntax.Attribute) bool {
	if a == nil {
		return false
	}
	nullable, ok := s.eval(a.Expr).Bool()
	return ok && !nullable
}

// allowed lists the values of a variable that a validation of the form `contains([…], var.x)` accepts, alone or as part of a
// conjunction; nil when none does.
func (s *scope) allowed(text string, body *hclsyntax.Body) []string {
	for _, b := range body.Blocks {
		if a := b.Body.Attributes["condition"]; b.Type == "validation" && a != nil {
			if list := s.enumerated(text, a.Expr); list != nil {
				return list
			}
		}
	}
	return nil
}

func (s *scope) enumerated(text string, x hclsyntax.Expression) []string {
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return s.enumerated(text, x.Expression)
	case *hclsyntax.BinaryOpExpr:
		if x.Op == hclsyntax.OpLogicalAnd {
			if list := s.enumerated(text, x.LHS); list != nil {
				return list
			}
			return s.enumerated(text, x.RHS)
		}
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "contains" && len(x.Args) == 2 && !x.ExpandFinal && isVariable(x.Args[1], text) {
			return texts(s.eval(x.Args[0]))
		}
	}
	return nil
}

func isVariable(x hclsyntax.Expression, text string) bool {
	t, ok := x.(*hclsyntax.ScopeTraversalExpr)
	return ok && len(t.Traversal) == 2 && t.Traversal.RootName() == "var" && traversalName(t.Traversal, 1) == text
}

// texts are the elements of a list that is known, as text; nil when it is not.
func texts(v graph.Value) []string {
	elements, ok := v.Elements()
	if !ok || v.IsOpen() {
		return nil
	}
	var all []string
	for _, e := range elements {
		t, ok := e.Text()
		if !ok {
			return nil
		}
		all = append(all, t)
	}
	return all
}

// input is the value of a variable of the root module: from the command line, else from the variable files, of which later ones win.
func (m *module) input(text string) (graph.Value, bool) {
	if raw, ok := m.Vars[text]; ok {
		return m.fromCommandLine(text, raw), true
	}
	for _, f := range slices.Backward(m.variableFiles()) {
		if a, ok := f.values[text]; ok {
			return (&scope{module: m}).eval(a.expression), true
		}
		if f.partial {
			return graph.Unknown(f.file.Path + " may set variable " + text + ", but has a syntax error"), true
		}
	}
	return graph.Value{}, false
}

// variableFiles are those that Terraform loads by itself and those that the command line names.
func (e *evaluator) variableFiles() []*variableFile {
	if !e.varFilesRead {
		e.varFilesRead = true
		for _, name := range slices.Concat(e.loader.variableFiles(e.Dir, e.IgnoredFile), e.VarFiles) {
			if f := e.loader.variableFile(name); f != nil {
				e.varFiles = append(e.varFiles, f)
			}
		}
	}
	return e.varFiles
}

// fromCommandLine is the value that --var gives: text for a variable that may be text, else an expression.
func (m *module) fromCommandLine(text, raw string) graph.Value {
	a := m.dir.variables[text].body().Attributes["type"]
	if t, _ := (&scope{module: m}).typeOf(a); a == nil || t == cty.String || t == cty.DynamicPseudoType {
		return graph.String(raw)
	}
	_, measured := measureExpression([]byte(raw)) // no deeper than a command line is long
	x, diags := parse(hclsyntax.ParseExpression, []byte(raw), measured, "--var "+text, hcl.InitialPos)
	if diags.HasErrors() {
		m.Diagnostics.Add(source.Diagnostic{
			Level: source.Error, Code: "var", Message: "--var " + text + " is not a value of the type of the variable: " + sentence(diags[0]),
		})
		return graph.Unknown("--var " + text + " cannot be read")
	}
	return (&scope{module: m}).eval(x)
}
