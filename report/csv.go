package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// writeCSV writes one row for each finding, for spreadsheets.
func writeCSV(w io.Writer, r *Report, _ Options) error {
	out := csv.NewWriter(w)
	rows := make([][]string, 0, 1+len(r.Findings))
	rows = append(rows, []string{
		"check_id", "check", "severity", "verdict", "path", "line", "column", "resource", "resource_type", "language",
		"message", "reason", "instances", "roots", "scenarios", "fingerprint", "suppression", "suppression_reason",
	})
	for i := range r.Findings {
		f := &r.Findings[i]
		row := []string{
			f.CheckID, f.Check, string(f.Severity), string(f.Verdict),
			f.Location.Path, strconv.Itoa(f.Location.StartLine), strconv.Itoa(f.Location.StartColumn),
			f.Resource, f.ResourceType, f.Language, f.Message, f.Reason,
			strings.Join(f.Instances, " "), strings.Join(f.Roots, " "), strings.Join(f.Scenarios, " "), f.Fingerprint, "", "",
		}
		if s := f.Suppression; s != nil {
			row[len(row)-2], row[len(row)-1] = s.Kind, s.Reason
		}
		for i, cell := range row {
			row[i] = inert(cell)
		}
		rows = append(rows, row)
	}
	return out.WriteAll(rows)
}

// inert keeps a spreadsheet from taking a cell for a formula: names in a scanned file may begin as they like.
func inert(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}
