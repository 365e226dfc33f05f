package scan

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/cloudformation"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// linker joins roots that name what others have: exports of stacks, parameters of the parameter store, outputs in a state. Another root is
// loaded once one of its values is asked for; roots that a value joins are one world.
type linker struct {
	ctx   context.Context //nolint:containedctx // links are resolved while values are evaluated, which no context reaches
	e     *evaluator
	files *source.Set
	in    interest
	// eager says that all attributes are evaluated before anything is judged: what a check will ask for decides the links.
	eager   bool
	given   map[string]root // the roots that are judged, by path
	stacks  map[string]*cloudformation.Stack
	modules map[string]*terraform.Root
	// embedded are the stacks that Terraform resources create; nil for those whose template is not at hand, or is being looked at.
	embedded map[*graph.Resource]*cloudformation.Stack
	joined   disjoint // paths of roots
	// workspaces are those that states are read of, by root. A root is evaluated once, so that another workspace of it is another root.
	workspaces map[string]string
	links      []graph.Link
	exports    []export
	loaded     bool
	busy       map[string]bool
	current    bool // the plan was made from its configuration as it is now
}

// export is a value that a root offers to others by name.
type export struct {
	path string
	name graph.Value
	// value evaluates it, which may need what other roots have.
	value func() (graph.Value, bool)
}

func newLinker(ctx context.Context, e *evaluator, in interest) *linker {
	return &linker{
		ctx: ctx, e: e, files: source.NewSet(e.options.FS), in: in, given: map[string]root{},
		stacks: map[string]*cloudformation.Stack{}, modules: map[string]*terraform.Root{},
		embedded: map[*graph.Resource]*cloudformation.Stack{}, joined: disjoint{}, workspaces: map[string]string{}, busy: map[string]bool{},
	}
}

// worlds evaluates some roots and groups them, with what they turned out to be linked with.
func (l *linker) worlds(roots []root) []*world {
	graphs := map[string]*graph.Graph{}
	for _, r := range roots {
		l.given[r.path] = r
	}
	for _, r := range roots {
		graphs[r.path] = l.graph(r)
	}
	for again := true; again; {
		again = false
		for _, r := range l.loadedRoots() {
			if graphs[r.path] == nil && l.linked(r.path, graphs) {
				graphs[r.path] = l.graph(r)
				again = true
			}
		}
	}
	byWorld := map[string]*world{}
	var worlds []*world
	for _, path := range slices.Sorted(maps.Keys(graphs)) {
		top := l.joined.find(path)
		w := byWorld[top]
		if w == nil {
			w = &world{graph: &graph.Graph{Files: l.files}}
			byWorld[top] = w
			worlds = append(worlds, w)
		}
		w.paths = append(w.paths, path)
		if r, ok := l.given[path]; ok {
			w.roots = append(w.roots, r)
		}
		for _, link := range l.links {
			if link.From == path {
				w.graph.Links = append(w.graph.Links, link)
			}
		}
		w.graph.Resources = append(w.graph.Resources, graphs[path].Resources...)
		w.graph.Opaque = append(w.graph.Opaque, graphs[path].Opaque...)
		w.graph.Exports = append(w.graph.Exports, graphs[path].Exports...)
	}
	return worlds
}

// graph lists what a root declares.
func (l *linker) graph(r root) *graph.Graph {
	if r.plan {
		return l.plan(r)
	}
	if r.template {
		g := l.stack(r).Graph()
		touch(g)
		return g
	}
	g := l.module(r).Graph()
	aws.Unwrap(g)
	if l.addStacks(g) || l.eager {
		touch(g)
	}
	return g
}

// touch evaluates every attribute of a graph's resources.
func touch(g *graph.Graph) {
	for _, r := range g.Resources {
		for _, name := range r.Names() {
			r.Attribute(name)
		}
	}
}

