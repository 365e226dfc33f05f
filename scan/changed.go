package scan

import (
	"bytes"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"

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
	r.computed = bytes.Contains(src, []byte("file(")) || bytes.Contains(src, []byte("fileset("))
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
	exporting := map[string]bool{} // repositories with chosen templates that export
	for name := range t.templates {
		if !nested[name] && !t.deployed[name] && reaches(name, t.stacksOf, t.templateChanged) {
			choose(root{path: name, template: true})
			exporting[t.repositoryOf(name)] = exporting[t.repositoryOf(name)] || t.exports(name)
		}
	}
	for dir, m := range t.modules {
		repository := t.repositoryOf(dir)
		if m != nil && !called[dir] && (applied[repository] || exporting[repository]) && t.readsOthers(dir) {
			chosen[root{path: dir}] = true
		}
	}
	for name := range t.templates {
		if !nested[name] && !t.deployed[name] && (exporting[t.repositoryOf(name)] && t.imports(name) || applied[t.repositoryOf(name)] && t.readsParameters(name)) {
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

// reach reports whether a world is what the scan is about: of changed files, one in which some root reaches them.
func (c *changes) reach(w *world) bool {
	return c == nil || slices.ContainsFunc(w.paths, func(path string) bool { return c.roots[path] })
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
