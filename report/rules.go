package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/iacscan/iacscan/finding"
)

// ruleJSON is a check as `iacscan checks --format json` prints it.
type ruleJSON struct {
	ID            string                `json:"id"`
	Slug          string                `json:"slug"`
	Title         string                `json:"title"`
	Severity      finding.Severity      `json:"severity"`
	Tags          []string              `json:"tags"`
	Enabled       bool                  `json:"enabled_by_default"`
	Counterparts  []finding.Counterpart `json:"counterparts"` // the rules of other tools about the same setting
	URL           string                `json:"url"`
	Documentation string                `json:"documentation,omitempty"` // Markdown
}

func newRuleJSON(rule finding.Rule) ruleJSON {
	tags := rule.Tags
	if tags == nil {
		tags = []string{}
	}
	counterparts := rule.Counterparts
	if counterparts == nil {
		counterparts = []finding.Counterpart{}
	}
	return ruleJSON{
		ID: rule.ID, Slug: rule.Slug, Title: rule.Title, Severity: rule.Severity, Tags: tags, Enabled: !rule.OffByDefault,
		Counterparts: counterparts, URL: documentation(rule.ID),
	}
}

// RulesJSON writes the catalogue without its documentation, for programs.
func RulesJSON(w io.Writer, rules []finding.Rule) error {
	list := make([]ruleJSON, len(rules))
	for i, rule := range rules {
		list[i] = newRuleJSON(rule)
	}
	return encodeJSON(w, list)
}

// RuleJSON writes one rule with its documentation, for programs.
func RuleJSON(w io.Writer, rule finding.Rule) error {
	full := newRuleJSON(rule)
	full.Documentation = rule.Doc
	return encodeJSON(w, full)
}

// Rules prints the catalogue for people, one line for each rule.
func Rules(w io.Writer, rules []finding.Rule, o Options) error {
	out := &bytes.Buffer{}
	slug, severity := 0, 0
	for _, rule := range rules {
		slug, severity = max(slug, len(rule.Slug)), max(severity, len(rule.Severity))
	}
	for _, rule := range rules {
		title := rule.Title
		if rule.OffByDefault {
			title += " (off by default)"
		}
		s := verdictStyle(&finding.Finding{Severity: rule.Severity, Verdict: finding.Fail})
		fmt.Fprintf(out, "%s  %s  %s  %s\n", paint(o.Colour, bold, rule.ID), paint(o.Colour, s, pad(string(rule.Severity), severity)),
			pad(rule.Slug, slug), paint(o.Colour, dim, title))
	}
	_, err := out.WriteTo(w)
	return err
}

// Rule prints one rule's documentation for people: as Markdown, or with colours on a terminal.
func Rule(w io.Writer, rule finding.Rule, o Options) error {
	out := &bytes.Buffer{}
	var facts strings.Builder
	fmt.Fprintf(&facts, "%s, %s, tags: %s", rule.Slug, strings.ToLower(string(rule.Severity)), strings.Join(rule.Tags, ", "))
	if rule.OffByDefault {
		facts.WriteString(", off by default")
	}
	for _, c := range rule.Counterparts {
		fmt.Fprintf(&facts, "\nsee also %s: %s", c.Tool, c.ID)
	}
	title, body, _ := strings.Cut(strings.TrimSpace(rule.Doc), "\n")
	m := &markdownPrinter{out: out, colour: o.Colour}
	m.line(title)
	fmt.Fprintf(out, "\n%s\n", paint(o.Colour, dim, facts.String()))
	for line := range strings.Lines(body + "\n") {
		m.line(strings.TrimRight(line, "\r\n"))
	}
	_, err := out.WriteTo(w)
	return err
}

// markdownPrinter shows Markdown on a terminal: headings bold, code behind a bar. Without colours it stays as it is.
type markdownPrinter struct {
	out    *bytes.Buffer
	colour bool
	code   bool // within a fenced block
}

func (m *markdownPrinter) line(line string) {
	fence := strings.HasPrefix(line, "```")
	switch {
	case !m.colour:
		fmt.Fprintln(m.out, line)
	case fence:
		m.code = !m.code
	case m.code:
		fmt.Fprintln(m.out, paint(true, dim, "  │ ")+line)
	case strings.HasPrefix(line, "#"):
		fmt.Fprintln(m.out, paint(true, bold, strings.TrimSpace(strings.TrimLeft(line, "#"))))
	default:
		fmt.Fprintln(m.out, m.spans(line))
	}
}

// spans shows code spans in a colour instead of backticks.
func (m *markdownPrinter) spans(line string) string {
	parts := strings.Split(line, "`")
	if len(parts)%2 == 0 { // a backtick without its other
		return line
	}
	for i := 1; i < len(parts); i += 2 {
		parts[i] = paint(true, blue, parts[i])
	}
	return strings.Join(parts, "")
}
