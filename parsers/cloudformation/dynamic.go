package cloudformation

import (
	"regexp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// reference is a dynamic reference: {{resolve:ssm:NAME:VERSION}}, {{resolve:secretsmanager:…}}.
var reference = regexp.MustCompile(`\{\{resolve:([a-z-]+):([^{}]+)\}\}`)

// dynamic is the text of a scalar with its dynamic references.
func (s *Stack) dynamic(n *node) graph.Value {
	return s.dynamicText(graph.String(n.text).WithSpan(n.at))
}

// version is that of a parameter, at the end of a dynamic reference.
var version = regexp.MustCompile(`:[0-9]+\}\}$`)

// dynamicText replaces the dynamic references in a text. A reference to the parameter store is an import, without its version.
func (s *Stack) dynamicText(v graph.Value) graph.Value {
	text, ok := v.Text()
	if !ok {
		parts, isText := v.Parts()
		if !isText || !strings.HasPrefix(parts[0].Literal, stored) || strings.Contains(v.String()[2:], "{{") {
			return derive("Resolve", v).WithSpan(v.At())
		}
		parts = slices.Clone(parts)
		last := &parts[len(parts)-1]
		if last.Literal = version.ReplaceAllString(last.Literal, "}}"); !strings.HasSuffix(last.Literal, "}}") {
			return derive("Resolve", v).WithSpan(v.At())
		}
		return s.imported(graph.Template(parts...).WithSpan(v.At()), v.At())
	}
	matches := reference.FindAllStringSubmatchIndex(text, -1)
	var pieces []graph.Value
	done := 0
	for _, m := range matches {
		if done < m[0] {
			pieces = append(pieces, graph.String(text[done:m[0]]))
		}
		done = m[1]
		service, name := text[m[2]:m[3]], text[m[4]:m[5]]
		if service == "ssm" {
			name, _, _ = strings.Cut(name, ":")
		}
		whole := graph.String("{{resolve:" + service + ":" + name + "}}")
		if service == "ssm" {
			pieces = append(pieces, s.imported(whole, v.At()))
		} else {
			pieces = append(pieces, s.dynamicHole(whole).WithSpan(v.At()))
		}
	}
	if done < len(text) {
		pieces = append(pieces, graph.String(text[done:]))
	}
	if len(pieces) == 1 {
		return pieces[0].WithSpan(v.At())
	}
	return s.concat(v.At(), pieces...)
}
