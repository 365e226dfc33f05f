package scan

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// ignoreComment is one `iacscan:ignore SMN-201,SMN-203 until 2027-01-31 -- reason`.
type ignoreComment struct {
	checks []string // ids, slugs, globs
	until  string
	reason string
	line   int
}

// The comment runs to the end of its line. What precedes it tells whether it stands alone, for the line below, or behind code.
var ignorePattern = regexp.MustCompile(`(?:#|//)[ \t]*iacscan:ignore\b[ \t]*([^\r\n]*)`)

var ignoreText = regexp.MustCompile(`^([\w*?,.\- ]*?)[ \t]*(?:\buntil[ \t]+(\S+))?[ \t]*(?:--[ \t]*(.*))?$`)

// ignores are the comments of one file by the line that they hold for.
type ignores map[int][]ignoreComment

// ignoresOf reads a file's comments. A comment alone on its line holds for the next line that is no comment, too.
func ignoresOf(f *source.File, diagnostics *source.Diagnostics, known func(check string) bool) ignores {
	found := ignores{}
	for _, m := range ignorePattern.FindAllSubmatchIndex(f.Src, -1) {
		line := f.Line(m[0])
		c, err := parseIgnore(string(f.Src[m[2]:m[3]]))
		at := source.Location{Path: f.Path, StartLine: line, StartColumn: 1, EndLine: line, EndColumn: 1}
		if err != nil {
			diagnostics.Add(source.Diagnostic{Level: source.Warning, Code: "suppression", Message: err.Error(), Location: at})
			continue
		}
		for _, id := range c.checks {
			if !known(id) {
				diagnostics.Add(source.Diagnostic{
					Level: source.Warning, Code: "suppression-unknown-check", Location: at,
					Message: fmt.Sprintf("no check is called %s; `iacscan checks list` lists them", id),
				})
			}
		}
		c.line = line
		found[line] = append(found[line], c)
		if alone := len(bytes.TrimSpace(f.Src[f.LineStart(line):m[0]])) == 0; alone {
			below := line + 1
			for isComment(f.LineText(below)) {
				below++
			}
			found[below] = append(found[below], c)
		}
	}
	return found
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//")
}

func parseIgnore(text string) (ignoreComment, error) {
	m := ignoreText.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return ignoreComment{}, fmt.Errorf("iacscan:ignore %s: write `iacscan:ignore SMN-201,SMN-203 until 2027-01-31 -- reason`", text)
	}
	c := ignoreComment{
		checks: strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ' ' }),
		until:  m[2], reason: strings.TrimSpace(m[3]),
	}
	if len(c.checks) == 0 {
		return c, errors.New("iacscan:ignore names no check: write `iacscan:ignore SMN-201 -- reason`")
	}
	if c.until != "" {
		if _, err := time.Parse(time.DateOnly, c.until); err != nil {
			return c, fmt.Errorf("iacscan:ignore … until %s: a date is written as 2027-01-31", c.until)
		}
	}
	return c, nil
}

// suppressor decides which judgements the files themselves suppress.
type suppressor struct {
	files       *source.Set
	diagnostics *source.Diagnostics
	known       func(check string) bool
	today       string // 2026-11-21
	byFile      map[source.FileID]ignores
}

// suppression is the first comment at one of the places, or the first entry of a resource's metadata, that suppresses a rule; nil when
// nothing does.
func (s *suppressor) suppression(rule finding.Rule, r *graph.Resource, places []source.Span) *finding.Suppression {
	for _, p := range places {
		f := s.files.File(p.File)
		if f == nil {
			continue
		}
		comments, ok := s.byFile[p.File]
		if !ok {
			comments = ignoresOf(f, s.diagnostics, s.known)
			s.byFile[p.File] = comments
		}
		if len(comments) == 0 {
			continue
		}
		for _, c := range comments[f.Line(int(p.Start))] {
			at := source.Location{Path: f.Path, StartLine: c.line, StartColumn: 1, EndLine: c.line, EndColumn: 1}
			if found := s.apply(c, rule, at); found != nil {
				return found
			}
		}
	}
	if r.Language == graph.CloudFormation {
		return s.metadata(rule, r)
	}
	return nil
}

// metadata looks for `Metadata: {iacscan: {ignore: [{check: …, until: …, reason: …}]}}`, for templates in JSON, which has no comments.
func (s *suppressor) metadata(rule finding.Rule, r *graph.Resource) *finding.Suppression {
	entries, _ := aws.Field(aws.Field(r.Attribute("/Metadata"), "iacscan"), "ignore").Elements()
	for _, e := range entries {
		text := func(name string) string {
			t, _ := aws.Field(e, name).Text()
			return t
		}
		c := ignoreComment{checks: []string{text("check")}, until: text("until"), reason: text("reason")}
		if found := s.apply(c, rule, firstLine(s.files, e.At())); found != nil {
			return found
		}
	}
	return nil
}

// apply is the suppression of a rule by a comment, nil when it is for other rules or has expired.
func (s *suppressor) apply(c ignoreComment, rule finding.Rule, at source.Location) *finding.Suppression {
	if !slices.ContainsFunc(c.checks, func(pattern string) bool { return names(pattern, rule) }) {
		return nil
	}
	if c.until != "" && c.until < s.today {
		s.diagnostics.Add(source.Diagnostic{
			Level: source.Warning, Code: "suppression-expired", Location: at,
			Message: fmt.Sprintf("the suppression of %s ended on %s and no longer works: renew it or mend what it hides", rule.ID, c.until),
		})
		return nil
	}
	return &finding.Suppression{Kind: "inline", Reason: c.reason, Expires: c.until}
}
