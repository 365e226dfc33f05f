package scan

import (
	"bytes"
	"context"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// changes are the paths of a scan of changed files. Some may be gone; a directory, such as a submodule that moved to another commit,
// stands for all in it.
type changes struct {
	dirs  []string
	files map[string]bool
	// modules are the directories whose Terraform files changed.
	modules map[string]bool
	// there are the changed Terraform files that are not gone, to which links may lead.
	there []fs.FileInfo
	// others are the changed files that are no Terraform and that modules and templates may read, by their base names.
	others map[string][]string
	// roots are the paths of the roots that reach a changed file.
	roots map[string]bool
}

func newChanges(fsys fs.FS, paths []string) *changes {
	c := &changes{files: map[string]bool{}, modules: map[string]bool{}, others: map[string][]string{}, roots: map[string]bool{}}
	for _, p := range paths {
		info, err := fs.Stat(fsys, p)
		switch {
		case err == nil && info.IsDir():
			c.dirs = append(c.dirs, p)
			continue
		case terraformFile(p):
			c.modules[path.Dir(p)] = true
			if info, err := fs.Lstat(fsys, p); err == nil && info.Mode().IsRegular() {
				c.there = append(c.there, info)
			}
		default:
			c.others[path.Base(p)] = append(c.others[path.Base(p)], p)
		}
		c.files[p] = true
	}
	return c
}

// holds reports whether a file is among the changed ones.
func (c *changes) holds(name string) bool { return c.files[name] || c.holdsAround(name) }

// holdsAround reports whether a directory around a path is among the changed ones, or the path itself as a directory.
func (c *changes) holdsAround(name string) bool {
	return slices.ContainsFunc(c.dirs, func(dir string) bool { return within(name, dir) })
}

// follow notes that a link in a module leads to a file: when that changed, so did the module.
func (c *changes) follow(link string, to fs.FileInfo) {
	if c != nil && slices.ContainsFunc(c.there, func(changed fs.FileInfo) bool { return os.SameFile(changed, to) }) {
		c.modules[path.Dir(link)] = true
	}
}

// reading is what the text of a module or template says of the changed files that it reads.
type reading struct {
	files []string // changed files that it names
	// fromRoot are paths with the base names of changed files that Terraform takes relative to the root module, whichever that is.
	fromRoot []string
	// computed says that it reads files whose names it may compute.
	computed bool
}

// readBy looks for the names of changed files in the text of a file. Nothing is parsed: a path in a comment counts, too.
func (c *changes) readBy(name string, src []byte) reading {
	var r reading
	if c == nil || len(c.others) == 0 || terraformFile(name) && !bytes.Contains(src, []byte("file")) { // as in file, templatefile, fileset
		return r
	}
	r.computed = computesPaths(src)
	for before, written := range texts(src) {
		files := c.others[string(written[bytes.LastIndexByte(written, '/')+1:])]
		if len(files) == 0 {
			continue
		}
		relative := path.Clean(string(bytes.TrimLeft(written, "/")))
		switch {
		case !terraformFile(name): // what stands before it in a URL is no path of the repository
			r.files = append(r.files, files...)
		case bytes.HasSuffix(before, []byte("${path.module}")):
			r.add(files, func(file string) bool { return file == path.Join(path.Dir(name), relative) })
		case bytes.HasSuffix(before, []byte("}")) && !bytes.HasSuffix(before, []byte("${path.root}")):
			tail := path.Join("/", relative)
			r.add(files, func(file string) bool { return strings.HasSuffix("/"+file, tail) })
		default:
			r.fromRoot = append(r.fromRoot, relative)
		}
	}
	return r
}

// computesPaths reports whether Terraform reads files by other paths than those that are written.
func computesPaths(src []byte) bool {
	if bytes.Contains(src, []byte("fileset(")) {
		return true
	}
	for _, call := range bytes.Split(src, []byte("file("))[1:] {
		argument, quoted := bytes.CutPrefix(bytes.TrimLeft(call, " "), []byte{'"'})
		written, _, _ := bytes.Cut(argument, []byte{'"'})
		if !quoted || bytes.Contains(bytes.TrimPrefix(written, []byte("${path.")), []byte("${")) {
			return true
		}
	}
	return false
}

// texts yields what may be paths in some text, between the characters that end one where it is written, and all that stands before each.
func texts(src []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(before, text []byte) bool) {
		for start := 0; start < len(src); {
			end := start
			for end < len(src) && !endsPath[src[end]] {
				end++
			}
			text := bytes.TrimLeft(src[start:end], " ")
			at := end - len(text)
			if text = bytes.TrimRight(text, " "); len(text) > 0 && !yield(src[:at], text) {
				return
			}
			start = end + 1
		}
	}
}

