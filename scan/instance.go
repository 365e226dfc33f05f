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

// instance is a check's judgement of one resource instance as a finding, before instances of one declaration are merged.
type instance struct {
	finding.Finding
	key string // equal for instances that merge
}

// newInstance places a judgement: where the deciding literal is written, else at the header of the declaration.
func newInstance(g *graph.Graph, c *checks.Check, j checks.Judgement, s *suppressor, trace bool) instance {
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
		f.Related = append(f.Related, finding.Related{Message: j.Decided.Name + " of " + r.Address, Location: firstLine(g.Files, place)})
	}
	for i := len(r.Calls) - 1; i >= 0; i-- {
		f.Related = append(f.Related, finding.Related{Message: "called as " + r.Calls[i].Address, Location: firstLine(g.Files, r.Calls[i].At)})
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
	if name, _, _ := strings.Cut(j.Decided.Name, "."); trace && name != "" {
		for _, step := range r.Trace(name) {
			f.Trace = append(f.Trace, finding.Related{Message: step.Text, Location: firstLine(g.Files, step.At)})
		}
	}
	return instance{Finding: f, key: mergeKey(f)}
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

func mergeKey(f finding.Finding) string {
	key, err := json.Marshal([]any{f.CheckID, f.Location, f.Declaration, f.Declared, f.Verdict, f.Severity, f.Message, f.Details, f.Suppression})
	if err != nil {
		panic("details of " + f.CheckID + " are no JSON: " + err.Error())
	}
	return string(key)
}

// merge makes one finding of the instances of one declaration for which everything that is printed agrees.
func merge(instances []instance) []finding.Finding {
	slices.SortStableFunc(instances, func(a, b instance) int { return finding.Compare(a.Finding, b.Finding) })
	at := map[string]int{}
	var findings []finding.Finding
	for _, in := range instances {
		i, ok := at[in.key]
		if !ok {
			at[in.key] = len(findings)
			findings = append(findings, in.Finding)
			continue
		}
		f := &findings[i]
		f.Instances = append(f.Instances, in.Resource)
		f.Roots = append(f.Roots, in.Roots...)
		f.Scenarios = append(f.Scenarios, in.Scenarios...)
		for _, r := range in.Related {
			if !slices.Contains(f.Related, r) {
				f.Related = append(f.Related, r)
			}
		}
	}
	for i := range findings {
		f := &findings[i]
		f.Instances = distinct(f.Instances)
		f.Roots = distinct(f.Roots)
		f.Scenarios = distinct(f.Scenarios)
	}
	slices.SortFunc(findings, finding.Compare)
	return findings
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
