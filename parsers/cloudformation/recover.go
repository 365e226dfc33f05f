package cloudformation

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/internal/yamlerror"
	"github.com/iacscan/iacscan/source"
)

// A segment is a stretch of lines of a broken YAML file that should be valid alone: a top-level section, or an entry of one.
type segment struct{ start, end int }

// mend returns the source with what is not valid YAML blanked out, entry by entry, so that one broken resource does not hide the others.
// Offsets stay what they are. It reports what it blanks out, and returns false when the rest is no valid YAML either.
func (r *reader) mend() ([]byte, bool) {
	src := bytes.Clone(r.file.Src)
	lost := false
	for _, section := range segments(src, 0, len(src)) {
		if valid(src[section.start:section.end]) == nil {
			continue
		}
		body := endOfLine(src, section.start)
		entries := segments(src, body, section.end)
		if len(entries) == 0 {
			entries = []segment{section}
		}
		for _, e := range entries {
			err := valid(src[e.start:e.end])
			if err == nil {
				continue
			}
			text, line := yamlerror.Read(err)
			at := e.start
			for range line - 1 {
				at = min(endOfLine(src, at), e.end)
			}
			name, _, _ := strings.Cut(strings.TrimSpace(string(src[e.start:endOfLine(src, e.start)])), ":")
			r.report(source.Error, "yaml-syntax", r.file.Span(at, at), "%s is not valid YAML and is not read: %s", name, text)
			blankOut(src[e.start:e.end])
			lost = true
		}
	}
	return src, lost && valid(src) == nil
}

// valid is why a stretch of YAML cannot be parsed alone, nil when it can. An anchor may be somewhere else.
func valid(src []byte) error {
	var document yaml.Node
	err := yaml.Unmarshal(src, &document)
	if err != nil && strings.Contains(err.Error(), "unknown anchor") {
		return nil
	}
	return err
}

// segments divides src[start:end] at the lines that are indented as its first line is.
func segments(src []byte, start, end int) []segment {
	var found []segment
	indent := -1
	for at := start; at < end; {
		next := min(endOfLine(src, at), end)
		line := bytes.TrimRight(src[at:next], "\r\n")
		content := bytes.TrimLeft(line, " ")
		column := len(line) - len(content)
		isKey := len(content) > 0 && bytes.IndexByte([]byte("#-%"), content[0]) < 0
		if isKey && (indent < 0 || column <= indent) {
			indent = column
			if n := len(found); n > 0 {
				found[n-1].end = at
			}
			found = append(found, segment{at, end})
		}
		at = next
	}
	return found
}

// endOfLine is where the line after the one of src[at] begins.
func endOfLine(src []byte, at int) int {
	if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(src)
}

// blankOut makes each line a comment without text. Blank lines would become part of a block scalar above.
func blankOut(src []byte) {
	first := true
	for i, c := range src {
		switch {
		case c == '\n', c == '\r':
			first = true
			continue
		case first:
			src[i] = '#'
		default:
			src[i] = ' '
		}
		first = false
	}
}
