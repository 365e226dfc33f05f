package tfplan

import "github.com/iacscan/iacscan/graph"

// field is what some keys lead to in nested objects, Null when there is none.
func field(v graph.Value, keys ...string) graph.Value {
	for _, k := range keys {
		o, ok := v.Object()
		if !ok {
			return graph.Null()
		}
		if v, ok = o.Get(k); !ok {
			return graph.Null()
		}
	}
	return v
}

// text is the text of a string, empty for everything else.
func text(v graph.Value) string {
	if v.Kind() != graph.KindString {
		return ""
	}
	t, _ := v.Text()
	return t
}

// elements are the elements of a list, none for everything else.
func elements(v graph.Value) []graph.Value {
	e, _ := v.Elements()
	return e
}

// isTrue reports whether v is the boolean true.
func isTrue(v graph.Value) bool {
	b, _ := v.Bool()
	return b && v.Kind() == graph.KindBool
}