// loadedRoots are the roots of which something has been asked, in order of path.
func (l *linker) loadedRoots() []root {
	var roots []root
	for path := range l.stacks {
		roots = append(roots, root{path: path, template: true})
	}
	for path := range l.modules {
		roots = append(roots, root{path: path})
	}
	slices.SortFunc(roots, func(a, b root) int { return cmp.Compare(a.path, b.path) })
	return roots
}

// linked reports whether a root shares a world with one of the evaluated ones.
func (l *linker) linked(path string, graphs map[string]*graph.Graph) bool {
	for other := range graphs {
		if l.joined.find(other) == l.joined.find(path) {
			return true
		}
	}
	return false
}

func (l *linker) stack(r root) *cloudformation.Stack {
	if s := l.stacks[r.path]; s != nil {
		return s
	}
	s := cloudformation.Load(l.ctx, l.e.stackOptions(l.files, l.judged(r), l.in, l))
	l.stacks[r.path] = s
	return s
}

func (l *linker) module(r root) *terraform.Root {
	if m := l.modules[r.path]; m != nil {
		return m
	}
	m := terraform.Load(l.ctx, l.e.moduleOptions(l.files, l.judged(r), l.in, l))
	l.modules[r.path] = m
	return m
}

// judged is a root with what the command line or a scenario binds of it.
func (l *linker) judged(r root) root {
	if given, ok := l.given[r.path]; ok {
		return given
	}
	return r
}

// join notes that a root names a value of another, and gives the value. What roots say of each other in a circle has none.
func (l *linker) join(link graph.Link, value func() (graph.Value, bool)) (graph.Value, bool) {
	key := link.From + "\x00" + link.To + "\x00" + link.Name.Key()
	if l.busy[key] {
		return graph.Value{}, false
	}
	l.busy[key] = true
	defer delete(l.busy, key)
	v, ok := value()
	if !ok || v.IsNull() || v.Kind() == graph.KindUnknown || v.Kind() == graph.KindInvalid {
		return graph.Value{}, false
	}
	if link.From != link.To {
		l.joined.join(link.From, link.To)
		link.Value = v
		l.links = append(l.links, link)
	}
	return v, true
}

