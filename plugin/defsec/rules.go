package defsec

import (
	"regexp"
	"strings"

	"github.com/aquasecurity/defsec/pkg/framework"
	"github.com/aquasecurity/defsec/pkg/providers"
	"github.com/aquasecurity/defsec/pkg/rules"
	"github.com/aquasecurity/defsec/pkg/scan"
	"github.com/aquasecurity/defsec/pkg/severity"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
)

// Framework has every rule, each under the id of its check. A host that is asked for this framework alone runs them and nothing else.
const Framework framework.Framework = "iacscan"

// Register adds [Rules] to defsec's registry, and returns what takes them away again.
func Register() (unregister func()) {
	all := Rules()
	take := make([]func(), len(all))
	for i, rule := range all {
		registered := rules.Register(rule)
		take[i] = func() { rules.Deregister(registered) }
	}
	return func() {
		for _, t := range take {
			t()
		}
	}
}

// Rules are the checks as rules, in order of id. Those that are on by default are in the framework that a host runs by default, the others
// in [framework.Experimental]; all are in [Framework]. The rules of one call share what they evaluate.
func Rules() []scan.Rule {
	shared := newRoots()
	all := checks.All()
	list := make([]scan.Rule, len(all))
	for i, c := range all {
		list[i] = newRule(c, shared)
	}
	return list
}

// newRule describes a check as defsec does.
func newRule(c *checks.Check, shared *roots) scan.Rule {
	enabled := framework.Default
	if c.OffByDefault {
		enabled = framework.Experimental
	}
	resolution := section(c.Doc, "How to fix")
	links := linksIn(section(c.Doc, "References"))
	return scan.Rule{
		AVDID:       avdID(c.ID),
		Aliases:     []string{c.ID, c.Slug},
		ShortCode:   c.Slug,
		Summary:     c.Title,
		Explanation: section(c.Doc, "What it flags"),
		Impact:      firstParagraph(section(c.Doc, "Why it matters")),
		Resolution:  firstParagraph(resolution),
		Provider:    providers.AWSProvider,
		Service:     "sagemaker",
		Links:       links,
		Severity:    severityOf(c.Severity),
		Terraform: &scan.EngineMetadata{
			BadExamples:         terraformIn(section(c.Doc, "Failing example")),
			GoodExamples:        terraformIn(section(c.Doc, "Passing example")),
			RemediationMarkdown: resolution,
			Links:               links,
		},
		Frameworks:   map[framework.Framework][]string{enabled: nil, Framework: {c.ID}},
		CustomChecks: scan.CustomChecks{Terraform: &scan.TerraformCustomCheck{Check: shared.check(c.ID)}},
	}
}

// avdID is an id in the form of the Aqua Vulnerability Database, outside its own series: SMN-201 is AVD-SMN-0201.
func avdID(id string) string {
	series, number, _ := strings.Cut(id, "-")
	return "AVD-" + series + "-0" + number
}

// severityOf is the severity as defsec has it: it knows nothing below LOW.
func severityOf(s finding.Severity) severity.Severity {
	if s == finding.Info {
		return severity.Low
	}
	return severity.Severity(s)
}

// section is the text below a heading of a check's documentation, up to the next one of its level.
func section(doc, heading string) string {
	_, text, _ := strings.Cut(doc, "\n## "+heading+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	return strings.TrimSpace(text)
}

// firstParagraph is the first paragraph of a text, in one line.
func firstParagraph(text string) string {
	text, _, _ = strings.Cut(text, "\n\n")
	return strings.Join(strings.Fields(text), " ")
}

var (
	markdownLink = regexp.MustCompile(`\]\((https://[^)\s]+)\)`)
	terraformFor = regexp.MustCompile("(?s)```hcl\n(.*?)```")
)

// linksIn are the addresses that a text in Markdown links to.
func linksIn(text string) []string { return submatches(markdownLink, text) }

// terraformIn are the examples in Terraform of a text in Markdown.
func terraformIn(text string) []string { return submatches(terraformFor, text) }

func submatches(pattern *regexp.Regexp, text string) []string {
	var all []string
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}
