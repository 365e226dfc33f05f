package scan

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
)

func TestBaseline(t *testing.T) {
	inline := &finding.Suppression{Kind: "inline"}
	findings := []finding.Finding{
		{Fingerprint: "bb", CheckID: "SMN-101", Verdict: finding.Fail, Resource: "b"},
		{Fingerprint: "aa", CheckID: "SMN-301", Verdict: finding.Fail, Resource: "a"},
		{Fingerprint: "cc", CheckID: "SMN-101", Verdict: finding.Fail, Suppression: inline},
		{Fingerprint: "dd", CheckID: "SMN-101", Verdict: finding.Unknown},
		{Fingerprint: "ee", CheckID: "SMN-101", Verdict: finding.Pass},
	}
	var text bytes.Buffer
	if err := NewBaseline(findings, finding.Fail).Write(&text); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBaseline(&text)
	if err != nil {
		t.Fatal(err)
	}
	want := []BaselinedFinding{{Fingerprint: "aa", CheckID: "SMN-301", Resource: "a"}, {Fingerprint: "bb", CheckID: "SMN-101", Resource: "b"}}
	if diff := cmp.Diff(want, b.Findings); diff != "" {
		t.Error(diff)
	}

	// What was accepted no longer counts; what is new does, and another suppression stays as it is.
	findings = append(findings, finding.Finding{Fingerprint: "ff", Verdict: finding.Fail})
	b.Suppress(findings)
	var kinds []string
	for _, f := range findings {
		kind := ""
		if f.Suppression != nil {
			kind = f.Suppression.Kind
		}
		kinds = append(kinds, kind)
	}
	if diff := cmp.Diff([]string{"baseline", "baseline", "inline", "", "", ""}, kinds); diff != "" {
		t.Error(diff)
	}

	// A baseline that is written again keeps what it accepted before.
	if n := len(NewBaseline(findings, finding.Fail).Findings); n != 3 {
		t.Errorf("%d findings accepted, not 3", n)
	}

	// What a scan does not look at is not gone.
	ran := []finding.Rule{{ID: "SMN-101"}, {ID: "SMN-301"}}
	for i := range b.Findings {
		b.Findings[i].Path = "envs/prod/main.tf"
	}
	if n := b.Prune(nil, []string{"envs/pro", "envs/prod/other.tf"}, ran) + b.Prune(nil, []string{"."}, nil); n != 0 {
		t.Errorf("%d entries pruned that were not looked at", n)
	}
	if n := b.Prune(findings[1:], []string{"envs/"}, ran); n != 1 || len(b.Findings) != 1 {
		t.Errorf("%d entries pruned, %d left", n, len(b.Findings))
	}
}

func TestReadBaselineRejects(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "it is no baseline",
		`{"schema_version": 1, "finding": []}`: "unknown field",
		`{"schema_version": 2}`:                "schema version 2",
	} {
		if _, err := ReadBaseline(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
