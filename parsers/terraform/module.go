package terraform

import (
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/iacscan/iacscan/graph"
)

// module is one instance of a module: a directory, and what its call binds.
type module struct {
	*evaluator
	dir     *directory
	parent  *module     // nil for the root
	block   *block      // the call; nil for the root
	inputs  *scope      // where the arguments of the call are evaluated; nil for the root
	address string      // "module.net.module.a[0]"; empty for the root
	path    string      // as modules.json has it: "net.a"
	exists  graph.Guard // the conditions of all calls on the way
	many    bool        // a call on the way stands for any number of instances
	depth   int

	memo      map[name]graph.Value
	busy      map[name]bool
	resources map[*block]*resource
	children  map[*block]*callSite
	calls     []graph.Call // see way
}

// name is a name inside a module.
type name struct {
	kind byte // 'v'ariable, 'l'ocal, 'o'utput, 'p'rovider Region
	text string
}

// qualified is the full address of a name in m.
func (m *module) qualified(name string) string {
	if m.address == "" {
		return name
	}
	return m.address + "." + name
}

// hole is what nothing in the files decides about a name of m.
func (m *module) hole(name, hint string) graph.Value {
	return graph.Hole(&graph.Identity{Root: m.Dir, Name: m.qualified(name), Hint: hint})
}

// memoised evaluates the value of a name once. The doubts of a value that has a name are none of the expression that uses it: when it
// fails, the plan fails.
func (m *module) memoised(n name, f func() graph.Value) graph.Value {
	if v, ok := m.memo[n]; ok {
		return v
	}
	if m.memo == nil {
		m.memo, m.busy = map[name]graph.Value{}, map[name]bool{}
	}
	if m.busy[n] {
		return graph.Unknown(m.qualified(kinds[n.kind]+n.text) + " refers to itself")
	}
	m.busy[n] = true
	doubts, strict := m.doubts, m.strict
	m.strict = false
	v := m.weighed(f())
	m.doubts, m.strict = doubts, strict
	delete(m.busy, n)
	if m.spent == "" {
		m.memo[n] = v
	}
	return v
}

var kinds = map[byte]string{'v': "var.", 'l': "local.", 'o': "output.", 'p': "provider."}

// local is the value of local.name.
func (m *module) local(text string) graph.Value {
	return m.memoised(name{'l', text}, func() graph.Value {
		l, ok := m.dir.local(text)
		if !ok {
			return m.hole("local."+text, "local."+text+" is not declared in "+m.dir.path)
		}
		return (&scope{module: m}).eval(l.expression)
	})
}

// output is the value of an output of m.
func (m *module) output(text string) graph.Value {
	return m.memoised(name{'o', text}, func() graph.Value {
		b := m.dir.outputs[text]
		if b == nil {
			return m.hole("output."+text, "the output "+text+" is not declared in "+m.dir.path)
		}
		a := b.body().Attributes["value"]
		if a == nil {
			return graph.Unknown("the output " + text + " has no value")
		}
		return (&scope{module: m}).eval(a.Expr)
	})
}

// outputs is m as a value: an object of all outputs.
func (m *module) outputs() graph.Value {
	all := make(map[string]graph.Value, len(m.dir.outputs))
	for text := range m.dir.outputs {
		all[text] = m.output(text)
	}
	v := graph.Map(graph.NewObject(all))
	if m.dir.partial {
		v = v.AsOpen()
	}
	return v
}

// pathValue is the value of path.name.
func (m *module) pathValue(text string) graph.Value {
	switch text {
	case "root":
		return graph.String(".")
	case "module":
		return graph.String(relative(m.Dir, m.dir.path))
	}
	return m.hole("path."+text, "it depends on where Terraform is run")
}

// relative is the path that leads from one directory to another, both relative to the boundary.
func relative(from, to string) string {
	if from == to {
		return "."
	}
	parts := func(p string) []string {
		if p == "." {
			return nil
		}
		return strings.Split(p, "/")
	}
	f, t := parts(from), parts(to)
	for len(f) > 0 && len(t) > 0 && f[0] == t[0] {
		f, t = f[1:], t[1:]
	}
	return strings.Repeat("../", len(f)) + strings.Join(t, "/")
}

// way lists the calls that lead to m, outermost first.
func (m *module) way() []graph.Call {
	if m.calls == nil && m.depth > 0 {
		m.calls = make([]graph.Call, m.depth)
		for n := m; n.parent != nil; n = n.parent {
			m.calls[n.depth-1] = graph.Call{Address: n.address, At: n.block.header, Block: n.block.span}
		}
	}
	return m.calls
}

// callSite is a module call in one module instance, with its own instances.
type callSite struct {
	*module // the caller
	block   *block
	repeat  *repeat
	busy    bool
	dir     *directory // nil when the module cannot be read
	source  string     // as written
	byPath  bool       // source is a path
	modules map[*repetition]*module
	outside map[*repetition]*outside
}

// call is the module call with a name, nil when there is none.
func (m *module) call(text string) *callSite {
	if b := m.dir.modules[text]; b != nil {
		return m.callOf(b)
	}
	return nil
}

