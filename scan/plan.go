package scan

import (
	"context"
	"slices"
	"sync"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/tfplan"
)

// plan is what terraform show -json wrote of a plan or a state.
type plan struct {
	tfplan.Outline

	mentions bool // as of a module
}

// planRoot is the root for a plan. The directory from which it may have been made is its own, or the nearest one above that is a module.
func (t *tree) planRoot(name string) root {
	r := root{path: name, plan: true}
	parents(name, func(dir string) bool {
		if t.module(dir) != nil {
			r.configuration = dir
		}
		return r.configuration == "" && !t.repositories[dir]
	})
	return r
}

// withoutPlanned leaves out the module directories from which plans among the roots may have been made, and notes that with the plans.
func withoutPlanned(roots []root) []root {
	planned := map[string]bool{}
	for _, r := range roots {
		if r.plan {
			planned[r.configuration] = true
		}
	}
	replaced := map[string]bool{}
	kept := slices.DeleteFunc(roots, func(r root) bool {
		gone := !r.template && !r.plan && r.scenario == "" && planned[r.path]
		replaced[r.path] = replaced[r.path] || gone
		return gone
	})
	for i := range kept {
		kept[i].replaces = kept[i].plan && replaced[kept[i].configuration]
	}
	return kept
}

// judgePlans evaluates the plans among the roots, which nothing links with others, and gives their worlds to use. It returns the other
// roots, among them the configurations that were left out for plans that were not made from them.
func (e *evaluator) judgePlans(ctx context.Context, roots []root, in interest, use func(*world) func()) ([]root, error) {
	var plans [][]root
	var others []root
	for _, r := range roots {
		if r.plan {
			plans = append(plans, []root{r})
		} else {
			others = append(others, r)
		}
	}
	var mu sync.Mutex
	linkerFor := func([]root) *linker { return newLinker(ctx, e, in) }
	err := e.evaluate(ctx, plans, 0, len(roots), linkerFor, func(i int, l *linker, worlds []*world) {
		for _, w := range worlds {
			use(w)()
		}
		configuration := root{path: plans[i][0].configuration}
		mu.Lock()
		defer mu.Unlock()
		if plans[i][0].replaces && !l.current && !slices.Contains(others, configuration) {
			others = append(others, configuration)
		}
	})
	return others, err
}

// plan lists what a plan leaves, with what the templates of its CloudFormation stacks declare.
func (l *linker) plan(r root) *graph.Graph {
	o := tfplan.Options{Files: l.files, Diagnostics: l.e.diagnostics, Path: r.path, Want: l.in.listed}
	if r.configuration != "" {
		// Terraform took the configuration, or it is judged itself: nothing of it is reported here.
		configuration := l.e.moduleOptions(l.files, root{path: r.configuration}, l.in, nil)
		o.Configuration = &configuration
	}
	p := tfplan.Load(l.ctx, o)
	l.current = p.Current()
	g := p.Graph()
	aws.Unwrap(g)
	l.addStacks(g)
	return g
}
