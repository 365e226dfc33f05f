package scan

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// root is where an evaluation starts: a module directory or a template that nothing in the tree calls, or that somebody named.
type root struct {
	path     string
	template bool
	named    bool // on the command line: input bindings are for it
	// scenario is the var or parameter file with which it is evaluated beyond what it loads by itself; empty for the root as it is.
	scenario string
}

// interest says which resource types matter to a scan.
type interest struct {
	// subject types choose roots: a root that reaches none of them is not evaluated.
	subject func(nativeType string) bool
	// listed types are those that views are made of, or that a graph shows.
	listed func(nativeType string) bool
	// module reports whether a well-known module that is not on disk may create subjects.
	module func(source string) bool
	// mentioned reports whether the bytes of a file hold a text that makes its root one to evaluate, as a subject does.
	mentioned func(src []byte) bool
}

// reach answers what can be reached from modules and templates; it remembers.
type reach struct {
	tree    *tree
	matters func(nativeType string) bool
	data    bool // what is only read matters, too
	texts   bool // texts matter, too
	module  func(source string) bool
	seen    map[string]bool // by path; an entry under way counts as no
}

func (t *tree) reach(matters, module func(string) bool) *reach {
	return &reach{tree: t, matters: matters, module: module, seen: map[string]bool{}}
}

// fromModule reports whether a module, or one below it, declares what matters.
func (r *reach) fromModule(dir string) bool {
	if yes, ok := r.seen[dir]; ok {
		return yes
	}
	r.seen[dir] = false
	m := r.tree.module(dir)
	if m == nil {
		return false
	}
	yes := r.texts && m.mentions || slices.ContainsFunc(m.remote, r.module)
	for t := range m.types {
		yes = yes || r.matters(t)
	}
	for t := range m.data {
		yes = yes || r.data && r.matters(t)
	}
	for _, c := range m.calls {
		yes = r.fromModule(c) || yes
	}
	r.seen[dir] = yes
	return yes
}

// fromTemplate reports whether a template, or one nested in it, declares what matters.
func (r *reach) fromTemplate(name string) bool {
	if yes, ok := r.seen[name]; ok {
		return yes
	}
	r.seen[name] = false
	t := r.tree.template(name)
	if t == nil {
		return false
	}
	yes := r.texts && t.mentions || slices.ContainsFunc(t.Types, r.matters)
	for _, url := range t.Templates {
		if nested, ok := r.tree.nested(url, name); ok {
			yes = r.fromTemplate(nested) || yes
		}
	}
	r.seen[name] = yes
	return yes
}

// nested is the template that a location written in another template means: a path beside it, or the one template of the repository
// that the tail of a URL names.
func (t *tree) nested(url, from string) (string, bool) {
	if name := path.Join(path.Dir(from), url); !strings.Contains(url, "://") && t.template(name) != nil {
		return name, true
	}
	return t.byTail(url, from)
}

// byTail finds the one template of a repository whose path ends as a URL does; the longest tail that any has decides.
func (t *tree) byTail(url, from string) (string, bool) {
	url, _, _ = strings.Cut(url, "?")
	segments := strings.Split(strings.Trim(url, "/"), "/")
	repository := t.repositoryOf(from)
	for i := range segments {
		tail := strings.Join(segments[i:], "/")
		found := ""
		for name := range t.templates {
			if name == tail || strings.HasSuffix(name, "/"+tail) {
				if name == from || t.repositoryOf(name) != repository {
					continue
				}
				if found != "" {
					return "", false
				}
				found = name
			}
		}
		if found != "" {
			return found, true
		}
	}
	return "", false
}

// repositoryOf is the nearest directory above a path that holds a .git, else the boundary.
func (t *tree) repositoryOf(name string) string {
	top := "."
	parents(name, func(d string) bool {
		if t.repositories[d] {
			top = d
			return false
		}
		return true
	})
	return top
}

// rootsOf are the roots of some named files and directories that reach a subject, in order of path.
func (t *tree) rootsOf(paths []string, in interest) []root {
	called, nested := t.called()
	chosen := map[root]bool{}
	add := func(name string, template, named bool) {
		chosen[root{path: name, template: template, named: named}] = true
	}
	for _, p := range paths {
		if info, err := fs.Stat(t.fsys, p); err == nil && !info.IsDir() {
			if terraformFile(p) {
				add(path.Dir(p), false, true)
			} else {
				add(p, true, true)
			}
			continue
		}
		for dir, m := range t.modules {
			if m != nil && within(dir, p) && (dir == p || t.repositories[dir] || !called[dir]) {
				add(dir, false, dir == p)
			}
		}
		for name := range t.templates {
			if within(name, p) && !nested[name] {
				add(name, true, false)
			}
		}
	}
	return t.relevant(chosen, in)
}

func (t *tree) callsOf(dir string) []string {
	if m := t.module(dir); m != nil {
		return m.calls
	}
	return nil
}

func (t *tree) stacksOf(name string) []string {
	var stacks []string
	if o := t.template(name); o != nil {
		for _, url := range o.Templates {
			if n, ok := t.nested(url, name); ok {
				stacks = append(stacks, n)
			}
		}
	}
	return stacks
}

// called are the module directories and the templates that something in the tree calls.
func (t *tree) called() (modules, templates map[string]bool) {
	modules, templates = map[string]bool{}, map[string]bool{}
	for dir, m := range t.modules {
		if m == nil {
			continue
		}
		for _, c := range m.calls {
			if c != dir {
				modules[c] = true
			}
		}
	}
	for name := range t.templates {
		for _, n := range t.stacksOf(name) {
			if n != name {
				templates[n] = true
			}
		}
	}
	return modules, templates
}

// relevant keeps the roots that reach a subject.
func (t *tree) relevant(chosen map[root]bool, in interest) []root {
	r := t.reach(in.subject, in.module)
	r.texts = true
	var roots []root
	for c := range chosen {
		if c.template && r.fromTemplate(c.path) || !c.template && r.fromModule(c.path) {
			roots = append(roots, c)
		}
	}
	slices.SortFunc(roots, func(a, b root) int { return cmp.Compare(a.path, b.path) })
	return roots
}
