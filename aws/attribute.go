package aws

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Attribute is one attribute of a view: its value, with the provider's documented default where nothing is written.
type Attribute struct {
	graph.Value
	// Name is the path of native names: "app_network_access_type", "default_user_settings.security_groups".
	Name string
	// Written says that the attribute is in the files, not defaulted. An explicit null is not.
	Written bool
	// Place is where the attribute, or the block around it, is written; zero when it is not.
	Place source.Span
}

// The kinds of attributes, by what is asked of them.
type (
	// String is text from a small vocabulary.
	String struct{ Attribute }
	// Bool is a switch.
	Bool struct{ Attribute }
	// Ref names one other resource.
	Ref struct{ Attribute }
	// Refs names several.
	Refs struct{ Attribute }
)

// Is decides whether the attribute is exactly text. A list or a map, which AWS does not take for text, decides nothing.
func (s String) Is(text string) graph.Truth {
	if s.Kind() == graph.KindList || s.Kind() == graph.KindMap {
		return graph.Undecided
	}
	return graph.Equal(s.Value, graph.String(text))
}

// IsTrue decides whether the switch is on. Both languages take the text "true" for the boolean.
func (b Bool) IsTrue() graph.Truth {
	var all graph.Truth
	for i, c := range b.Cases() {
		t := graph.Undecided
		if on, ok := c.Value.Bool(); ok {
			t = graph.TruthOf(on)
		} else if c.Value.IsNull() {
			t = graph.False
		}
		if i > 0 && t != all {
			return graph.Undecided
		}
		all = t
	}
	return all
}

// Elements are the distinct things that are named, and whether there may be more: an open list, or one that nothing decides. What may be
// none counts as more: an element that not every case of a choice has, and the instances of a resource when nobody knows their number.
func (r Refs) Elements() (elements []graph.Value, more bool) {
	switch r.Kind() {
	case graph.KindChoice:
		return r.common()
	case graph.KindNull:
		return nil, false
	case graph.KindList:
	case graph.KindString, graph.KindTemplate: // CloudFormation takes one for a list
		return []graph.Value{r.Value}, false
	case graph.KindRef:
		if id := r.Identity(); id.Attribute == "Ref" || id.Attribute == "id" || strings.HasSuffix(id.Attribute, "Id") {
			return []graph.Value{r.Value}, false
		}
		return nil, true // a list that only the cloud knows: data.aws_subnets.private.ids, !GetAtt Lookup.SubnetIds
	default:
		return nil, true
	}
	all, _ := r.Value.Elements()
	more = r.IsOpen()
	for _, e := range all {
		switch e.Kind() {
		case graph.KindNull:
		case graph.KindUnknown, graph.KindInvalid, graph.KindChoice:
			more = true
		case graph.KindRef:
			if r.IsOpen() && e.Identity().Resource.Many {
				continue // aws_subnet.private[*].id, as many as there are
			}
			fallthrough
		default:
			if !containsEqual(elements, e) {
				elements = append(elements, e)
			}
		}
	}
	return elements, more
}

// common are the elements that every case of a choice has.
func (r Refs) common() (elements []graph.Value, more bool) {
	for i, c := range r.Cases() {
		r.Value = c.Value
		these, open := r.Elements()
		if i == 0 {
			elements, more = these, open
			continue
		}
		before := len(elements)
		elements = slices.DeleteFunc(slices.Clone(elements), func(e graph.Value) bool { return !containsEqual(these, e) })
		more = more || open || len(elements) < before || len(elements) < len(these)
	}
	return elements, more
}

func containsEqual(list []graph.Value, v graph.Value) bool {
	for _, w := range list {
		if graph.Equal(v, w) == graph.True {
			return true
		}
	}
	return false
}

// DefaultOf names the variable or parameter whose default gave the attribute its value, as its own module or template calls it; empty
// when none did.
func (a Attribute) DefaultOf(r *graph.Resource) string {
	if a.At().IsZero() {
		return ""
	}
	name, _, _ := strings.Cut(a.Name, ".")
	for _, s := range r.Trace(name) {
		if s.Default != "" && s.At.Contains(a.At()) {
			if i := strings.LastIndex(s.Default, "var."); i >= 0 && r.Language == graph.Terraform {
				return s.Default[i:]
			}
			return s.Default[strings.LastIndexByte(s.Default, '/')+1:]
		}
	}
	return ""
}
