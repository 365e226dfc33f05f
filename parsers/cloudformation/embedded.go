package cloudformation

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// embedded parses a template that is text in a file: a here document of Terraform, the body of a stack set. Holes of the text are holes
// of the template's values, and its places are those of the text. Text that encodes a value is that value.
func (w *world) embedded(body graph.Value, in *source.File) (template, bool) {
	if file := w.options.Files.File(body.At().File); file != nil {
		in = file
	}
	if v, ok := body.Encodes(); ok {
		top := w.nodeOf(v)
		return template{in, top}, top.isMapping()
	}
	parts, ok := body.Parts()
	if !ok || slices.ContainsFunc(parts, func(p graph.Part) bool { return strings.ContainsFunc(p.Literal, isMark) }) {
		return template{}, false
	}
	e := &embedding{at: body.At()}
	text := w.withMarks(parts, body.Runs(), e)
	r := &reader{
		file: &source.File{Path: in.Path, Src: []byte(text)}, files: w.options.Files, diags: w.options.Diagnostics, place: e.place,
	}
	top := r.read()
	e.move(top, map[*node]bool{})
	return template{in, top}, top != nil
}

// A mark stands for a value in the text of a template: a character for private use, the first of a plane that has room for many.
const firstMark, lastMark = '\U000F0000', '\U000FFFFD'

// mark returns the text that stands for a value.
func (w *world) mark(v graph.Value) string {
	if len(w.marked) > lastMark-firstMark {
		v = graph.Unknown("the template has too many holes")
		w.marked[0] = v
		return string(firstMark)
	}
	w.marked = append(w.marked, v)
	return string(firstMark + rune(len(w.marked)-1)) //nolint:gosec // lastMark bounds it
}

// withMarks is text with marks for its holes. It tells the embedding where the pieces are.
func (w *world) withMarks(parts []graph.Part, runs []graph.Run, e *embedding) string {
	var text strings.Builder
	var holes []int // their offsets in the text that has one byte for each
	offset := 0
	for _, p := range parts {
		if p.Hole == nil {
			text.WriteString(p.Literal)
			offset += len(p.Literal)
			continue
		}
		holes = append(holes, offset)
		text.WriteString(w.mark(graph.Hole(p.Hole)))
		offset++
	}
	more := utf8.RuneLen(firstMark) - 1
	for _, r := range runs {
		before, _ := slices.BinarySearch(holes, r.Offset)
		inside, _ := slices.BinarySearch(holes, r.Offset+r.Length)
		r.Offset += before * more
		r.Length += (inside - before) * more
		e.runs = append(e.runs, r)
	}
	if len(e.runs) == 0 && len(holes) == 0 && int(e.at.End)-int(e.at.Start) == text.Len() {
		e.runs = []graph.Run{{Length: text.Len(), At: e.at}}
	}
	return text.String()
}

// pieces divides a text at its marks. It is the text alone when there are none.
func (w *world) pieces(v graph.Value) []graph.Value {
	text, _ := v.Text()
	if len(w.marked) == 0 || !strings.ContainsFunc(text, isMark) {
		return []graph.Value{v}
	}
	var pieces []graph.Value
	for text != "" {
		i := strings.IndexFunc(text, isMark)
		if i < 0 {
			i = len(text)
		}
		if i > 0 {
			pieces = append(pieces, graph.String(text[:i]).WithSpan(v.At()))
		}
		if text = text[i:]; text != "" {
			mark, size := utf8.DecodeRuneInString(text)
			if n := int(mark - firstMark); n < len(w.marked) {
				pieces = append(pieces, w.marked[n].WithSpan(v.At()))
			}
			text = text[size:]
		}
	}
	return pieces
}

func isMark(r rune) bool { return r >= firstMark && r <= lastMark }

// nodeOf is a value as a template would write it.
func (w *world) nodeOf(v graph.Value) *node {
	n := &node{style: syntheticStyle, at: v.At(), size: 1}
	if elements, ok := known(v); ok {
		n.kind = sequenceNode
		for _, e := range elements {
			item := w.nodeOf(e)
			n.items = append(n.items, item)
			n.grow(item)
		}
		return n
	}
	if o, ok := v.Object(); ok && !v.IsOpen() {
		n.kind = mappingNode
		for i, name := range o.Keys() {
			value := w.nodeOf(o.Values()[i])
			n.pairs = append(n.pairs, pair{&node{style: syntheticStyle, text: name, at: value.at, size: 1}, value})
			n.grow(value)
		}
		return n
	}
	text, isText := v.Text()
	switch {
	case v.IsNull():
		n.scalar = nullScalar
	case isText:
		n.text = text
		n.scalar = map[graph.Kind]scalarKind{graph.KindNumber: numberScalar, graph.KindBool: boolScalar}[v.Kind()]
	case v.Kind() == graph.KindTemplate:
		parts, _ := v.Parts()
		n.text = w.withMarks(parts, nil, &embedding{})
	default:
		n.text = w.mark(v)
	}
	return n
}

// unmarked is a text for people, with what its marks stand for.
func (w *world) unmarked(text string) string {
	if len(w.marked) == 0 {
		return text
	}
	var b strings.Builder
	for _, p := range w.pieces(graph.String(text)) {
		if literal, ok := p.Text(); ok {
			b.WriteString(literal)
		} else {
			b.WriteString(p.String())
		}
	}
	return b.String()
}

// An embedding moves places in a text to where the text is written.
type embedding struct {
	runs []graph.Run
	at   source.Span // of the text as a whole
}

func (e *embedding) place(at source.Span) source.Span {
	if moved, ok := graph.PlaceOf(e.runs, int(at.Start), int(at.End)); ok {
		return moved
	}
	return e.at
}

// move moves the nodes of a template.
func (e *embedding) move(n *node, seen map[*node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	n.at = e.place(n.at)
	n.style = syntheticStyle // its text is that of the text around it
	for _, p := range n.pairs {
		e.move(p.key, seen)
		e.move(p.value, seen)
	}
	for _, item := range n.items {
		e.move(item, seen)
	}
}
