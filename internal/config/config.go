// Package config reads .iacscan.yaml: what a project decides about its scans. The keys, what they may hold and what they mean stand in
// one table, from which files are validated and the JSON Schema is made.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/internal/yamlerror"
	"github.com/iacscan/iacscan/source"
)

// FileName is what the file is called.
const FileName = ".iacscan.yaml"

// Config is what one file says. The zero value says nothing.
type Config struct {
	// Path names the file in messages, and Dir is the directory in the boundary that its globs are relative to, both as in [Parse].
	Path, Dir string
	// Exclude are globs of paths in the boundary that are not looked at; ** crosses directories.
	Exclude []string
	// FailOn is a severity in lower case, or "never"; empty when the file does not say.
	FailOn string
	// Checks are settings by the id of the check.
	Checks map[string]Check
	// Suppressions are the findings that do not count, in the order of the file.
	Suppressions []Suppression
	// Policy is what every suppression must fulfil, wherever it is written.
	Policy Policy
	// AWS is what the project knows of its networks and of its use of Canvas.
	AWS aws.Config
	// VPCsAt is where the file names each of the VPCs in AWS.
	VPCsAt map[string]source.Location
}

// Check is what the file says of one check.
type Check struct {
	// Severity is that of all its findings, whatever the context; empty when the file does not say.
	Severity finding.Severity
	// Enabled says whether it runs; nil when the file does not say.
	Enabled *bool
}

// Suppression says which findings do not count. Empty patterns match everything.
type Suppression struct {
	// Checks are ids, slugs or globs over either.
	Checks []string
	// Path is a glob of paths in the boundary; what it matches may be a directory.
	Path string
	// Resource is a pattern of addresses in which * stands for any text.
	Resource string
	Reason   string
	// Until is the last day on which it works, 2027-01-31; empty for ever.
	Until string
	// At is where it is written.
	At source.Location
}

// Policy is what a suppression must fulfil to work.
type Policy struct {
	// RequireReason says that it must give a reason.
	RequireReason bool
	// MaxAge is the most days that its end may lie ahead, and then it must have an end; 0 is no bound.
	MaxAge int
}

// Problem is something wrong in a file.
type Problem struct {
	At      source.Location
	Message string
}

func (p Problem) String() string { return p.At.String() + ": " + p.Message }

// Problems is the error of a file that cannot be used: all that is wrong in it, in order of place.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// maxSize is the most bytes of a file: more is no configuration that somebody wrote.
const maxSize = 1 << 20

// Parse reads the text of a file. The name is for messages, and dir the directory, relative to the boundary, that globs of paths are
// relative to. The error is a [Problems].
func Parse(name, dir string, text []byte) (*Config, error) {
	r := &reader{name: name}
	top := r.document(text)
	if top != nil {
		r.value(top, file, nil)
	}
	c := &Config{Path: name, Dir: dir, Checks: map[string]Check{}}
	if top != nil && len(r.problems) == 0 {
		var d document
		if err := top.Decode(&d); err != nil {
			r.report(top, "%v", err)
		} else {
			r.fill(c, &d, dir)
		}
	}
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.At.Compare(b.At) })
		return nil, r.problems
	}
	return c, nil
}

// document is the file as it is written. Its shapes are those of [file].
type document struct {
	Exclude []string `yaml:"exclude"`
	FailOn  string   `yaml:"fail_on"`
	Checks  map[string]struct {
		Severity string `yaml:"severity"`
		Enabled  *bool  `yaml:"enabled"`
	} `yaml:"checks"`
	Suppressions []entry `yaml:"suppressions"`
	Suppression  struct {
		RequireReason bool   `yaml:"require_reason"`
		MaxAge        string `yaml:"max_age"`
	} `yaml:"suppression"`
	Canvas struct {
		Profile  aws.Tier       `yaml:"profile"`
		Features []aws.Tier     `yaml:"features"`
		Assume   aws.Assumption `yaml:"assume"`
	} `yaml:"canvas"`
	VPCs map[placedName]struct {
		Closed    *bool    `yaml:"closed"`
		Endpoints []string `yaml:"endpoints"`
	} `yaml:"vpcs"`
	FIPS         bool `yaml:"fips"`
	AssumeClosed bool `yaml:"assume_closed"`
}

// entry is a suppression as it is written.
type entry struct {
	Check    names  `yaml:"check"`
	Path     string `yaml:"path"`
	Resource string `yaml:"resource"`
	Reason   string `yaml:"reason"`
	Until    string `yaml:"until"`

	node *yaml.Node
}

// UnmarshalYAML keeps the node, for its place.
func (e *entry) UnmarshalYAML(n *yaml.Node) error {
	type plain entry
	if err := n.Decode((*plain)(e)); err != nil {
		return err
	}
	e.node = n
	return nil
}

// placedName is a key of a mapping with its place.
type placedName struct {
	text         string
	line, column int
}

