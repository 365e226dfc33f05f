package graph

import (
	"testing"

	"github.com/iacscan/iacscan/source"
)

// The text of a block scalar at byte 100, indented by four bytes a line, with a hole written in nine bytes:
//
//	|
//	    {"a":
//	    "x${Bucket}"}
func TestParseJSONOfPlacedText(t *testing.T) {
	text := Template(Part{Literal: "{\"a\":\n\"x"}, Part{Hole: &Identity{Name: "Bucket"}}, Part{Literal: `"}`})
	span := func(start, end uint32) source.Span { return source.Span{File: 1, Start: start, End: end} }
	placed := Placed(text.WithSpan(span(100, 140)), []Run{
		{0, 6, span(106, 112)}, {6, 2, span(116, 118)}, {8, 1, span(118, 127)}, {9, 2, span(127, 129)},
	})
	v, err := ParseJSON(placed)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := v.Object()
	a, _ := o.Get("a")
	if v.At() != span(106, 129) || a.At() != span(116, 128) {
		t.Errorf("object at %v, string at %v", v.At(), a.At())
	}
	if placed.Key() != text.Key() || Equal(placed, text) != True {
		t.Error("places change the value")
	}
	if _, ok := placed.Encodes(); ok {
		t.Error("placed text is not encoded")
	}
}

func TestPlaceOf(t *testing.T) {
	span := func(start, end uint32) source.Span { return source.Span{File: 1, Start: start, End: end} }
	runs := []Run{{2, 3, span(10, 13)}, {8, 2, span(20, 30)}}
	for _, c := range []struct {
		start, end int
		want       source.Span
		ok         bool
	}{
		{0, 1, source.Span{}, false},
		{2, 5, span(10, 13), true},
		{3, 3, span(11, 11), true},
		{4, 7, span(12, 13), true}, // the end stands nowhere
		{4, 9, span(12, 30), true},
		{9, 10, span(20, 30), true},
	} {
		if got, ok := PlaceOf(runs, c.start, c.end); got != c.want || ok != c.ok {
			t.Errorf("PlaceOf(%d, %d) = %v, %v, want %v, %v", c.start, c.end, got, ok, c.want, c.ok)
		}
	}
}
