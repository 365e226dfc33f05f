package tfplan

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// Options say which plan to read and what of it.
type Options struct {
	// Files are read through, and places refer to them.
	Files *source.Set
	// Diagnostics receives problems with the input; it may be nil.
	Diagnostics *source.Diagnostics
	// Path is the path of the plan, relative to the boundary.
	Path string
	// Want selects the resources and data sources that are listed, by native type; nil wants all.
	Want func(nativeType string) bool
	// Configuration says how to read the root module that the plan may have been made from; nil when there is none. Whether it was made
	// from it is seen from what both declare. Its variables get the plan's values.
	Configuration *terraform.Options
}

// Plan is a plan or a state. One goroutine may use it, with all values and resources that come from it.
type Plan struct {
	Options
	// root is the [graph.Resource.Root] of its resources: the directory of the configuration, else the path of the plan.
	root      string
	document  graph.Value
	changes   map[string]graph.Value // by address: entries of resource_changes
	resources []*resource
	byAddress map[string]*resource
	byID      map[string][]*resource // by what is known of id and arn
	modules   map[string]*module     // of the plan's own configuration, by address without keys
	beside    *configuration         // nil when the plan was not made from it
	current   bool
	depth     int // of resource.read
}

// maxResources bounds the resources of one plan.
const maxResources = 100_000

// Load reads a plan. It does not fail: what is wrong becomes diagnostics, and a file that is no plan has no resources.
func Load(ctx context.Context, o Options) *Plan {
	p := &Plan{
		Options: o, root: o.Path, changes: map[string]graph.Value{}, byAddress: map[string]*resource{}, byID: map[string][]*resource{},
		modules: map[string]*module{},
	}
	if p.read() {
		p.collect()
		p.join(ctx)
	}
	return p
}

// Current reports whether the configuration beside the plan is what the plan was made from, as far as that can be seen, so that judging it
// as well would say everything twice.
func (p *Plan) Current() bool { return p.current }

// Graph lists the resources and data sources that are wanted, in the order of their places.
func (p *Plan) Graph() *graph.Graph {
	g := &graph.Graph{Files: p.Files}
	for _, r := range p.resources {
		if p.Want == nil || p.Want(r.NativeType) {
			g.Resources = append(g.Resources, &r.Resource)
		}
	}
	slices.SortStableFunc(g.Resources, func(a, b *graph.Resource) int {
		path := func(r *graph.Resource) string { return p.Files.File(r.Block.File).Path }
		if a.Block.File != b.Block.File {
			return strings.Compare(path(a), path(b))
		}
		return cmp.Compare(a.Block.Start, b.Block.Start)
	})
	return g
}

func (p *Plan) report(level source.Level, code string, at source.Span, format string, args ...any) {
	location := p.Files.Location(at)
	if location.IsZero() {
		location.Path = p.Path
	}
	p.Diagnostics.Add(source.Diagnostic{Level: level, Code: code, Message: fmt.Sprintf(format, args...), Location: location})
}

// read parses the file, and reports whether it is a plan or a state.
func (p *Plan) read() bool {
	file, err := p.Files.Load(p.Path)
	if err != nil {
		p.report(source.Error, "unreadable-file", source.Span{}, "cannot be read: %v", err)
		return false
	}
	src := bytes.TrimPrefix(file.Src, byteOrderMark)
	p.document, err = graph.ParseJSON(graph.String(string(src)).WithSpan(file.Span(len(file.Src)-len(src), len(file.Src))))
	var syntax *graph.SyntaxError
	if errors.As(err, &syntax) {
		p.report(source.Error, "plan-syntax", syntax.At, "%s: write the file again with terraform show -json", syntax.Message)
		return false
	}
	version := text(field(p.document, "format_version"))
	major, _, _ := strings.Cut(version, ".")
	switch {
	case p.document.Kind() != graph.KindMap || version == "":
		p.report(source.Error, "plan-format", p.document.At(), "this is not what terraform show -json writes: it has no format_version")
		return false
	case major != "0" && major != "1":
		p.report(source.Error, "plan-format", field(p.document, "format_version").At(),
			"format version %s of plans is not known: only 0.x and 1.x are", version)
		return false
	case isTrue(field(p.document, "errored")):
		p.report(source.Warning, "plan-errored", field(p.document, "errored").At(),
			"Terraform stopped at an error, so the plan may lack resources: run terraform plan again")
	}
	return true
}

