package terraform

import "github.com/iacscan/iacscan/graph"

// entries are the entries of a map that is being made. Keys are text, and the files need not decide all of it.
type entries struct {
	known map[string]graph.Value
	keyed []graph.Entry
	more  bool // others may exist
}

// value is the map.
func (e *entries) value() graph.Value {
	v := graph.Map(graph.NewObject(e.known))
	if e.more || !e.distinct() {
		v = v.AsOpen()
	}
	if e.keyed != nil {
		v = v.WithKeyed(e.keyed)
	}
	return v
}

// maxKeyed bounds the entries whose keys are compared with all others, maxKeyPairs how often keys are compared.
const (
	maxKeyed    = 100
	maxKeyPairs = 20_000
)

// distinct reports whether no two keys can be the same.
func (e *entries) distinct() bool {
	if len(e.keyed) > maxKeyed || len(e.keyed)*len(e.known) > maxKeyPairs {
		return false
	}
	for i, k := range e.keyed {
		for _, other := range e.keyed[:i] {
			if graph.Equal(k.Key, other.Key) != graph.False {
				return false
			}
		}
		for text := range e.known {
			if graph.Equal(k.Key, graph.String(text)) != graph.False {
				return false
			}
		}
	}
	return true
}

// put adds an entry, which replaces those before it that have the same key.
func (s *scope) put(e *entries, key, value graph.Value) {
	text, decided := key.Text()
	if decided {
		key = graph.String(text)
	}
	kept := e.keyed[:0]
	for _, k := range e.keyed {
		if graph.Equal(k.Key, key) != graph.True {
			kept = append(kept, graph.Entry{Key: k.Key, Value: s.replaced(k.Value, k.Key, key, value)})
		}
	}
	e.keyed = kept
	if decided {
		e.known[text] = value
		return
	}
	for k, old := range e.known {
		e.known[k] = s.replaced(old, graph.String(k), key, value)
	}
	if _, isText := key.Parts(); !isText || len(e.keyed) >= maxKeyed {
		e.more = true
		return
	}
	e.keyed = append(e.keyed, graph.Entry{Key: key, Value: value})
}

// replaced is an entry after one with another key that may be the same.
func (s *scope) replaced(old, key, other, value graph.Value) graph.Value {
	if graph.Equal(key, other) == graph.False {
		return old
	}
	if g, ok := s.guardOf(s.equality(key, other)); ok {
		return s.either(g, value, old)
	}
	return graph.Unknown("another key of the map may be " + key.String())
}

// keyedAs is the entry of a map whose key is the same as one that has holes.
func keyedAs(m, key graph.Value) (graph.Value, bool) {
	keyed, _ := m.Keyed()
	for _, k := range keyed {
		if graph.Equal(k.Key, key) == graph.True {
			return k.Value, true
		}
	}
	return graph.Value{}, false
}

// lacks reports whether a map certainly has no entry with a key that its object does not list.
func lacks(m graph.Value, key string) bool {
	keyed, all := m.Keyed()
	for _, k := range keyed {
		if graph.Equal(k.Key, graph.String(key)) != graph.False {
			return false
		}
	}
	return all
}
