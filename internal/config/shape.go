package config

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/internal/nearest"
)

// shape is what a value may be: exactly one of keys, values, items, words, pattern and boolean is set.
type shape struct {
	// doc says what the value means, for the schema.
	doc string

	keys    []key          // a mapping with known keys
	values  *shape         // a mapping from any name, or one of some names, to this
	items   *shape         // a list of this
	words   []string       // one of some words
	pattern *regexp.Regexp // text that matches
	boolean bool           // true or false

	names   []string            // of values, nil for any
	same    func(string) string // of values: equal for names that mean the same
	single  bool                // of items: one alone stands for a list of it
	example string              // of pattern, or of what words stand for: "write it as …"
	format  string              // of pattern: a format of JSON Schema
	valid   func(string) error  // of pattern: what a pattern cannot say
}

// key is a known key of a mapping.
type key struct {
	name     string
	shape    *shape
	required bool
}

func (s *shape) find(name string) *key {
	i := slices.IndexFunc(s.keys, func(k key) bool { return k.name == name })
	if i < 0 {
		return nil
	}
	return &s.keys[i]
}

// bothCases are words in lower and in upper case, as people write severities.
func bothCases(words ...string) []string {
	for _, w := range words {
		words = append(words, strings.ToUpper(w))
	}
	return words
}

func severities() []string {
	var words []string
	for _, s := range finding.Severities() {
		words = append(words, strings.ToLower(string(s)))
	}
	return words
}

func words[T ~string](list []T) []string {
	var words []string
	for _, w := range list {
		words = append(words, string(w))
	}
	return words
}

var (
	anyText = regexp.MustCompile(`[^ ]`)
	date    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	inDays  = regexp.MustCompile(`^[1-9][0-9]{0,4}d$`)
)

// glob is the shape of a pattern of paths.
func glob(doc string) *shape {
	return &shape{doc: doc, pattern: anyText, valid: validGlob, example: "modules/**/sandbox"}
}

