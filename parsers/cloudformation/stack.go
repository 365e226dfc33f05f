package cloudformation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Options say what to load and what is known beside the files.
type Options struct {
	Files       *source.Set
	Diagnostics *source.Diagnostics
	// Path is the template, relative to the boundary.
	Path string
	// Source is a template that is no file in the boundary, instead of the file at Path.
	Source *source.File
	// Body is a template that is text in some file, instead of the file at Path: the body of an aws_cloudformation_stack. It may have
	// holes, and its places are those of the text ([graph.Placed]).
	Body graph.Value
	// Parent is the resource that creates the stack, in the graph around it: an aws_cloudformation_stack. The stack's resources then
	// belong to the parent's root, their addresses begin with the parent's, and they exist where it does. May be nil.
	Parent *graph.Resource
	// Parameters are bound by the caller: from the command line, a parameter file, or a Terraform argument. A pseudo parameter
	// ("AWS::Region") can be bound as well.
	Parameters map[string]graph.Value
	// Want says which resource types [Stack.Graph] lists; nil for all.
	Want func(nativeType string) bool
	// Import resolves the name of an export, or a dynamic reference as `{{resolve:ssm:NAME}}` without a version; may be nil.
	Import func(name graph.Value) (graph.Value, bool)
	// Templates finds the template that a location means which is no path beside the template from (an S3 URL whose tail names
	// exactly one template in the tree); may be nil.
	Templates func(url graph.Value, from string) (path string, ok bool)
	// Scenario is the parameter file that Parameters come from, for [graph.Body.Trace]; empty when there is none.
	Scenario string
}

// maxStacks bounds the nested stacks of one root, maxNesting how deep they nest.
const (
	maxStacks  = 2000
	maxNesting = 30
)

// A world is what the stacks of one root share.
type world struct {
	ctx       context.Context //nolint:containedctx // evaluation is lazy and outlives Load; the context bounds it all the same
	options   Options
	root      string
	templates map[string]template
	top       *Stack
	exports   []ownExport // of all its stacks, once these are known
	stacks    int
	depth     int           // values that are being computed, each for the one before
	included  int           // inclusions of files
	expanded  int           // nodes that Fn::ForEach made
	written   int           // bytes of text that was put together
	marked    []graph.Value // what the marks in the text of embedded templates stand for
	joins     map[string]joined
	ids       map[string]bool // names of parameters that hold one id each: neither empty nor with a comma
	filled    map[string]bool // names of parameters that are not empty
}

// A template is a file that has been read; top is nil when it could not be parsed, file when it could not be read.
type template struct {
	file *source.File
	top  *node
}

// load reads and parses the file at a path, once.
func (w *world) load(name string) template {
	if t, ok := w.templates[name]; ok {
		return t
	}
	var t template
	if file, err := w.options.Files.Load(name); err == nil {
		t = template{file, read(w.options.Files, file, w.options.Diagnostics)}
	} else if errors.Is(err, source.ErrTooLarge) {
		w.options.Diagnostics.Add(source.Diagnostic{
			Level: source.Error, Code: "template-size", Message: fmt.Sprintf("read %s: %v", name, err), Location: source.Location{Path: name},
		})
	}
	w.templates[name] = t
	return t
}

// A Stack is a template with its parameters bound as far as anybody binds them: a root, or nested in another stack. Its values are
// evaluated when they are asked for, once. It must not be used by two goroutines at a time.
type Stack struct {
	world  *world
	file   *source.File
	top    *node
	parent *resource // the AWS::CloudFormation::Stack that this is; nil for a root
	prefix string    // what precedes a logical id in an address: "Network/"
	calls  []graph.Call
	exists graph.Guard
	depth  int

	sections   map[string]*section
	parameters map[string]*parameter
	ruled      bool // whether the rules have narrowed the parameters
	conditions map[string]*condition
	resources  map[string]*resource
	deciding   int // conditions that are being evaluated, inside each other
	formula    int // parts of the condition that is being evaluated
	outputs    map[string]*lazy
	loops      map[string]bool // identifiers of Fn::ForEach over what is not known
	including  map[string]bool // files that are being included
	unread     []*graph.Opaque // macros and inclusions that may add resources
	origin     string          // prefix of the stack set whose stacks are in other accounts and Regions than the root's
}

// Load reads a template. It never fails: what cannot be read is a diagnostic, and a stack without resources.
func Load(ctx context.Context, o Options) *Stack {
	w := &world{ctx: ctx, options: o, templates: map[string]template{}, joins: map[string]joined{}, ids: map[string]bool{}, filled: map[string]bool{}}
	w.root = path.Clean(o.Path)
	var t template
	switch {
	case o.Source != nil:
		t = template{o.Source, read(o.Files, o.Source, o.Diagnostics)}
		w.root = o.Source.Path
	case o.Body.Kind() != graph.KindUnknown:
		var ok bool
		if t, ok = w.embedded(o.Body, &source.File{Path: w.root}); !ok {
			w.options.Diagnostics.Add(source.Diagnostic{
				Level: source.Warning, Code: "template-shape", Message: "the text is no template", Location: o.Files.Location(o.Body.At()),
			})
		}
	default:
		if t = w.load(w.root); t.file == nil {
			w.options.Diagnostics.Add(source.Diagnostic{
				Level: source.Error, Code: "template-missing", Message: "the template cannot be read", Location: source.Location{Path: w.root},
			})
		}
	}
	if o.Parent != nil {
		w.root = o.Parent.Root
	}
	w.top = newStack(w, t, nil)
	return w.top
}

