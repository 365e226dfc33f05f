package cloudformation

import (
	"bytes"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/source"
)

// A run is a stretch of the decoded text of a scalar that stands in the file byte for byte.
type run struct{ text, file, length int }

// runs says where in src the text of n stands: what quoting, folding and indentation add lies between the runs.
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
	add := func(at, j, length int) {
		if k := len(runs); k > 0 && runs[k-1].text+runs[k-1].length == j && runs[k-1].file+runs[k-1].length == at {
			runs[k-1].length += length
			return
		}
		runs = append(runs, run{j, at, length})
	}
	for j := 0; j < len(text) && i < len(src); {
		if style == doubleStyle && src[i] == '\\' {
			used, made := escape(src[i:], text[j:])
			i, j = i+used, j+made
			continue
		}
		if style == singleStyle && src[i] == '\'' {
			add(i, j, 1)
			i, j = i+2, j+1
			continue
		}
		if used, made := fold(src[i:]); used > 0 {
			i, j = i+used, j+made
			continue
		}
		if src[i] != text[j] {
			return runs
		}
		add(i, j, 1)
		i, j = i+1, j+1
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

// fold is the extent of a line break inside a plain or quoted scalar with the white space around it, and the length of the text that
// it stands for: one break is a space, more are all but the first. It is zero when there is no break.
func fold(src []byte) (used, made int) {
	breaks := 0
	for used < len(src) {
		switch src[used] {
		case '\n':
			breaks++
		case ' ', '\t', '\r':
		default:
			if breaks == 0 {
				return 0, 0
			}
			return used, max(1, breaks-1)
		}
		used++
	}
	if breaks == 0 {
		return 0, 0
	}
	return used, max(1, breaks-1)
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
			runs = append(runs, run{j, i + len(line) - len(content), len(content)})
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

// spanOf is the place of text[from:to] of a scalar: exact where it stands in the file as it is, else the whole scalar.
func spanOf(n *node, runs []run, from, to int) source.Span {
	at := n.at
	start, ok := find(runs, from)
	if !ok {
		return n.at
	}
	end := start
	if to > from {
		last, ok := find(runs, to-1)
		if !ok {
			return n.at
		}
		end = last + 1
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

// find is the offset in the file of a byte of the text.
func find(runs []run, text int) (int, bool) {
	i := after(runs, text)
	if i == 0 || text >= runs[i-1].text+runs[i-1].length {
		return 0, false
	}
	return runs[i-1].file + text - runs[i-1].text, true
}