// file is the shape of the whole file.
var file = &shape{
	doc: "What a project decides about its scans with iacscan.",
	keys: []key{
		{name: "exclude", shape: &shape{
			doc:   "Globs of paths that are not looked at, relative to this file; ** crosses directories. --exclude adds to them.",
			items: glob("a glob of paths"),
		}},
		{name: "fail_on", shape: &shape{
			doc:   "Exit with status 1 when a finding of at least this severity fails. --fail-on wins over it.",
			words: bothCases(append(severities(), "never")...),
		}},
		{name: "checks", shape: &shape{
			doc:   "Settings of single checks, by id or slug.",
			names: checkNames(),
			same:  checkID,
			values: &shape{keys: []key{
				{name: "severity", shape: &shape{doc: "The severity of all findings of the check, whatever the context.", words: bothCases(severities()...)}},
				{name: "enabled", shape: &shape{
					doc: "Whether the check runs; true turns on one that is off by default. --checks and --skip-checks win over it.", boolean: true,
				}},
			}},
		}},
		{name: "suppressions", shape: &shape{
			doc: "Findings that do not count. An entry holds for what matches all of its patterns.",
			items: &shape{keys: []key{
				{name: "check", required: true, shape: &shape{
					doc:    "The check, or a list of checks: ids, slugs, or globs over either.",
					items:  &shape{pattern: anyText, example: "SMN-201"},
					single: true,
				}},
				{name: "path", shape: glob("A glob of paths, relative to this file. It holds for what stands below the path, and for what is called from there.")},
				{name: "resource", shape: &shape{
					doc:     "The address of a resource as findings print it; * stands for any text.",
					pattern: anyText, example: "module.studio.*",
				}},
				{name: "reason", shape: &shape{doc: "Why.", pattern: anyText, example: "sandbox, see ADR 12"}},
				{name: "until", shape: &shape{
					doc:     "The last day on which it works.",
					pattern: date, format: "date", example: "2027-01-31", valid: validDate,
				}},
			}},
		}},
		{name: "suppression", shape: &shape{
			doc: "What every suppression must fulfil to work, in comments and metadata as well as here.",
			keys: []key{
				{name: "require_reason", shape: &shape{doc: "A suppression without a reason does not work.", boolean: true}},
				{name: "max_age", shape: &shape{
					doc:     "A suppression must have an end, which may lie so many days ahead at most: 180d.",
					pattern: inDays, example: "180d",
				}},
			},
		}},
		{name: "canvas", shape: &shape{
			doc: "How SageMaker Canvas is used.",
			keys: []key{
				{name: "profile", shape: &shape{
					doc: "The VPC endpoints that are required beside those of features in use: all that the Canvas guide lists (documented), those of " +
						"standard builds and of the core, or those of the core.",
					words: words(aws.Profiles()),
				}},
				{name: "features", shape: &shape{
					doc:   "Features that are in use, beside those whose use shows in the files.",
					items: &shape{words: words(aws.Features())},
				}},
				{name: "assume", shape: &shape{
					doc: "Which domains use Canvas: all that do not hide it (always), those whose code means it (likely-or-explicit), those too and the " +
						"others unknown (ask), or none (never).",
					words: words(aws.Assumptions()),
				}},
			},
		}},
		{name: "vpcs", shape: &shape{
			doc: "What is known of single VPCs, by the names that findings give them: var.vpc_id, aws_vpc.main, vpc-0abc; envs/prod:var.vpc_id " +
				"is the one of one root.",
			values: &shape{keys: []key{
				{name: "closed", shape: &shape{
					doc:     "Whether the endpoints that the files and this entry show are all that the VPC has.",
					boolean: true,
				}},
				{name: "endpoints", shape: &shape{
					doc:   "Services that the VPC has a usable endpoint for, by short names: sts, sagemaker.api, notebook.",
					items: &shape{words: aws.Services(), example: "the short name of a service, such as sts or sagemaker.api"},
				}},
			}},
		}},
		{name: "fips", shape: &shape{doc: "Require the FIPS endpoint of every service that has one.", boolean: true}},
		{name: "assume_closed", shape: &shape{
			doc:     "Take the endpoints that the files show in a VPC as all that it has. --assume-closed wins over it.",
			boolean: true,
		}},
	},
}

func validDate(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return errors.New("is no date: write it as 2027-01-31")
	}
	return nil
}

const (
	maxNodes    = 100_000 // what aliases can blow a file up to
	maxProblems = 50      // what somebody reads at once
)

// enough reports whether no more of a file is looked at, and says why.
func (r *reader) enough(n *yaml.Node) bool {
	switch r.nodes++; {
	case r.nodes == maxNodes+1:
		r.report(n, "it is too large with its aliases written out")
	case len(r.problems) == maxProblems:
		r.report(n, "what follows is not looked at: mend the rest first")
	}
	return r.nodes > maxNodes || len(r.problems) > maxProblems
}

// value checks that a node has a shape. Where is the path of keys that leads to it, for messages.
func (r *reader) value(n *yaml.Node, s *shape, where []string) {
	if r.enough(n) {
		return
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	null := n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
	switch {
	case s.keys != nil, s.values != nil:
		if !null && r.is(n, yaml.MappingNode, "keys with values", where) {
			r.mapping(n, s, where)
		}
	case s.items != nil && s.single && n.Kind == yaml.ScalarNode:
		r.value(n, s.items, where)
	case s.items != nil:
		if (!null || s.single) && r.is(n, yaml.SequenceNode, "a list", where) {
			for _, item := range n.Content {
				r.value(item, s.items, where)
			}
			if s.single && len(n.Content) == 0 {
				r.report(n, "%s is empty: name one at least", name(where))
			}
		}
	case s.boolean:
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
			r.report(n, "%s must be true or false, not %s", name(where), describe(n))
		}
	default:
		r.text(n, s, where)
	}
}

