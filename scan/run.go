package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

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
	e := newEvaluator(o)
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
	err = e.each(ctx, interestIn(chosen), func(w *world) {
		judged := e.judge(w, chosen, l)
		mu.Lock()
		defer mu.Unlock()
		found = append(found, judged...)
		result.Resources += len(w.graph.Resources)
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
	for _, t := range []string{"aws_cloudformation_stack", "aws_cloudformation_stack_set"} { // whose templates may declare anything
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
	view, s := e.judgeEach(w.graph, chosen, l, func(_ checks.Judgement, f finding.Finding) {
		f.Scenarios = w.scenarios()
		found.add(f)
	})
	if e.options.plain() {
		l.note(s, w, view, slices.ContainsFunc(w.roots, func(r root) bool { return e.otherInputs[r.path] }))
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
// time runs out, a diagnostic says so, and what was used stays.
func (e *evaluator) each(ctx context.Context, in interest, use func(*world)) error {
	err := e.worlds(ctx, in, use)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.diagnostics.Add(source.Diagnostic{
			Level: source.Error, Code: "timeout", Message: "the time ran out before every root was evaluated: allow more, or scan fewer paths",
		})
		return nil
	}
	return err
}

func (e *evaluator) worlds(ctx context.Context, in interest, use func(*world)) error {
	roots, err := e.roots(ctx, in)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(e.options.jobs())
	groups := e.groups(roots)
	var done atomic.Int64
	for _, together := range groups {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("scan stopped: %w", err)
			}
			for _, w := range e.evaluate(ctx, together, in) {
				if e.tree.changes.reach(w) {
					use(w)
				}
			}
			if n := int(done.Add(1)); e.options.Progress != nil {
				e.options.Progress(n, len(groups))
			}
			return nil
		})
	}
	return group.Wait()
}
