package report

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/width"
)

// style is a way to show text on a terminal: the parameters of an ANSI "select graphic rendition".
type style string

const (
	plain      style = ""
	bold       style = "1"
	dim        style = "2"
	red        style = "31"
	green      style = "32"
	yellow     style = "33"
	blue       style = "34"
	magenta    style = "35"
	boldRed    style = "1;31"
	boldYellow style = "1;33"
)

// paint is text in a style; colour says whether the reader can see any.
func paint(colour bool, s style, text string) string {
	if !colour || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// printable is text that cannot steer a terminal: a file under scan may hold any character, escape sequences and those that turn the
// direction of writing included. Line ends and tabs stay.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// cells is the number of columns that text takes on a terminal.
func cells(text string) int {
	n := 0
	for _, r := range text {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// pad fills text up with spaces to n columns.
func pad(text string, n int) string { return text + strings.Repeat(" ", max(0, n-cells(text))) }

// wrap breaks text into lines of at most n columns where words allow; an n of 0 or less breaks at line ends only.
func wrap(text string, n int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		line, used := "", 0
		for word := range strings.FieldsSeq(paragraph) {
			w := cells(word)
			switch {
			case used == 0:
				line, used = word, w
			case n > 0 && used+1+w > n:
				lines = append(lines, line)
				line, used = word, w
			default:
				line, used = line+" "+word, used+1+w
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// tabCells is what a tab is shown as wide as.
const tabCells = 4

// excerpt is the part of a source line that fits into n columns and shows what lies between two columns of the source (from 1, in UTF-16
// code units, the end exclusive; an end of 0 is the end of the line), and where in it that is. An n of 0 or less shows all of the line.
func excerpt(line string, start, end, n int) (text string, from, to int) {
	if n > 0 {
		part, skipped := around(line, start)
		line, start = part, start-skipped
		if end > 0 {
			end -= skipped
		}
	}
	var grid []string // what stands in each column of the terminal
	unit := 1
	from, to = -1, -1
	for _, r := range strings.TrimRight(printable(line), " \t") {
		if from < 0 && unit >= start {
			from = len(grid)
		}
		if to < 0 && end > 0 && unit >= end {
			to = len(grid)
		}
		grid = appendCells(grid, r)
		unit += utf16.RuneLen(r)
	}
	if from < 0 {
		from = len(grid)
	}
	if to < from {
		to = len(grid)
	}
	return window(grid, from, to, n)
}

// around is the part of a line that an excerpt at a column can show, and how many UTF-16 code units stand before it: a plan in JSON may be
// one line of many megabytes.
func around(line string, start int) (part string, skipped int) {
	const before, after = 1000, 4000 // more than any terminal is wide
	from, unit := 0, 1
	for i, r := range line {
		if unit <= start-before {
			from, skipped = i, unit-1
		}
		if unit > start+after {
			return line[from:i], skipped
		}
		unit += utf16.RuneLen(r)
	}
	return line[from:], skipped
}

// appendCells adds the columns that a character takes: the second of a wide one holds nothing.
func appendCells(grid []string, r rune) []string {
	switch w := runeCells(r); {
	case r == '\t':
		return append(grid, strings.Split(strings.Repeat(" ", tabCells), "")...)
	case w == 2:
		return append(grid, string(r), "")
	case w == 0 && len(grid) > 0:
		grid[len(grid)-1] += string(r)
		return grid
	case w == 0:
		return grid
	}
	return append(grid, string(r))
}

// window cuts a line to n columns around the columns from to, and marks where it is cut.
func window(grid []string, from, to, n int) (string, int, int) {
	const before = 20 // columns of what stands before
	if n <= 0 || len(grid) <= n {
		return strings.Join(grid, ""), from, to
	}
	left := 0
	if to >= n {
		left = min(max(0, from-min(before, n/2)), len(grid)-n)
	}
	right := left + n
	if left > 0 {
		replaceCell(grid, left, "…")
	}
	if right < len(grid) {
		replaceCell(grid, right-1, "…")
	}
	return strings.Join(grid[left:right], ""), max(from-left, 0), min(to-left, n)
}

// replaceCell replaces what stands in a column, and by a space the other half of a wide character.
func replaceCell(grid []string, i int, by string) {
	if grid[i] == "" {
		grid[i-1] = " "
	}
	if i+1 < len(grid) && grid[i+1] == "" {
		grid[i+1] = " "
	}
	grid[i] = by
}