// is reports whether a node is of a kind, and says so when it is not.
func (r *reader) is(n *yaml.Node, kind yaml.Kind, want string, where []string) bool {
	if n.Kind != kind {
		r.report(n, "%s must be %s, not %s", name(where), want, describe(n))
	}
	return n.Kind == kind
}

func (r *reader) mapping(n *yaml.Node, s *shape, where []string) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if r.enough(k) {
			return
		}
		if k.Kind != yaml.ScalarNode {
			r.report(k, "a key must be text, not %s", describe(k))
			continue
		}
		id := k.Value
		if s.same != nil {
			id = s.same(id)
		}
		if seen[id] {
			r.report(k, "%s is there twice: join them", name(append(slices.Clip(where), id)))
			continue
		}
		seen[id] = true
		below := append(slices.Clip(where), k.Value)
		switch known := s.find(k.Value); {
		case k.ShortTag() == "!!merge":
			r.report(k, "<<%s merges, which is not read: write the keys out", in(where))
		case known != nil:
			r.value(v, known.shape, below)
		case s.values == nil:
			all := make([]string, len(s.keys))
			for i := range s.keys {
				all[i] = s.keys[i].name
			}
			r.report(k, "unknown key %s%s: %s", k.Value, in(where), suggest(k.Value, all))
		case s.names != nil && !slices.Contains(s.names, k.Value):
			r.report(k, "no check is called %s: %s", k.Value, suggest(k.Value, s.names))
		case strings.TrimSpace(k.Value) == "":
			r.report(k, "a key%s is empty", in(where))
		default:
			r.value(v, s.values, below)
		}
	}
	for _, k := range s.keys {
		if k.required && !seen[k.name] {
			r.report(n, "%s is missing%s: write %s: %s", k.name, in(where), k.name, k.shape.items.example)
		}
	}
}

// text checks a scalar that is a word or matches a pattern.
func (r *reader) text(n *yaml.Node, s *shape, where []string) {
	// A date that is not quoted is a date to YAML, and text to us.
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" && n.ShortTag() != "!!timestamp" {
		r.report(n, "%s must be text, not %s", name(where), describe(n))
		return
	}
	switch {
	case s.words != nil:
		if !slices.Contains(s.words, n.Value) {
			r.report(n, "%s cannot be %q: %s", name(where), n.Value, suggest(n.Value, s.words))
		}
	case !s.pattern.MatchString(n.Value):
		r.report(n, "%s cannot be %q: write it as %s", name(where), n.Value, s.example)
	case s.valid != nil:
		if err := s.valid(n.Value); err != nil {
			r.report(n, "%s: %q %v", name(where), n.Value, err)
		}
	}
}

// name is a path of keys as people write it: canvas.profile.
func name(where []string) string {
	if len(where) == 0 {
		return "the file"
	}
	return strings.Join(where, ".")
}

func in(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return " in " + name(where)
}

// describe says what a node is.
func describe(n *yaml.Node) string {
	switch tag := n.ShortTag(); {
	case n.Kind == yaml.MappingNode:
		return "keys with values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case tag == "!!null":
		return "empty"
	case tag == "!!str":
		return "the text " + strconv.Quote(n.Value)
	}
	return n.Value
}

// suggest says which name is meant, or which there are.
func suggest(text string, all []string) string {
	// A severity in upper case is the same word.
	all = slices.DeleteFunc(slices.Clone(all), func(w string) bool {
		return w != strings.ToLower(w) && slices.Contains(all, strings.ToLower(w))
	})
	switch near := nearest.Name(text, slices.Values(all)); {
	case near != "":
		return "did you mean " + near + "?"
	case len(all) > 20:
		return "it is none that iacscan knows"
	}
	return "use " + strings.Join(all, ", ")
}
