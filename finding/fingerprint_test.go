package finding

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/source"
)

// fingerprints are those of some findings, each digest as a letter in order of appearance.
func fingerprints(findings []Finding) []string {
	SetFingerprints(findings)
	letters := map[string]string{}
	var got []string
	for _, f := range findings {
		digest, repeat, _ := strings.Cut(f.Fingerprint, ":")
		if letters[digest] == "" {
			letters[digest] = string(rune('a' + len(letters)))
		}
		got = append(got, strings.TrimSuffix(letters[digest]+":"+repeat, ":"))
	}
	return got
}

func TestSetFingerprints(t *testing.T) {
	at := func(path string, line int) source.Location { return source.Location{Path: path, StartLine: line} }
	base := Finding{
		CheckID: "SMN-101", Verdict: Fail, Severity: High, Message: "m", Declared: "aws_sagemaker_domain.this",
		Location: at("modules/studio/main.tf", 3), Declaration: at("modules/studio/main.tf", 1),
	}
	with := func(change func(*Finding)) Finding {
		f := base
		change(&f)
		return f
	}
	hidden := func(f *Finding) { f.Suppression = &Suppression{Kind: "inline"} }
	other := func(f *Finding) { f.Message = "n" }
	for name, test := range map[string]struct {
		findings []Finding
		want     []string
	}{
		"what makes another": {
			[]Finding{
				base, with(func(f *Finding) { f.CheckID = "SMN-102" }), with(func(f *Finding) { f.Verdict = Unknown }),
				with(func(f *Finding) { f.Declared = "aws_sagemaker_domain.that" }),
				with(func(f *Finding) { f.Declaration.Path = "modules/other/main.tf" }),
			},
			[]string{"a", "b", "c", "d", "e"},
		},
		"repeats": {[]Finding{base, with(other), base}, []string{"a", "a:2", "a:3"}},
		"what does not": {
			[]Finding{
				base, with(func(f *Finding) { f.Declaration = at("modules/studio/domain.tf", 9) }),
				with(func(f *Finding) { f.Location.StartLine = 8 }), with(func(f *Finding) { f.Severity = Low }),
			},
			[]string{"a", "a:2", "a:3", "a:4"},
		},
		"suppressed instances come last, wherever they stand": {
			[]Finding{with(hidden), base, with(other)}, []string{"a:3", "a", "a:2"},
		},
		"suppressed for two reasons": {
			[]Finding{with(hidden), with(func(f *Finding) { f.Suppression = &Suppression{Kind: "config"} }), with(other)},
			[]string{"a", "a:3", "a:2"},
		},
		"a finding that is suppressed as a whole keeps its number": {
			[]Finding{with(hidden), with(other)}, []string{"a", "a:2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fingerprints(test.findings)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
