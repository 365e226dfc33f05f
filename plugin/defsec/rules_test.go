package defsec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aquasecurity/defsec/pkg/framework"
	"github.com/aquasecurity/defsec/pkg/rules"
	"github.com/aquasecurity/defsec/pkg/severity"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/plugin/defsec"
)

func TestRules(t *testing.T) {
	all, list := checks.All(), defsec.Rules()
	if len(list) != len(all) {
		t.Fatalf("%d rules of %d checks", len(list), len(all))
	}
	seen := map[string]bool{}
	for i, r := range list {
		c := all[i]
		if want := "AVD-SMN-0" + strings.TrimPrefix(c.ID, "SMN-"); r.AVDID != want || seen[r.AVDID] {
			t.Errorf("%s has the id %s, want %s, once", c.ID, r.AVDID, want)
		}
		seen[r.AVDID] = true
		for _, id := range []string{r.AVDID, c.ID, c.Slug, "aws-sagemaker-" + c.Slug} {
			if !r.HasID(id) {
				t.Errorf("%s has not the id %s", r.AVDID, id)
			}
		}
		if !r.Severity.IsValid() || r.Severity == severity.None {
			t.Errorf("%s has the severity %q", r.AVDID, r.Severity)
		}
		for name, text := range map[string]string{"summary": r.Summary, "explanation": r.Explanation, "impact": r.Impact, "resolution": r.Resolution} {
			if text == "" || strings.Contains(text, "\n## ") {
				t.Errorf("%s has the %s %q", r.AVDID, name, text)
			}
		}
		if len(r.Links) == 0 || len(r.Terraform.BadExamples) == 0 || len(r.Terraform.GoodExamples) == 0 || r.Terraform.RemediationMarkdown == "" {
			t.Errorf("%s lacks links, examples or a remediation: %+v", r.AVDID, r.Terraform)
		}
		if _, byDefault := r.Frameworks[framework.Default]; byDefault == c.OffByDefault {
			t.Errorf("%s is in the frameworks %v", r.AVDID, r.Frameworks)
		}
		if !slices.Equal(r.Frameworks[defsec.Framework], []string{c.ID}) {
			t.Errorf("%s is in the frameworks %v", r.AVDID, r.Frameworks)
		}
	}
}

func TestRegister(t *testing.T) {
	before := len(rules.GetRegistered(framework.ALL))
	unregister := defsec.Register()
	if got, want := len(rules.GetRegistered(defsec.Framework)), len(checks.All()); got != want {
		t.Errorf("%d rules are registered, want %d", got, want)
	}
	unregister()
	if got := len(rules.GetRegistered(framework.ALL)); got != before {
		t.Errorf("%d rules are registered afterwards, %d before", got, before)
	}
}
