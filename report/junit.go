package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// JUnit's XML as Jenkins, GitLab and others read it: a suite for each file, a case for each finding.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string       `xml:"name,attr"`
		ClassName string       `xml:"classname,attr"`
		Failure   *junitResult `xml:"failure"`
		Error     *junitResult `xml:"error"`
		Skipped   *junitResult `xml:"skipped"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes failures as failed cases, what is unknown or suppressed as skipped ones, and errors in the input as errors.
func writeJUnit(w io.Writer, r *Report, _ Options) error {
	doc := junitReport{Name: "iacscan", Time: fmt.Sprintf("%.3f", (time.Duration(r.Summary.DurationMS) * time.Millisecond).Seconds())}
	for i := range r.Findings {
		f := &r.Findings[i]
		doc.add(f.Location.Path, junitFinding(f))
	}
	for _, d := range r.Diagnostics {
		if d.Level == source.Error {
			doc.add("iacscan", junitCase{
				Name: d.Code + " " + d.Location.String(), ClassName: "iacscan",
				Error: &junitResult{Message: sentence(d.Message), Type: d.Code},
			})
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// add puts a case into the suite of that name, which is the last one or new: cases come sorted.
func (r *junitReport) add(suite string, c junitCase) {
	if n := len(r.Suites); n == 0 || r.Suites[n-1].Name != suite {
		r.Suites = append(r.Suites, junitSuite{Name: suite})
	}
	s := &r.Suites[len(r.Suites)-1]
	s.Cases = append(s.Cases, c)
	s.Tests++
	r.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
		r.Failures++
	case c.Error != nil:
		s.Errors++
		r.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func junitFinding(f *finding.Finding) junitCase {
	c := junitCase{
		Name: f.CheckID + " " + f.Check + ": " + f.Resource, ClassName: f.Location.Path,
	}
	switch {
	case f.Verdict == finding.Pass:
	case f.Suppression != nil:
		c.Skipped = &junitResult{Message: suppressionNote(f.Suppression)}
	case f.Verdict == finding.Unknown:
		c.Skipped = &junitResult{Message: statement(f)}
	default:
		c.Failure = &junitResult{Message: statement(f), Type: string(f.Severity), Text: junitText(f)}
	}
	return c
}

// junitText is what a reader of a failed case sees below its message.
func junitText(f *finding.Finding) string {
	lines := make([]string, 0, 2+len(f.Related))
	lines = append(lines, f.Location.String(), documentation(f.CheckID))
	for _, p := range f.Related {
		lines = append(lines, p.Location.String()+": "+p.Message)
	}
	return strings.Join(lines, "\n")
}
