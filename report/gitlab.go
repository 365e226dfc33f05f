package report

import (
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// GitLab's security report schema, version 15: what the fields mean stands in its description of the SAST report format.
type (
	gitlabReport struct {
		Version         string                `json:"version"`
		Scan            gitlabScan            `json:"scan"`
		Vulnerabilities []gitlabVulnerability `json:"vulnerabilities"`
	}
	gitlabScan struct {
		Analyzer  gitlabTool      `json:"analyzer"`
		Scanner   gitlabTool      `json:"scanner"`
		Type      string          `json:"type"`
		StartTime string          `json:"start_time"`
		EndTime   string          `json:"end_time"`
		Status    string          `json:"status"`
		Messages  []gitlabMessage `json:"messages,omitempty"`
	}
	gitlabTool struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		URL     string       `json:"url"`
		Vendor  gitlabVendor `json:"vendor"`
		Version string       `json:"version"`
	}
	gitlabVendor struct {
		Name string `json:"name"`
	}
	gitlabMessage struct {
		Level string `json:"level"`
		Value string `json:"value"`
	}
	gitlabVulnerability struct {
		ID          string             `json:"id"`
		Name        string             `json:"name"`
		Description string             `json:"description"`
		Severity    string             `json:"severity"`
		Location    gitlabLocation     `json:"location"`
		Identifiers []gitlabIdentifier `json:"identifiers"`
		Links       []gitlabLink       `json:"links"`
		Tracking    gitlabTracking     `json:"tracking"`
	}
	gitlabLocation struct {
		File      string `json:"file"`
		StartLine int    `json:"start_line"`
		EndLine   int    `json:"end_line"`
		Class     string `json:"class,omitempty"`
	}
	gitlabIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
		URL   string `json:"url"`
	}
	gitlabLink struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	gitlabTracking struct {
		Type  string               `json:"type"`
		Items []gitlabTrackingItem `json:"items"`
	}
	gitlabTrackingItem struct {
		File       string            `json:"file"`
		StartLine  int               `json:"start_line"`
		EndLine    int               `json:"end_line"`
		Signatures []gitlabSignature `json:"signatures"`
	}
	gitlabSignature struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"value"`
	}
)

// gitlabSchema is the version of the schema that the report keeps to.
const gitlabSchema = "15.2.1"

// gitlabTime is how the schema writes times: UTC, without saying so.
const gitlabTime = "2006-01-02T15:04:05"

var gitlabSeverities = map[finding.Severity]string{
	finding.Critical: "Critical", finding.High: "High", finding.Medium: "Medium", finding.Low: "Low", finding.Info: "Info",
}

// writeGitLabSAST writes a SAST report for GitLab's vulnerability management. It tracks findings by their fingerprint, so that they
// survive moves.
func writeGitLabSAST(w io.Writer, r *Report, _ Options) error {
	tool := gitlabTool{ID: "iacscan", Name: "iacscan", URL: homepage, Vendor: gitlabVendor{"iacscan"}, Version: r.Version}
	started := r.Started.UTC()
	doc := gitlabReport{
		Version: gitlabSchema,
		Scan: gitlabScan{
			Analyzer: tool, Scanner: tool, Type: "sast", Status: "success",
			StartTime: started.Format(gitlabTime),
			EndTime:   started.Add(time.Duration(r.Summary.DurationMS) * time.Millisecond).Format(gitlabTime),
		},
		Vulnerabilities: []gitlabVulnerability{},
	}
	levels := map[source.Level]string{source.Error: "warn", source.Warning: "warn", source.Note: "info"} // "fatal" is a scan that stopped
	for _, d := range r.Diagnostics {
		text := sentence(d.Message)
		if !d.Location.IsZero() {
			text = d.Location.String() + ": " + text
		}
		doc.Scan.Messages = append(doc.Scan.Messages, gitlabMessage{levels[d.Level], text})
	}
	titles := map[string]string{}
	for _, rule := range r.Rules {
		titles[rule.ID] = rule.Title
	}
	for i := range r.Findings {
		doc.Vulnerabilities = append(doc.Vulnerabilities, vulnerability(&r.Findings[i], titles))
	}
	return encodeJSON(w, doc)
}

// vulnerability is a finding as GitLab has it. GitLab knows nothing but failures: what is not one is of severity Unknown or Info.
func vulnerability(f *finding.Finding, titles map[string]string) gitlabVulnerability {
	severity := gitlabSeverities[f.Severity]
	switch f.Verdict {
	case finding.Fail:
	case finding.Unknown:
		severity = "Unknown"
	case finding.Pass:
		severity = "Info"
	}
	name := titles[f.CheckID]
	if name == "" {
		name = f.Check
	}
	line := max(f.Location.StartLine, 1)
	return gitlabVulnerability{
		ID:          uuid.NewSHA1(uuid.NameSpaceURL, []byte(homepage+"/finding/"+f.Fingerprint)).String(),
		Name:        name,
		Description: account(f),
		Severity:    severity,
		Location:    gitlabLocation{File: f.Location.Path, StartLine: line, EndLine: line, Class: f.Resource},
		Identifiers: []gitlabIdentifier{{Type: "iacscan_check", Name: f.CheckID + " " + f.Check, Value: f.CheckID, URL: documentation(f.CheckID)}},
		Links:       []gitlabLink{{f.CheckID, documentation(f.CheckID)}},
		Tracking: gitlabTracking{Type: "source", Items: []gitlabTrackingItem{{
			File: f.Location.Path, StartLine: line, EndLine: line,
			Signatures: []gitlabSignature{{"hash", f.Fingerprint}},
		}}},
	}
}

type (
	gitlabIssue struct {
		Description string               `json:"description"`
		CheckName   string               `json:"check_name"`
		Fingerprint string               `json:"fingerprint"`
		Severity    string               `json:"severity"`
		Location    gitlabQualityPlace   `json:"location"`
		Categories  []string             `json:"categories"`
		Type        string               `json:"type"`
		Others      []gitlabQualityPlace `json:"other_locations,omitempty"`
	}
	gitlabQualityPlace struct {
		Path  string             `json:"path"`
		Lines gitlabQualityLines `json:"lines"`
	}
	gitlabQualityLines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
)

var gitlabQualitySeverities = map[finding.Severity]string{
	finding.Critical: "blocker", finding.High: "critical", finding.Medium: "major", finding.Low: "minor", finding.Info: "info",
}

// writeGitLabCodeQuality writes a Code Quality report, which GitLab shows in merge requests: Code Climate's issues as far as GitLab reads
// them.
func writeGitLabCodeQuality(w io.Writer, r *Report, _ Options) error {
	issues := make([]gitlabIssue, len(r.Findings))
	for i := range r.Findings {
		f := &r.Findings[i]
		severity := "info"
		if f.Verdict == finding.Fail {
			severity = gitlabQualitySeverities[f.Severity]
		}
		line := max(f.Location.StartLine, 1)
		issues[i] = gitlabIssue{
			Type: "issue", Categories: []string{"Security"},
			Description: f.CheckID + ": " + account(f), CheckName: f.Check, Fingerprint: f.Fingerprint, Severity: severity,
			Location: gitlabQualityPlace{Path: f.Location.Path, Lines: gitlabQualityLines{line, line}},
		}
		for _, p := range f.Related {
			n := max(p.Location.StartLine, 1)
			issues[i].Others = append(issues[i].Others, gitlabQualityPlace{Path: p.Location.Path, Lines: gitlabQualityLines{n, n}})
		}
	}
	return encodeJSON(w, issues)
}
