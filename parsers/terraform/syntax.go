package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/source"
)

// block is a top-level block of a module, with what override files say about it. Its body is parsed when somebody asks for it.
type block struct {
	kind   string
	labels []string
	file   *source.File
	// header is from the keyword through the last label, span the whole block. In JSON, header is the name of the block.
	header, span source.Span

	in        *loader
	entry     entry // native syntax
	json      *jsonBlock
	overrides []*block

	merged *hclsyntax.Body // what body returns
	own    *hclsyntax.Body
	// partial says that the body may lack arguments and blocks that were meant to be in it, because of an error that a diagnostic
	// tells; what it has is right. It is set once the body has been asked for.
	partial bool
}

// label is the label at i, empty when there are not so many.
func (b *block) label(i int) string {
	if i < len(b.labels) {
		return b.labels[i]
	}
	return ""
}

// address is how the module refers to what b declares: "aws_vpc.x", "data.aws_vpc.x", "var.x", "module.x", "output.x".
func (b *block) address() string {
	switch b.kind {
	case "resource":
		return b.label(0) + "." + b.label(1)
	case "data", "ephemeral":
		return b.kind + "." + b.label(0) + "." + b.label(1)
	case "variable":
		return "var." + b.label(0)
	}
	return b.kind + "." + b.label(0)
}

// body is the content of the block, never nil. Places in it are offsets in the file that each range names; see [loader.span].
func (b *block) body() *hclsyntax.Body {
	if b.merged == nil {
		b.merged = b.ownBody()
		for _, o := range b.overrides {
			with := o.ownBody()
			if o.partial { // what it does not show may replace anything
				b.merged, b.partial = with, true
				continue
			}
			b.merged = override(b.kind, b.merged, with)
		}
	}
	return b.merged
}

// ownBody is the body without overrides.
func (b *block) ownBody() *hclsyntax.Body {
	switch {
	case b.own != nil:
	case b.json != nil:
		b.own = b.json.body(b)
	default:
		b.own = b.parse()
	}
	return b.own
}

// parse parses a block in native syntax.
func (b *block) parse() *hclsyntax.Body {
	e := &b.entry
	empty := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	empty.SrcRange.Filename = b.file.Path
	empty.SrcRange.Start.Byte, empty.SrcRange.End.Byte = e.start, e.end
	b.partial = e.fault != sound
	if excess := e.measure.excess(); excess != "" {
		b.partial = true
		b.in.report(source.Error, "hcl-limit", b.header, "the block was not read: "+excess)
		return empty
	}
	whole, diags := parseBody(b.file, e, b.file.Src[e.start:e.end])
	first := b.in.reportSyntax(b.file, diags)
	b.partial = b.partial || first >= 0
	if len(whole.Blocks) == 0 || whole.Blocks[0].Body == nil {
		return empty
	}
	body := whole.Blocks[0].Body
	if first >= 0 {
		prune(body, first)
	}
	return body
}

// parseBody parses the text of an entry, which may have a line end after it.
func parseBody(file *source.File, e *entry, text []byte) (*hclsyntax.Body, hcl.Diagnostics) {
	measured := len(text)
	if e.measured < e.end {
		measured = e.measured - e.start
	}
	parsed, diags := parse(hclsyntax.ParseConfig, text, measured, file.Path, position(file, e.start))
	if parsed != nil {
		if body, ok := parsed.Body.(*hclsyntax.Body); ok {
			return body, diags
		}
	}
	return &hclsyntax.Body{}, diags
}

// parse calls a parser of hclsyntax on text that has been measured as far as measured; if that is not its end, the text has a syntax
// error there. Where the parser panics, as it does on "\u000X", that is a syntax error too.
func parse[T any](
	parser func([]byte, string, hcl.Pos) (T, hcl.Diagnostics), text []byte, measured int, name string, at hcl.Pos,
) (parsed T, diags hcl.Diagnostics) {
	defer func() {
		if cause := recover(); cause != nil || measured < len(text) && !diags.HasErrors() {
			detail := "This text is not valid in the Terraform language."
			if cause != nil {
				detail = fmt.Sprintf("%s (%v)", detail, cause)
			}
			diags = diags.Append(&hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Invalid syntax", Detail: detail, Subject: &hcl.Range{Filename: name, Start: at, End: at},
			})
		}
	}()
	return parser(text[:measured], name, at)
}

// position is where parsing starts when it starts at an offset of a file. Columns are of no use to anybody here: places are made of
// bytes.
func position(file *source.File, offset int) hcl.Pos {
	return hcl.Pos{Line: file.Line(offset), Column: 1, Byte: offset}
}

// prune removes from a body what does not end before an offset: after a syntax error nobody knows what belongs where. The last argument
// before the offset goes too, because the error may be its own.
func prune(body *hclsyntax.Body, offset int) {
	var last *hclsyntax.Attribute
	start := -1 // of the last item before offset
	for name, a := range body.Attributes {
		switch at := a.SrcRange.Start.Byte; {
		case at > offset:
			delete(body.Attributes, name)
		case at > start:
			last, start = a, at
		}
	}
	body.Blocks = slices.DeleteFunc(body.Blocks, func(b *hclsyntax.Block) bool { return b.TypeRange.Start.Byte > offset })
	for _, b := range body.Blocks {
		if b.TypeRange.Start.Byte > start {
			last, start = nil, b.TypeRange.Start.Byte
		}
		if b.CloseBraceRange.End.Byte > offset && b.Body != nil {
			prune(b.Body, offset)
		}
	}
	if last != nil {
		delete(body.Attributes, last.Name)
	}
}

// reportSyntax tells the first error of a parse, and returns its offset; negative when there is none. Later errors are mostly
// consequences of the first.
func (l *loader) reportSyntax(file *source.File, diags hcl.Diagnostics) (first int) {
	first = -1
	var worst *hcl.Diagnostic
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		at := 0
		if d.Subject != nil {
			at = d.Subject.Start.Byte
		}
		if first < 0 || at < first {
			first, worst = at, d
		}
	}
	if worst == nil {
		return first
	}
	at := file.Span(first, first)
	if worst.Subject != nil {
		at = l.span(*worst.Subject)
	}
	l.report(source.Error, "hcl-syntax", at, sentence(worst))
	return first
}

// sentence is the message of a diagnostic in one line.
func sentence(d *hcl.Diagnostic) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s: %s", d.Summary, d.Detail)), " ")
}

// report adds a diagnostic.
func (l *loader) report(level source.Level, code string, at source.Span, message string) {
	l.diagnostics.Add(source.Diagnostic{Level: level, Code: code, Message: message, Location: l.files.Location(at)})
}

// span is the place of a range. Ranges carry the path of their file, so that expressions from override files and from callers keep
// their places.
func (l *loader) span(r hcl.Range) source.Span {
	if l.last == nil || l.last.Path != r.Filename {
		file, err := l.files.Load(r.Filename)
		if err != nil {
			return source.Span{}
		}
		l.last = file
	}
	return l.last.Span(r.Start.Byte, r.End.Byte)
}
