package scan

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/parsers/cloudformation"
	"github.com/iacscan/iacscan/source"
)

// withScenarios adds, for each committed var or parameter file that nothing loads by itself, the root that it is for once more.
func (e *evaluator) withScenarios(ctx context.Context, roots []root) []root {
	if !e.options.Scenarios {
		return roots
	}
	slices.Sort(e.tree.inputs)
	all := slices.Clone(roots)
	for _, file := range e.tree.inputs {
		var of *root
		if varFile(file) {
			of = moduleRootFor(file, roots)
		} else {
			of = e.templateRootFor(ctx, file, roots)
		}
		if of != nil {
			scenario := *of
			scenario.scenario = file
			all = append(all, scenario)
		}
	}
	return all
}

// varFile reports whether a file holds Terraform variables that Terraform does not load by itself.
func varFile(name string) bool {
	base := path.Base(strings.TrimSuffix(name, ".json"))
	return strings.HasSuffix(base, ".tfvars") && base != "terraform.tfvars" && !strings.HasSuffix(base, ".auto.tfvars")
}

// moduleRootFor is the root module that a var file is for: the nearest one in its directory or above, as in envs/prod.tfvars.
func moduleRootFor(file string, roots []root) *root {
	var of *root
	for i, r := range roots {
		if !r.template && !r.plan && within(path.Dir(file), r.path) && (of == nil || within(r.path, of.path)) {
			of = &roots[i]
		}
	}
	return of
}

// templateRootFor is the root template that a parameter file is for, by what it sets and by its name.
func (e *evaluator) templateRootFor(ctx context.Context, file string, roots []root) *root {
	files := source.NewSet(e.options.FS)
	values, ok := cloudformation.LoadParameters(files, file, e.diagnostics)
	if !ok {
		return nil
	}
	templates := map[string][]cloudformation.Parameter{}
	for _, r := range roots {
		if r.template && e.tree.repositoryOf(r.path) == e.tree.repositoryOf(file) {
			templates[r.path] = cloudformation.Load(ctx, cloudformation.Options{Files: files, Path: r.path}).Parameters()
		}
	}
	name, ok := cloudformation.MatchParameters(file, values, templates)
	if !ok {
		return nil
	}
	return &roots[slices.IndexFunc(roots, func(r root) bool { return r.template && r.path == name })]
}

// scenarios are those that a world was evaluated in.
func (w *world) scenarios() []string {
	var names []string
	for _, r := range w.roots {
		if r.scenario != "" {
			names = append(names, r.scenario)
		}
	}
	return names
}

// otherInputs are the paths of roots for which there are var or parameter files that are not looked at. Which template a parameter file is
// for is not asked: it may be for each of its repository. Roots that are not judged count, for they may complete one that is.
func (t *tree) otherInputs(roots []root) map[string]bool {
	found := map[string]bool{}
	if t.scenarios || len(t.inputs) == 0 {
		return found
	}
	roots = slices.Clone(roots)
	called, _ := t.called()
	for dir, m := range t.modules {
		if m != nil && !called[dir] {
			roots = append(roots, root{path: dir})
		}
	}
	for name := range t.templates {
		roots = append(roots, root{path: name, template: true})
	}
	parameters := map[string]bool{} // repositories with parameter files
	for _, file := range t.inputs {
		if !varFile(file) {
			parameters[t.repositoryOf(file)] = true
		} else if of := moduleRootFor(file, roots); of != nil {
			found[of.path] = true
		}
	}
	for _, r := range roots {
		if r.template && parameters[t.repositoryOf(r.path)] {
			found[r.path] = true
		}
	}
	return found
}