// endsPath are the characters that end a path in Terraform, YAML or JSON.
var endsPath = func() (ends [256]bool) {
	for _, c := range "\"'`(){}[]<>=,:;|\t\r\n" {
		ends[c] = true
	}
	return ends
}()

func (r *reading) add(files []string, named func(file string) bool) {
	for _, f := range files {
		if named(f) {
			r.files = append(r.files, f)
		}
	}
}

func (r *reading) join(s reading) {
	r.files = append(r.files, s.files...)
	r.fromRoot = append(r.fromRoot, s.fromRoot...)
	r.computed = r.computed || s.computed
}

// changedRoots are the roots of the whole tree that reach changed files, the plans of those, and roots that may name what those have.
func (t *tree) changedRoots(in interest) []root {
	called, nested := t.called()
	beside := t.modulesBeside()
	chosen := map[root]bool{}
	choose := func(r root) {
		chosen[r] = true
		t.changes.roots[r.path] = true
	}
	applied := map[string]bool{} // repositories with chosen modules
	for dir, m := range t.modules {
		changed := func(d string) bool { return beside[d] || t.moduleChanged(d, dir) }
		if m != nil && !called[dir] && reaches(dir, t.callsOf, changed) {
			choose(root{path: dir})
			applied[t.repositoryOf(dir)] = true
		}
	}
	linking := map[string]bool{} // repositories with chosen templates that export or import
	for name := range t.templates {
		if !nested[name] && !t.deployed[name] && reaches(name, t.stacksOf, t.templateChanged) {
			choose(root{path: name, template: true})
			linking[t.repositoryOf(name)] = linking[t.repositoryOf(name)] || t.exports(name) || t.imports(name)
		}
	}
	for dir, m := range t.modules {
		repository := t.repositoryOf(dir)
		if m != nil && !called[dir] && (applied[repository] || linking[repository]) && t.readsOthers(dir) {
			chosen[root{path: dir}] = true
		}
	}
	for name := range t.templates {
		if !nested[name] && !t.deployed[name] && (linking[t.repositoryOf(name)] && t.imports(name) || applied[t.repositoryOf(name)] && t.readsParameters(name)) {
			chosen[root{path: name, template: true}] = true
		}
	}
	for name := range t.plans {
		if r := t.planRoot(name); t.changes.holds(name) || r.configuration != "" && t.changes.roots[r.configuration] {
			choose(r)
		}
	}
	return t.relevant(chosen, in)
}

// reaches reports whether a change is at a node or anywhere after it.
func reaches(start string, next func(string) []string, changed func(string) bool) bool {
	seen := map[string]bool{}
	var visit func(string) bool
	visit = func(n string) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		return changed(n) || slices.ContainsFunc(next(n), visit)
	}
	return visit(start)
}

// moduleChanged reports whether a module that a root reaches has changed files, or reads some.
func (t *tree) moduleChanged(dir, root string) bool {
	if t.changes.modules[dir] || t.changes.holdsAround(dir) {
		return true
	}
	m := t.module(dir)
	return m != nil && (len(m.reading.files) > 0 || slices.ContainsFunc(m.reading.fromRoot, func(written string) bool {
		return t.changes.files[path.Join(root, written)]
	}))
}

// templateChanged reports whether a template is a changed file, or names one that is no template, such as an include or one that is gone.
func (t *tree) templateChanged(name string) bool {
	if t.changes.holds(name) {
		return true
	}
	o := t.template(name)
	return o != nil && slices.ContainsFunc(o.reading.files, func(f string) bool { return t.templates[f] == nil })
}

// modulesBeside are the modules that hold changed files, in their directories or below them, which they may read without naming them:
// variables that Terraform loads by itself, and files whose names are computed.
func (t *tree) modulesBeside() map[string]bool {
	beside := map[string]bool{}
	for _, files := range t.changes.others {
		for _, f := range files {
			parents(f, func(dir string) bool {
				m := t.module(dir)
				if m == nil {
					return true
				}
				beside[dir] = beside[dir] || m.reading.computed || strings.HasSuffix(strings.TrimSuffix(f, ".json"), ".tfvars")
				return false
			})
		}
	}
	return beside
}

// reach leaves in a world the roots that a scan is about, and reports whether there are any: of changed files, those that reach them, and
// those that name what such a root has.
func (c *changes) reach(w *world) bool {
	if c == nil {
		return true
	}
	concerned := maps.Clone(c.roots)
	for again := true; again; {
		again = false
		for _, link := range w.graph.Links {
			if concerned[link.To] && !concerned[link.From] {
				concerned[link.From], again = true, true
			}
		}
	}
	w.roots = slices.DeleteFunc(w.roots, func(r root) bool { return !concerned[r.path] })
	return len(w.roots) > 0
}

