// Checkdocs writes docs/checks from the checks: a page for each, and an index.
//
//	go run ./internal/checkdocs
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/checks"
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

// page is the documentation of a check, with what the check itself says of it below the title.
func page(c *checks.Check) string {
	title, rest, _ := strings.Cut(c.Doc, "\n")
	run := "on by default"
	if c.OffByDefault {
		run = "off by default"
	}
	return fmt.Sprintf(made, "checks/"+strings.ReplaceAll(c.Slug, "-", "_")+".md") + title + "\n\n" +
		fmt.Sprintf("`%s` · severity %s unless the text says otherwise · %s\n", c.Slug, c.Severity, run) + rest
}

// index lists the checks, and which of them come from which page of AWS.
func index(all []*checks.Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, made, "the checks")
	b.WriteString("# Checks\n\n| check | title | severity | tags |\n|---|---|---|---|\n")
	for _, c := range all {
		severity := string(c.Severity)
		if c.OffByDefault {
			severity += ", off by default"
		}
		fmt.Fprintf(&b, "| [%s](%s.md) `%s` | %s | %s | %s |\n", c.ID, c.ID, c.Slug, c.Title, severity, strings.Join(c.Tags, ", "))
	}
	b.WriteString("\n## By page of the documentation of AWS\n\n| page | checks |\n|---|---|\n")
	from := map[string][]string{}
	for _, c := range all {
		for _, r := range references(c.Doc) {
			from[r] = append(from[r], fmt.Sprintf("[%s](%s.md)", c.ID, c.ID))
		}
	}
	var titles []string
	for r := range from {
		titles = append(titles, r)
	}
	slices.Sort(titles)
	for _, r := range titles {
		fmt.Fprintf(&b, "| %s | %s |\n", r, strings.Join(from[r], ", "))
	}
	return b.String()
}

var reference = regexp.MustCompile(`(?m)^- (\[[^]]+\]\([^)]+\))`)

// references are the links that a check's documentation ends with.
func references(doc string) []string {
	_, part, _ := strings.Cut(doc, "\n## References\n")
	var links []string
	for _, m := range reference.FindAllStringSubmatch(part, -1) {
		links = append(links, m[1])
	}
	return links
}
