package scan

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/iacscan/iacscan/aws/provider"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/cloudformation"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// evaluator turns the files of a scan into graphs.
type evaluator struct {
	options     Options
	diagnostics *source.Diagnostics
	tree        *tree
	offers      *offers
	files       int
	// otherInputs are the paths of roots for which there are var or parameter files that are not looked at.
	otherInputs map[string]bool
}

// world is what some roots that links connect declare together.
type world struct {
	roots []root   // those that are judged
	paths []string // of all roots; those that are not judged only complete the others
	graph *graph.Graph
}

// judges reports whether a resource belongs to a root that is judged in w.
func (w *world) judges(r *graph.Resource) bool {
	return slices.ContainsFunc(w.roots, func(root root) bool { return root.path == r.Root || root.plan && root.configuration == r.Root })
}

// resources is the number of resources that are judged in w.
func (w *world) resources() int {
	n := 0
	for _, r := range w.graph.Resources {
		if w.judges(r) {
			n++
		}
	}
	return n
}

func newEvaluator(o Options) (*evaluator, error) {
	if len(o.Paths) == 0 {
		o.Paths = []string{"."}
	}
	o, err := o.withConfig()
	return &evaluator{options: o, diagnostics: &source.Diagnostics{}}, err
}

// roots discovers the files and chooses the roots.
func (e *evaluator) roots(ctx context.Context, in interest) ([]root, error) {
	o := e.options
	o.Jobs = o.jobs()
	var dirs, files []string
	for _, p := range o.Paths {
		switch info, err := fs.Stat(o.FS, p); {
		case err == nil && info.IsDir():
			dirs = append(dirs, p)
		case err == nil:
			files = append(files, p)
		case !o.Changed || !fs.ValidPath(p):
			return nil, fmt.Errorf("cannot scan %q: %w", p, err)
		}
	}
	for _, p := range slices.Concat(o.VarFiles, o.ParameterFiles) {
		if _, err := fs.Stat(o.FS, p); err != nil {
			return nil, fmt.Errorf("cannot read %q: %w", p, err)
		}
	}
	if o.Changed {
		dirs = []string{"."}
	}
	t, err := discover(ctx, o, dirs, in, e.diagnostics)
	if err != nil {
		return nil, err
	}
	e.tree = t
	defer func() { e.files = t.files }()
	if o.Changed {
		t.reportTerragrunt()
		return withoutPlanned(e.withScenarios(ctx, t.changedRoots(in))), nil
	}
	for _, f := range files {
		switch {
		case terraformFile(f):
			t.module(path.Dir(f))
		case isTerragrunt(f):
			t.addTerragrunt(f)
		case t.templates[f] == nil && t.plans[f] == nil:
			t.skim(f, true)
		}
	}
	t.reportTerragrunt()
	roots := t.rootsOf(o.Paths, in)
	e.otherInputs = t.otherInputs(roots)
	return withoutPlanned(e.withScenarios(ctx, roots)), nil
}

// moduleOptions are those of a root module. What it names of other roots the linker finds; without one nothing is reported, either.
func (e *evaluator) moduleOptions(files *source.Set, r root, in interest, l *linker) terraform.Options {
	o := terraform.Options{Files: files, Dir: r.path, Want: in.listed, Provider: provider.New()}
	if l != nil {
		o.Diagnostics = e.diagnostics
		o.Provider = &provider.Provider{
			Stored: l.storedFor(r), StackOutputs: l.stackOutputs,
			Exported: func(name graph.Value) (graph.Value, bool) { return l.resolve(r.path, name) },
		}
		o.RemoteState = l.stateFor(r)
	}
	enter := e.tree.reach(in.listed, in.module)
	created := enter.module
	enter.module = func(m *module) bool { return created(m) || containsKey(m.data, in.listed) }
	o.Enter = enter.fromModule
	if r.named {
		o.VarFiles, o.Vars = e.options.VarFiles, e.options.Vars
	}
	if r.scenario != "" {
		o.VarFiles, o.Scenario = append(slices.Clone(o.VarFiles), r.scenario), r.scenario
	}
	if !e.options.NoGitignore {
		o.IgnoredFile = func(name string) bool {
			return e.tree.rulesAbove(e.options, name).ignored(name, false)
		}
	}
	return o
}

// stackOptions are those of a root template; see moduleOptions.
func (e *evaluator) stackOptions(files *source.Set, r root, in interest, l *linker) cloudformation.Options {
	o := cloudformation.Options{
		Files: files, Path: r.path, Want: in.listed,
		Templates: func(url graph.Value, from string) (string, bool) {
			text, ok := literalTail(url)
			if !ok {
				return "", false
			}
			return e.tree.byTail(text, from)
		},
	}
	if l != nil {
		o.Diagnostics = e.diagnostics
		o.Import = func(name graph.Value) (graph.Value, bool) { return l.resolve(r.path, name) }
	}
	o.Parameters = map[string]graph.Value{}
	bind := func(file string) {
		values, ok := cloudformation.LoadParameters(files, file, o.Diagnostics)
		if !ok {
			o.Diagnostics.Add(source.Diagnostic{
				Level: source.Error, Code: "parameters", Location: source.Location{Path: file},
				Message: "it holds no parameters as the AWS CLI or CodePipeline takes them",
			})
		}
		maps.Copy(o.Parameters, values)
	}
	if r.named {
		for _, file := range e.options.ParameterFiles {
			bind(file)
		}
		for name, value := range e.options.Parameters {
			o.Parameters[name] = graph.String(value)
		}
	}
	if r.scenario != "" {
		o.Scenario = r.scenario
		bind(r.scenario)
	}
	return o
}

// literalTail is the text of a location after its last hole.
func literalTail(url graph.Value) (string, bool) {
	parts, ok := url.Parts()
	if !ok || parts[len(parts)-1].Hole != nil {
		return "", false
	}
	return parts[len(parts)-1].Literal, true
}
