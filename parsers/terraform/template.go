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
		if _, literal := p.(*hclsyntax.LiteralValueExpr); literal {
			runs = s.written(runs, offset, pieces[0].Literal, p.Range())
		} else if n > 0 {
			runs = append(runs, graph.Run{Offset: offset, Length: n, At: values[i].At()})
		}
		offset += n
	}
	return graph.Placed(v, runs)
}

// written adds where a literal piece of a template stands, line by line: a heredoc may take the indentation away.
func (s *scope) written(runs []graph.Run, offset int, text string, r hcl.Range) []graph.Run {
	at := s.place(r)
	file := s.Files.File(at.File)
	if file == nil || at.Start > at.End || int(at.End) > len(file.Src) {
		return runs
	}
	lines, sources := strings.SplitAfter(text, "\n"), bytes.SplitAfter(file.Src[at.Start:at.End], []byte("\n"))
	if len(text) == int(at.End-at.Start) || len(lines) != len(sources) {
		return append(runs, graph.Run{Offset: offset, Length: len(text), At: at})
	}
	start := int(at.Start)
	for i, line := range lines {
		end := start + len(sources[i])
		if bytes.HasSuffix(sources[i], []byte(line)) {
			start = end - len(line)
		}
		if line != "" {
			runs = append(runs, graph.Run{Offset: offset, Length: len(line), At: file.Span(start, end)})
		}
		offset, start = offset+len(line), end
	}
	return runs
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
