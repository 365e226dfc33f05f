package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// writeGitHub prints workflow commands, which GitHub Actions turns into annotations on the changed files. GitHub shows the first ten of
// each level alone, so the worst come first.
func writeGitHub(w io.Writer, r *Report, _ Options) error {
	out := &bytes.Buffer{}
	findings := slices.Clone(r.Findings)
	slices.SortStableFunc(findings, bySeverity)
	for i := range findings {
		f := &findings[i]
		annotate(out, annotationLevel(f), f.Location, f.CheckID+" "+f.Check, account(f))
	}
	for _, d := range r.Diagnostics {
		level := map[source.Level]string{source.Error: "error", source.Warning: "warning", source.Note: "notice"}[d.Level]
		annotate(out, level, d.Location, "iacscan "+d.Code, d.Message)
	}
	fmt.Fprintln(out, r.Summary)
	_, err := out.WriteTo(w)
	return err
}

func annotationLevel(f *finding.Finding) string {
	switch {
	case f.Verdict != finding.Fail, f.Suppression != nil:
		return "notice"
	case f.Severity.AtLeast(finding.High):
		return "error"
	case f.Severity == finding.Medium:
		return "warning"
	}
	return "notice"
}

// annotate prints one workflow command. The path is relative to the repository, which is the boundary of the scan.
func annotate(out *bytes.Buffer, level string, at source.Location, title, message string) {
	var properties []string
	add := func(key, value string) {
		properties = append(properties, key+"="+commandProperty.Replace(value))
	}
	if !at.IsZero() {
		add("file", at.Path)
	}
	if at.StartLine > 0 {
		add("line", strconv.Itoa(at.StartLine))
		add("col", strconv.Itoa(at.StartColumn))
	}
	add("title", title)
	fmt.Fprintf(out, "::%s %s::%s\n", level, strings.Join(properties, ","), commandData.Replace(message))
}

// Workflow commands end at a line end and separate their properties with colons and commas.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
