package scan

import (
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/cloudformation"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// The types of Terraform by which roots name what others have.
const (
	stateData     = "terraform_remote_state"
	parameterType = "aws_ssm_parameter"
	exportData    = "aws_cloudformation_export"
)

// offers are what the roots of a tree have for others under names of their own: states, and parameters in the parameter store. Those of a
// repository are evaluated when somebody asks for one.
type offers struct {
	e          *evaluator
	mu         sync.Mutex
	states     map[string][]state // by repository
	parameters map[string][]parameter
}

// parameter is a parameter of the Systems Manager parameter store that a root writes.
type parameter struct {
	root root
	// name is a reference to it as CloudFormation writes one: {{resolve:ssm:NAME}}.
	name   graph.Value
	region graph.Value
	many   bool // stands for any number of parameters
}

func newOffers(e *evaluator) *offers {
	return &offers{e: e, states: map[string][]state{}, parameters: map[string][]parameter{}}
}

// statesOf are the states that the roots of a repository keep, as far as they say where.
func (o *offers) statesOf(ctx context.Context, repository string) []state {
	o.mu.Lock()
	defer o.mu.Unlock()
	if states, ok := o.states[repository]; ok {
		return states
	}
	called, _ := o.e.tree.called()
	dirs := o.e.tree.directories(func(dir string, m *module) bool {
		return m.backend && !called[dir] && o.e.tree.repositoryOf(dir) == repository
	})
	o.states[repository] = each(ctx, o.e, dirs, func(ctx context.Context, dir string) []state {
		backend, config := o.e.quiet(ctx, dir).Backend()
		return []state{newState(dir, backend, graph.Map(config))}
	})
	return o.states[repository]
}

// parametersOf are the parameters that the roots of a repository write.
func (o *offers) parametersOf(ctx context.Context, repository string) []parameter {
	o.mu.Lock()
	defer o.mu.Unlock()
	if parameters, ok := o.parameters[repository]; ok {
		return parameters
	}
	called, nested := o.e.tree.called()
	writes := o.e.tree.reachModules(func(m *module) bool { return m.types[parameterType] })
	dirs := o.e.tree.directories(func(dir string, _ *module) bool {
		return !called[dir] && o.e.tree.repositoryOf(dir) == repository
	})
	dirs = slices.DeleteFunc(dirs, func(dir string) bool { return !writes.fromModule(dir) })
	all := each(ctx, o.e, dirs, o.writtenByModule)
	var templates []string
	for name := range o.e.tree.templates {
		if !nested[name] && o.e.tree.exports(name) && o.e.tree.repositoryOf(name) == repository {
			templates = append(templates, name)
		}
	}
	slices.Sort(templates)
	o.parameters[repository] = append(all, each(ctx, o.e, templates, o.writtenByStack)...)
	return o.parameters[repository]
}

func (o *offers) writtenByModule(ctx context.Context, dir string) []parameter {
	var written []parameter
	for _, p := range o.e.tree.list(o.e.quiet(ctx, dir), parameterType) {
		if name, ok := reference(p.Attribute("name")); ok && !p.Data {
			written = append(written, parameter{root{path: dir}, detached(name), detached(p.Region), p.Many})
		}
	}
	return written
}

func (o *offers) writtenByStack(ctx context.Context, name string) []parameter {
	var written []parameter
	r := root{path: name, template: true}
	for _, x := range cloudformation.Load(ctx, o.e.stackOptions(source.NewSet(o.e.options.FS), r, interest{}, nil)).Exports() {
		if isStored(x.Name) {
			written = append(written, parameter{r, detached(x.Name), graph.Null(), false})
		}
	}
	return written
}

// each evaluates something of several roots, some at a time, and returns what they give in the order of the roots.
func each[T any](ctx context.Context, e *evaluator, paths []string, evaluate func(context.Context, string) []T) []T {
	found := make([][]T, len(paths))
	var group errgroup.Group
	group.SetLimit(e.options.jobs())
	for i, path := range paths {
		group.Go(func() error {
			if ctx.Err() == nil {
				found[i] = evaluate(ctx, path)
			}
			return nil
		})
	}
	_ = group.Wait() // nothing fails
	return slices.Concat(found...)
}

// quiet is a root module of which only something is asked: what is wrong with it is reported where it is judged.
func (e *evaluator) quiet(ctx context.Context, dir string) *terraform.Root {
	return terraform.Load(ctx, e.moduleOptions(source.NewSet(e.options.FS), root{path: dir}, interest{}, nil))
}

// list lists the resources and data sources of one type in a root module; modules in which there is none are not entered.
func (t *tree) list(m *terraform.Root, nativeType string) []*graph.Resource {
	enter := t.reachModules(func(m *module) bool { return m.types[nativeType] })
	return m.List(nativeType, enter.fromModule)
}

// storePrefix begins a reference to the parameter store, as package cloudformation writes it.
const storePrefix = "{{resolve:ssm:"

// isStored reports whether a name is a reference to the parameter store.
func isStored(name graph.Value) bool {
	parts, ok := name.Parts()
	return ok && len(parts) > 0 && strings.HasPrefix(parts[0].Literal, storePrefix)
}

// reference is the reference to a parameter with a name.
func reference(name graph.Value) (graph.Value, bool) {
	parts, ok := name.Parts()
	if !ok {
		return graph.Value{}, false
	}
	return graph.Template(slices.Concat([]graph.Part{{Literal: storePrefix}}, parts, []graph.Part{{Literal: "}}"}})...), true
}

// ofAWS reports whether a reference is to a parameter that AWS provides: nobody else can write names that begin so.
func ofAWS(reference graph.Value) bool {
	parts, ok := reference.Parts()
	return ok && strings.HasPrefix(strings.TrimPrefix(strings.TrimPrefix(parts[0].Literal, storePrefix), "/"), "aws")
}

// detached is text without what its holes lead to, so that a root of which only a name is kept can be dropped.
func detached(v graph.Value) graph.Value {
	parts, ok := v.Parts()
	switch {
	case v.Known():
		return v
	case !ok:
		return graph.Unknown("it is not text")
	}
	parts = slices.Clone(parts)
	for i, p := range parts {
		if p.Hole != nil {
			parts[i].Hole = p.Hole.Bare()
		}
	}
	return graph.Template(parts...)
}

// parameterOf finds the parameter that a root module reads from the store: the one whose name is equal, else the only one that it can be.
// Sure says that the names are equal. Parameters of another Region are others.
func (o *offers) parameterOf(ctx context.Context, reader string, name, region graph.Value) (p parameter, sure, ok bool) {
	if ofAWS(name) {
		return parameter{}, false, false
	}
	var equal, possible []parameter
	for _, p := range o.parametersOf(ctx, o.e.tree.repositoryOf(reader)) {
		if !region.IsNull() && !p.region.IsNull() && graph.Equal(region, p.region) == graph.False {
			continue
		}
		switch is := graph.Equal(p.name, name); {
		case is == graph.True:
			equal = append(equal, p)
		case is == graph.Undecided && unifies(p.name, name):
			possible = append(possible, p)
		}
	}
	sure = len(equal) > 0
	if sure {
		possible = equal
	}
	if len(possible) != 1 || possible[0].many {
		return parameter{}, false, false
	}
	return possible[0], sure, true
}
