package source

import (
	"strings"
	"testing"
)

// Columns of a long line, which are counted ahead, are those of the same text in short lines.
func TestLongLine(t *testing.T) {
	text := strings.Repeat("aé€😀", 3*unitStretch/10)
	if len(text) <= 2*unitStretch {
		t.Fatalf("%d bytes are no long line", len(text))
	}
	f := NewSet(nil).Add("x", []byte("first\n"+text))
	column, start := 1, len("first\n")
	for i, r := range text {
		if line, got := f.position(start + i); line != 2 || got != column {
			t.Fatalf("byte %d is at %d:%d, want 2:%d", i, line, got, column)
		}
		column++
		if r > 0xFFFF {
			column++
		}
	}
	if _, got := f.position(len(f.Src)); got != column {
		t.Errorf("the end is in column %d, want %d", got, column)
	}
}