// callOf is a module call of m.
func (m *module) callOf(b *block) *callSite {
	c := m.children[b]
	if c == nil {
		c = &callSite{module: m, block: b}
		c.locate()
		if m.children == nil {
			m.children = map[*block]*callSite{}
		}
		m.children[b] = c
	}
	return c
}

// instances evaluates count or for_each of the call.
func (c *callSite) instances() (*repeat, string) {
	if c.repeat == nil {
		if c.busy {
			return nil, c.qualified(c.block.address()) + " refers to itself"
		}
		c.busy = true
		c.repeat = c.repeatOf(c.block)
		c.busy = false
	}
	return c.repeat, ""
}

// all is the call as a value, or one attribute of it: of a call that is not repeated an output, else an instance.
func (c *callSite) all(s *scope, then hcl.Traversal) graph.Value {
	r, why := c.instances()
	if r == nil {
		return graph.Unknown(why)
	}
	if r.mode == once {
		return c.then(s, r.known[0], then)
	}
	return s.steps(r.value(func(k *repetition) graph.Value { return c.whole(k) }), then)
}

// at is the instance with a key, and what follows it.
func (c *callSite) at(s *scope, key graph.Value, then hcl.Traversal) graph.Value {
	r, why := c.instances()
	if r == nil {
		return graph.Unknown(why)
	}
	return r.find(s, key, func(k *repetition) graph.Value { return c.then(s, k, then) })
}

// then is an output of one instance and what follows it. The other outputs are not evaluated.
func (c *callSite) then(s *scope, k *repetition, t hcl.Traversal) graph.Value {
	text := traversalName(t, 0)
	if text == "" {
		return s.steps(c.whole(k), t)
	}
	if m := c.instance(k); m != nil {
		return s.steps(m.output(text), t[1:])
	}
	return s.steps(c.opaque(k).output(text), t[1:])
}

// whole is an instance as a value.
func (c *callSite) whole(k *repetition) graph.Value {
	if m := c.instance(k); m != nil {
		return m.outputs()
	}
	return c.opaque(k).value()
}

// instance is an instance of the called module; nil when it cannot be read.
func (c *callSite) instance(k *repetition) *module {
	if m := c.modules[k]; m != nil || c.dir == nil {
		return m
	}
	if code, why := c.tooMany(); why != "" {
		c.report(code, c.block.header, why)
		c.dir = nil
		return nil
	}
	m := &module{
		evaluator: c.evaluator, dir: c.dir, parent: c.module, block: c.block, inputs: c.scope(k),
		address: c.qualified("module." + c.block.label(0) + k.address), path: strings.TrimPrefix(c.path+"."+c.block.label(0), "."),
		exists: graph.And(c.exists, k.exists), many: c.many || k.many, depth: c.depth + 1,
	}
	if c.modules == nil {
		c.modules = map[*repetition]*module{}
	}
	c.modules[k] = m
	return m
}

// scope is where the arguments of one instance of the call are evaluated.
func (c *callSite) scope(k *repetition) *scope {
	s := &scope{module: c.module}
	if c.repeat.mode != once {
		s.each, s.repeats = k, c.block
	}
	return s
}

// The bounds of modules. Terraform has none, but it would not finish either.
const (
	maxModules     = 10_000
	maxModuleDepth = 2_000
)

// tooMany counts one more module instance, and says which bound that exceeds, as a diagnostic.
func (c *callSite) tooMany() (code, why string) {
	c.modulesMade++
	switch {
	case c.modulesMade > maxModules:
		return "limit", "the root has more than " + strconv.Itoa(maxModules) + " module instances"
	case c.depth >= maxModuleDepth:
		return "limit", "module calls nest deeper than " + strconv.Itoa(maxModuleDepth)
	}
	for m := c.module; m != nil; m = m.parent {
		if m.dir == c.dir {
			return "module-cycle", "the module calls itself"
		}
	}
	return "", ""
}

// locate finds the directory of the called module: a path, or what `terraform init` wrote down about another source.
func (c *callSite) locate() {
	a := c.block.body().Attributes["source"]
	if a == nil {
		return
	}
	c.source, _ = (&scope{module: c.module}).eval(a.Expr).Text()
	at := c.place(a.Expr.Range())
	if strings.HasPrefix(c.source, "./") || strings.HasPrefix(c.source, "../") {
		c.byPath = true
		dir := path.Join(c.module.dir.path, c.source)
		c.dir = c.loader.directory(dir)
		switch {
		case !fs.ValidPath(dir):
			c.report("outside-boundary", at, c.source+" is not inside the repository that is scanned: what the module creates and yields is unknown")
		case c.dir == nil:
			c.report("module-not-found", at, "there is no module in "+dir+": what it creates and yields is unknown")
		}
		return
	}
	if dir := c.installed(strings.TrimPrefix(c.path+"."+c.block.label(0), ".")); dir != "" {
		c.dir = c.loader.directory(dir)
	}
}
