package terraform

import (
	"strconv"
	"strings"
	"unicode/utf8"

	ctyyaml "github.com/zclconf/go-cty-yaml"
	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// fnYAMLEncode is yamlencode(value). The text of what is not known is a hole; all text remembers what it encodes.
func fnYAMLEncode(c *invocation) graph.Value {
	v := c.args[0]
	switch {
	case !inUTF8(v): // at which package yaml would never end
		return c.invalid("the text is not valid UTF-8")
	case v.Known():
		return graph.Encoded(callCty(ctyyaml.YAMLEncodeFunc, v), v)
	}
	text := c.derived()
	if id := text.Identity(); id != nil {
		text = graph.Template(graph.Part{Hole: id})
	}
	return graph.Encoded(text, v)
}

// inUTF8 reports whether all text in a value, keys too, is valid.
func inUTF8(v graph.Value) bool {
	return v.Walk(func(v graph.Value) bool {
		if o, ok := v.Object(); ok && !utf8.ValidString(strings.Join(o.Keys(), " ")) {
			return false
		}
		text, _ := v.Text()
		return utf8.ValidString(text)
	})
}

// fnYAMLDecode is yamldecode(text). What is in the text has a place of its own when the text is the content of a file.
func fnYAMLDecode(c *invocation) graph.Value {
	text := convertText(c.args[0])
	if v, ok := text.Encodes(); ok {
		return v
	}
	return c.whenKnown(func(args []graph.Value) graph.Value {
		text := convertText(args[0])
		s, ok := text.Text()
		if !ok {
			return c.invalid("string required")
		}
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(s), &document); err == nil {
			if (&yamlSize{}).of(&document, 0) > maxYAMLNodes {
				return graph.Unknown("the YAML text is too large with its aliases written out, or nests too deep")
			}
		}
		v := callCty(ctyyaml.YAMLDecodeFunc, text)
		if len(document.Content) == 1 {
			return newYAMLPlaces(s, text.At()).place(v, document.Content[0])
		}
		return v
	})
}

// The bounds of YAML text, so that no text of a few lines becomes a value that nobody can go through.
const (
	maxYAMLNodes = 1 << 20
	maxYAMLDepth = 200
)

// yamlSize counts the nodes of a document with its aliases written out.
type yamlSize struct{ n int }

func (s *yamlSize) of(n *yaml.Node, depth int) int {
	if s.n++; depth > maxYAMLDepth {
		s.n = maxYAMLNodes + 1
	}
	if n.Alias != nil && s.n <= maxYAMLNodes {
		s.of(n.Alias, depth+1)
	}
	for _, e := range n.Content {
		if s.n <= maxYAMLNodes {
			s.of(e, depth+1)
		}
	}
	return s.n
}

// yamlPlaces finds the nodes of YAML text in the file that holds it.
type yamlPlaces struct {
	text  string
	at    source.Span
	exact bool  // at covers just the bytes of the text
	lines []int // offset of the first byte of each line
}

func newYAMLPlaces(text string, at source.Span) *yamlPlaces {
	p := &yamlPlaces{text: text, at: at, exact: !at.IsZero() && int(at.End)-int(at.Start) == len(text), lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	return p
}

// place is a value with the places of the nodes that it was read from.
func (p *yamlPlaces) place(v graph.Value, n *yaml.Node) graph.Value {
	at := p.span(n)
	for n.Alias != nil {
		n = n.Alias
	}
	if elements, ok := v.Elements(); ok && n.Kind == yaml.SequenceNode && len(elements) == len(n.Content) {
		out := make([]graph.Value, len(elements))
		for i, e := range elements {
			out[i] = p.place(e, n.Content[i])
		}
		return graph.List(out...).WithSpan(at)
	}
	if o, ok := v.Object(); ok && n.Kind == yaml.MappingNode {
		entries := make(map[string]graph.Value, o.Len())
		for i, k := range o.Keys() {
			entries[k] = o.Values()[i].WithSpan(at) // merged from elsewhere, unless it is found below
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if e, ok := entries[n.Content[i].Value]; ok {
				entries[n.Content[i].Value] = p.place(e, n.Content[i+1])
			}
		}
		return graph.Map(graph.NewObject(entries)).WithSpan(at)
	}
	return v.WithSpan(at)
}

// span is where a node begins, up to its end when that is on the same line, or to the end of the line.
func (p *yamlPlaces) span(n *yaml.Node) source.Span {
	if !p.exact || n.Line < 1 || n.Line > len(p.lines) {
		return p.at
	}
	start := p.lines[n.Line-1]
	line, _, _ := strings.Cut(p.text[start:], "\n")
	for range n.Column - 1 { // columns are characters
		_, size := utf8.DecodeRuneInString(line)
		start, line = start+size, line[size:]
	}
	length := len(strings.TrimRight(line, " \r"))
	for _, form := range []string{n.Value, strconv.Quote(n.Value), "'" + n.Value + "'"} {
		if n.Kind == yaml.ScalarNode && n.Value != "" && strings.HasPrefix(line, form) {
			length = len(form)
		}
	}
	at := p.at
	at.Start += uint32(start)          //nolint:gosec // within at
	at.End = at.Start + uint32(length) //nolint:gosec // within at
	return at
}
