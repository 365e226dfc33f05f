package provider

import (
	"strconv"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
)

// module is a module that needs not be on disk to be known.
type module struct {
	// source is the module's name in the registry: "terraform-aws-modules/vpc/aws".
	source string
	// path is that of the module inside the source: "modules/vpc-endpoints"; empty for the root.
	path string
	// create gives what a call creates.
	create func(*fragment)
}

// modules are the modules that are known. Each file of a module adds its own.
var modules []*module

// register adds a module, and returns it so that a declaration can hold the call.
func register(m module) *module {
	modules = append(modules, &m)
	return &m
}

// findModule is the module that a call names, nil when it is not known.
func findModule(s moduleSource) *module {
	for _, m := range modules {
		if s.name != "" && m.source == s.name && m.path == s.path {
			return m
		}
	}
	return nil
}

// fragment collects what a call creates.
type fragment struct {
	terraform.Fragment
	call    terraform.ModuleCall
	inputs  arguments
	release release
}

func newFragment(call terraform.ModuleCall) *fragment {
	return &fragment{
		Fragment: terraform.Fragment{Outputs: map[string]graph.Value{}},
		call:     call,
		inputs:   arguments{call.Inputs},
		release:  releaseOf(call.Version, parseSource(call.Source).ref),
	}
}

// attributes are those of a resource or block, by native name.
type attributes map[string]graph.Value

// add adds a resource that count and for_each do not repeat, or one of those that they do: `aws_vpc.this[0]`.
func (f *fragment) add(nativeType, name string, exists graph.Guard, a attributes) *single {
	s := &single{f, nativeType + "." + name, nativeType, exists}
	if exists.Decide() != graph.False {
		f.Resources = append(f.Resources, terraform.FragmentResource{
			Address: s.address, Type: nativeType, Attributes: graph.NewObject(a), Exists: exists,
		})
	}
	return s
}

// addMany adds what stands for any number of resources: `aws_subnet.private`.
func (f *fragment) addMany(nativeType, name string, exists graph.Guard, a attributes) {
	if exists.Decide() == graph.False {
		return
	}
	f.Resources = append(f.Resources, terraform.FragmentResource{
		Address: nativeType + "." + name, Type: nativeType, Attributes: graph.NewObject(a), Exists: exists, Many: true,
	})
}

// single is one resource.
type single struct {
	of                  *fragment
	address, nativeType string
	exists              graph.Guard
}

// get is an attribute of the resource, null where it does not exist. The empty attribute is the resource itself.
func (s *single) get(attribute string) graph.Value {
	return either(s.exists, s.of.call.Refer(s.address, s.nativeType, attribute), graph.Null())
}

func (s *single) id() graph.Value { return s.get("id") }

// repeated is a resource with count. exists[i] is the condition under which there are more than i.
type repeated struct {
	of               *fragment
	nativeType, name string
	count
}

// addEach adds a resource with count. For one whose count is not decided, attributes is asked once, about the index -1.
func (f *fragment) addEach(nativeType, name string, n count, attributes func(i int) attributes) *repeated {
	r := &repeated{f, nativeType, name, n}
	if n.any {
		f.addMany(nativeType, name, n.when, attributes(-1))
		return r
	}
	for i, exists := range n.more {
		f.add(nativeType, name+"["+strconv.Itoa(i)+"]", exists, attributes(i))
	}
	return r
}

// at is an attribute of the ith resource.
func (r *repeated) at(i int, attribute string) graph.Value {
	return r.of.call.Refer(r.nativeType+"."+r.name+"["+strconv.Itoa(i)+"]", r.nativeType, attribute)
}

// all is the list of an attribute of every resource.
func (r *repeated) all(attribute string) graph.Value {
	if r.any {
		return r.of.call.Hole(r.nativeType + "." + r.name + "[*]." + attribute)
	}
	return r.byCount(func(n int) graph.Value {
		list := make([]graph.Value, n)
		for i := range list {
			list[i] = r.at(i, attribute)
		}
		return graph.List(list...)
	})
}

// element is the id of the ith resource as Terraform's function element counts: past the end from the beginning again.
func (r *repeated) element(i int) graph.Value {
	if r.any || i < 0 {
		return graph.Unknown("how many " + r.nativeType + "." + r.name + " there are is not decided")
	}
	return r.byCount(func(n int) graph.Value {
		if n == 0 {
			return graph.Null()
		}
		return r.at(i%n, "id")
	})
}

// count is how many there are of something: more[i] is the condition under which there are more than i.
type count struct {
	more []graph.Guard
	// any says that the number is not decided; when is then the condition under which there can be one.
	any  bool
	when graph.Guard
}

