package scan

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/provider"
	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// GraphDocument is the resource graph as `iacscan graph --format json` prints it. Its JSON form is a contract: docs/graph.schema.json.
type GraphDocument struct {
	SchemaVersion int             `json:"schema_version"`
	Resources     []GraphResource `json:"resources"`
	Edges         []GraphEdge     `json:"edges"`
	// Diagnostics are the problems met on the way; they are no part of the document.
	Diagnostics []source.Diagnostic `json:"-"`
}

// GraphResource is one resource instance.
type GraphResource struct {
	Address    string          `json:"address"`
	Type       string          `json:"type"`
	NativeType string          `json:"native_type"`
	Language   string          `json:"language"`
	Root       string          `json:"root"`
	Location   source.Location `json:"location"`
	// Exists is true, false, or the formula on which it depends.
	Exists     any                    `json:"exists"`
	Attributes map[string]graph.Value `json:"attributes"`
}

// GraphEdge says that an attribute of one resource refers to another.
type GraphEdge struct {
	// Root is that of the resource that refers, ToRoot that of the other where it is another one.
	Root   string `json:"root"`
	From   string `json:"from"`
	To     string `json:"to"`
	ToRoot string `json:"to_root,omitempty"`
	Via    string `json:"via"`
}

// Graph evaluates what the checks would look at, or the resources whose native type matches one of some globs in the syntax of
// [path.Match]. Problems with the input are diagnostics; an error is a wrong option or glob, or a cancelled context.
func Graph(ctx context.Context, o Options, types []string) (*GraphDocument, error) {
	in := interestIn(checks.All())
	if len(types) > 0 {
		for _, glob := range types {
			if _, err := path.Match(glob, ""); err != nil {
				return nil, fmt.Errorf("%q is no glob of types: %w", glob, err)
			}
		}
		matches := func(t string) bool {
			return slices.ContainsFunc(types, func(glob string) bool { ok, _ := path.Match(glob, t); return ok })
		}
		in = interest{subject: matches, listed: matches, module: provider.Creates, mentioned: func([]byte) bool { return false }}
	}
	e, err := newEvaluator(o)
	if err != nil {
		return nil, err
	}
	doc := &GraphDocument{SchemaVersion: 1, Resources: []GraphResource{}, Edges: []GraphEdge{}}
	var mu sync.Mutex
	err = e.each(ctx, in, func(w *world) func() {
		var part GraphDocument
		for _, r := range w.graph.Resources {
			if w.judges(r) {
				part.add(w.graph.Files, r)
			}
		}
		return func() {
			mu.Lock()
			defer mu.Unlock()
			doc.Resources, doc.Edges = append(doc.Resources, part.Resources...), append(doc.Edges, part.Edges...)
		}
	})
	if err != nil {
		return nil, err
	}
	doc.sort()
	doc.Diagnostics = e.diagnostics.All()
	return doc, nil
}

func (d *GraphDocument) add(files *source.Set, r *graph.Resource) {
	resource := GraphResource{
		Address: r.Address, Type: string(aws.TypeOf(r)), NativeType: cmp.Or(r.Wrapper, r.NativeType), Language: string(r.Language), Root: r.Root,
		Location: firstLine(files, r.Header), Exists: r.Exists.Decide() == graph.True, Attributes: aws.Attributes(r),
	}
	if r.Exists.Decide() == graph.Undecided {
		resource.Exists = r.Exists.String()
	}
	d.Resources = append(d.Resources, resource)
	for via, v := range resource.Attributes {
		v.Identities(func(id *graph.Identity) {
			if id.Resource == nil {
				return
			}
			edge := GraphEdge{Root: r.Root, From: r.Address, To: id.Resource.Address, Via: via}
			if id.Resource.Root != r.Root {
				edge.ToRoot = id.Resource.Root
			}
			d.Edges = append(d.Edges, edge)
		})
	}
}

func (d *GraphDocument) sort() {
	slices.SortFunc(d.Resources, func(a, b GraphResource) int {
		return cmp.Or(strings.Compare(a.Root, b.Root), strings.Compare(a.Address, b.Address))
	})
	slices.SortFunc(d.Edges, func(a, b GraphEdge) int {
		return cmp.Or(
			strings.Compare(a.Root, b.Root), strings.Compare(a.From, b.From), strings.Compare(a.Via, b.Via),
			strings.Compare(a.To, b.To), strings.Compare(a.ToRoot, b.ToRoot),
		)
	})
	d.Edges = slices.Compact(d.Edges)
}
