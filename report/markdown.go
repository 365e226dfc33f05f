package report

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// maxComment is the number of characters that GitHub takes in a comment.
const maxComment = 65_536

// writeMarkdown writes a comment for a pull request: findings by root, each root's in a section that folds. Where it would be too long
// for GitHub, the least severe findings are left out, and it says how many.
func writeMarkdown(w io.Writer, r *Report, _ Options) error { return writeComment(w, r, maxComment) }

func writeComment(w io.Writer, r *Report, limit int) error {
	kept := len(r.Findings)
	for {
		text := comment(r, kept)
		size := utf8.RuneCount(text)
		if size <= limit || kept == 0 {
			_, err := w.Write(text)
			return err
		}
		kept = min(kept-1, kept*limit/size)
	}
}

// commentMark lets a bot find the comment that it wrote before.
const commentMark = "<!-- iacscan -->"

// comment is the report with its kept worst findings.
func comment(r *Report, kept int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n### iacscan: %s\n", commentMark, r.Summary.verdict())
	groups, roots := byRoot(worst(r.Findings, kept))
	for _, root := range roots {
		fmt.Fprintf(&b, "\n<details open>\n<summary><b>%s</b>: %s</summary>\n\n", htmlText(root), tally(groups[root]))
		for i := range groups[root] {
			commentFinding(&b, r.Repository, &groups[root][i])
		}
		b.WriteString("\n</details>\n")
	}
	if dropped := len(r.Findings) - kept; dropped > 0 {
		fmt.Fprintf(&b, "\n%s, the least severe, did not fit into this comment.\n", count(dropped, "more finding"))
	}
	commentDiagnostics(&b, r)
	fmt.Fprintf(&b, "\n<sub>%s</sub>\n", r.Summary)
	return b.Bytes()
}

// byRoot groups findings by the roots that they were found in, worst first within a group. The groups are in order of name.
func byRoot(findings []finding.Finding) (groups map[string][]finding.Finding, roots []string) {
	groups = map[string][]finding.Finding{}
	for _, f := range findings {
		root := strings.Join(f.Roots, ", ")
		switch root {
		case "":
			root = f.Location.Path
		case ".":
			root = "./"
		}
		if groups[root] == nil {
			roots = append(roots, root)
		}
		groups[root] = append(groups[root], f)
	}
	for _, group := range groups {
		slices.SortStableFunc(group, bySeverity)
	}
	slices.Sort(roots)
	return groups, roots
}

// tally counts findings by what they are: "1 critical, 2 high, 1 unknown".
func tally(findings []finding.Finding) string {
	var labels []string
	n := map[string]int{}
	for i := range findings {
		label := strings.ToLower(verdictLabel(&findings[i]))
		if findings[i].Suppression != nil {
			label = "suppressed"
		}
		if n[label] == 0 {
			labels = append(labels, label)
		}
		n[label]++
	}
	for i, label := range labels {
		labels[i] = fmt.Sprintf("%d %s", n[label], label)
	}
	return strings.Join(labels, ", ")
}

func commentFinding(b *bytes.Buffer, repository *Repository, f *finding.Finding) {
	fmt.Fprintf(b, "- **%s** [%s %s](%s) %s\n", verdictLabel(f), f.CheckID, markdownText(f.Check), documentation(f.CheckID), code(f.Resource))
	fmt.Fprintf(b, "  %s  \n  %s\n", markdownText(statement(f)), link(repository, f.Location))
	for _, p := range f.Related {
		fmt.Fprintf(b, "  - %s: %s\n", link(repository, p.Location), markdownText(p.Message))
	}
	if f.Suppression != nil {
		fmt.Fprintf(b, "  - %s\n", markdownText(suppressionNote(f.Suppression)))
	}
}

func commentDiagnostics(b *bytes.Buffer, r *Report) {
	const most = 20
	if len(r.Diagnostics) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details>\n<summary><b>Problems with the input</b>: %d</summary>\n\n", len(r.Diagnostics))
	for _, d := range r.Diagnostics[:min(len(r.Diagnostics), most)] {
		where := ""
		if !d.Location.IsZero() {
			where = link(r.Repository, d.Location) + ": "
		}
		fmt.Fprintf(b, "- **%s** %s%s\n", d.Level, where, markdownText(sentence(cut(d.Message, 500))))
	}
	if more := len(r.Diagnostics) - most; more > 0 {
		fmt.Fprintf(b, "- and %d more\n", more)
	}
	b.WriteString("\n</details>\n")
}

// cut is text of at most n bytes, marked where it was longer.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}

// link is a place, linked to the commit's file where GitHub or another host of that layout has it.
func link(repository *Repository, at source.Location) string {
	text := at.Path
	if at.StartLine > 0 {
		text = fmt.Sprintf("%s:%d", at.Path, at.StartLine)
	}
	if repository == nil || repository.Revision == "" || !strings.HasPrefix(repository.URI, "https://") {
		return code(text)
	}
	address := fmt.Sprintf("%s/blob/%s/%s", repository.URI, repository.Revision, (&url.URL{Path: at.Path}).EscapedPath())
	if at.StartLine > 0 {
		address += fmt.Sprintf("#L%d", at.StartLine)
	}
	return fmt.Sprintf("[%s](%s)", code(text), address)
}

// code is text in a code span whose fence the text does not hold.
func code(text string) string {
	text = strings.Join(strings.Fields(printable(text)), " ")
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

// markdownText is text that means nothing in Markdown or HTML, on one line, and that calls nobody: a zero-width space parts an at sign or
// number sign from the name or number of whom or what it would notify.
func markdownText(text string) string {
	return markdownEscapes.Replace(strings.Join(strings.Fields(printable(text)), " "))
}

var (
	markdownEscapes = strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "~", `\~`,
		"@", "@\u200b", "#", "#\u200b",
	)
	htmlEscapes = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "@\u200b", "#", "#\u200b")
)

// htmlText is the same for text within HTML, where Markdown does not hold but names still notify.
func htmlText(text string) string {
	return htmlEscapes.Replace(strings.Join(strings.Fields(printable(text)), " "))
}
