package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/iacscan/iacscan/finding"
)

// crowd is a report with n findings of each severity, the worst last.
func crowd(n int) *Report {
	r := &Report{Version: "dev"}
	for i := len(finding.Severities()) - 1; i >= 0; i-- {
		for j := range n {
			severity := finding.Severities()[i]
			r.Findings = append(r.Findings, finding.Finding{
				CheckID: "SMN-101", Check: "domain-public-internet-access", Severity: severity, Verdict: finding.Fail,
				Resource: fmt.Sprintf("aws_sagemaker_domain.%s%d", strings.ToLower(string(severity)), j),
				Message:  "The domain reaches the internet", Location: at("main.tf", 10*i+j+1, 1, 9),
			})
		}
	}
	finding.SetFingerprints(r.Findings)
	return r
}

func sarifOf(t *testing.T, r *Report, o Options, limits sarifLimits) *sarif.Run {
	t.Helper()
	var out bytes.Buffer
	if err := writeLimitedSARIF(&out, r, o, limits); err != nil {
		t.Fatal(err)
	}
	doc, err := sarif.FromBytes(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return doc.Runs[0]
}

func TestSARIFLeavesOutTheLeastSevere(t *testing.T) {
	limits := githubLimits
	limits.results = 5
	run := sarifOf(t, crowd(2), Options{}, limits)
	var levels []string
	for _, result := range run.Results {
		levels = append(levels, *result.Level)
	}
	if diff := cmp.Diff([]string{"warning", "error", "error", "error", "error"}, levels); diff != "" {
		t.Error(diff)
	}
	notes := run.Invocations[0].ToolExecutionNotifications
	if len(notes) != 1 || !strings.HasPrefix(*notes[0].Message.Text, "5 findings, the least severe ones, are left out") {
		t.Errorf("notifications: %v", notes)
	}
}

func TestSARIFFitsIntoItsSize(t *testing.T) {
	r := crowd(40)
	for i := range r.Findings { // messages that do not compress
		random := rand.New(rand.NewPCG(1, uint64(i)))
		for range 40 {
			r.Findings[i].Message += fmt.Sprintf(" %x", random.Uint64())
		}
	}
	limits := githubLimits
	limits.gzipped = 40_000
	var out bytes.Buffer
	if err := writeLimitedSARIF(&out, r, Options{}, limits); err != nil {
		t.Fatal(err)
	}
	if size := gzippedSize(out.Bytes(), limits.gzipped); size > limits.gzipped {
		t.Errorf("%d bytes compressed", size)
	}
	kept := strings.Count(out.String(), `"ruleId"`)
	if kept < 40 || kept >= len(r.Findings) {
		t.Errorf("%d of %d results kept", kept, len(r.Findings))
	}
}

func TestSARIFBoundsWhatGitHubBounds(t *testing.T) {
	r := example(t)
	limits := githubLimits
	limits.locations, limits.tags, limits.steps = 1, 2, 2
	run := sarifOf(t, r, everything(), limits)
	for _, result := range run.Results {
		if n := len(result.RelatedLocations); n > 1 {
			t.Errorf("%s: %d related locations", *result.RuleID, n)
		}
	}
	var told []string
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		if n.Descriptor.Id != nil && *n.Descriptor.Id == "sarif-limit" {
			told = append(told, *n.Message.Text)
		}
	}
	if diff := cmp.Diff([]string{
		"What exceeds the limits of GitHub code scanning is left out of this file: related locations of a result (2).",
		"What exceeds the limits of GitHub code scanning is left out of this file: tags of a rule (1).",
	}, told); diff != "" {
		t.Error(diff)
	}
	if tags := run.Tool.Driver.Rules[0].Properties["tags"].([]any); len(tags) > 2 {
		t.Errorf("tags: %v", tags)
	}
}

func TestSARIFBaseline(t *testing.T) {
	r := crowd(1)
	r.Baselined = true
	r.Findings[0].Suppression = &finding.Suppression{Kind: "baseline"}
	run := sarifOf(t, r, Options{}, githubLimits)
	var states []string
	for _, result := range run.Results {
		states = append(states, *result.BaselineState)
	}
	if diff := cmp.Diff([]string{"unchanged", "new", "new", "new", "new"}, states); diff != "" {
		t.Error(diff)
	}
}

