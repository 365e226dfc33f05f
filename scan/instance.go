package scan

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// newInstance is a check's judgement of one resource instance as a finding, placed where the deciding literal is written, else at the
// header of the declaration.
func newInstance(g *graph.Graph, c *checks.Check, j checks.Judgement, s *suppressor, trace bool) finding.Finding {
	r := j.Resource
	at := j.Literal.At()
	if at.IsZero() && j.Decided.Written {
		if at = j.Decided.At(); at.IsZero() {
			at = j.Decided.Place
		}
	}
	if at.IsZero() {
		at = r.Header
	}
	f := finding.Finding{
		CheckID: c.ID, Check: c.Slug, Severity: cmp.Or(j.Severity, c.Severity), Verdict: j.Verdict,
		Resource: r.Address, ResourceType: string(aws.TypeOf(r)), Language: string(r.Language),
		Message: j.Message, Reason: j.Reason, Details: j.Details,
		Location: firstLine(g.Files, at), Declaration: g.Files.Location(r.Block),
		Instances: []string{r.Address}, Roots: []string{r.Root}, Declared: r.Declared,
	}
	if construct := constructOf(r); construct != "" {
		f.Message += " (CDK construct " + construct + ")"
		f.Details = maps.Clone(j.Details)
		if f.Details == nil {
			f.Details = map[string]any{}
		}
		f.Details["construct"] = construct
	}
	if place := j.Decided.Place; !place.IsZero() && !sameLine(g.Files, place, at) {
		f.Related = append(f.Related, finding.Related{Message: j.Decided.Name + " of " + r.Declared, Location: firstLine(g.Files, place)})
	}
	for i := len(r.Calls) - 1; i >= 0; i-- {
		f.Related = append(f.Related, finding.Related{Message: "called as " + callName(r.Calls, i), Location: firstLine(g.Files, r.Calls[i].At)})
	}
	for _, rel := range j.Related {
		f.Related = append(f.Related, finding.Related{Message: rel.Message, Location: firstLine(g.Files, rel.Resource.Header)})
	}
	places := []source.Span{at, j.Decided.Place, r.Header}
	for _, call := range r.Calls {
		places = append(places, call.At)
	}
	if f.Verdict != finding.Pass {
		f.Suppression = s.suppression(c.Rule, r, places)
	}
	if trace && j.Decided.Name != "" {
		steps := r.Trace(j.Decided.Name)
		f.Trace = located(g.Files, steps)
		if here := !j.Literal.At().IsZero() && r.Block.Contains(at); !here {
			f.Way = located(g.Files, way(g.Files, steps, at))
		}
	}
	return f
}

// located are the steps of a trace with their places in files.
func located(files *source.Set, steps []graph.Step) []finding.Related {
	var places []finding.Related
	for _, step := range steps {
		places = append(places, finding.Related{Message: step.Text, Location: firstLine(files, step.At)})
	}
	return places
}

// way are the steps of a trace, each of which continues the one before, that lead to a place: the last is the one that the place is in, or
// behind on its line, as a value is behind the key of a template. Where none but the attribute itself is, the way goes on until it forks.
func way(files *source.Set, steps []graph.Step, at source.Span) []graph.Step {
	last := 0
	for i, step := range steps {
		near := step.At.Contains(at) || step.At.Start <= at.Start && sameLine(files, step.At, at)
		if near && (last == 0 || step.At.Start > steps[last].At.Start) {
			last = i
		}
	}
	var found []graph.Step
	if last > 0 {
		for depth := steps[last].Depth; last >= 0; last-- {
			if steps[last].Depth == depth {
				found = append(found, steps[last])
				depth--
			}
		}
		slices.Reverse(found)
		return found
	}
	for i, step := range steps {
		if next := steps[i+1:]; step.Depth != i || slices.ContainsFunc(next, func(s graph.Step) bool { return s.Depth <= i }) {
			break
		}
		found = append(found, step)
	}
	return found
}

// callName is the name of a call in the module or template that makes it, without its key: the same for all instances.
func callName(calls []graph.Call, i int) string {
	name := calls[i].Address
	if i > 0 {
		name = strings.TrimLeft(strings.TrimPrefix(name, calls[i-1].Address), "./")
	}
	name, _, _ = strings.Cut(name, "[")
	return name
}

