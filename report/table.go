package report

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// writeTable prints the report for people: findings by file, each with the line that it points to, then what was wrong with the input,
// then a summary line.
func writeTable(w io.Writer, r *Report, o Options) error {
	out := &bytes.Buffer{}
	t := &table{out: out, sources: newSources(r.Sources), colour: o.Colour, width: o.Width}
	for rest := r.Findings; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(f finding.Finding) bool { return f.Location.Path != rest[0].Location.Path })
		if n < 0 {
			n = len(rest)
		}
		t.file(rest[:n])
		rest = rest[n:]
	}
	t.diagnostics(r.Diagnostics)
	t.summary(r.Summary)
	_, err := out.WriteTo(w)
	return err
}

// table prints findings for people.
type table struct {
	out     *bytes.Buffer
	sources *sources
	colour  bool
	width   int // 0: do not wrap
}

func (t *table) paint(s style, text string) string { return paint(t.colour, s, text) }

// room is the number of columns that are left after an indent; 0 when lines are not wrapped.
func (t *table) room(indent int) int {
	if t.width <= 0 {
		return 0
	}
	return max(t.width-indent, 30)
}

// paragraph prints text behind an indent.
func (t *table) paragraph(indent int, s style, text string) {
	for _, line := range wrap(printable(text), t.room(indent)) {
		fmt.Fprintln(t.out, strings.Repeat(" ", indent)+t.paint(s, line))
	}
}

// margin stands left of everything below a file's name.
const margin = 2

// file prints the findings in one file. They stand behind a column that is as wide as the widest place among them.
func (t *table) file(findings []finding.Finding) {
	fmt.Fprintln(t.out, t.paint(bold, printable(findings[0].Location.Path)))
	column, label := 0, 0
	for _, f := range findings {
		column = max(column, len(place(f.Location)))
		label = max(label, len(verdictLabel(&f)))
	}
	for i, f := range findings {
		t.header(&f, column, label)
		if f.Verdict != finding.Pass {
			t.body(&f, column)
		}
		if i == len(findings)-1 || f.Verdict != finding.Pass || findings[i+1].Verdict != finding.Pass {
			fmt.Fprintln(t.out)
		}
	}
}

// place is line:column, the way to a place in a file that is already named.
func place(l source.Location) string {
	if l.StartLine == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", l.StartLine, l.StartColumn)
}

// verdictLabel is what a finding is, in a word: its severity when it fails, else its verdict.
func verdictLabel(f *finding.Finding) string {
	if f.Verdict == finding.Fail {
		return string(f.Severity)
	}
	return string(f.Verdict)
}

// verdictStyle is how a verdict is shown: the worse, the louder.
func verdictStyle(f *finding.Finding) style {
	switch {
	case f.Suppression != nil:
		return dim
	case f.Verdict == finding.Unknown:
		return magenta
	case f.Verdict == finding.Pass:
		return green
	}
	return map[finding.Severity]style{
		finding.Critical: boldRed, finding.High: red, finding.Medium: yellow, finding.Low: blue, finding.Info: dim,
	}[f.Severity]
}

// header says in one line where, how bad and what a finding is. It is all that is said of a pass, but for the resource.
func (t *table) header(f *finding.Finding, column, label int) {
	fmt.Fprintf(t.out, "%s%s  %s  %s %s  %s", strings.Repeat(" ", margin), pad(place(f.Location), column),
		t.paint(verdictStyle(f), pad(verdictLabel(f), label)), t.paint(bold, f.CheckID), f.Check, t.paint(dim, ShortFingerprint(f.Fingerprint)))
	if f.Verdict == finding.Pass {
		fmt.Fprint(t.out, "  ", printable(whereabouts(f, 1)))
	}
	fmt.Fprintln(t.out)
}

// body says what is to say of a finding, and shows where.
func (t *table) body(f *finding.Finding, column int) {
	indent := margin + column + 2
	t.paragraph(indent, plain, statement(f))
	t.paragraph(indent, dim, whereabouts(f, 4))
	if f.Suppression != nil {
		t.paragraph(indent, dim, suppressionNote(f.Suppression))
	}
	gutter := margin + max(column, len(strconv.Itoa(f.Location.StartLine)))
	if line, ok := t.sources.line(f.Location); ok {
		fmt.Fprintln(t.out)
		t.excerpt(line, f.Location, gutter, verdictStyle(f))
	}
	t.related(f.Related, gutter)
}

// whereabouts says which resource a finding is about, at most so many of them, and in which roots and scenarios where the file alone does
// not tell.
func whereabouts(f *finding.Finding, most int) string {
	text := f.Resource
	if n := len(f.Instances); n > 1 {
		text = strings.Join(f.Instances[:min(n, most)], ", ")
		if n > most {
			text += fmt.Sprintf(" and %d more", n-most)
		}
	}
	var within []string
	at := f.Location.Path
	if len(f.Roots) > 1 || len(f.Roots) == 1 && !slices.Contains([]string{".", path.Dir(at), at}, f.Roots[0]) {
		within = append(within, "in "+strings.Join(f.Roots, ", "))
	}
	if len(f.Scenarios) > 0 {
		within = append(within, "with "+strings.Join(f.Scenarios, ", "))
	}
	if len(within) > 0 {
		text += " (" + strings.Join(within, " ") + ")"
	}
	return text
}

