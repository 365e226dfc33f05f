package terraform

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// template joins the parts of a quoted or heredoc template. A text that ends with a value written elsewhere has the place of that
// value: in "com.amazonaws.${var.region}.${each.key}" the element of for_each decides, in "${var.prefix}-policy" the template.
func (s *scope) template(parts []hclsyntax.Expression, r hcl.Range) graph.Value {
	at := s.place(r)
	if len(parts) == 1 {
		if l, ok := parts[0].(*hclsyntax.LiteralValueExpr); ok {
			return s.placedText(parts, []graph.Value{s.literal(l)}, s.literal(l).WithSpan(at))
		}
	}
	values := make([]graph.Value, len(parts))
	for i, p := range parts {
		values[i] = s.eval(p)
		if values[i].Kind() == graph.KindUnknown {
			values[i] = s.unnamed(p, values[i].Why())
		}
	}
	if n := len(parts); n > 0 {
		if _, literal := parts[n-1].(*hclsyntax.LiteralValueExpr); !literal {
			at = endPlace(at, values[n-1])
		}
	}
	return s.concatenate(values, r).Map(func(v graph.Value) graph.Value { return s.placedText(parts, values, v.WithSpan(at)) })
}

// endPlace is the place of a text, written at a place of its own, that ends with a value: that of the value, when it is known text that is
// written somewhere.
func endPlace(at source.Span, last graph.Value) source.Span {
	if t, ok := last.Text(); ok && t != "" && !last.At().IsZero() {
		return last.At()
	}
	return at
}

// placedText is text that remembers where its pieces are written, when it may be JSON.
func (s *scope) placedText(parts []hclsyntax.Expression, values []graph.Value, v graph.Value) graph.Value {
	pieces, ok := v.Parts()
	if !ok || len(pieces) == 0 || pieces[0].Hole != nil {
		return v
	}
	if text := strings.TrimLeft(pieces[0].Literal, " \t\r\n"); text == "" || text[0] != '{' && text[0] != '[' {
		return v
	}
	runs := make([]graph.Run, 0, len(parts))
	offset := 0
	for i, p := range parts {
		pieces, ok := values[i].Parts()
		if !ok {
			return v // a choice: what follows it has no offset of its own
		}
		n := 0
		for _, piece := range pieces {
			if n += len(piece.Literal); piece.Hole != nil {
				n++
			}
		}
		at := values[i].At()
		if _, literal := p.(*hclsyntax.LiteralValueExpr); literal {
			at = s.written(p.Range(), pieces[0].Literal)
		}
		if n > 0 {
			runs = append(runs, graph.Run{Offset: offset, Length: n, At: at})
		}
		offset += n
	}
	return graph.Placed(v, runs)
}

// written is where a literal piece of a template stands. The indentation that a heredoc takes away is no part of it.
func (s *scope) written(r hcl.Range, text string) source.Span {
	at := s.place(r)
	file := s.Files.File(at.File)
	if file == nil || int(at.End) > len(file.Src) || at.Start > at.End {
		return at
	}
	if src := file.Src[at.Start:at.End]; len(text) < len(src) && bytes.HasSuffix(src, []byte(text)) {
		at.Start = at.End - uint32(len(text)) //nolint:gosec // shorter than the file
	}
	return at
}

// templateFile is templatefile(path, variables).
func (s *scope) templateFile(args []graph.Value) graph.Value {
	if len(args) != 2 {
		return graph.Invalid("templatefile takes a path and an object")
	}
	src, file, why := s.readFile(args[0])
	if file == nil {
		return why
	}
	return s.render(file.Path, src, args[1])
}

// templateString is templatestring(text, variables).
func (s *scope) templateString(args []graph.Value) graph.Value {
	if len(args) != 2 {
		return graph.Invalid("templatestring takes a text and an object")
	}
	text, ok := args[0].Text()
	switch {
	case args[0].Kind() == graph.KindInvalid:
		return args[0]
	case !ok:
		return graph.Unknown("the files do not decide the text of a template")
	}
	return s.render("", []byte(text), args[1])
}

// render is a template with the given variables. Name is the path of its file, empty when it is none.
func (s *scope) render(name string, src []byte, variables graph.Value) graph.Value {
	switch variables.Kind() {
	case graph.KindInvalid:
		return variables
	case graph.KindNull, graph.KindBool, graph.KindNumber, graph.KindString, graph.KindTemplate, graph.KindList:
		return graph.Invalid("the variables of a template must be an object")
	}
	if s.variables != nil {
		return graph.Invalid("a template cannot render another one")
	}
	x, why := s.parseTemplate(name, src)
	if x == nil {
		return why
	}
	return (&scope{module: s.module, variables: &variables}).eval(x)
}

// parseTemplate parses the text of a template, that of a file once.
func (e *evaluator) parseTemplate(name string, src []byte) (hclsyntax.Expression, graph.Value) {
	if x := e.templates[name]; x != nil && name != "" {
		return x, graph.Value{}
	}
	m, measured := measureTemplate(src)
	if m.excess() != "" {
		return nil, e.exceeded(e.calling, "the template was not read: "+m.excess())
	}
	x, diags := parse(hclsyntax.ParseTemplate, src, measured, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, graph.Invalid("the template has a syntax error: " + sentence(diags[0]))
	}
	if e.templates == nil {
		e.templates = map[string]hclsyntax.Expression{}
	}
	e.templates[name] = x
	return x, graph.Value{}
}
