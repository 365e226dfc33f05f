package scan

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// worlds evaluates every root of a scan that matters to somebody, several at a time, and gives them to use as worlds. What use returns is
// called when it is sure that the world is all there is to see of its roots.
//
// Whom a root names is known once a check asks, and a root that others name must be judged together with them. So roots that may name
// others are tried first, each on its own. Those that turn out to do so are judged anew, with those that they name.
func (e *evaluator) worlds(ctx context.Context, in interest, use func(*world) (settle func())) error {
	roots, err := e.roots(ctx, in)
	if err != nil {
		return err
	}
	e.offers = newOffers(e)
	if own := e.withoutStrangers(ctx, roots); len(own) < len(roots) {
		if alone, err := e.alone(ctx, own, in, use); alone || err != nil {
			return err
		}
	}
	if roots, err = e.judgePlans(ctx, roots, in, use); err != nil {
		return err
	}
	near := e.templatesTogether(roots)
	var readers, others [][]root
	for _, g := range groups(roots, near) {
		if slices.ContainsFunc(g, e.mayName) {
			readers = append(readers, g)
		} else {
			others = append(others, g)
		}
	}
	n := len(readers) + len(others)
	trials, err := e.try(ctx, readers, n, in, use, e.tree.changes != nil) // whether a world is judged depends on its links
	named := map[string]bool{}
	for _, t := range trials {
		for _, to := range t.names {
			named[to] = true
			if t.roots[0].scenario == "" {
				near.join(t.roots[0].path, to)
			}
		}
	}
	var again []root
	for _, t := range trials {
		if len(t.names) == 0 && !slices.ContainsFunc(t.roots, func(r root) bool { return r.scenario == "" && named[r.path] }) {
			for _, settle := range t.settle {
				settle()
			}
			continue
		}
		again = append(again, t.roots...)
	}
	if err != nil {
		return err
	}
	for _, g := range others {
		again = append(again, g...)
	}
	rest := groups(again, near)
	linkerFor := func(g []root) *linker {
		l := newLinker(ctx, e, in)
		l.eager = slices.ContainsFunc(g, e.mayName)
		return l
	}
	return e.evaluate(ctx, rest, n-len(rest), n, linkerFor, func(_ int, _ *linker, worlds []*world) {
		for _, w := range worlds {
			use(w)()
		}
	})
}

// trial is what came out of roots on their own.
type trial struct {
	roots  []root
	names  []string // other roots that they name
	settle []func()
}

// try evaluates some of n groups of roots on their own.
func (e *evaluator) try(ctx context.Context, readers [][]root, n int, in interest, use func(*world) func(), eager bool) ([]trial, error) {
	trials := make([]trial, len(readers))
	for i, g := range readers {
		trials[i].roots = g
	}
	linkerFor := func([]root) *linker {
		l := newLinker(ctx, e, in)
		l.eager = eager
		return l
	}
	err := e.evaluate(ctx, readers, 0, n, linkerFor, func(i int, l *linker, worlds []*world) {
		t := &trials[i]
		for _, w := range worlds {
			t.settle = append(t.settle, use(w))
		}
		for _, link := range l.links {
			within := slices.ContainsFunc(t.roots, func(r root) bool { return r.path == link.To })
			if !within && !slices.Contains(t.names, link.To) {
				t.names = append(t.names, link.To)
			}
		}
	})
	return trials, err
}

// evaluate evaluates groups of roots, several at a time, each group by one goroutine with a linker of its own. Of a scan of changed files
// only the worlds that they reach are used. So many groups are done before, of so many in all.
func (e *evaluator) evaluate(
	ctx context.Context, groups [][]root, before, all int, linkerFor func([]root) *linker, use func(int, *linker, []*world),
) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(e.options.jobs())
	var done atomic.Int64
	done.Store(int64(before))
	for i, together := range groups {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("scan stopped: %w", err)
			}
			l := linkerFor(together)
			worlds := l.worlds(together)
			use(i, l, slices.DeleteFunc(worlds, func(w *world) bool { return !e.tree.changes.reach(w) }))
			if n := int(done.Add(1)); e.options.Progress != nil {
				e.options.Progress(n, all)
			}
			return nil
		})
	}
	return group.Wait()
}

// mayName reports whether a root may name what another has, beyond what templates of one repository import from each other.
func (e *evaluator) mayName(r root) bool {
	if r.template {
		return e.tree.readsParameters(r.path)
	}
	return e.tree.readsOthers(r.path)
}

// readsOthers reports whether a root module reads a state, the parameter store or the exports of stacks.
func (t *tree) readsOthers(dir string) bool {
	return t.reachModules(func(m *module) bool { return m.data[stateData] || m.data[parameterType] || m.data[exportData] }).fromModule(dir)
}

// templatesTogether joins the templates of each repository in which one imports something with all that export.
func (e *evaluator) templatesTogether(roots []root) disjoint {
	near := disjoint{}
	for _, r := range roots {
		if r.template && e.tree.imports(r.path) {
			for _, exporter := range e.tree.exporters(e.tree.repositoryOf(r.path)) {
				near.join(r.path, exporter)
			}
		}
	}
	return near
}

// groups are the roots that must be evaluated together; the others stand alone, and so does every scenario.
func groups(roots []root, near disjoint) [][]root {
	var groups [][]root
	at := map[string]int{}
	for _, r := range roots {
		key := near.find(r.path)
		if r.scenario != "" {
			key = r.path + "\x00" + r.scenario
		}
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// disjoint are sets of names that have nothing in common: each name leads to another of its set, or stands for it.
type disjoint map[string]string

func (d disjoint) find(name string) string {
	for d[name] != "" {
		name = d[name]
	}
	return name
}

func (d disjoint) join(a, b string) {
	if a, b = d.find(a), d.find(b); a != b {
		d[max(a, b)] = min(a, b)
	}
}