// constructOf is the path of the CDK construct that a resource was synthesised from, empty for what nobody synthesised.
func constructOf(r *graph.Resource) string {
	if r.Language != graph.CloudFormation {
		return ""
	}
	construct, _ := aws.Field(r.Attribute("/Metadata"), "aws:cdk:path").Text()
	return construct
}

// firstLine is the location of a span, cut at the end of its first line: an annotation is for one line.
func firstLine(files *source.Set, at source.Span) source.Location {
	l := files.Location(at)
	if l.EndLine > l.StartLine {
		f := files.File(at.File)
		end := f.LineStart(l.StartLine) + len(f.LineText(l.StartLine))
		l = files.Location(f.Span(int(at.Start), end))
	}
	return l
}

func sameLine(files *source.Set, a, b source.Span) bool {
	return a.File == b.File && files.Location(a).StartLine == files.Location(b).StartLine
}

// mergeKey is equal for instances that merge: those of one declaration for which everything that is printed agrees.
type mergeKey struct {
	check, declared, message, details string
	location, declaration             source.Location
	verdict                           finding.Verdict
	severity                          finding.Severity
	suppression                       finding.Suppression
}

func keyOf(f finding.Finding) mergeKey {
	key := mergeKey{
		check: f.CheckID, declared: f.Declared, message: f.Message, location: f.Location, declaration: f.Declaration,
		verdict: f.Verdict, severity: f.Severity,
	}
	if f.Suppression != nil {
		key.suppression = *f.Suppression
	}
	if len(f.Details) > 0 {
		details, err := json.Marshal(f.Details)
		if err != nil {
			panic("details of " + f.CheckID + " are no JSON: " + err.Error())
		}
		key.details = string(details)
	}
	return key
}

// merger collects findings and makes one of those that merge, as they come: a declaration may have ten thousand instances.
type merger struct {
	at       map[mergeKey]int
	findings []finding.Finding
}

func (m *merger) add(in finding.Finding) {
	if m.at == nil {
		m.at = map[mergeKey]int{}
	}
	key := keyOf(in)
	i, ok := m.at[key]
	if !ok {
		m.at[key] = len(m.findings)
		m.findings = append(m.findings, in)
		return
	}
	f := &m.findings[i]
	f.Instances, f.Roots, f.Scenarios = append(f.Instances, in.Instances...), append(f.Roots, in.Roots...), append(f.Scenarios, in.Scenarios...)
	instances, roots, scenarios := f.Instances, f.Roots, f.Scenarios
	first, second := *f, in
	if finding.Compare(in, *f) < 0 { // the first instance speaks for all
		first, second = in, *f
	}
	for _, r := range second.Related {
		if !slices.Contains(first.Related, r) {
			first.Related = append(first.Related, r)
		}
	}
	*f = first
	f.Instances, f.Roots, f.Scenarios = instances, roots, scenarios
}

// all are the merged findings, sorted.
func (m *merger) all() []finding.Finding {
	for i := range m.findings {
		f := &m.findings[i]
		f.Instances, f.Roots, f.Scenarios = distinct(f.Instances), distinct(f.Roots), distinct(f.Scenarios)
	}
	slices.SortFunc(m.findings, finding.Compare)
	return m.findings
}

// mergeAll merges the findings of all worlds; in which order those were judged does not matter.
func mergeAll(found []finding.Finding) []finding.Finding {
	slices.SortStableFunc(found, finding.Compare)
	var m merger
	for _, f := range found {
		m.add(f)
	}
	return m.all()
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// onlyFiles are the Terraform files that Paths name: what does not touch them is not printed. Nil when a path is anything else.
func onlyFiles(o Options) []string {
	if o.Changed {
		return nil
	}
	var only []string
	for _, p := range o.Paths {
		if !terraformFile(p) {
			return nil
		}
		only = append(only, p)
	}
	return only
}

// touches reports whether a finding has to do with one of some files.
func touches(f finding.Finding, files []string) bool {
	if slices.Contains(files, f.Location.Path) || slices.Contains(files, f.Declaration.Path) {
		return true
	}
	return slices.ContainsFunc(f.Related, func(r finding.Related) bool { return slices.Contains(files, r.Location.Path) })
}