// resolve finds the export that a name imported by a stack means: the one that is equal, else the only one that can be.
func (l *linker) resolve(importer string, name graph.Value) (graph.Value, bool) {
	l.load(importer)
	var equal, possible []export
	for _, x := range l.exports {
		if x.path == importer {
			continue
		}
		switch graph.Equal(x.name, name) {
		case graph.True:
			equal = append(equal, x)
		case graph.Undecided:
			if unifies(x.name, name) {
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
	link := graph.Link{From: importer, To: x.path, What: "the export", Name: x.name, Exact: len(equal) > 0}
	if isStored(x.name) {
		link.What = "the parameter"
	}
	return l.join(link, x.value)
}

// load lists the exports of every template of the importer's repository, and the parameters that its root modules write.
func (l *linker) load(importer string) {
	if l.loaded {
		return
	}
	l.loaded = true
	repository := l.e.tree.repositoryOf(importer)
	for _, path := range l.e.tree.exporters(repository) {
		for _, x := range l.stack(root{path: path, template: true}).Exports() {
			l.exports = append(l.exports, export{path, x.Name, func() (graph.Value, bool) { return x.Value(), true }})
		}
	}
	for _, p := range l.parametersToImport(repository) {
		if !p.root.template && !p.many {
			l.exports = append(l.exports, export{p.root.path, p.name, func() (graph.Value, bool) { return l.parameter(p) }})
		}
	}
}

// parametersToImport are those that stacks may read which root modules of the repository write.
func (l *linker) parametersToImport(repository string) []parameter {
	if !slices.ContainsFunc(slices.Collect(maps.Keys(l.stacks)), l.e.tree.readsParameters) {
		return nil
	}
	return l.e.offers.parametersOf(l.ctx, repository)
}

// parameter is the value of a parameter that a root writes to the parameter store.
func (l *linker) parameter(p parameter) (graph.Value, bool) {
	if p.root.template {
		for _, x := range l.stack(p.root).Exports() {
			if x.Name.Key() == p.name.Key() {
				return x.Value(), true
			}
		}
		return graph.Value{}, false
	}
	for _, r := range l.e.tree.list(l.module(p.root), parameterType) {
		if name, ok := reference(r.Attribute("name")); !ok || r.Data || name.Key() != p.name.Key() {
			continue
		}
		for _, name := range []string{"value", "insecure_value"} {
			if v := r.Attribute(name); !v.IsNull() {
				return v, true
			}
		}
	}
	return graph.Value{}, false
}

// storedFor finds the parameters that a root module reads from the parameter store.
func (l *linker) storedFor(r root) func(name, region graph.Value) (graph.Value, bool) {
	return func(name, region graph.Value) (graph.Value, bool) {
		name, ok := reference(name)
		if !ok {
			return graph.Value{}, false
		}
		p, sure, ok := l.e.offers.parameterOf(l.ctx, r.path, name, region)
		if !ok {
			return graph.Value{}, false
		}
		link := graph.Link{From: r.path, To: p.root.path, What: "the parameter", Name: p.name, Exact: sure}
		return l.join(link, func() (graph.Value, bool) { return l.parameter(p) })
	}
}

// stateFor finds the outputs that a root module reads from the states of others.
func (l *linker) stateFor(r root) func(data *graph.Resource, output string) (graph.Value, bool) {
	return func(data *graph.Resource, output string) (graph.Value, bool) {
		state, ok := l.e.offers.stateOf(l.ctx, r.path, data)
		workspace, known := workspaceOf(data)
		if !ok || !known {
			return graph.Value{}, false
		}
		if of, read := l.workspaces[state.root]; read && of != workspace {
			return graph.Value{}, false
		}
		l.workspaces[state.root] = workspace
		link := graph.Link{From: r.path, To: state.root, What: "the output", Name: graph.String(output), Exact: state.sure}
		return l.join(link, func() (graph.Value, bool) { return l.module(root{path: state.root}).Output(output), true })
	}
}

// unifies reports whether two names, of which nothing says that they differ, have text in common, at one end or between holes, so that
// their being one is more than a guess.
func unifies(a, b graph.Value) bool {
	p, q := literals(a), literals(b)
	if p == nil || q == nil {
		return false
	}
	first, last := shorter(p[0], q[0]), shorter(p[len(p)-1], q[len(q)-1])
	return words(first) > 0 || words(last) > 0 || slices.ContainsFunc(p, func(text string) bool {
		return slices.ContainsFunc(q, func(other string) bool {
			common := shorter(text, other)
			return words(common) >= 3 && strings.Contains(text, common) && strings.Contains(other, common)
		})
	})
}

// literals are the texts of the parts of a name, empty for holes, without what makes it a reference to the parameter store. Nil for what
// is no name.
func literals(name graph.Value) []string {
	parts, ok := name.Parts()
	if !ok {
		return nil
	}
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.Literal)
	}
	if isStored(name) {
		texts[0] = strings.TrimPrefix(texts[0], storePrefix)
		texts[len(texts)-1] = strings.TrimSuffix(texts[len(texts)-1], "}}")
	}
	return texts
}

func shorter(a, b string) string {
	if len(b) < len(a) {
		return b
	}
	return a
}

// words counts the letters and digits in a text: what only separates says nothing.
func words(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// imports, exports, readsParameters and exporters say which templates may be linked.
func (t *tree) imports(name string) bool {
	return t.any(name, func(o *template) bool { return o.Imports })
}

func (t *tree) exports(name string) bool {
	return t.any(name, func(o *template) bool { return o.Exports })
}

func (t *tree) readsParameters(name string) bool {
	return t.any(name, func(o *template) bool { return o.Stored })
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
