package scan

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/provider"
	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Run scans. Problems with the input are diagnostics of the result, a deadline that passes among them, which keeps what was found until
// then; an error is a wrong option, or a cancelled context.
func Run(ctx context.Context, o Options) (*Result, error) {
	e, err := newEvaluator(o)
	if err != nil {
		return nil, err
	}
	o = e.options
	chosen, err := o.selectChecks()
	if err != nil {
		return nil, err
	}
	result := &Result{}
	for _, c := range chosen {
		result.Rules = append(result.Rules, c.Rule)
	}
	l := newLedger(o, chosen, e.diagnostics)
	var mu sync.Mutex
	var found []finding.Finding
	err = e.each(ctx, interestIn(chosen), func(w *world) func() {
		judged, resources := e.judge(w, chosen, l), w.resources()
		return func() {
			mu.Lock()
			defer mu.Unlock()
			found = append(found, judged...)
			result.Resources += resources
		}
	})
	if err != nil {
		return nil, err
	}
	result.Files = e.files
	result.Findings = mergeAll(found)
	if only := onlyFiles(o); only != nil {
		result.Findings = slices.DeleteFunc(result.Findings, func(f finding.Finding) bool { return !touches(f, only) })
	}
	finding.SetFingerprints(result.Findings)
	if o.plain() && !e.diagnostics.Any(source.Error) {
		l.nameUnused(o.Config, e.seesAll)
	}
	result.Diagnostics = e.diagnostics.All()
	if o.Changed {
		result.Diagnostics = e.tree.changes.mattering(result.Diagnostics)
	}
	return result, nil
}

// interestIn is what some checks need evaluated.
func interestIn(chosen []*checks.Check) interest {
	subjects, listed := map[string]bool{}, map[string]bool{}
	var mentions [][]byte
	for _, c := range chosen {
		for _, m := range c.Mentions {
			mentions = append(mentions, []byte(m))
		}
		for _, t := range c.Subjects {
			for _, native := range aws.NativeTypes(t) {
				subjects[native] = true
			}
		}
	}
	for _, t := range aws.ListedTypes() {
		listed[t] = true
	}
	for _, t := range append([]string{aws.CloudControlType}, stackTypes...) { // which may declare anything
		subjects[t], listed[t] = true, true
	}
	return interest{
		subject: func(t string) bool { return subjects[t] },
		listed:  func(t string) bool { return listed[t] },
		module:  provider.Creates,
		mentioned: func(src []byte) bool {
			return slices.ContainsFunc(mentions, func(m []byte) bool { return bytes.Contains(src, m) })
		},
	}
}

// judge runs checks over one world. Instances are merged at once.
func (e *evaluator) judge(w *world, chosen []*checks.Check, l *ledger) []finding.Finding {
	var found merger
	view, s := e.judgeEach(w.graph, chosen, l, func(j checks.Judgement, f finding.Finding) {
		if w.judges(j.Resource) {
			f.Scenarios = w.scenarios()
			found.add(f)
		}
	})
	if e.options.plain() {
		doubtful := slices.ContainsFunc(w.paths, func(p string) bool { return e.otherInputs[p] }) ||
			slices.ContainsFunc(w.roots, func(r root) bool { return r.plan }) // a plan is of one input
		l.note(s, w, view, doubtful)
	}
	return found.all()
}

// judgeEach runs checks over a graph and gives each judgement to use, with the finding that it is. It returns what it has read.
func (e *evaluator) judgeEach(
	g *graph.Graph, chosen []*checks.Check, l *ledger, use func(checks.Judgement, finding.Finding),
) (*aws.World, *suppressor) {
	o := e.options
	view, s := aws.NewWorld(g, o.aws()), newSuppressor(l, g.Files)
	for _, c := range chosen {
		c.Judge(view, func(j checks.Judgement) {
			f := newInstance(g, c, j, s, o.Trace)
			if severity := o.Config.Checks[c.ID].Severity; severity != "" {
				f.Severity = severity
			}
			use(j, f)
		})
	}
	return view, s
}

// jobs is how many goroutines work.
func (o Options) jobs() int {
	if o.Jobs > 0 {
		return o.Jobs
	}
	return runtime.GOMAXPROCS(0)
}

// each evaluates every world of a scan that matters to somebody and gives it to use, several at a time; it is dropped afterwards. When the
// time runs out, a diagnostic says so, and what was settled stays.
func (e *evaluator) each(ctx context.Context, in interest, use func(*world) (settle func())) error {
	err := e.worlds(ctx, in, use)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.diagnostics.Add(source.Diagnostic{
			Level: source.Error, Code: "timeout", Message: "the time ran out before every root was evaluated: allow more, or scan fewer paths",
		})
		return nil
	}
	return err
}
