package scan

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/graph"
)

// state is where a root module keeps its state.
type state struct {
	root    string
	backend string // its type: "s3"; "cloud" is "remote"
	config  graph.Value
}

// newState is the state of a root with a backend.
func newState(root, backend string, config graph.Value) state {
	switch backend {
	case "cloud":
		backend = "remote"
	case "local":
		config = besideRoot(root, config)
	}
	return state{root, backend, config}
}

// setting is an argument of a backend that tells one state from another.
type setting struct {
	name     string      // "workspaces.name" is the argument of an object or a block
	fallback graph.Value // what the backend takes when it is not written; unknown when it must be
	// optional says that what only one side writes tells nothing: the other may have it from its surroundings.
	optional bool
}

// settings are what identifies a state, by type of backend; the one that names it among others comes first.
// Source: the arguments of each backend at developer.hashicorp.com/terraform/language/backend.
var settings = map[string][]setting{
	"azurerm": {{name: "key"}, {name: "container_name"}, {name: "storage_account_name"}, {name: "resource_group_name", optional: true}},
	"consul":  {{name: "path"}, {name: "address", optional: true}, {name: "datacenter", optional: true}},
	"cos":     {{name: "key", fallback: graph.String("terraform.tfstate")}, {name: "prefix", fallback: graph.String("env:")}, {name: "bucket"}},
	"gcs":     {{name: "prefix", fallback: graph.String("")}, {name: "bucket"}},
	"http":    {{name: "address"}},
	"local":   {{name: "path"}},
	"oss":     {{name: "key", fallback: graph.String("terraform.tfstate")}, {name: "prefix", fallback: graph.String("env:")}, {name: "bucket"}},
	"pg":      {{name: "schema_name", fallback: graph.String("terraform_remote_state")}, {name: "conn_str"}},
	"remote":  {{name: "workspaces.name"}, {name: "organization"}, {name: "hostname", fallback: graph.String("app.terraform.io")}},
	"s3":      {{name: "key"}, {name: "bucket"}, {name: "region", optional: true}},
}

// in is the setting in the configuration of a backend, Null when it is not written.
func (s setting) in(config graph.Value) graph.Value {
	v := config
	for name := range strings.SplitSeq(s.name, ".") {
		v = aws.Field(v, name)
	}
	if v.IsNull() && s.fallback.Kind() == graph.KindString {
		return s.fallback
	}
	return v
}

// A match says how sure it is that one configuration means the state of another.
type match uint8

const (
	matchNone  match = iota
	matchMaybe       // nothing says that it does not
	matchLikely
	matchSure
)

// matches compares where a root keeps its state with what a data source reads. Settings with holes are likely to be the same when they have
// text in common and none differs. What a root leaves to the command line, as -backend-config does, may be anything.
func (s state) matches(other state) match {
	if s.backend != other.backend {
		return matchNone
	}
	m := matchSure
	for _, setting := range settings[s.backend] {
		read, kept := setting.in(other.config), setting.in(s.config)
		switch is := graph.Equal(read, kept); {
		case setting.optional && (read.IsNull() || kept.IsNull()), is == graph.True && !read.IsNull():
		case read.IsNull(), is == graph.False && !kept.IsNull():
			return matchNone
		case is == graph.Undecided && unifies(read, kept):
			m = min(m, matchLikely)
		default:
			m = matchMaybe
		}
	}
	return m
}

// stateLink is the root whose state a data source reads. Sure says that their settings are equal.
type stateLink struct {
	root string
	sure bool
}

// besideRoot is the configuration of a local backend with its path relative to the boundary: Terraform is run in the root module.
func besideRoot(root string, config graph.Value) graph.Value {
	file := aws.Field(config, "path")
	if file.IsNull() {
		file = graph.String("terraform.tfstate")
	}
	text, ok := file.Text()
	if !ok || path.IsAbs(text) {
		return graph.Unknown("the path of the state is not in the scan")
	}
	return graph.Map(graph.NewObject(map[string]graph.Value{"path": graph.String(path.Join(root, text))}))
}

// stateOf finds the root whose state a data source reads: the one whose backend is equal, else the only one that it can be.
func (o *offers) stateOf(ctx context.Context, root string, data *graph.Resource) (stateLink, bool) {
	backend, _ := data.Attribute("backend").Text()
	read := newState(root, backend, data.Attribute("config"))
	if settings[read.backend] == nil {
		return stateLink{}, false
	}
	var found [matchSure + 1][]string
	states := o.statesOf(ctx, o.e.tree.repositoryOf(root))
	if s, ok := o.localState(read); ok && o.e.tree.repositoryOf(s.root) == o.e.tree.repositoryOf(root) {
		states = append(slices.Clip(states), s)
	}
	for _, s := range states {
		m := s.matches(read)
		found[m] = append(found[m], s.root)
	}
	link := stateLink{sure: len(found[matchSure]) > 0}
	switch {
	case len(found[matchSure]) == 1:
		link.root = found[matchSure][0]
	case len(found[matchSure]) == 0 && len(found[matchLikely]) == 1 && len(found[matchMaybe]) == 0:
		link.root = found[matchLikely][0]
	}
	return link, link.root != "" && link.root != root
}

// localState is the state of a root without a backend, which is a file beside it.
func (o *offers) localState(read state) (state, bool) {
	file, ok := aws.Field(read.config, "path").Text()
	if read.backend != "local" || !ok || path.Base(file) != "terraform.tfstate" {
		return state{}, false
	}
	dir := path.Dir(file)
	if m := o.e.tree.module(dir); m == nil || m.backend {
		return state{}, false
	}
	return state{dir, read.backend, read.config}, true
}

// workspaceOf tells the workspaces apart that data sources read. It is empty for the default one, and false where nobody knows.
func workspaceOf(data *graph.Resource) (string, bool) {
	v := data.Attribute("workspace")
	text, known := v.Text()
	id := v.Identity()
	switch {
	case v.IsNull(), known && text == "default":
		return "", true
	case id != nil && id.Resource == nil && id.Name == "terraform.workspace":
		return "terraform.workspace", true // the same as the reader's
	case v.Kind() == graph.KindUnknown || v.Kind() == graph.KindInvalid:
		return "", false
	}
	return v.Key(), true
}
