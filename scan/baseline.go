package scan

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/finding"
)

// Baseline is a list of findings that are accepted for now: they do not count, so that a scan is about what is new. Findings are known by
// their fingerprints, so that moving code does not bring them back.
type Baseline struct {
	SchemaVersion int                `json:"schema_version"`
	Findings      []BaselinedFinding `json:"findings"`
}

// BaselinedFinding is one accepted finding. The fingerprint alone identifies it; the rest tells people what it was.
type BaselinedFinding struct {
	Fingerprint string `json:"fingerprint"`
	CheckID     string `json:"check_id"`
	Path        string `json:"path"`
	Resource    string `json:"resource"`
}

const baselineVersion = 1

// NewBaseline accepts the findings of some verdicts that nothing else suppresses.
func NewBaseline(findings []finding.Finding, verdicts ...finding.Verdict) *Baseline {
	b := &Baseline{SchemaVersion: baselineVersion, Findings: []BaselinedFinding{}}
	for _, f := range findings {
		if slices.Contains(verdicts, f.Verdict) && (f.Suppression == nil || f.Suppression.Kind == baselined) {
			b.Findings = append(b.Findings, BaselinedFinding{f.Fingerprint, f.CheckID, f.Location.Path, f.Resource})
		}
	}
	slices.SortFunc(b.Findings, func(x, y BaselinedFinding) int { return strings.Compare(x.Fingerprint, y.Fingerprint) })
	return b
}

// baselined is the kind of suppression that a baseline is.
const baselined = "baseline"

// ReadBaseline reads what [Baseline.Write] wrote.
func ReadBaseline(r io.Reader) (*Baseline, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	var b Baseline
	if err := d.Decode(&b); err != nil {
		return nil, fmt.Errorf("it is no baseline: %w", err)
	}
	if b.SchemaVersion != baselineVersion {
		return nil, fmt.Errorf("it is a baseline of schema version %d, and this iacscan reads %d: write it anew with `iacscan baseline`",
			b.SchemaVersion, baselineVersion)
	}
	return &b, nil
}

// Write writes the baseline as JSON, in an order that makes changes easy to review.
func (b *Baseline) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(b)
}

// Suppress marks the findings that the baseline accepts and nothing else suppresses.
func (b *Baseline) Suppress(findings []finding.Finding) {
	known := b.fingerprints()
	for i := range findings {
		if f := &findings[i]; f.Suppression == nil && f.Verdict != finding.Pass && known[f.Fingerprint] {
			f.Suppression = &finding.Suppression{Kind: baselined}
		}
	}
}

// Prune drops what no finding of a scan matches any more, and returns how many entries that were. What lies outside the paths of the scan,
// which are as in [Options], and what no check that ran is about is kept: the scan says nothing of it.
func (b *Baseline) Prune(findings []finding.Finding, paths []string, ran []finding.Rule) int {
	found := map[string]bool{}
	for _, f := range findings {
		found[f.Fingerprint] = f.Verdict != finding.Pass
	}
	before := len(b.Findings)
	b.Findings = slices.DeleteFunc(b.Findings, func(f BaselinedFinding) bool {
		scanned := slices.ContainsFunc(paths, func(p string) bool { return within(f.Path, path.Clean(p)) })
		judged := slices.ContainsFunc(ran, func(r finding.Rule) bool { return r.ID == f.CheckID })
		return scanned && judged && !found[f.Fingerprint]
	})
	return before - len(b.Findings)
}

func (b *Baseline) fingerprints() map[string]bool {
	known := map[string]bool{}
	for _, f := range b.Findings {
		known[f.Fingerprint] = true
	}
	return known
}
