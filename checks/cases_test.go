package checks_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

var update = flag.Bool("update", false, "rewrite what the cases expect with what the checks say")

// expected is the file of a case that says what the check must find.
const expected = "expect"

// TestCases runs the cases of every check: testdata/<slug>/*.txtar, files in, what the check says of them out. A line of the comment
// that starts with "flags:" gives flags of `iacscan scan`, and a file .iacscan.yaml configures it.
func TestCases(t *testing.T) {
	verdicts := map[finding.Verdict]int{}
	cases := 0
	for _, c := range checks.All() {
		files, err := filepath.Glob(filepath.Join("testdata", c.Slug, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		cases += len(files)
		for _, file := range files {
			t.Run(c.Slug+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				archive, err := txtar.ParseFile(file)
				if err != nil {
					t.Fatal(err)
				}
				found := scanCase(t, archive, c.ID)
				for _, f := range found {
					verdicts[f.Verdict]++
				}
				compare(t, file, archive, describe(found))
			})
		}
	}
	t.Logf("%d checks, %d cases: %d fail, %d pass, %d unknown", len(checks.All()), cases,
		verdicts[finding.Fail], verdicts[finding.Pass], verdicts[finding.Unknown])
}

// scanCase scans the files of a case with one check.
func scanCase(t *testing.T, archive *txtar.Archive, check string) []finding.Finding {
	t.Helper()
	o := scan.Options{FS: filesOf(archive), Checks: []string{check}}
	if name := scan.FindConfig(o.FS, "."); name != "" {
		c, err := scan.LoadConfig(o.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		o.Config = c
	}
	for line := range strings.Lines(string(archive.Comment)) {
		flags, ok := strings.CutPrefix(strings.TrimSpace(line), "flags:")
		if !ok {
			continue
		}
		for _, f := range strings.Fields(flags) {
			switch name, value, _ := strings.Cut(f, "="); name {
			case "--assume-closed":
				o.AssumeClosed = true
			case "--path":
				o.Paths = append(o.Paths, value)
			default:
				t.Fatalf("a case cannot have the flag %s", f)
			}
		}
	}
	result, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		t.Errorf("unexpected diagnostic: %s: %s", d.Location, d.Message)
	}
	return result.Findings
}

func filesOf(archive *txtar.Archive) fstest.MapFS {
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name != expected {
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return files
}

// describe writes findings as the cases expect them: verdict, severity, resource and place; then the message, and why it is unknown.
func describe(found []finding.Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%s", f.Verdict)
		if f.Verdict == finding.Fail {
			fmt.Fprintf(&b, " %s", f.Severity)
		}
		fmt.Fprintf(&b, " %s %s:%d", f.Resource, f.Location.Path, f.Location.StartLine)
		if f.Suppression != nil {
			fmt.Fprintf(&b, " suppressed: %s", f.Suppression.Reason)
		}
		fmt.Fprintf(&b, "\n    %s\n", f.Message)
		if f.Reason != "" {
			fmt.Fprintf(&b, "    because %s\n", f.Reason)
		}
		if len(f.Instances) > 1 {
			fmt.Fprintf(&b, "    instances: %s\n", strings.Join(f.Instances, ", "))
		}
	}
	return b.String()
}

func compare(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == expected })
	if *update {
		if i < 0 {
			i = len(archive.Files)
			archive.Files = append(archive.Files, txtar.File{Name: expected})
		}
		archive.Files[i].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if i < 0 {
		t.Fatalf("%s has no file %q", file, expected)
	}
	if diff := cmp.Diff(string(archive.Files[i].Data), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestEveryCheckIsComplete rejects a check without the parts that people rely on.
func TestEveryCheckIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range checks.All() {
		if seen[c.ID] || seen[c.Slug] {
			t.Errorf("id %s or slug %s is taken", c.ID, c.Slug)
		}
		seen[c.ID], seen[c.Slug] = true, true
		for _, lack := range incomplete(c) {
			t.Errorf("%s: %s", c.Slug, lack)
		}
	}
}

// TestIncompleteChecksAreRejected takes each part from a complete check.
func TestIncompleteChecksAreRejected(t *testing.T) {
	for name, take := range map[string]func(*checks.Check){
		"id":            func(c *checks.Check) { c.ID = "" },
		"title":         func(c *checks.Check) { c.Title = "" },
		"full stop":     func(c *checks.Check) { c.Title += "." },
		"severity":      func(c *checks.Check) { c.Severity = "" },
		"subjects":      func(c *checks.Check) { c.Subjects = nil },
		"tags":          func(c *checks.Check) { c.Tags = nil },
		"documentation": func(c *checks.Check) { c.Doc = "" },
		"part":          func(c *checks.Check) { c.Doc = strings.Replace(c.Doc, "## How to fix", "## How", 1) },
		"cases":         func(c *checks.Check) { c.Slug = "domain-without-cases" },
		"run":           func(c *checks.Check) { c.Run = nil },
	} {
		c := *checks.All()[0]
		if lacks := incomplete(&c); len(lacks) > 0 {
			t.Fatalf("a complete check is rejected: %v", lacks)
		}
		if take(&c); len(incomplete(&c)) == 0 {
			t.Errorf("a check without its %s is not rejected", name)
		}
	}
}

// incomplete lists what a check lacks.
func incomplete(c *checks.Check) []string {
	var lacks []string
	lack := func(missing bool, format string, args ...any) {
		if missing {
			lacks = append(lacks, fmt.Sprintf(format, args...))
		}
	}
	lack(!strings.HasPrefix(c.ID, "SMN-"), "its id is %q", c.ID)
	lack(c.Title == "" || strings.HasSuffix(c.Title, "."), "its title is %q: want one sentence without a full stop", c.Title)
	lack(!slices.Contains(finding.Severities(), c.Severity), "its severity is %q, which is none", c.Severity)
	lack(len(c.Subjects) == 0 || len(c.Tags) == 0 || c.Run == nil, "it has no subjects, no tags, or does not run")
	lack(!strings.HasPrefix(c.Doc, "# "+c.ID+": "+c.Title+"\n"), "its documentation does not start with its id and title")
	for _, h := range headings {
		lack(!strings.Contains(c.Doc, "\n## "+h+"\n"), "its documentation has no part %q", h)
	}
	for _, language := range []string{"terraform", "cloudformation"} {
		for _, kind := range []string{"fail", "pass", "unknown", "default", "nested", "suppressed"} {
			name := path.Join("testdata", c.Slug, language+"_"+kind+".txtar")
			_, err := os.Stat(filepath.FromSlash(name))
			lack(err != nil, "there is no case %s", name)
		}
	}
	return lacks
}

var headings = []string{
	"What it flags", "Why it matters", "Failing example", "Passing example", "How to fix", "When it stays silent", "References",
}

// TestDocumentedExamples scans the examples of each check's documentation: the failing ones fail, the passing ones pass.
func TestDocumentedExamples(t *testing.T) {
	for _, c := range checks.All() {
		for heading, want := range map[string]finding.Verdict{"Failing example": finding.Fail, "Passing example": finding.Pass} {
			for fence, name := range map[string]string{"hcl": "main.tf", "yaml": "template.yaml"} {
				t.Run(c.Slug+"/"+heading+"/"+fence, func(t *testing.T) {
					code := example(c.Doc, heading, fence)
					if code == nil {
						if fence == "yaml" && strings.Contains(c.Doc, "\nCloudFormation has no setting for ") {
							return // what cannot be written cannot be wrong
						}
						t.Fatal("there is no such example")
					}
					found := scanCase(t, &txtar.Archive{Files: []txtar.File{{Name: name, Data: code}}}, c.ID)
					ok := slices.ContainsFunc(found, func(f finding.Finding) bool { return f.Verdict == want })
					other := slices.ContainsFunc(found, func(f finding.Finding) bool { return want == finding.Pass && f.Verdict != want })
					if !ok || other {
						t.Errorf("want %s, got:\n%s", want, describe(found))
					}
				})
			}
		}
	}
}

// example is the first code block of a language below a heading.
func example(doc, heading, fence string) []byte {
	_, part, ok := strings.Cut(doc, "\n## "+heading+"\n")
	if !ok {
		return nil
	}
	part, _, _ = strings.Cut(part, "\n## ")
	_, code, ok := strings.Cut(part, "```"+fence+"\n")
	if !ok {
		return nil
	}
	code, _, _ = strings.Cut(code, "```")
	return bytes.TrimLeft([]byte(code), "\n")
}
