// Package report prints findings, one file for each output format. It decides nothing: what is found, suppressed and counted is in the
// [Report], and an [Options] says what of it is printed and for whom.
package report

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

const homepage = "https://github.com/iacscan/iacscan"

// Report is what a scan has to say. Findings and diagnostics are sorted already.
type Report struct {
	Version     string // of iacscan
	Rules       []finding.Rule
	Findings    []finding.Finding // of every verdict, suppressed ones too
	Diagnostics []source.Diagnostic
	Summary     Summary
	// Started is when the scan began.
	Started time.Time
	// Sources gives the text of the files that findings point into, for formats that show lines or hash them. A file that it does not
	// give is done without.
	Sources fs.FS
	// Root is the absolute path of the boundary, which every path in the report is relative to. Empty when there is none, as in memory.
	Root string
	// Baselined says that the scan was compared with a baseline, so that each finding is either new or suppressed by it.
	Baselined bool
	// Repository is the checkout that was scanned, nil when it is not one.
	Repository *Repository
}

// Summary counts what was scanned and found, before [Options] select what is printed.
type Summary struct {
	Files      int   `json:"files"`
	Resources  int   `json:"resources"`
	Fail       int   `json:"fail"`
	Unknown    int   `json:"unknown"`
	Pass       int   `json:"pass"`
	Suppressed int   `json:"suppressed"`
	DurationMS int64 `json:"duration_ms"`
}

// Count sets the counts of findings.
func (s *Summary) Count(findings []finding.Finding) {
	s.Fail, s.Unknown, s.Pass, s.Suppressed = 0, 0, 0, 0
	for _, f := range findings {
		switch {
		case f.Suppression != nil:
			s.Suppressed++
		case f.Verdict == finding.Fail:
			s.Fail++
		case f.Verdict == finding.Unknown:
			s.Unknown++
		case f.Verdict == finding.Pass:
			s.Pass++
		}
	}
}

// String is one line for people: what was found, and in how much.
func (s Summary) String() string { return s.verdict() + " " + s.extent() }

// verdict says what was found: "2 findings, 1 unknown, 3 passed".
func (s Summary) verdict() string {
	parts := []string{"no findings"}
	if s.Fail > 0 {
		parts[0] = count(s.Fail, "finding")
	}
	if s.Unknown > 0 {
		parts = append(parts, strconv.Itoa(s.Unknown)+" unknown")
	}
	if s.Pass > 0 {
		parts = append(parts, strconv.Itoa(s.Pass)+" passed")
	}
	if s.Suppressed > 0 {
		parts = append(parts, strconv.Itoa(s.Suppressed)+" suppressed")
	}
	return strings.Join(parts, ", ")
}

// extent says how much was looked at.
func (s Summary) extent() string {
	return fmt.Sprintf("in %s and %s, %d ms", count(s.Resources, "resource"), count(s.Files, "file"), s.DurationMS)
}

// count is a number of things: "1 file", "2 files".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

// Repository is the version-control state of what was scanned. All fields but the URI may be empty.
type Repository struct {
	URI      string // of the remote, without credentials: "https://github.com/acme/infra"
	Revision string // commit hash
	Branch   string
}

// Options select what is printed, and for whom. The zero value prints failures that nothing suppresses, for a file or a pipe.
type Options struct {
	// Verdicts are the verdicts that are printed; none means failures alone.
	Verdicts []finding.Verdict
	// Suppressed prints suppressed findings too, marked as such.
	Suppressed bool
	// Colour says that the reader is a terminal that shows colours. For the table.
	Colour bool
	// Width is the number of columns to wrap text at; 0 does not wrap. For the table.
	Width int
	// Category tells this run from others over the same repository, so that code scanning keeps their alerts apart. For SARIF.
	Category string
}

// A format prints a report whose findings are those to print, in order.
type format struct {
	name  string
	write func(w io.Writer, r *Report, o Options) error
}

// formats lists every output format, the ones for people first.
var formats = []format{
	{"table", writeTable},
	{"json", writeJSON},
	{"sarif", writeSARIF},
	{"junit", writeJUnit},
	{"gitlab-sast", writeGitLabSAST},
	{"gitlab-codequality", writeGitLabCodeQuality},
	{"github", writeGitHub},
	{"markdown", writeMarkdown},
	{"csv", writeCSV},
}

// Formats lists the names of the output formats.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Write prints what o selects of r in a format that [Formats] lists. The only errors are of an unknown format and of w.
func Write(w io.Writer, name string, r *Report, o Options) error {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(Formats(), ", "))
	}
	printed := *r
	printed.Findings = o.selected(r.Findings)
	if err := formats[i].write(w, &printed, o); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// selected are the findings to print; never nil.
func (o Options) selected(findings []finding.Finding) []finding.Finding {
	verdicts := o.Verdicts
	if len(verdicts) == 0 {
		verdicts = []finding.Verdict{finding.Fail}
	}
	selected := []finding.Finding{}
	for _, f := range findings {
		if slices.Contains(verdicts, f.Verdict) && (o.Suppressed || f.Suppression == nil) {
			selected = append(selected, f)
		}
	}
	return selected
}

// worst are the n worst findings, in the order they had.
func worst(findings []finding.Finding, n int) []finding.Finding {
	if n >= len(findings) {
		return findings
	}
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return bySeverity(findings[i], findings[j]) })
	order = order[:n]
	slices.Sort(order)
	kept := make([]finding.Finding, n)
	for i, at := range order {
		kept[i] = findings[at]
	}
	return kept
}

// bySeverity orders findings worst first: failures by severity, then what is unknown, passes, and what is suppressed.
func bySeverity(a, b finding.Finding) int {
	grade := func(f finding.Finding) int {
		switch {
		case f.Suppression != nil:
			return 3
		case f.Verdict == finding.Pass:
			return 2
		case f.Verdict == finding.Unknown:
			return 1
		}
		return 0
	}
	severities := finding.Severities()
	return cmp.Or(
		cmp.Compare(grade(a), grade(b)),
		cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
	)
}

// documentation is the address of a check's page.
func documentation(checkID string) string {
	return homepage + "/blob/main/docs/checks/" + checkID + ".md"
}

// sentence is text with a full stop, unless it ends in punctuation already.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// statement is the message of a finding and, where it is unknown, the reason: whole sentences.
func statement(f *finding.Finding) string {
	if f.Reason == "" {
		return sentence(f.Message)
	}
	return sentence(f.Message) + " Unknown: " + sentence(f.Reason)
}

// account is the statement of a finding and, where it is suppressed, why: for formats that have no field for that.
func account(f *finding.Finding) string {
	if f.Suppression == nil {
		return statement(f)
	}
	return statement(f) + " " + sentence(suppressionNote(f.Suppression))
}

// suppressionNote says how a finding is suppressed, until when, and why.
func suppressionNote(s *finding.Suppression) string {
	text := "Suppressed " + map[string]string{"inline": "in the file", "config": "in the configuration", "baseline": "by the baseline"}[s.Kind]
	if s.Expires != "" {
		text += " until " + s.Expires
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}
