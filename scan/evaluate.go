package scan

import (
	"context"
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
	files       int
	// otherInputs are the paths of roots for which there are var or parameter files that are not looked at.
	otherInputs map[string]bool
}

// world is what some roots that links connect declare together.
type world struct {
	roots []root
	graph *graph.Graph
}

func newEvaluator(o Options) *evaluator {
	if len(o.Paths) == 0 {
		o.Paths = []string{"."}
	}
	return &evaluator{options: o.withConfig(), diagnostics: &source.Diagnostics{}}
}

// roots discovers the files and chooses the roots.
func (e *evaluator) roots(ctx context.Context, in interest) ([]root, error) {
	o := e.options
	o.Jobs = o.jobs()
	var dirs, files []string
	for _, p := range o.Paths {
		if info, err := fs.Stat(o.FS, p); err == nil && info.IsDir() {
			dirs = append(dirs, p)
		} else if err == nil {
			files = append(files, p)
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
		return e.withScenarios(ctx, t.changedRoots(in)), nil
	}
	for _, f := range files {
		if terraformFile(f) {
			t.module(path.Dir(f))
		} else if t.templates[f] == nil {
			t.skim(f, true)
		}
	}
	roots := t.rootsOf(o.Paths, in)
	e.otherInputs = t.otherInputs(roots)
	return e.withScenarios(ctx, roots), nil
}

// groups are the roots that must be evaluated together, because one may import what another exports; the others stand alone.
func (e *evaluator) groups(roots []root) [][]root {
	var groups [][]root
	linked := map[string]int{} // repository → group
	for _, r := range roots {
		if !r.template || r.scenario != "" || !e.tree.imports(r.path) {
			groups = append(groups, []root{r})
			continue
		}
		repository := e.tree.repositoryOf(r.path)
		i, ok := linked[repository]
		if !ok {
			i = len(groups)
			linked[repository] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	// A root that exports is judged in the world of those that import from it.
	var rest [][]root
	for _, g := range groups {
		if len(g) == 1 && g[0].template && g[0].scenario == "" && !e.tree.imports(g[0].path) && e.tree.exports(g[0].path) {
			if i, ok := linked[e.tree.repositoryOf(g[0].path)]; ok {
				groups[i] = append(groups[i], g[0])
				continue
			}
		}
		rest = append(rest, g)
	}
	for _, i := range linked {
		at := slices.IndexFunc(rest, func(g []root) bool { return g[0] == groups[i][0] })
		rest[at] = groups[i]
	}
	return rest
}

// evaluate evaluates roots that may be linked. They share one set of files, so that a span means the same in all of them.
func (e *evaluator) evaluate(ctx context.Context, roots []root, in interest) []*world {
	files := source.NewSet(e.options.FS)
	if len(roots) == 1 && !roots[0].template {
		g := e.module(ctx, files, roots[0], in).Graph()
		e.addStacks(ctx, g, in)
		return []*world{{roots: roots, graph: g}}
	}
	return newLinker(ctx, e, files, in).worlds(roots)
}

// addStacks adds what the templates of a module's CloudFormation stacks declare.
func (e *evaluator) addStacks(ctx context.Context, g *graph.Graph, in interest) {
	for _, r := range g.Resources {
		if r.Data || r.NativeType != "aws_cloudformation_stack" && r.NativeType != "aws_cloudformation_stack_set" {
			continue
		}
		body := r.Attribute("template_body")
		if body.IsNull() {
			g.Opaque = append(g.Opaque, &graph.Opaque{
				Address: r.Address, Source: r.Attribute("template_url").String(), Root: r.Root, At: r.Header, Exists: r.Exists,
				Hint: "give the stack its template_body", Inputs: func() *graph.Object { return parametersOf(r) },
			})
			continue
		}
		o := cloudformation.Options{Files: g.Files, Diagnostics: e.diagnostics, Body: body, Parent: r, Want: in.listed, Parameters: map[string]graph.Value{}}
		parameters := parametersOf(r)
		for i, name := range parameters.Keys() {
			o.Parameters[name] = parameters.Values()[i]
		}
		stack := cloudformation.Load(ctx, o).Graph()
		g.Resources = append(g.Resources, stack.Resources...)
		g.Opaque = append(g.Opaque, stack.Opaque...)
	}
}

// parametersOf are the parameters that a module gives a CloudFormation stack.
func parametersOf(r *graph.Resource) *graph.Object {
	if o, ok := r.Attribute("parameters").Object(); ok {
		return o
	}
	return graph.NewObject(nil)
}

func (e *evaluator) module(ctx context.Context, files *source.Set, r root, in interest) *terraform.Root {
	o := terraform.Options{
		Files: files, Diagnostics: e.diagnostics, Provider: provider.New(), Dir: r.path, Want: in.listed,
	}
	enter := e.tree.reach(in.listed, in.module)
	enter.data = true
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
	return terraform.Load(ctx, o)
}

func (e *evaluator) stack(ctx context.Context, files *source.Set, r root, in interest, imported func(graph.Value) (graph.Value, bool)) *cloudformation.Stack {
	o := cloudformation.Options{
		Files: files, Diagnostics: e.diagnostics, Path: r.path, Want: in.listed, Import: imported,
		Templates: func(url graph.Value, from string) (string, bool) {
			text, ok := literalTail(url)
			if !ok {
				return "", false
			}
			return e.tree.byTail(text, from)
		},
	}
	o.Parameters = map[string]graph.Value{}
	bind := func(file string) {
		values, ok := cloudformation.LoadParameters(files, file, e.diagnostics)
		if !ok {
			e.diagnostics.Add(source.Diagnostic{
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
	return cloudformation.Load(ctx, o)
}

// literalTail is the text of a location after its last hole.
func literalTail(url graph.Value) (string, bool) {
	parts, ok := url.Parts()
	if !ok || parts[len(parts)-1].Hole != nil {
		return "", false
	}
	return parts[len(parts)-1].Literal, true
}
