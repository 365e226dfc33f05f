package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

const serverless = "AWS::Serverless-2016-10-31"

// global is what the Globals section of a serverless template says about a property of a type, nil when it says nothing.
func (s *Stack) global(nativeType, property string) *node {
	kind, ok := strings.CutPrefix(nativeType, "AWS::Serverless::")
	if !ok || s.top.get("Globals") == nil {
		return nil
	}
	n := s.top.get("Globals").get(kind).get(property)
	if n.isNull() {
		return nil
	}
	return n
}

// mergeGlobal is a resource's own value over a global one: maps are merged, lists are added to the global ones, all else is replaced.
func mergeGlobal(global, value graph.Value) graph.Value {
	if value.IsNull() {
		return global
	}
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
