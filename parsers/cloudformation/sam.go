package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// global is what the Globals section of a serverless template says about a property of the resource, nil when it says nothing.
func (r *resource) global(property string) *node {
	globals := r.stack.top.get("Globals")
	kind, ok := strings.CutPrefix(r.graph.NativeType, "AWS::Serverless::")
	if !ok || globals == nil {
		return nil
	}
	ignored := r.node.get("IgnoreGlobals")
	if all, ok := ignored.literal(); ok && all == "*" {
		return nil
	}
	if ignored.isSequence() {
		for _, item := range ignored.items {
			if name, ok := item.literal(); ok && name == property {
				return nil
			}
		}
	}
	if n := globals.get(kind).get(property); !n.isNull() {
		return n
	}
	return nil
}

// mergeGlobal is a resource's own value over a global one: maps are merged, lists are added to the global ones, all else is replaced.
func mergeGlobal(global, value graph.Value) graph.Value {
	if outer, ok := known(global); ok {
		if inner, ok := known(value); ok {
			return graph.List(append(append([]graph.Value(nil), outer...), inner...)...).WithSpan(value.At())
		}
	}
	outer, ok := global.Object()
	inner, ok2 := value.Object()
	if !ok || !ok2 {
		return value
	}
	merged := map[string]graph.Value{}
	for i, k := range outer.Keys() {
		merged[k] = outer.Values()[i]
	}
	for i, k := range inner.Keys() {
		merged[k] = inner.Values()[i]
		if g, ok := outer.Get(k); ok {
			merged[k] = mergeGlobal(g, inner.Values()[i])
		}
	}
	v := graph.Map(graph.NewObject(merged)).WithSpan(value.At())
	if global.IsOpen() || value.IsOpen() {
		v = v.AsOpen()
	}
	return v
}

// generated reports whether a logical id may be one that the serverless transform makes: it begins with that of a serverless resource.
func (s *Stack) generated(id string) bool {
	for _, e := range s.section("Resources").entries {
		typ, _ := e.value.get("Type").literal()
		if (strings.HasPrefix(typ, "AWS::Serverless::") || strings.HasSuffix(typ, "::MODULE")) && strings.HasPrefix(id, e.key.text) {
			return true
		}
		if typ == "AWS::Serverless::Function" && strings.HasPrefix(id, "Serverless") {
			return true
		}
	}
	return false
}

// module is the module whose resource a logical id is.
func (s *Stack) module(id string) *graph.Opaque {
	for _, e := range s.section("Resources").entries {
		if typ, _ := e.value.get("Type").literal(); strings.HasSuffix(typ, "::MODULE") && strings.HasPrefix(id, e.key.text) {
			if r := s.resource(e.key.text); r != nil {
				_, opaque := r.nested()
				return opaque
			}
		}
	}
	return nil
}