func newStack(w *world, t template, parent *resource) *Stack {
	s := &Stack{
		world: w, file: t.file, top: t.top, parent: parent,
		sections: map[string]*section{}, parameters: map[string]*parameter{}, conditions: map[string]*condition{},
		resources: map[string]*resource{}, outputs: map[string]*lazy{}, loops: map[string]bool{}, including: map[string]bool{},
	}
	if s.file == nil {
		s.file = &source.File{Path: w.root}
	}
	if s.top != nil && !s.top.isMapping() {
		s.report(source.Error, "template-shape", s.top.at, "a template is a mapping, this is %s", s.top.kindName())
		s.top = nil
	}
	if r := w.options.Parent; parent == nil && r != nil {
		s.prefix, s.exists, s.calls = r.Address+"/", r.Exists, callsOf(r)
	}
	if parent != nil {
		r := parent.graph
		s.prefix, s.exists, s.depth = r.Address+"/", r.Exists, parent.stack.depth+1
		if s.origin = parent.stack.origin; r.NativeType == stackSet {
			s.origin = s.prefix
		}
		s.calls = callsOf(r)
	}
	s.includeTop()
	return s
}

// callsOf lead to what a resource creates.
func callsOf(r *graph.Resource) []graph.Call {
	return append(slices.Clone(r.Calls), graph.Call{Address: r.Address, At: r.Header, Block: r.Block})
}

func (s *Stack) report(level source.Level, code string, at source.Span, format string, args ...any) {
	o := s.world.options
	o.Diagnostics.Add(source.Diagnostic{Level: level, Code: code, Message: fmt.Sprintf(format, args...), Location: o.Files.Location(at)})
}

var errOutside = errors.New("outside the boundary")

// resolve is the path in the boundary that a path beside the template means.
func (s *Stack) resolve(relative string) (string, error) {
	relative = strings.ReplaceAll(strings.TrimPrefix(relative, "file://"), `\`, "/")
	if path.IsAbs(relative) {
		return "", errOutside
	}
	p := path.Join(path.Dir(s.file.Path), relative)
	if !fs.ValidPath(p) {
		return "", errOutside
	}
	return p, nil
}

// Graph lists the resources of the stack and of the stacks nested in it that may exist, in the order of their templates, and the nested
// stacks, modules and macros that cannot be read.
func (s *Stack) Graph() *graph.Graph {
	g := &graph.Graph{Files: s.world.options.Files}
	s.collect(g)
	return g
}

func (s *Stack) collect(g *graph.Graph) {
	want := s.world.options.Want
	s.macros()
	for _, e := range s.section("Resources").entries {
		if s.world.ctx.Err() != nil {
			return
		}
		r := s.resource(e.key.text)
		if r == nil || r.graph.Exists.Decide() == graph.False {
			continue
		}
		if want == nil || want(r.graph.NativeType) {
			r.checkProperties()
			g.Resources = append(g.Resources, r.graph)
		}
		if nested, opaque := r.nested(); nested != nil {
			nested.collect(g)
		} else if opaque != nil {
			g.Opaque = append(g.Opaque, opaque)
		}
	}
	g.Opaque = append(g.Opaque, s.unread...)
}

// Output is the value of an output of the stack.
func (s *Stack) Output(name string) graph.Value { return s.output(name, source.Span{}) }

// Readable reports whether there is a template.
func (s *Stack) Readable() bool { return s.top != nil }

// Outputs are all outputs of the stack by name, as text, for whoever creates it from outside: a map, open when a macro may add to it.
func (s *Stack) Outputs() graph.Value {
	outputs := map[string]graph.Value{}
	for _, e := range s.section("Outputs").entries {
		if s.conditionOf(e.value).Decide() == graph.False || e.when.Decide() == graph.False {
			continue
		}
		outputs[e.key.text] = s.Output(e.key.text).Map(func(v graph.Value) graph.Value {
			if text, ok := v.Text(); ok {
				return graph.String(text).WithSpan(v.At())
			}
			return v
		})
	}
	v := graph.Map(graph.NewObject(outputs))
	if s.hasMacro() {
		v = v.AsOpen()
	}
	return v
}

func (s *Stack) output(name string, from source.Span) graph.Value {
	e, ok := s.section("Outputs").get(name)
	if !ok {
		if s.top == nil || s.hasMacro() {
			return graph.Unknown("the output " + name + " of " + s.file.Path + " cannot be read")
		}
		if !from.IsZero() {
			s.report(source.Warning, "template-reference", from, "%s has no output %s%s", s.file.Path, name, suggest(name, s.section("Outputs").byName))
		}
		return graph.Invalid(s.file.Path + " has no output " + name)
	}
	l := s.outputs[name]
	if l == nil {
		l = &lazy{}
		s.outputs[name] = l
	}
	what := "the output " + name + " of " + s.file.Path
	return l.get(s.world, what, func() graph.Value {
		if s.conditionOf(e.value).Decide() == graph.False {
			return graph.Invalid(what + " does not exist")
		}
		return s.eval(e.value.get("Value"))
	})
}

// lazy is a value that is computed when it is first asked for.
type lazy struct {
	state byte // 0, 'r'unning, 'd'one
	value graph.Value
}

// maxChain bounds values that depend on each other in a row.
const maxChain = 2000

// get computes the value. What depends on itself is invalid.
func (l *lazy) get(w *world, what string, compute func() graph.Value) graph.Value {
	switch l.state {
	case 'r':
		return graph.Invalid(what + " depends on itself")
	case 0:
		if w.depth >= maxChain {
			w.options.Diagnostics.Add(source.Diagnostic{
				Level: source.Error, Code: "template-depth", Location: source.Location{Path: w.root},
				Message: fmt.Sprintf("more than %d values depend on each other in a row", maxChain),
			})
			return graph.Unknown("too many values depend on each other in a row")
		}
		w.depth++
		l.state = 'r'
		l.value = compute()
		l.state = 'd'
		w.depth--
	}
	return l.value
}