// mattering lets only changed files make a scan of them incomplete: what is broken elsewhere was so before.
func (c *changes) mattering(diagnostics []source.Diagnostic) []source.Diagnostic {
	for i := range diagnostics {
		if d := &diagnostics[i]; d.Level == source.Error && !d.Location.IsZero() && !c.holds(d.Location.Path) {
			d.Level = source.Warning
		}
	}
	return diagnostics
}

// named is what a root module reads of other roots.
type named struct {
	states     []state
	parameters []graph.Value // references to the parameter store
}

// namedBy are what a root module names of others.
func (e *evaluator) namedBy(ctx context.Context, dir string) named {
	var n named
	if !e.tree.readsOthers(dir) {
		return n
	}
	m := e.quiet(ctx, dir)
	read := func(nativeType string) []*graph.Resource {
		enter := e.tree.reachModules(func(m *module) bool { return m.data[nativeType] })
		all := m.List(nativeType, enter.fromModule)
		return slices.DeleteFunc(all, func(r *graph.Resource) bool { return !r.Data })
	}
	for _, r := range read(stateData) {
		backend, _ := r.Attribute("backend").Text()
		n.states = append(n.states, newState(dir, backend, r.Attribute("config")))
	}
	for _, r := range read(parameterType) {
		if name, ok := reference(r.Attribute("name")); !ok || !ofAWS(name) {
			n.parameters = append(n.parameters, detached(name))
		}
	}
	return n
}

// withoutStrangers drops the roots that do not reach a changed file when for sure none of them names the state of a root that does, or a
// parameter of one that is judged. To find that out takes less than to evaluate them.
func (e *evaluator) withoutStrangers(ctx context.Context, roots []root) []root {
	c := e.tree.changes
	isStranger := func(r root) bool { return !c.roots[r.path] }
	if c == nil || !slices.ContainsFunc(roots, isStranger) {
		return roots
	}
	var changed, judged, strangers []string
	for _, path := range slices.Sorted(maps.Keys(c.roots)) {
		switch {
		case e.tree.templates[path] == nil:
			changed = append(changed, path)
		case e.tree.exports(path) || e.tree.imports(path):
			return roots
		}
	}
	for _, r := range roots {
		if r.template || r.plan {
			return roots
		}
		if isStranger(r) {
			strangers = append(strangers, r.path)
		} else {
			judged = append(judged, r.path)
		}
	}
	if e.mayNameSome(ctx, strangers, changed, judged) {
		return roots
	}
	return slices.DeleteFunc(slices.Clone(roots), isStranger)
}

// mayNameSome reports whether some of the root modules may name a state that keepers have, or a parameter that writers have: what a root
// writes takes its evaluation, so that writers are few.
func (e *evaluator) mayNameSome(ctx context.Context, readers, keepers, writers []string) bool {
	var states []state
	for _, dir := range keepers {
		if m := e.tree.module(dir); m != nil && m.backend {
			backend, config := e.quiet(ctx, dir).Backend()
			states = append(states, newState(dir, backend, graph.Map(config)))
		}
	}
	all := each(ctx, e, readers, func(ctx context.Context, dir string) []named { return []named{e.namedBy(ctx, dir)} })
	var written []parameter
	if slices.ContainsFunc(all, func(n named) bool { return len(n.parameters) > 0 }) {
		written = each(ctx, e, writers, e.offers.writtenByModule)
	}
	return slices.ContainsFunc(all, func(n named) bool {
		return slices.ContainsFunc(n.states, func(read state) bool {
			s, local := e.offers.localState(read)
			return local && slices.Contains(keepers, s.root) ||
				slices.ContainsFunc(states, func(s state) bool { return s.matches(read) != matchNone })
		}) || slices.ContainsFunc(n.parameters, func(name graph.Value) bool {
			return slices.ContainsFunc(written, func(p parameter) bool {
				is := graph.Equal(p.name, name)
				return is == graph.True || is == graph.Undecided && unifies(p.name, name)
			})
		})
	})
}

// alone judges roots that no others name, and reports whether they name no others, either; if they do, nothing came of it.
func (e *evaluator) alone(ctx context.Context, roots []root, in interest, use func(*world) func()) (bool, error) {
	together := groups(roots, e.templatesTogether(roots))
	trials, err := e.try(ctx, together, len(together), in, use, false)
	if err != nil || slices.ContainsFunc(trials, func(t trial) bool { return len(t.names) > 0 }) {
		return false, err
	}
	for _, t := range trials {
		for _, settle := range t.settle {
			settle()
		}
	}
	return true, nil
}
