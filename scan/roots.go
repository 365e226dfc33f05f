package scan

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// root is where an evaluation starts: a module directory, a template or a plan that nothing in the tree calls, or that somebody named.
type root struct {
	path     string
	template bool
	plan     bool
	named    bool // on the command line: input bindings are for it
	// configuration is the module directory that a plan may have been made from; empty when there is none. It is judged in the plan's
	// stead when it was not, and when replaces says that it was to be judged.
	configuration string
	replaces      bool
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

// reach answers whether what somebody looks for can be reached from modules and templates; it remembers.
type reach struct {
	tree     *tree
	module   func(*module) bool
	template func(*template) bool
	seen     map[string]bool // by path; an entry under way counts as no
}

// reach looks for resources of the types that matter, and for the sources of modules that may create them.
func (t *tree) reach(matters, source func(string) bool) *reach {
	return &reach{
		tree: t, seen: map[string]bool{},
		module: func(m *module) bool {
			return slices.ContainsFunc(m.remote, source) || containsKey(m.types, matters)
		},
		template: func(o *template) bool { return slices.ContainsFunc(o.Types, matters) },
	}
}

// reachModules looks for modules.
func (t *tree) reachModules(holds func(*module) bool) *reach {
	return &reach{tree: t, seen: map[string]bool{}, module: holds, template: func(*template) bool { return false }}
}

func containsKey(set map[string]bool, holds func(string) bool) bool {
	for k := range set {
		if holds(k) {
			return true
		}
	}
	return false
}

// fromModule reports whether a module, or one below it, holds what is looked for.
func (r *reach) fromModule(dir string) bool {
	if yes, ok := r.seen[dir]; ok {
		return yes
	}
	r.seen[dir] = false
	m := r.tree.module(dir)
	if m == nil {
		return false
	}
	yes := r.module(m)
	for _, c := range m.calls {
		yes = r.fromModule(c) || yes
	}
	r.seen[dir] = yes
	return yes
}

// fromTemplate reports whether a template, or one nested in it, holds what is looked for.
func (r *reach) fromTemplate(name string) bool {
	if yes, ok := r.seen[name]; ok {
		return yes
	}
	r.seen[name] = false
	t := r.tree.template(name)
	if t == nil {
		return false
	}
	yes := r.template(t)
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
	url = strings.Trim(url, "/")
	repository := t.repositoryOf(from)
	found, longest := "", 0
	for _, name := range t.templatesCalled(path.Base(url)) {
		if name == from || t.repositoryOf(name) != repository {
			continue
		}
		switch n := commonTail(name, url); {
		case n > longest:
			found, longest = name, n
		case n == longest:
			found = ""
		}
	}
	return found, found != ""
}

// commonTail is the number of path elements that two paths have in common at their ends.
func commonTail(a, b string) int {
	n := 0
	for {
		dirA, baseA := path.Split(a)
		dirB, baseB := path.Split(b)
		if baseA != baseB || baseA == "" {
			return n
		}
		n++
		a, b = strings.TrimSuffix(dirA, "/"), strings.TrimSuffix(dirB, "/")
	}
}

// templatesCalled are the templates of the walk whose file has a name.
func (t *tree) templatesCalled(base string) []string {
	t.byBase.Do(func() {
		t.bases = make(map[string][]string, len(t.templates))
		for name := range t.templates {
			t.bases[path.Base(name)] = append(t.bases[path.Base(name)], name)
		}
	})
	return t.bases[base]
}

// repositoryOf is the nearest directory above a path, or at it, that holds a .git, else the boundary.
func (t *tree) repositoryOf(name string) string {
	if t.repositories[name] {
		return name
	}
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
			switch {
			case terraformFile(p):
				add(path.Dir(p), false, true)
			case t.plans[p] != nil:
				chosen[t.planRoot(p)] = true
			default:
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
			if within(name, p) && !nested[name] && !t.deployed[name] {
				add(name, true, false)
			}
		}
		for name := range t.plans {
			if within(name, p) {
				chosen[t.planRoot(name)] = true
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
	t.byCall.Do(func() {
		t.calledModules, t.calledTemplates, t.deployed = map[string]bool{}, map[string]bool{}, map[string]bool{}
		for dir, m := range t.modules {
			if m == nil {
				continue
			}
			for _, c := range m.calls {
				if c != dir {
					t.calledModules[c] = true
				}
			}
		}
		for _, d := range t.deployments {
			t.deployed[d.template] = t.deployed[d.template] || d.fromModule || !t.calledModules[d.dir]
		}
		for name := range t.templates {
			for _, n := range t.stacksOf(name) {
				if n != name {
					t.calledTemplates[n] = true
				}
			}
		}
	})
	return t.calledModules, t.calledTemplates
}

// relevant keeps the roots that reach a subject.
func (t *tree) relevant(chosen map[root]bool, in interest) []root {
	r := t.reach(in.subject, in.module)
	declares, contains := r.module, r.template
	r.module = func(m *module) bool { return m.mentions || declares(m) }
	r.template = func(o *template) bool { return o.mentions || contains(o) }
	var roots []root
	for c := range chosen {
		var reached bool
		switch {
		case c.plan:
			reached = t.plans[c.path].mentions || slices.ContainsFunc(t.plans[c.path].Types, in.subject)
		case c.template:
			reached = r.fromTemplate(c.path)
		default:
			reached = r.fromModule(c.path)
		}
		if reached {
			roots = append(roots, c)
		}
	}
	slices.SortFunc(roots, func(a, b root) int { return cmp.Compare(a.path, b.path) })
	return roots
}
