package cloudformation

import (
	"strings"

	"github.com/iacscan/iacscan/source"
)

// A node is a piece of a template as written, whether in YAML or in JSON. Aliases share the node that they name, so a tree of nodes is
// in truth a graph without cycles; its size when written out is bounded when it is read.
type node struct {
	kind   nodeKind
	scalar scalarKind  // of a scalar
	style  scalarStyle // of a scalar
	tag    string      // short form of an intrinsic as written, "!Sub"; empty for everything that is plain YAML or JSON
	text   string      // of a scalar, decoded
	at     source.Span // without tag and anchor
	pairs  []pair      // of a mapping, in the order written, keys distinct
	items  []*node     // of a sequence
	size   int         // nodes in it, itself and every use of an alias counted
	from   *node       // of a scalar that Fn::ForEach made: what is written
}

type nodeKind uint8

const (
	scalarNode nodeKind = iota
	sequenceNode
	mappingNode
)

type scalarKind uint8

const (
	stringScalar scalarKind = iota
	numberScalar
	boolScalar
	nullScalar
)

// scalarStyle says how a scalar is written; it decides where the bytes of its text are.
type scalarStyle uint8

const (
	plainStyle     scalarStyle = iota
	singleStyle                // 'text'
	doubleStyle                // "text", in YAML and in JSON
	blockStyle                 // | or >
	syntheticStyle             // the text is not in the file as such: Fn::ForEach made it
)

// A pair is an entry of a mapping; the key is a scalar.
type pair struct{ key, value *node }

// get is the value of a key, nil when n is no mapping or lacks it.
func (n *node) get(key string) *node {
	_, value := n.entry(key)
	return value
}

// entries are the pairs of a mapping.
func (n *node) entries() []pair {
	if n == nil {
		return nil
	}
	return n.pairs
}

// entry is the pair of a key, nil when n is no mapping or lacks it.
func (n *node) entry(key string) (k, value *node) {
	if n == nil {
		return nil, nil
	}
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.key, p.value
		}
	}
	return nil, nil
}

// isNull reports whether nothing is written.
func (n *node) isNull() bool {
	return n == nil || n.kind == scalarNode && n.scalar == nullScalar && n.tag == ""
}

// isMapping reports whether n is a mapping that is no intrinsic in short form.
func (n *node) isMapping() bool { return n != nil && n.kind == mappingNode && n.tag == "" }

// isSequence reports whether n is a list that is no intrinsic in short form.
func (n *node) isSequence() bool { return n != nil && n.kind == sequenceNode && n.tag == "" }

// written is the text of a scalar as it stands in the file.
func (n *node) written() string {
	if n.from != nil {
		return n.from.text
	}
	return n.text
}

// literal is the text of a scalar that is no intrinsic.
func (n *node) literal() (string, bool) {
	if n == nil || n.kind != scalarNode || n.tag != "" || n.scalar == nullScalar {
		return "", false
	}
	return n.text, true
}

// A call is an intrinsic with its argument, in whichever form it was written.
type call struct {
	name string // "Ref", "Condition", "Fn::Sub"
	arg  *node
}

// call returns the intrinsic that n is: `!Sub x`, `{"Fn::Sub": x}`, `{"Ref": x}`. A mapping whose one key is Condition is a call only
// where a condition is expected, so it is not one here.
func (n *node) call() (call, bool) {
	if n.tag != "" {
		arg := *n
		arg.tag = ""
		name := strings.TrimPrefix(n.tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		return call{name, &arg}, true
	}
	if n.kind == mappingNode && len(n.pairs) == 1 {
		if name := n.pairs[0].key.text; name == "Ref" || strings.HasPrefix(name, "Fn::") {
			return call{name, n.pairs[0].value}, true
		}
	}
	return call{}, false
}

// kindName is what a diagnostic calls n.
func (n *node) kindName() string {
	switch {
	case n.isNull():
		return "nothing"
	case n.tag != "":
		return n.tag
	case n.kind == mappingNode:
		return "a mapping"
	case n.kind == sequenceNode:
		return "a list"
	}
	return "text"
}
