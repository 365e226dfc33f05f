package scan

import (
	"cmp"
	"context"
	"slices"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/cloudformation"
	"github.com/iacscan/iacscan/source"
)

// linker joins stacks that name each other's exports. An import loads the templates of its repository that export, once one is asked
// for; stacks that an import joins are one world.
type linker struct {
	ctx     context.Context //nolint:containedctx // imports are resolved while values are evaluated, which no context reaches
	e       *evaluator
	files   *source.Set
	in      interest
	stacks  map[string]*cloudformation.Stack // by path
	joined  map[string]string                // union-find over paths
	links   []graph.Link
	exports []export
	loaded  bool
	busy    map[string]bool
}

// export is one exported output of a stack.
type export struct {
	path string
	cloudformation.Export
}

func newLinker(ctx context.Context, e *evaluator, files *source.Set, in interest) *linker {
	return &linker{
		ctx: ctx, e: e, files: files, in: in,
		stacks: map[string]*cloudformation.Stack{}, joined: map[string]string{}, busy: map[string]bool{},
	}
}

// worlds evaluates some roots and groups them, with what they turned out to be linked with.
func (l *linker) worlds(roots []root) []*world {
	graphs := map[string]*graph.Graph{}
	given := map[string]root{}
	for _, r := range roots {
		graphs[r.path] = l.stack(r).Graph()
		given[r.path] = r
	}
	// Resources are evaluated lazily: what a check will ask for decides the links, so ask for it now.
	for _, g := range graphs {
		touch(g)
	}
	for path, s := range l.stacks {
		if graphs[path] == nil && l.find(path) != path {
			graphs[path] = s.Graph()
		}
	}
	for again := true; again; {
		again = false
		for path, s := range l.stacks {
			if graphs[path] == nil && l.linked(path, graphs) {
				graphs[path] = s.Graph()
				touch(graphs[path])
				again = true
			}
		}
	}
	byWorld := map[string]*world{}
	var paths []string
	for path := range graphs {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	var worlds []*world
	for _, path := range paths {
		top := l.find(path)
		w := byWorld[top]
		if w == nil {
			w = &world{graph: &graph.Graph{Files: l.files}}
			byWorld[top] = w
			worlds = append(worlds, w)
		}
		r, ok := given[path]
		if !ok {
			r = root{path: path, template: true}
		}
		w.roots = append(w.roots, r)
		for _, link := range l.links {
			if link.From == path {
				w.graph.Links = append(w.graph.Links, link)
			}
		}
		w.graph.Resources = append(w.graph.Resources, graphs[path].Resources...)
		w.graph.Opaque = append(w.graph.Opaque, graphs[path].Opaque...)
	}
	return worlds
}

// touch evaluates every property of a graph's resources.
func touch(g *graph.Graph) {
	for _, r := range g.Resources {
		for _, name := range r.Names() {
			r.Attribute(name)
		}
	}
}

// linked reports whether a stack shares a world with one of the evaluated ones.
func (l *linker) linked(path string, graphs map[string]*graph.Graph) bool {
	for other := range graphs {
		if l.find(other) == l.find(path) {
			return true
		}
	}
	return false
}

func (l *linker) stack(r root) *cloudformation.Stack {
	if s := l.stacks[r.path]; s != nil {
		return s
	}
	s := l.e.stack(l.ctx, l.files, r, l.in, func(name graph.Value) (graph.Value, bool) { return l.resolve(r.path, name) })
	l.stacks[r.path] = s
	return s
}

// resolve finds the export that a name imported by a stack means: the one that is equal, else the only one that can be.
func (l *linker) resolve(importer string, name graph.Value) (graph.Value, bool) {
	key := importer + "\x00" + name.Key()
	if l.busy[key] {
		return graph.Value{}, false
	}
	l.busy[key] = true
	defer delete(l.busy, key)
	l.load(importer)
	var equal, possible []export
	for _, x := range l.exports {
		if x.path == importer {
			continue
		}
		switch graph.Equal(x.Name, name) {
		case graph.True:
			equal = append(equal, x)
		case graph.Undecided:
			if unifies(x.Name, name) {
				possible = append(possible, x)
			}
		}
	}
	if len(equal) > 0 {
		possible = equal
	}
	if len(possible) != 1 {
		return graph.Value{}, false
	}
	x := possible[0]
	v := x.Value()
	l.join(importer, x.path)
	l.links = append(l.links, graph.Link{From: importer, To: x.path, Name: x.Name, Value: v, Exact: len(equal) > 0})
	return v, true
}

// load evaluates the exports of every template of the importer's repository.
func (l *linker) load(importer string) {
	if l.loaded {
		return
	}
	l.loaded = true
	repository := l.e.tree.repositoryOf(importer)
	for _, path := range l.e.tree.exporters(repository) {
		for _, x := range l.stack(root{path: path, template: true}).Exports() {
			l.exports = append(l.exports, export{path, x})
		}
	}
}

// unifies reports whether two names with holes share literal text, so that their being one is more than a guess.
func unifies(a, b graph.Value) bool {
	literal := func(v graph.Value) bool {
		parts, ok := v.Parts()
		return ok && slices.ContainsFunc(parts, func(p graph.Part) bool { return p.Hole == nil && p.Literal != "" })
	}
	return literal(a) && literal(b)
}

func (l *linker) find(path string) string {
	for l.joined[path] != "" {
		path = l.joined[path]
	}
	return path
}

func (l *linker) join(a, b string) {
	if a, b = l.find(a), l.find(b); a != b {
		l.joined[max(a, b)] = min(a, b)
	}
}

// imports, exports and exporters say which templates may be linked.
func (t *tree) imports(name string) bool {
	return t.any(name, func(o *template) bool { return o.Imports })
}

func (t *tree) exports(name string) bool {
	return t.any(name, func(o *template) bool { return o.Exports })
}

// any reports whether something holds for a template or one nested in it.
func (t *tree) any(name string, holds func(*template) bool) bool {
	seen := map[string]bool{}
	var visit func(string) bool
	visit = func(name string) bool {
		o := t.template(name)
		if o == nil || seen[name] {
			return false
		}
		seen[name] = true
		return holds(o) || slices.ContainsFunc(t.stacksOf(name), visit)
	}
	return visit(name)
}

// exporters are the root templates of a repository that export something, in order of path.
func (t *tree) exporters(repository string) []string {
	_, nested := t.called()
	var names []string
	for name := range t.templates {
		if !nested[name] && t.repositoryOf(name) == repository && t.exports(name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	return names
}
