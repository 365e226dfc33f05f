// Checkdocs writes docs/checks from the checks: a page for each, and an index.
//
//	go run ./internal/checkdocs
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
)

// dir is where the pages are, from the top of the repository.
const dir = "docs/checks"

func main() {
	if err := write(dir, pages(checks.All())); err != nil {
		fmt.Fprintln(os.Stderr, "checkdocs:", err)
		os.Exit(1)
	}
}

// write replaces the pages in a folder.
func write(dir string, pages map[string]string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the old pages: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // documentation, readable as the rest is
		return fmt.Errorf("make %s: %w", dir, err)
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil { //nolint:gosec // as above
			return fmt.Errorf("write the page %s: %w", name, err)
		}
	}
	return nil
}

const made = "<!-- Written by `make docs`; edit %s instead. -->\n\n"

// pages are the files of the documentation by name: "SMN-101.md", and the index.
func pages(all []*checks.Check) map[string]string {
	files := map[string]string{"README.md": index(all)}
	for _, c := range all {
		files[c.ID+".md"] = page(c)
	}
	return files
}

// page is the documentation of a check, with what the check itself says of it below the title and at the end.
func page(c *checks.Check) string {
	title, rest, _ := strings.Cut(c.Doc, "\n")
	run := "on by default"
	if c.OffByDefault {
		run = "off by default"
	}
	text := fmt.Sprintf(made, "checks/"+strings.ReplaceAll(c.Slug, "-", "_")+".md") + title + "\n\n" +
		fmt.Sprintf("`%s` · severity %s unless the text says otherwise · %s\n", c.Slug, c.Severity, run) + rest
	if len(c.Counterparts) == 0 {
		return text
	}
	var others strings.Builder
	for _, o := range c.Counterparts {
		fmt.Fprintf(&others, "- %s: `%s`\n", o.Tool, o.ID)
	}
	return text + "\n## In other tools\n\n" + others.String()
}

// index lists the checks: all, and by what people look for.
func index(all []*checks.Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, made, "the checks")
	b.WriteString("# Checks\n\n| check | title | severity | tags |\n|---|---|---|---|\n")
	for _, c := range all {
		severity := string(c.Severity)
		if c.OffByDefault {
			severity += ", off by default"
		}
		fmt.Fprintf(&b, "| %s `%s` | %s | %s | %s |\n", link(c), c.Slug, c.Title, severity, strings.Join(c.Tags, ", "))
	}
	b.WriteString("\nThe severity is the one that a finding has unless the page of its check says otherwise.\n")
	for _, by := range []struct {
		heading, column string
		keys            []string // in this order; nil for all that there are, sorted
		of              func(*checks.Check) []string
	}{
		{"By severity", "severity", severities(), func(c *checks.Check) []string { return []string{string(c.Severity)} }},
		{"By service", "service", nil, services},
		{"By guide of AWS", "page", nil, func(c *checks.Check) []string { return references(c.Doc) }},
		{"In other tools", "rule", nil, counterparts},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| %s | checks |\n|---|---|\n", by.heading, by.column)
		group(&b, all, by.keys, by.of)
	}
	return b.String()
}

// group writes a row for each key with the checks that have it.
func group(b *strings.Builder, all []*checks.Check, keys []string, of func(*checks.Check) []string) {
	rows := map[string][]string{}
	for _, c := range all {
		for _, key := range of(c) {
			rows[key] = append(rows[key], link(c))
		}
	}
	if keys == nil {
		keys = slices.Sorted(maps.Keys(rows))
	}
	for _, key := range keys {
		if len(rows[key]) > 0 {
			fmt.Fprintf(b, "| %s | %s |\n", key, strings.Join(rows[key], ", "))
		}
	}
}

func link(c *checks.Check) string { return fmt.Sprintf("[%s](%s.md)", c.ID, c.ID) }

// severities are the names of the severities, worst first.
func severities() []string {
	var names []string
	for _, s := range finding.Severities() {
		names = append(names, string(s))
	}
	return names
}

// serviceTags are the tags that name a service of AWS, or a part of one.
var serviceTags = map[string]string{
	"bedrock":           "Amazon Bedrock",
	"canvas":            "Amazon SageMaker Canvas",
	"elastic-inference": "Amazon Elastic Inference",
	"hosting":           "Amazon SageMaker AI, hosting",
	"iam":               "AWS Identity and Access Management",
	"network":           "Amazon VPC",
	"notebook":          "Amazon SageMaker AI, notebook instances",
	"privatelink":       "AWS PrivateLink",
	"routing":           "Amazon VPC",
	"s3":                "Amazon S3",
	"sagemaker":         "Amazon SageMaker AI",
	"security-group":    "Amazon VPC",
}

// services are those that a check is about, by its tags.
func services(c *checks.Check) []string {
	var names []string
	for _, tag := range c.Tags {
		if name := serviceTags[tag]; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// counterparts are the rules of other tools that are about the same as a check.
func counterparts(c *checks.Check) []string {
	var rules []string
	for _, o := range c.Counterparts {
		rules = append(rules, o.Tool+" `"+o.ID+"`")
	}
	return rules
}

var reference = regexp.MustCompile(`(?m)^- (\[[^]]+\]\([^)]+\))`)

// references are the links that a check's documentation ends with: the pages of AWS that state its rule.
func references(doc string) []string {
	_, part, _ := strings.Cut(doc, "\n## References\n")
	var links []string
	for _, m := range reference.FindAllStringSubmatch(part, -1) {
		links = append(links, m[1])
	}
	return links
}