// one is a count of one under a condition, else of none.
func one(when graph.Guard) count { return count{more: []graph.Guard{when}} }

// byCount chooses a value by the number of something.
func (c count) byCount(value func(n int) graph.Value) graph.Value {
	var cases []graph.Case
	for n := 0; n <= len(c.more); n++ {
		var conditions []graph.Guard
		if n > 0 {
			conditions = append(conditions, c.more[n-1])
		}
		if n < len(c.more) {
			conditions = append(conditions, graph.Not(c.more[n]))
		}
		if when := graph.And(conditions...); when.Decide() != graph.False {
			cases = append(cases, graph.Case{When: when, Value: value(n)})
		}
	}
	return graph.Choice(cases...)
}

// under is the count under a condition, else none.
func (c count) under(when graph.Guard) count {
	if c.any {
		return count{any: true, when: graph.And(when, c.when)}
	}
	out := count{more: make([]graph.Guard, 0, len(c.more))}
	for _, m := range c.more {
		if m = graph.And(when, m); m.Decide() == graph.False {
			break
		}
		out.more = append(out.more, m)
	}
	return out
}

// or is the larger of two counts.
func (c count) or(d count) count {
	switch {
	case c.any:
		return count{any: true, when: graph.Or(c.when, d.some())}
	case d.any:
		return d.or(c)
	}
	out := count{}
	for i := range max(len(c.more), len(d.more)) {
		out.more = append(out.more, graph.Or(c.moreThan(i), d.moreThan(i)))
	}
	return out
}

// some is the condition under which there is one.
func (c count) some() graph.Guard {
	if c.any {
		return c.when
	}
	return c.moreThan(0)
}

func (c count) moreThan(i int) graph.Guard {
	if i < len(c.more) {
		return c.more[i]
	}
	return graph.Never()
}

// choose is c under a condition, else d.
func choose(when graph.Guard, c, d count) count { return c.under(when).or(d.under(graph.Not(when))) }

// countOf is the length of a list.
func countOf(list graph.Value) count {
	var n count
	for _, c := range list.Cases() {
		e, more := elements(c.Value)
		var length count
		for range e {
			length.more = append(length.more, c.When)
		}
		if more {
			length = count{any: true, when: c.When}
		}
		n = n.or(length)
	}
	for i, m := range n.more {
		if m.Decide() == graph.True { // under every alternative
			n.more[i] = graph.Always()
		}
	}
	return n
}

// elementOf is the ith element of a list as Terraform's function element counts.
func elementOf(list graph.Value, i int) graph.Value {
	return list.Map(func(v graph.Value) graph.Value {
		e, more := elements(v)
		switch {
		case i < 0:
			return graph.Unknown("the index of the element is not decided")
		case !more && len(e) > 0:
			return e[i%len(e)]
		case v.Identity() != nil:
			return graph.Hole(graph.Derived("element", v, graph.Int(i)))
		case more:
			return graph.Unknown("the files do not say which element has this index")
		}
		return graph.Null()
	})
}

// input is an input of the module, or its default.
func (f *fragment) input(name string, fallback graph.Value) graph.Value {
	return f.inputs.or(name, fallback)
}

// on is the condition under which an input that is a switch is on.
func (f *fragment) on(name string, fallback bool) graph.Guard {
	return f.is(name, f.input(name, graph.Bool(fallback)), "true")
}

// is gives the condition under which a value is some text. what names the value where it has no identity.
func (f *fragment) is(what string, v graph.Value, text string) graph.Guard {
	if cases := v.Cases(); len(cases) > 1 {
		guards := make([]graph.Guard, len(cases))
		for i, c := range cases {
			guards[i] = graph.And(c.When, f.is(what, c.Value, text))
		}
		return graph.Or(guards...)
	}
	switch t, known := v.Text(); {
	case known:
		return guardOf(t == text)
	case v.IsNull():
		return graph.Never()
	case v.Identity() != nil:
		return graph.When(v.Identity(), text)
	case graph.Equal(v, graph.String(text)) == graph.False:
		return graph.Never()
	}
	return graph.When(f.call.Hole(what).Identity(), text)
}

func guardOf(holds bool) graph.Guard {
	if holds {
		return graph.Always()
	}
	return graph.Never()
}

// pass copies inputs to attributes of the same name; those that are not passed are not written.
func (f *fragment) pass(a attributes, names ...string) attributes {
	for _, name := range names {
		if v := f.inputs.get(name); !v.IsNull() {
			a[name] = v
		}
	}
	return a
}

// service is the name of an endpoint service in the Region of the call.
func (f *fragment) service(name graph.Value) graph.Value {
	return serviceName(f.call.Region, func() graph.Value { return f.call.Hole("region") }, name)
}
