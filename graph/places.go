package graph

import (
	"sort"

	"github.com/iacscan/iacscan/source"
)

// A Run says where a stretch of text is written. When At is as long as the stretch, the text stands there byte for byte; otherwise the
// stretch as a whole is what stands there: an escape sequence, or a hole.
type Run struct {
	Offset, Length int // in bytes of the text, where a hole counts one byte
	At             source.Span
}

// Placed is text that remembers where its pieces are written, so that [ParseJSON] places what it finds in the text: in a block scalar or
// heredoc whose indentation is no part of the text, or between holes. The runs are in order and do not overlap. Text is a string or a
// template; other values are returned as they are.
func Placed(text Value, runs []Run) Value {
	if len(runs) == 0 || text.kind != KindString && text.kind != KindTemplate {
		return text
	}
	e := &encoded{runs: runs}
	if text.kind == KindTemplate {
		e.parts = text.parts()
	}
	if old, ok := text.data.(*encoded); ok {
		e.value = old.value
	}
	text.data = e
	return text
}

// Runs are the places of text made by [Placed]; nil for other values. The caller must not change them.
func (v Value) Runs() []Run {
	if e, ok := v.data.(*encoded); ok {
		return e.runs
	}
	return nil
}

// PlaceOf is where text[start:end] is written by its runs. When no run has its last byte it is the place of the first; when none has the
// first it is false.
func PlaceOf(runs []Run, start, end int) (source.Span, bool) {
	at, ok := byteAt(runs, start)
	if !ok || end <= start {
		at.End = at.Start
		return at, ok
	}
	if last, ok := byteAt(runs, end-1); ok && last.File == at.File && last.End >= at.Start {
		at.End = last.End
	}
	return at, true
}

// byteAt is where the byte of the text at an offset is written, or the piece that it is part of.
func byteAt(runs []Run, offset int) (source.Span, bool) {
	i := sort.Search(len(runs), func(i int) bool { return runs[i].Offset > offset }) - 1
	if i < 0 || offset >= runs[i].Offset+runs[i].Length {
		return source.Span{}, false
	}
	at := runs[i].At
	if int(at.End)-int(at.Start) == runs[i].Length {
		at.Start += uint32(offset - runs[i].Offset) //nolint:gosec // within At
		at.End = at.Start + 1
	}
	return at, true
}
