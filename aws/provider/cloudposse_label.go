package provider

import "github.com/iacscan/iacscan/graph"

// cloudposse/label/null: names and tags. Modules of cloudposse create what they create only if its output enabled says so.
var _ = register(module{source: "cloudposse/label/null", create: func(f *fragment) {
	f.Outputs["enabled"] = f.fromContext("enabled", graph.Bool(true))
	context := attributes{"enabled": f.Outputs["enabled"]}
	for _, name := range []string{"namespace", "tenant", "environment", "stage", "name"} {
		if v := f.fromContext(name, graph.Null()); !v.IsNull() {
			context[name] = v // as it came; the outputs of these names are normalised
		}
	}
	f.Outputs["context"] = object(context).AsOpen()
}})

// fromContext is an input of a module of cloudposse: its own, else that of the context it is given, else a default.
func (f *fragment) fromContext(name string, fallback graph.Value) graph.Value {
	or := func(v, other graph.Value) graph.Value {
		return v.Map(func(v graph.Value) graph.Value {
			if v.IsNull() {
				return other
			}
			return v
		})
	}
	inherited := field(f.input("context", graph.Null()), name, graph.Null())
	return or(f.inputs.get(name), or(inherited, fallback))
}

// enabled is the condition under which a module of cloudposse creates anything.
func (f *fragment) enabled() graph.Guard {
	return f.is("enabled", f.fromContext("enabled", graph.Bool(true)), "true")
}
