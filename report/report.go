// Package report prints findings, one file for each output format.
package report

import (
	"io/fs"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// Report is what a scan has to say. Findings and diagnostics are sorted already.
type Report struct {
	Version     string // of iacscan
	Rules       []finding.Rule
	Findings    []finding.Finding
	Diagnostics []source.Diagnostic
	Summary     Summary
	// Sources gives the text of the files that findings point into, for formats that show lines.
	Sources fs.FS
}

// Summary counts what was scanned and found, before --verdicts filters what is printed.
type Summary struct {
	Files      int   `json:"files"`
	Resources  int   `json:"resources"`
	Fail       int   `json:"fail"`
	Unknown    int   `json:"unknown"`
	Pass       int   `json:"pass"`
	Suppressed int   `json:"suppressed"`
	DurationMS int64 `json:"duration_ms"`
}
