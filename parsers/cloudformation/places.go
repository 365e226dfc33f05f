package cloudformation

import (
	"bytes"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/source"
)

// A run is a stretch of the decoded text of a scalar that stands in the file: byte for byte when it is as wide there as it is long,
// otherwise as an escape sequence or a line break.
type run struct{ text, length, file, width int }

// runs says where in src the text of n stands.
func (n *node) runs(src []byte) []run {
	start, end := int(n.at.Start), int(n.at.End)
	if n.kind != scalarNode || end > len(src) || start > end {
		return nil
	}
	switch n.style {
	case plainStyle:
		return flowRuns(src[:end], start, n.text, n.style)
	case singleStyle, doubleStyle:
		return flowRuns(src[:max(start, end-1)], start+1, n.text, n.style)
	case blockStyle:
		return blockRuns(src[:end], start, n.text)
	case syntheticStyle:
	}
	return nil
}

// runs says where the text of n stands in its file.
func (s *Stack) runs(n *node) []run {
	file := s.world.options.Files.File(n.at.File)
	if file == nil {
		return nil
	}
	return n.runs(file.Src)
}

// flowRuns aligns text with a plain or quoted scalar whose first character is src[i].
func flowRuns(src []byte, i int, text string, style scalarStyle) []run {
	var runs []run
	add := func(at, width, j, length int) {
		if k := len(runs); k > 0 && length == width {
			if last := &runs[k-1]; last.length == last.width && last.text+last.length == j && last.file+last.width == at {
				last.length += length
				last.width += width
				return
			}
		}
		runs = append(runs, run{j, length, at, width})
	}
	for j := 0; j < len(text) && i < len(src); {
		width, length := 1, 1
		switch space, breaks := blank(src[i:]); {
		case breaks > 0: // one break is a space, more are all but the first
			width, length = space, max(1, breaks-1)
		case space > 0:
			width, length = space, space
		case style == doubleStyle && src[i] == '\\':
			width, length = escape(src[i:], text[j:])
		case style == singleStyle && src[i] == '\'':
			width = 2
		case src[i] != text[j]:
			return runs
		}
		if length > 0 {
			add(i, width, j, min(length, len(text)-j))
		}
		i, j = i+width, j+length
	}
	return runs
}

// escape is the number of bytes of an escape sequence and of the text that it stands for.
func escape(src []byte, text string) (used, made int) {
	_, made = utf8.DecodeRuneInString(text)
	if len(src) < 2 {
		return len(src), made
	}
	switch src[1] {
	case 'x':
		return 4, made
	case 'u':
		if made == 4 {
			return 12, made // a surrogate pair
		}
		return 6, made
	case 'U':
		return 10, made
	case '\r', '\n':
		used = 1 + len(src[1:]) - len(bytes.TrimLeft(src[1:], " \t\r\n"))
		return used, 0
	}
	return 2, made
}

// blank is the number of bytes of white space that src begins with, and of line breaks among them.
func blank(src []byte) (space, breaks int) {
	for space < len(src) {
		switch src[space] {
		case '\n':
			breaks++
		case ' ', '\t', '\r':
		default:
			return space, breaks
		}
		space++
	}
	return space, breaks
}

// blockRuns aligns text with the block scalar whose header (| or >) is at src[i].
func blockRuns(src []byte, i int, text string) []run {
	header := bytes.IndexByte(src[i:], '\n')
	if header < 0 {
		return nil
	}
	folded := src[i] == '>'
	i += header + 1
	indent := -1
	if first := strings.TrimLeft(text, "\n"); first != "" {
		content := src[i:]
		for {
			line, rest, more := bytes.Cut(content, []byte("\n"))
			if len(bytes.TrimSpace(line)) > 0 {
				indent = leading(string(line)) - leading(first)
				break
			}
			if !more {
				return nil
			}
			content = rest
		}
	}
	if indent < 0 {
		return nil
	}
	var runs []run
	for j := 0; i < len(src) && j < len(text); {
		line := src[i:]
		next := len(src)
		if k := bytes.IndexByte(line, '\n'); k >= 0 {
			line, next = line[:k], i+k+1
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		content := line[min(indent, leading(string(line))):]
		if !strings.HasPrefix(text[j:], string(content)) {
			return runs
		}
		if len(content) > 0 {
			runs = append(runs, run{j, len(content), i + len(line) - len(content), len(content)})
			j += len(content)
		}
		switch {
		case j < len(text) && text[j] == '\n':
			j++
		case j < len(text) && folded && text[j] == ' ' && len(content) > 0:
			j++
		}
		i = next
	}
	return runs
}

// leading is the number of spaces that s begins with.
func leading(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// spanOf is the place of text[from:to] of a scalar, the whole scalar where that is not known.
func spanOf(n *node, runs []run, from, to int) source.Span {
	at := n.at
	start, _, ok := find(runs, from)
	if !ok {
		return n.at
	}
	end := start
	if to > from {
		if _, end, ok = find(runs, to-1); !ok {
			return n.at
		}
	}
	at.Start, at.End = uint32(start), uint32(end) //nolint:gosec // within the span of n
	return at
}

// runEnd is where the stretch of text ends that text[from] is part of: of the run that holds it, or of the gap before the next.
func runEnd(runs []run, from int) int {
	i := after(runs, from)
	if i > 0 && from < runs[i-1].text+runs[i-1].length {
		return runs[i-1].text + runs[i-1].length
	}
	if i < len(runs) {
		return runs[i].text
	}
	return math.MaxInt
}

// after is the number of runs that begin at text or before.
func after(runs []run, text int) int {
	return sort.Search(len(runs), func(i int) bool { return runs[i].text > text })
}

// find is where a byte of the text begins and ends in the file, or the escape sequence that it comes from.
func find(runs []run, text int) (start, end int, ok bool) {
	i := after(runs, text)
	if i == 0 || text >= runs[i-1].text+runs[i-1].length {
		return 0, 0, false
	}
	r := runs[i-1]
	if r.length != r.width {
		return r.file, r.file + r.width, true
	}
	return r.file + text - r.text, r.file + text - r.text + 1, true
}
