package report

import (
	"encoding/json"
	"io"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// schemaVersion is that of the JSON format: it changes when a reader of the old one would misread the new one.
const schemaVersion = 1

type jsonReport struct {
	SchemaVersion int                 `json:"schema_version"`
	Tool          jsonTool            `json:"tool"`
	Summary       Summary             `json:"summary"`
	Findings      []finding.Finding   `json:"findings"`
	Diagnostics   []source.Diagnostic `json:"diagnostics"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// writeJSON writes the report as programs read it. Apart from the duration, equal reports are equal bytes.
func writeJSON(w io.Writer, r *Report, _ Options) error {
	diagnostics := r.Diagnostics
	if diagnostics == nil {
		diagnostics = []source.Diagnostic{}
	}
	return encodeJSON(w, jsonReport{
		SchemaVersion: schemaVersion,
		Tool:          jsonTool{"iacscan", r.Version},
		Summary:       r.Summary,
		Findings:      r.Findings,
		Diagnostics:   diagnostics,
	})
}

// encodeJSON writes indented JSON that leaves <, > and & as they are.
func encodeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