// collect makes the resources: of the planned values, or a state's; of the changes where a tool has left out the values; and the data
// sources that Terraform has read before it planned.
func (p *Plan) collect() {
	for _, c := range elements(field(p.document, "resource_changes")) {
		if a := text(field(c, "address")); a != "" && field(c, "deposed").IsNull() {
			p.changes[a] = c
		}
	}
	planned := field(p.document, "planned_values", "root_module")
	if planned.IsNull() {
		planned = field(p.document, "values", "root_module")
	}
	switch {
	case !planned.IsNull():
		p.module(planned, "", false)
	case len(p.changes) > 0:
		for _, c := range elements(field(p.document, "resource_changes")) {
			if !removed(c) && field(c, "deposed").IsNull() {
				p.add(c, field(c, "change", "after"), text(field(c, "module_address")))
			}
		}
	case field(p.document, "planned_values").IsNull() && field(p.document, "values").IsNull() && field(p.document, "resource_changes").IsNull():
		p.report(source.Error, "plan-format", p.document.At(), "this has no planned_values, so it is not what terraform show -json writes")
	}
	p.module(field(p.document, "prior_state", "values", "root_module"), "", true)
	for _, r := range p.resources {
		for _, name := range [...]string{"id", "arn"} {
			if t := text(field(r.values, name)); t != "" {
				p.byID[t] = append(p.byID[t], r)
			}
		}
	}
}

// removed reports whether a change leaves nothing: the resource is destroyed, or Terraform forgets it.
func removed(change graph.Value) bool {
	actions := elements(field(change, "change", "actions"))
	for _, a := range actions {
		switch text(a) {
		case "delete", "forget":
		default:
			return false
		}
	}
	return len(actions) > 0
}

// module adds the resources of a module of planned values and those below it; of the prior state, only data sources that are not planned.
func (p *Plan) module(m graph.Value, address string, prior bool) {
	for _, r := range elements(field(m, "resources")) {
		if !prior || text(field(r, "mode")) == "data" {
			p.add(r, field(r, "values"), address)
		}
	}
	for _, child := range elements(field(m, "child_modules")) {
		p.module(child, text(field(child, "address")), prior)
	}
}

// add makes a resource of an entry with an address, a type and a name.
func (p *Plan) add(entry, values graph.Value, module string) {
	at := field(entry, "address")
	full, kind, name := text(at), text(field(entry, "type")), text(field(entry, "name"))
	switch {
	case full == "" || kind == "" || name == "":
		p.report(source.Warning, "plan-format", entry.At(), "a resource without address, type or name was skipped")
		return
	case p.byAddress[full] != nil:
		return
	case len(p.resources) == maxResources:
		p.report(source.Error, "limit", at.At(), "the plan has more than %d resources: the others were not read", maxResources)
	}
	if len(p.resources) >= maxResources {
		return
	}
	r := &resource{plan: p, values: values, module: module, memo: map[string]graph.Value{}}
	r.Resource = graph.Resource{
		Address: full, Declared: kind + "." + name, NativeType: kind, Language: graph.Terraform, Root: p.root,
		Data: text(field(entry, "mode")) == "data", Header: at.At(), Block: entry.At(), Region: graph.Null(), Body: r,
	}
	if r.Data {
		r.Declared = "data." + r.Declared
	}
	change := field(p.changes[full], "change")
	r.unknown, r.sensitive = field(change, "after_unknown"), field(change, "after_sensitive")
	p.resources = append(p.resources, r)
	p.byAddress[full] = r
}

// variable is the plan's value of a variable of the root module, and false when the plan does not tell.
func (p *Plan) variable(name string) (graph.Value, bool) {
	v := field(p.document, "variables", name)
	if v.Kind() != graph.KindMap {
		return graph.Value{}, false
	}
	return field(v, "value"), true
}