func TestRelativeURI(t *testing.T) {
	for path, want := range map[string]string{
		"a/b.tf":            "a/b.tf",
		"a b/ü#1?.tf":       "a%20b/%C3%BC%231%3F.tf",
		"s3:templates/a.tf": "./s3:templates/a.tf",
		"100%/x.yaml":       "100%25/x.yaml",
		`a\b.tf`:            "a%5Cb.tf",
	} {
		if got := relativeURI(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

func TestRootLocation(t *testing.T) {
	for root, want := range map[string]string{
		"/work/acme infra": "file:///work/acme%20infra/",
		"/":                "file:///",
		`C:\work\acme`:     "file:///C:/work/acme/",
	} {
		if got := *rootLocation(root).URI; got != want {
			t.Errorf("%q: got %q, want %q", root, got, want)
		}
	}
	if rootLocation("").URI != nil {
		t.Error("no root has a URI")
	}
}

func TestDriverVersion(t *testing.T) {
	for version, want := range map[string]string{
		"": "0.0.0", "devel": "0.0.0-devel", "v1.2.3": "1.2.3", "v1.2.3-4-g0a1b2c3": "1.2.3-4-g0a1b2c3", "0a1b2c3": "0.0.0-0a1b2c3",
	} {
		if got := driverVersion(version); got != want {
			t.Errorf("%q: got %q, want %q", version, got, want)
		}
	}
}

func TestFirstParagraph(t *testing.T) {
	for doc, want := range map[string]string{
		"":                                  "",
		"# Title\n":                         "",
		"# Title\n\nOne\ntwo.\n\nThree.":    "One two.",
		"# Title\nOne.\r\n\r\nTwo.":         "One.",
		"## What it flags\n\n\n\nA domain.": "A domain.",
	} {
		if got := firstParagraph(doc); got != want {
			t.Errorf("%q: got %q, want %q", doc, got, want)
		}
	}
}

func TestCommentFitsIntoGitHubs(t *testing.T) {
	var out bytes.Buffer
	if err := writeComment(&out, crowd(20), 6_000); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if n := utf8.RuneCountInString(text); n > 6_000 || n < 3_000 {
		t.Errorf("%d characters", n)
	}
	for _, want := range []string{"**CRITICAL**", "more findings, the least severe, did not fit into this comment."} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "**INFO**") {
		t.Error("an INFO finding was kept")
	}
}

func TestMarkdownText(t *testing.T) {
	for text, want := range map[string]string{
		"ask @acme/network about #12": "ask @\u200bacme/network about #\u200b12",
		"<b>*bold*</b>\nnext":         `&lt;b&gt;\*bold\*&lt;/b&gt; next`,
		"[link](x) `code`":            "\\[link\\](x) \\`code\\`",
	} {
		if got := markdownText(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"a": "`a`", "a`b": "`` a`b ``"} {
		if got := code(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestGitHubEscapes(t *testing.T) {
	r := crowd(0)
	r.Findings = []finding.Finding{{
		CheckID: "SMN-101", Check: "x", Verdict: finding.Fail, Severity: finding.Medium, Message: "50%\n::error::no",
		Location: at("a,b:c\n.tf", 1, 2, 3),
	}}
	var out bytes.Buffer
	if err := Write(&out, "github", r, Options{}); err != nil {
		t.Fatal(err)
	}
	want := "::warning file=a%2Cb%3Ac%0A.tf,line=1,col=2,title=SMN-101 x::50%25%0A::error::no.\n"
	if got, _, _ := strings.Cut(out.String(), "no findings"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCSVCellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{"": "", "main.tf": "main.tf", "=cmd|'/c calc'!A1": "'=cmd|'/c calc'!A1", "@x": "'@x", "-x.tf": "'-x.tf"} {
		if got := inert(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

// GitLab drops all issues but one that share a fingerprint.
func TestGitLabFingerprintsAreUnique(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, "gitlab-codequality", crowd(3), Options{}); err != nil {
		t.Fatal(err)
	}
	var issues []struct{ Fingerprint string }
	if err := json.Unmarshal(out.Bytes(), &issues); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, issue := range issues {
		if seen[issue.Fingerprint] {
			t.Errorf("%s twice", issue.Fingerprint)
		}
		seen[issue.Fingerprint] = true
	}
	if len(seen) != 15 {
		t.Errorf("%d issues", len(seen))
	}
}

// Roots are named in HTML: their names may be anything that a directory's name may be.
func TestCommentNamesRootsInertly(t *testing.T) {
	r := crowd(1)
	r.Findings = r.Findings[:1]
	r.Findings[0].Roots = []string{"@acme/<b>#1\n\n# x\x1b"}
	var out bytes.Buffer
	if err := writeMarkdown(&out, r, Options{}); err != nil {
		t.Fatal(err)
	}
	if want := "<summary><b>@\u200bacme/&lt;b&gt;#\u200b1 #\u200b x\uFFFD</b>: "; !strings.Contains(out.String(), want) {
		t.Errorf("no %q in\n%s", want, out.String())
	}
}

// What another place is stands beside it where there is room, else below.
func TestTableIsAsWideAsTheTerminal(t *testing.T) {
	r := crowd(1)
	r.Findings = r.Findings[:1]
	r.Findings[0].Related = []finding.Related{
		{Message: "service_name of aws_vpc_endpoint.this", Location: at("modules/interface-endpoints/main.tf", 28, 3, 9)},
		{Message: "called as module.endpoints", Location: at("main.tf", 3, 1, 9)},
	}
	for width, want := range map[int]string{
		0:  "├ modules/interface-endpoints/main.tf:28:3  service_name of aws_vpc_endpoint.this\n",
		90: "├ modules/interface-endpoints/main.tf:28:3  service_name of aws_vpc_endpoint.this\n",
		60: "├ modules/interface-endpoints/main.tf:28:3\n       │   service_name of aws_vpc_endpoint.this\n       └ main.tf:3:1\n           called as module.endpoints\n",
	} {
		var out bytes.Buffer
		if err := writeTable(&out, r, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%d columns: no\n%s in\n%s", width, want, out.String())
		}
	}
}
