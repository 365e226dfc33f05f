package scan_test

import (
	"context"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// expectation is a line of a project's expected.json, worked out by hand.
type expectation struct {
	CheckID  string           `json:"check_id"`
	Verdict  finding.Verdict  `json:"verdict"`
	Severity finding.Severity `json:"severity,omitempty"`
	Resource string           `json:"resource"`
	Missing  []string         `json:"missing,omitempty"`
}

// expectationOf is a finding in the terms of expected.json.
func expectationOf(f finding.Finding) expectation {
	e := expectation{CheckID: f.CheckID, Verdict: f.Verdict, Resource: f.Resource}
	if f.Verdict == finding.Fail {
		e.Severity = f.Severity
		e.Missing, _ = f.Details["missing"].([]string)
	}
	return e
}

func sortExpectations(es []expectation) {
	slices.SortFunc(es, func(a, b expectation) int {
		return strings.Compare(a.CheckID+a.Resource+string(a.Verdict), b.CheckID+b.Resource+string(b.Verdict))
	})
}

const projects = "../testdata"

// TestProjects scans each example project on its own and compares with what its expected.json says of it, for the checks that it
// speaks of.
func TestProjects(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(projects, "*", "*", "expected.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no projects: %v", err)
	}
	for _, file := range files {
		dir, err := filepath.Rel(projects, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.ToSlash(dir)
		t.Run(dir, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []expectation
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			for _, f := range scanProject(t, dir) {
				got = append(got, expectationOf(f))
			}
			sortExpectations(want)
			sortExpectations(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestProjectsTogether scans all projects at once: each finding is the one that its project gives alone.
func TestProjectsTogether(t *testing.T) {
	alone := map[string]string{}
	dirs, err := filepath.Glob(filepath.Join(projects, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		dir, err := filepath.Rel(projects, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range scanProject(t, filepath.ToSlash(dir)) {
			alone[key(f)] = path.Join(filepath.ToSlash(dir))
		}
	}
	for _, f := range scanProject(t, ".") {
		if alone[key(f)] == "" {
			t.Errorf("only all together find %s %s %s at %v", f.CheckID, f.Verdict, f.Resource, f.Location)
		}
		delete(alone, key(f))
	}
	for k, dir := range alone {
		t.Errorf("only %s alone finds %s", dir, k)
	}
}

func key(f finding.Finding) string {
	return strings.Join([]string{f.CheckID, string(f.Verdict), f.Resource, f.Location.String(), f.Message}, " ")
}

// missionChecks are the checks that expected.json speaks of.
var missionChecks = []string{"SMN-101", "SMN-201", "SMN-202", "SMN-301", "SMN-601"}

func scanProject(t *testing.T, dir string) []finding.Finding {
	t.Helper()
	result, err := scan.Run(context.Background(), scan.Options{FS: os.DirFS(projects), Paths: []string{dir}, Checks: missionChecks})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		t.Errorf("%s: %s: %s", d.Level, d.Location, d.Message)
	}
	return result.Findings
}
