package scan

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// ignoreComment is one `iacscan:ignore SMN-201,SMN-203 until 2027-01-31 -- reason`, or an entry of a resource's metadata.
type ignoreComment struct {
	checks []string // ids, slugs, globs
	until  string
	reason string
	at     source.Location
}

// The comment runs to the end of its line. What precedes it tells whether it stands alone, for the line below, or behind code.
var ignorePattern = regexp.MustCompile(`(?:#|//)[ \t]*iacscan:ignore\b[ \t]*([^\r\n]*)`)

var ignoreText = regexp.MustCompile(`^([\w*?,.\- ]*?)[ \t]*(?:\buntil[ \t]+(\S+))?[ \t]*(?:--[ \t]*(.*))?$`)

// ignores are the comments of one file by the line that they hold for.
type ignores map[int][]ignoreComment

// ignoresOf reads a file's comments. A comment alone on its line holds for the next line that is no comment, too.
func ignoresOf(f *source.File, l *ledger) ignores {
	if !bytes.Contains(f.Src, []byte("iacscan:ignore")) {
		return nil
	}
	found := ignores{}
	for _, m := range ignorePattern.FindAllSubmatchIndex(f.Src, -1) {
		line := f.Line(m[0])
		c, err := parseIgnore(string(f.Src[m[2]:m[3]]))
		c.at = source.Location{Path: f.Path, StartLine: line, StartColumn: 1, EndLine: line, EndColumn: 1}
		if err != nil {
			l.warn("suppression", c.at, "%v", err)
			continue
		}
		for _, check := range c.checks {
			l.name(check, c.at)
		}
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
	return c, c.validate()
}

// validate says what is wrong with a suppression.
func (c ignoreComment) validate() error {
	if len(c.checks) == 0 || c.checks[0] == "" {
		return errors.New("iacscan:ignore names no check: write `iacscan:ignore SMN-201 -- reason`, or \"check\": \"SMN-201\" in metadata")
	}
	if _, err := time.Parse(time.DateOnly, c.until); err != nil && c.until != "" {
		return fmt.Errorf("iacscan:ignore … until %s: a date is written as 2027-01-31", c.until)
	}
	return nil
}

// suppressor decides which judgements of one world the files and the configuration suppress.
type suppressor struct {
	ledger *ledger
	files  *source.Set
	byFile map[source.FileID]ignores
	// mentions says which files mention iacscan at all.
	mentions map[source.FileID]bool
}

func newSuppressor(l *ledger, files *source.Set) *suppressor {
	return &suppressor{ledger: l, files: files, byFile: map[source.FileID]ignores{}, mentions: map[source.FileID]bool{}}
}

// comments are those of a file. JSON has none, only text that may look like one.
func (s *suppressor) comments(f *source.File) ignores {
	if f == nil || path.Ext(f.Path) == ".json" {
		return nil
	}
	comments, ok := s.byFile[f.ID]
	if !ok {
		comments = ignoresOf(f, s.ledger)
		s.byFile[f.ID] = comments
	}
	return comments
}

// suppression is the first comment at one of the places, entry of a resource's metadata or of the configuration that suppresses a rule;
// nil when nothing does. All that would are kept as used.
func (s *suppressor) suppression(rule finding.Rule, r *graph.Resource, places []source.Span) *finding.Suppression {
	var first *finding.Suppression
	var paths []string
	for _, p := range places {
		f := s.files.File(p.File)
		if f == nil {
			continue
		}
		if !slices.Contains(paths, f.Path) {
			paths = append(paths, f.Path)
		}
		if comments := s.comments(f); len(comments) > 0 {
			for _, c := range comments[f.Line(int(p.Start))] {
				first = cmp.Or(first, s.apply(c, rule))
			}
		}
	}
	for _, c := range s.metadata(r) {
		first = cmp.Or(first, s.apply(c, rule))
	}
	return cmp.Or(first, s.ledger.configured(rule, r.Address, paths))
}

// mention reports whether a file mentions iacscan.
func (s *suppressor) mention(id source.FileID) bool {
	yes, ok := s.mentions[id]
	if !ok {
		f := s.files.File(id)
		yes = f != nil && bytes.Contains(f.Src, []byte("iacscan"))
		s.mentions[id] = yes
	}
	return yes
}

// metadata are the entries of `Metadata: {iacscan: {ignore: [{check: …, until: …, reason: …}]}}`, for templates in JSON, which has no
// comments.
func (s *suppressor) metadata(r *graph.Resource) []ignoreComment {
	if r.Language != graph.CloudFormation || !s.mention(r.Block.File) {
		return nil
	}
	var found []ignoreComment
	ignore := aws.Field(aws.Field(r.Attribute("/Metadata"), "iacscan"), "ignore")
	if _, mapping := ignore.Object(); mapping {
		s.ledger.warn("suppression", firstLine(s.files, ignore.At()), "iacscan.ignore in metadata is a list: write [{\"check\": \"SMN-201\"}]")
	}
	entries, _ := ignore.Elements()
	for _, e := range entries {
		text := func(name string) string {
			t, _ := aws.Field(e, name).Text()
			return t
		}
		c := ignoreComment{checks: []string{text("check")}, until: text("until"), reason: strings.TrimSpace(text("reason")), at: firstLine(s.files, e.At())}
		if err := c.validate(); err != nil {
			s.ledger.warn("suppression", c.at, "%v", err)
			continue
		}
		s.ledger.name(c.checks[0], c.at)
		found = append(found, c)
	}
	return found
}

// apply is the suppression of a rule by a comment, nil when it is for other rules or does not work.
func (s *suppressor) apply(c ignoreComment, rule finding.Rule) *finding.Suppression {
	applies := false
	for _, check := range c.checks {
		if names(check, rule) {
			s.ledger.use(check, c.at, suppressed)
			applies = true
		}
	}
	if !applies || !s.ledger.works(rule.ID, c.until, c.reason, c.at) {
		return nil
	}
	return &finding.Suppression{Kind: "inline", Reason: c.reason, Expires: c.until}
}