// excerpt prints the line of a place with the place underlined, the line's number right of the gutter's columns.
func (t *table) excerpt(line string, at source.Location, gutter int, s style) {
	room := t.room(gutter + cells(" │ "))
	if room == 0 {
		room = maxExcerpt
	}
	end := 0
	if at.EndLine == at.StartLine {
		end = at.EndColumn
	}
	text, from, to := excerpt(line, at.StartColumn, end, room)
	bar := t.paint(dim, "│")
	fmt.Fprintf(t.out, "%s %s %s\n", t.paint(dim, fmt.Sprintf("%*d", gutter, at.StartLine)), bar, text)
	fmt.Fprintf(t.out, "%*s %s %s%s\n", gutter, "", bar, strings.Repeat(" ", from), t.paint(s, strings.Repeat("^", max(to-from, 1))))
}

// maxExcerpt is how many columns of a source line are shown where lines are not wrapped: templates may be one long line.
const maxExcerpt = 160

// related prints the other places that matter, as editors and terminals make links of them, on branches of the gutter's line. What they
// are stands beside them, or below where the terminal is too narrow for both.
func (t *table) related(places []finding.Related, gutter int) {
	const narrow = 30
	longest := 0
	for _, p := range places {
		longest = max(longest, cells(p.Location.String()))
	}
	beside := longest + len("  ")
	below := t.width > 0 && t.width-gutter-cells(" ├ ")-beside < narrow
	if below {
		beside = len("  ")
	}
	for i, p := range places {
		branch, trunk := "├", "│"
		if i == len(places)-1 {
			branch, trunk = "└", " "
		}
		at := printable(p.Location.String())
		lines := wrap(printable(p.Message), t.room(gutter+cells(" ├ ")+beside))
		if below {
			fmt.Fprintf(t.out, "%*s %s %s\n", gutter, "", t.paint(dim, branch), t.paint(dim, at))
		} else {
			fmt.Fprintf(t.out, "%*s %s %s  %s\n", gutter, "", t.paint(dim, branch), t.paint(dim, pad(at, longest)), lines[0])
			lines = lines[1:]
		}
		for _, line := range lines {
			fmt.Fprintf(t.out, "%*s %s %*s%s\n", gutter, "", t.paint(dim, trunk), beside, "", line)
		}
	}
}

// diagnostics prints what was wrong with the input.
func (t *table) diagnostics(diagnostics []source.Diagnostic) {
	if len(diagnostics) == 0 {
		return
	}
	fmt.Fprintln(t.out, t.paint(bold, "Problems with the input"))
	for _, d := range diagnostics {
		t.diagnostic(d)
	}
	fmt.Fprintln(t.out)
}

func (t *table) diagnostic(d source.Diagnostic) {
	label := map[source.Level]style{source.Error: boldRed, source.Warning: boldYellow, source.Note: bold}[d.Level]
	indent := margin + len(source.Warning) + 2
	at := d.Code
	if !d.Location.IsZero() {
		at = printable(d.Location.String()) + "  " + t.paint(dim, d.Code)
	}
	fmt.Fprintf(t.out, "%s%s  %s\n", strings.Repeat(" ", margin), t.paint(label, pad(string(d.Level), len(source.Warning))), at)
	t.paragraph(indent, plain, d.Message)
}

// Warn prints diagnostics of some levels in a line each, for people who do not see a report that holds them. It does not report errors of
// w: there is nobody left to tell.
func Warn(w io.Writer, diagnostics []source.Diagnostic, levels ...source.Level) {
	for _, d := range diagnostics {
		if !slices.Contains(levels, d.Level) {
			continue
		}
		where := ""
		if !d.Location.IsZero() {
			where = d.Location.String() + ": "
		}
		_, _ = fmt.Fprintf(w, "iacscan: %s: %s\n", d.Level, printable(where+d.Message+" ("+d.Code+")"))
	}
}

// summary prints one line: what was found, and in how much.
func (t *table) summary(s Summary) {
	verdict := green
	if s.Fail > 0 {
		verdict = boldRed
	}
	fmt.Fprintln(t.out, t.paint(verdict, s.verdict())+t.paint(dim, " "+s.extent()))
}

// ShortFingerprint is what the table shows of a fingerprint and `iacscan explain` finds it by: eight digits, and the number of a repeat.
func ShortFingerprint(fingerprint string) string {
	digest, repeat, _ := strings.Cut(fingerprint, ":")
	digest = digest[:min(len(digest), 8)]
	if repeat != "" {
		return digest + ":" + repeat
	}
	return digest
}
