package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// Explain prints all that is known about one finding of a report: what it says, the way of the value that decided it, and what would
// decide it where it is unknown.
func Explain(w io.Writer, r *Report, f *finding.Finding, o Options) error {
	out := &bytes.Buffer{}
	t := &table{out: out, sources: newSources(r.Sources), colour: o.Colour, width: o.Width}
	s := verdictStyle(f)
	fmt.Fprintf(out, "%s  %s %s\n", t.paint(s, verdictLabel(f)), t.paint(bold, f.CheckID), f.Check)
	for _, rule := range r.Rules {
		if rule.ID == f.CheckID {
			t.paragraph(0, dim, rule.Title)
		}
	}
	fmt.Fprintln(out)
	t.paragraph(0, plain, sentence(f.Message))
	fmt.Fprintln(out)

	t.fact("at", f.Location.String())
	t.underlined(f.Location, s)
	t.fact("resource", strings.Join(f.Instances, "\n"))
	if f.Declaration.Path != f.Location.Path || f.Declaration.StartLine != f.Location.StartLine {
		t.fact("declared at", f.Declaration.String())
	}
	t.fact("roots", strings.Join(f.Roots, "\n"))
	t.fact("scenarios", strings.Join(f.Scenarios, "\n"))
	if f.Suppression != nil {
		t.fact("suppression", suppressionNote(f.Suppression))
	}
	t.fact("fingerprint", f.Fingerprint)
	t.fact("check", documentation(f.CheckID))

	if f.Reason != "" {
		t.heading("Why it is unknown, and what would decide it")
		t.paragraph(margin, plain, sentence(f.Reason))
	}
	t.places("How its value came about", f.Trace, s)
	t.places("See also", elsewhere(f.Related, f.Trace), dim)
	_, err := out.WriteTo(w)
	return err
}

// elsewhere are the places that are on no line of some others.
func elsewhere(places, shown []finding.Related) []finding.Related {
	return slices.DeleteFunc(slices.Clone(places), func(p finding.Related) bool {
		return slices.ContainsFunc(shown, func(s finding.Related) bool {
			return s.Location.Path == p.Location.Path && s.Location.StartLine == p.Location.StartLine
		})
	})
}

// factColumn is where the facts stand, right of their names.
const factColumn = 13

// fact prints a name and what stands behind it, one line for each line of that; nothing when there is nothing.
func (t *table) fact(name, value string) {
	if value == "" {
		return
	}
	for line := range strings.SplitSeq(printable(value), "\n") {
		fmt.Fprintf(t.out, "%s%s\n", t.paint(dim, pad(name, factColumn)), line)
		name = ""
	}
}

func (t *table) heading(text string) {
	fmt.Fprintf(t.out, "\n%s\n", t.paint(bold, text))
}

// places prints a list of places with their source lines.
func (t *table) places(heading string, list []finding.Related, s style) {
	if len(list) == 0 {
		return
	}
	t.heading(heading)
	for i, step := range list {
		if i > 0 {
			fmt.Fprintln(t.out)
		}
		fmt.Fprintf(t.out, "%*s%s  %s\n", margin, "", t.paint(dim, printable(cmp.Or(step.Location.String(), "-"))), printable(step.Message))
		t.underlined(step.Location, s)
	}
}

// underlined prints the line of a place with the place underlined, where there is such a line.
func (t *table) underlined(at source.Location, s style) {
	if line, ok := t.sources.line(at); ok {
		t.excerpt(line, at, margin+max(4, len(strconv.Itoa(at.StartLine))), s)
	}
}
