// Package checks holds one check a file, beside it its documentation in Markdown under the same name.
//
// A check reads the views of package aws and nothing else. For every resource that it applies to it reports one [Judgement]: pass,
// fail, or unknown with what would decide it. Location, merging of instances, suppression and output are the pipeline's business.
package checks

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Check is one rule: what people read about it, which resources it judges, and how.
type Check struct {
	finding.Rule
	// Subjects are the types of resources that the check judges, or without which it has nothing to judge. A root that reaches no
	// subject of the checks that run is not evaluated.
	Subjects []aws.Type
	// Mentions are texts that make the root of a file that holds one worth evaluating too: the names of actions in policies, which are in
	// roots of their own.
	Mentions []string
	// Run judges every resource of a world that the check applies to.
	Run func(*Pass)
}

// Pass is one run of one check over one world.
type Pass struct {
	World  *aws.World
	Check  *Check
	report func(Judgement)
}

// Report files a judgement.
func (p *Pass) Report(j Judgement) { p.report(j) }

// Judgement is a check's answer for one resource.
type Judgement struct {
	Resource *graph.Resource
	Verdict  finding.Verdict
	// Severity differs from the rule's where the context matters; empty means the rule's.
	Severity finding.Severity
	// Message says what is wrong, or fine, in words that depend on verdict and details alone.
	Message string
	// Reason says, for an unknown verdict, why it is and what would decide it.
	Reason string
	// Decided is the attribute that decided; a zero one stands for what is not there.
	Decided aws.Attribute
	// Literal is the value within Decided that decided, where that is not Decided's own value.
	Literal graph.Value
	Related []Related
	Details map[string]any
}

// Related is another resource that matters to a judgement.
type Related struct {
	Message  string
	Resource *graph.Resource
}

var registry []*Check

// docs holds the Markdown beside the checks.
//
//go:embed *.md
var docs embed.FS

// register adds a check to the catalogue; it panics on one that lacks its documentation, so that no test passes without it.
func register(c Check) *Check {
	doc, err := docs.ReadFile(strings.ReplaceAll(c.Slug, "-", "_") + ".md")
	if err != nil {
		panic(fmt.Sprintf("check %s has no documentation: %v", c.ID, err))
	}
	c.Doc = string(doc)
	registry = append(registry, &c)
	return &c
}

// All lists every check, in order of id.
func All() []*Check {
	all := slices.Clone(registry)
	slices.SortFunc(all, func(a, b *Check) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Judge runs a check over a world and gives each judgement to report. One that rests on the default of a variable or parameter names it.
func (c *Check) Judge(w *aws.World, report func(Judgement)) {
	known := defaults{}
	c.Run(&Pass{World: w, Check: c, report: func(j Judgement) { report(j.withDefault(known)) }})
}

// defaults are the variables and parameters whose defaults gave attributes of declarations the values that are written somewhere: the
// same for all instances of a declaration.
type defaults map[origin]string

type origin struct {
	declaration, written source.Span
	attribute            string
}

// withDefault names the variable or parameter whose default gave the value that decided, unless the check itself does.
func (j Judgement) withDefault(known defaults) Judgement {
	decided := j.Decided
	if !j.Literal.At().IsZero() {
		decided.Value = j.Literal
	}
	if j.Verdict == finding.Unknown || j.Details["default"] != nil || j.Resource.Block.Contains(decided.At()) {
		return j
	}
	key := origin{j.Resource.Block, decided.At(), decided.Name}
	from, ok := known[key]
	if !ok {
		from = decided.DefaultOf(j.Resource)
		known[key] = from
	}
	if from != "" {
		j.Message += " (by the default of " + from + ")"
		j = j.with("default", from)
	}
	return j
}

// onlyIf is a judgement that matters only under a condition of which why says that it is not decided: what would fail is unknown.
func (j Judgement) onlyIf(condition, why string) Judgement {
	if j.Verdict != finding.Fail {
		return j
	}
	j.Verdict, j.Severity, j.Details = finding.Unknown, "", nil
	j.Message = "If " + condition + ": " + j.Message
	j.Reason = "it matters only if " + condition + ": " + why
	return j
}

// with adds a detail.
func (j Judgement) with(name string, value any) Judgement {
	details := maps.Clone(j.Details)
	if details == nil {
		details = map[string]any{}
	}
	details[name] = value
	j.Details = details
	return j
}
