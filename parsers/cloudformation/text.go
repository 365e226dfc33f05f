package cloudformation

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// text is a known text at a place, which remembers where its pieces are written when it may hold JSON: an escaped or indented policy.
func (s *Stack) text(n *node) graph.Value {
	v := graph.String(n.text).WithSpan(n.at)
	if len(s.world.marked) > 0 {
		if pieces := s.world.pieces(v); len(pieces) > 1 {
			return s.concat(n.at, pieces...)
		} else if len(pieces) == 1 {
			return pieces[0]
		}
	}
	if strings.IndexByte(n.text, '"') < 0 {
		return v
	}
	return graph.Placed(v, s.places(n))
}

// places says where the text of a scalar is written.
func (s *Stack) places(n *node) []graph.Run {
	runs := s.runs(n)
	placed := make([]graph.Run, len(runs))
	for i, r := range runs {
		at := n.at
		at.Start, at.End = uint32(r.file), uint32(r.file+r.width) //nolint:gosec // within the span of n
		placed[i] = graph.Run{Offset: r.text, Length: r.length, At: at}
	}
	return placed
}

// A draft is text that is being put together.
type draft struct {
	when   graph.Guard
	parts  []graph.Part
	runs   []graph.Run
	length int // in bytes, a hole counts one
}

// add appends a text.
func (d *draft) add(v graph.Value) {
	parts, _ := v.Parts()
	d.parts = append(d.parts, parts...)
	start := d.length
	for _, p := range parts {
		if p.Hole != nil {
			d.length++
		}
		d.length += len(p.Literal)
	}
	switch runs := v.Runs(); {
	case runs != nil:
		for _, r := range runs {
			r.Offset += start
			d.runs = append(d.runs, r)
		}
	case !v.At().IsZero() && d.length > start:
		at := v.At()
		if text, ok := v.Text(); ok {
			at = within(v, 0, len(text))
		}
		d.runs = append(d.runs, graph.Run{Offset: start, Length: d.length - start, At: at})
	}
}

// value is the text, with the places of its pieces when it may hold JSON.
func (d draft) value(at source.Span) graph.Value {
	v := graph.Template(d.parts...).WithSpan(at)
	for _, p := range d.parts {
		if strings.IndexByte(p.Literal, '"') >= 0 {
			return graph.Placed(v, d.runs)
		}
	}
	return v
}

// maxWritten bounds the text that is put together for one root, in bytes.
const maxWritten = 128 << 20

// concat is the text of some values one after the other.
func (s *Stack) concat(at source.Span, values ...graph.Value) graph.Value {
	drafts := []draft{{}}
	for _, v := range values {
		cases := v.Cases()
		if len(cases)*len(drafts) > graph.MaxCases {
			cases = []graph.Case{{Value: derive("Text", v)}}
		}
		longer := drafts[:0]
		if len(cases) > 1 {
			longer = make([]draft, 0, len(cases)*len(drafts))
		}
		for _, d := range drafts {
			for _, c := range cases {
				next := d
				if len(cases) > 1 {
					if next.when = graph.And(d.when, c.When); next.when.Decide() == graph.False {
						continue
					}
					next.parts, next.runs = slices.Clone(d.parts), slices.Clone(d.runs)
				}
				switch c.Value.Kind() {
				case graph.KindInvalid:
					return c.Value
				case graph.KindNull, graph.KindList, graph.KindMap:
					return graph.Invalid("only text can be part of text, this is " + c.Value.String()).WithSpan(at)
				case graph.KindUnknown:
					next.add(derive("Text", c.Value))
				default:
					next.add(c.Value)
				}
				if next.length > graph.MaxText || s.world.written > maxWritten {
					s.report(source.Error, "template-size", at, "text of more than %d bytes, or of %d in all", graph.MaxText, maxWritten)
					return graph.Unknown("its text is too long").WithSpan(at)
				}
				longer = append(longer, next)
			}
		}
		drafts = longer
	}
	cases := make([]graph.Case, len(drafts))
	for i, d := range drafts {
		s.world.written += d.length
		cases[i] = graph.Case{When: d.when, Value: d.value(at)}
	}
	return graph.Choice(cases...)
}

// placedByEnd gives a text that ends with a value written elsewhere the place of that value: in "com.amazonaws.${AWS::Region}.${Service}"
// what is passed for Service decides.
func placedByEnd(v graph.Value, pieces []graph.Value) graph.Value {
	if len(pieces) == 0 {
		return v
	}
	end := pieces[len(pieces)-1]
	if t, ok := end.Text(); !ok || t == "" || end.At().IsZero() || v.At().Contains(end.At()) {
		return v
	}
	return v.Map(func(v graph.Value) graph.Value { return v.WithSpan(end.At()) })
}

// joined remembers what a hole that Join made consists of, so that Split can undo it.
type joined struct {
	delimiter string
	list      graph.Value
}

// join is the text of elements with a delimiter between them.
func (s *Stack) join(delimiter string, elements []graph.Value, at source.Span) graph.Value {
	if len(elements) == 1 {
		if _, isText := elements[0].Text(); isText {
			return asText(elements[0])
		}
	}
	pieces := make([]graph.Value, 0, 2*len(elements))
	for i, e := range elements {
		if i > 0 && delimiter != "" {
			pieces = append(pieces, graph.String(delimiter))
		}
		if inner, ok := known(e); ok {
			e = s.join(delimiter, inner, e.At())
		}
		pieces = append(pieces, e)
	}
	return s.concat(at, pieces...)
}

// split is the list of the pieces of a text between delimiters.
func (s *Stack) split(delimiter string, text graph.Value) graph.Value {
	return text.Map(func(text graph.Value) graph.Value {
		if j, ok := s.world.joins[text.Key()]; ok && j.delimiter == delimiter {
			return j.list
		}
		pieces, complete := s.splitPieces(delimiter, text)
		if !complete {
			if text.Kind() == graph.KindUnknown || text.Kind() == graph.KindInvalid {
				return text
			}
			return derive("Split", graph.String(delimiter), text).WithSpan(text.At())
		}
		return graph.List(pieces...).WithSpan(text.At())
	})
}

// splitPieces are the pieces of a text up to the first hole that may contain the delimiter.
func (s *Stack) splitPieces(delimiter string, text graph.Value) (pieces []graph.Value, complete bool) {
	if literal, ok := text.Text(); ok {
		offset := 0
		for _, piece := range strings.Split(literal, delimiter) {
			pieces = append(pieces, graph.String(piece).WithSpan(within(text, offset, offset+len(piece))))
			offset += len(piece) + len(delimiter)
		}
		return pieces, true
	}
	parts, ok := text.Parts()
	if !ok {
		return nil, false
	}
	var current []graph.Part
	end := func() {
		pieces = append(pieces, piece(current).WithSpan(text.At()))
		current = nil
	}
	for _, p := range parts {
		if p.Hole != nil {
			if s.mayContain(p.Hole, delimiter) {
				return pieces, false
			}
			current = append(current, p)
			continue
		}
		for i, literal := range strings.Split(p.Literal, delimiter) {
			if i > 0 {
				end()
			}
			current = append(current, graph.Part{Literal: literal})
		}
	}
	end()
	return pieces, true
}

// piece is the text of some parts; a single hole is itself, so that an id that was joined and split is the id.
func piece(parts []graph.Part) graph.Value {
	v := graph.Template(parts...)
	if id := v.Identity(); id != nil {
		return graph.Hole(id)
	}
	return v
}