// UnmarshalYAML keeps the place.
func (p *placedName) UnmarshalYAML(n *yaml.Node) error {
	*p = placedName{n.Value, n.Line, n.Column}
	return nil
}

// names are a list, or a single name.
type names []string

// UnmarshalYAML reads both forms.
func (l *names) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = names{n.Value}
		return nil
	}
	return n.Decode((*[]string)(l))
}

// reader reads one file and collects what is wrong in it.
type reader struct {
	name     string
	problems Problems
	nodes    int // that have been looked at, aliases written out
}

func (r *reader) report(n *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.at(n), fmt.Sprintf(format, args...)})
}

func (r *reader) at(n *yaml.Node) source.Location {
	l := source.Location{Path: r.name, StartLine: max(n.Line, 1), StartColumn: max(n.Column, 1)}
	l.EndLine, l.EndColumn = l.StartLine, l.StartColumn
	return l
}

// document is the top node of a file, nil when it is empty or no YAML.
func (r *reader) document(text []byte) *yaml.Node {
	if len(text) > maxSize {
		r.report(&yaml.Node{}, "it has more than %d bytes, which is no configuration", maxSize)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		r.invalid(err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.invalid(err)
	case len(second.Content) > 0:
		r.report(second.Content[0], "only the first YAML document of the file is read: join them")
	}
	if len(first.Content) == 0 {
		return nil
	}
	return first.Content[0]
}

// invalid reports an error of the YAML parser.
func (r *reader) invalid(err error) {
	text, line := yamlerror.Read(err)
	r.report(&yaml.Node{Line: line}, "not valid YAML: %s", text)
}

// fill makes a configuration of a file whose shape is right.
func (r *reader) fill(c *Config, d *document, dir string) {
	for _, glob := range d.Exclude {
		c.Exclude = append(c.Exclude, inDirectory(dir, glob))
	}
	c.FailOn = strings.ToLower(d.FailOn)
	for name, setting := range d.Checks {
		c.Checks[checkID(name)] = Check{finding.Severity(strings.ToUpper(setting.Severity)), setting.Enabled}
	}
	for _, e := range d.Suppressions {
		s := Suppression{Checks: e.Check, Resource: e.Resource, Reason: strings.TrimSpace(e.Reason), Until: e.Until, At: r.at(e.node)}
		if e.Path != "" {
			s.Path = inDirectory(dir, e.Path)
		}
		c.Suppressions = append(c.Suppressions, s)
	}
	c.Policy.RequireReason = d.Suppression.RequireReason
	c.Policy.MaxAge = days(d.Suppression.MaxAge)
	c.AWS = aws.Config{
		AssumeClosed: d.AssumeClosed, FIPS: d.FIPS,
		Canvas: aws.CanvasConfig{Profile: d.Canvas.Profile, Features: d.Canvas.Features, Assume: d.Canvas.Assume},
	}
	for name, vpc := range d.VPCs {
		if c.AWS.VPCs == nil {
			c.AWS.VPCs, c.VPCsAt = map[string]aws.KnownVPC{}, map[string]source.Location{}
		}
		c.AWS.VPCs[name.text] = aws.KnownVPC{Closed: vpc.Closed, Endpoints: vpc.Endpoints}
		c.VPCsAt[name.text] = r.at(&yaml.Node{Line: name.line, Column: name.column})
	}
}

// Glob is a glob of paths as somebody writes it, relative to a directory of the boundary, as one relative to the boundary. The error says
// what is wrong with it.
func Glob(dir, text string) (string, error) {
	if err := validGlob(text); err != nil {
		return "", fmt.Errorf("%q %w", text, err)
	}
	return inDirectory(dir, text), nil
}

// inDirectory is a glob relative to a directory as one relative to the boundary.
func inDirectory(dir, glob string) string {
	if glob = strings.TrimPrefix(path.Clean("/"+glob), "/"); glob == "" {
		glob = "**"
	}
	if dir == "." {
		return glob
	}
	return literally.Replace(dir) + "/" + glob
}

var literally = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `{`, `\{`)

// days is the number of a duration like 180d, 0 for none.
func days(text string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "d"))
	if err != nil {
		return 0 // the shape has seen to it that there is none
	}
	return n
}

// checkID is the id of the check that an id or a slug names.
func checkID(name string) string {
	for _, c := range checks.All() {
		if c.ID == name || c.Slug == name {
			return c.ID
		}
	}
	return name
}

// checkNames are the ids and the slugs of all checks.
func checkNames() []string {
	var ids, slugs []string
	for _, c := range checks.All() {
		ids, slugs = append(ids, c.ID), append(slugs, c.Slug)
	}
	return append(ids, slugs...)
}

func validGlob(text string) error {
	if clean := path.Clean(text); clean == ".." || strings.HasPrefix(clean, "../") {
		return errors.New("leads out of the directory that it is relative to")
	}
	if !doublestar.ValidatePattern(text) {
		return errors.New("is no glob: a bracket, a brace or a backslash in it has no end")
	}
	return nil
}
