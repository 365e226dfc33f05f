package terraform

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// textParts are the parts of an argument as text. Something unknown is a hole like no other. It returns false for what is no text.
func textParts(v graph.Value) ([]graph.Part, bool) {
	v = convertText(v)
	if v.Kind() == graph.KindUnknown {
		return []graph.Part{{Hole: unsettled("tostring", v)}}, true
	}
	parts, ok := v.Parts()
	return parts, ok && !wholeResource(v)
}

// unsettled identifies a part of a text of which nothing is known.
func unsettled(name string, args ...graph.Value) *graph.Identity {
	id := graph.Derived(name, args...)
	for _, a := range args {
		if a.Kind() == graph.KindUnknown {
			id.Hint = a.Why()
		}
	}
	return id
}

// wholeResource reports whether v is a resource, which is an object, not an attribute of one.
func wholeResource(v graph.Value) bool {
	id := v.Identity()
	return v.Kind() == graph.KindRef && id.Attribute == ""
}

// literalEnds are the literal text that v begins and ends with; both are the whole text when that is known.
func literalEnds(v graph.Value) (head, tail string) {
	parts, ok := textParts(v)
	if !ok || len(parts) == 0 {
		return "", ""
	}
	return parts[0].Literal, parts[len(parts)-1].Literal
}

// endDecides decides whether text starts with a prefix from what both are known to start with.
func endDecides(text, prefix string, textKnown, prefixKnown bool) graph.Truth {
	switch {
	case prefixKnown && strings.HasPrefix(text, prefix):
		return graph.True
	case strings.HasPrefix(text, prefix), !textKnown && strings.HasPrefix(prefix, text):
		return graph.Undecided
	}
	return graph.False
}

func fnStartsWith(c *invocation) graph.Value {
	text, prefix := c.args[0], c.args[1]
	a, _ := literalEnds(text)
	b, _ := literalEnds(prefix)
	return c.decided(endDecides(a, b, text.Known(), prefix.Known()), strings.HasPrefix)
}

func fnEndsWith(c *invocation) graph.Value {
	text, suffix := c.args[0], c.args[1]
	_, a := literalEnds(text)
	_, b := literalEnds(suffix)
	return c.decided(endDecides(reversed(a), reversed(b), text.Known(), suffix.Known()), strings.HasSuffix)
}

// reversed is s with its bytes in reverse order, so that suffixes are prefixes.
func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func fnStrContains(c *invocation) graph.Value {
	t := graph.Undecided
	if part, ok := convertText(c.args[1]).Text(); ok {
		parts, _ := textParts(c.args[0])
		for _, p := range parts {
			if p.Hole == nil && strings.Contains(p.Literal, part) {
				t = graph.True
			}
		}
	}
	return c.decided(t, strings.Contains)
}

// decided is a predicate of two texts that literal parts may decide.
func (c *invocation) decided(t graph.Truth, predicate func(a, b string) bool) graph.Value {
	for _, a := range c.args {
		if convertText(a).Kind() == graph.KindInvalid {
			return c.invalid("string required")
		}
	}
	if t != graph.Undecided {
		return graph.Bool(t == graph.True)
	}
	return c.whenKnown(func(args []graph.Value) graph.Value {
		a, _ := convertText(args[0]).Text()
		b, _ := convertText(args[1]).Text()
		return graph.Bool(predicate(a, b))
	})
}

// mapped is a text of which each character is replaced by itself: the literal parts are, and the holes are the same function of them.
func (c *invocation) mapped(f func(string) string) graph.Value {
	v := convertText(c.args[0])
	if v.Kind() != graph.KindTemplate {
		return c.text(func(s []string) (string, error) { return cty.NormalizeString(f(s[0])), nil })
	}
	parts, _ := v.Parts()
	out := make([]graph.Part, len(parts))
	for i, p := range parts {
		if p.Hole == nil {
			out[i].Literal = f(p.Literal)
		} else {
			out[i].Hole = unsettled(c.name, append([]graph.Value{graph.Hole(p.Hole)}, c.args[1:]...)...)
		}
	}
	return graph.Template(out...).WithSpan(v.At())
}

// placed calls a function when its arguments are known; the result stands where the first argument does.
func (c *invocation) placed(f function.Function) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		v := callCty(f, args...)
		if _, ok := v.Text(); ok {
			return v.WithSpan(args[0].At())
		}
		return v
	})
}

func fnLower(c *invocation) graph.Value { return c.mapped(strings.ToLower) }
func fnUpper(c *invocation) graph.Value { return c.mapped(strings.ToUpper) }

// trimmed trims the ends of a text, when the literal text at each end decides how far that goes. Each function returns false when it
// may go further than its literal.
func (c *invocation) trimmed(f function.Function, left, right func(string) (string, bool)) graph.Value {
	v := convertText(c.args[0])
	if v.Kind() != graph.KindTemplate {
		return c.placed(f)
	}
	parts, _ := v.Parts()
	parts = append([]graph.Part(nil), parts...)
	ok := true
	if left != nil {
		ok = parts[0].Hole == nil
		if ok {
			parts[0].Literal, ok = left(parts[0].Literal)
		}
	}
	if last := len(parts) - 1; ok && right != nil {
		ok = parts[last].Hole == nil
		if ok {
			parts[last].Literal, ok = right(parts[last].Literal)
		}
	}
	if !ok {
		return c.derived()
	}
	return graph.Template(parts...).WithSpan(v.At())
}

// unlessEmpty is a trimmed literal; what is trimmed away as a whole does not say where trimming ends.
func unlessEmpty(s string) (string, bool) { return s, s != "" }

func fnChomp(c *invocation) graph.Value {
	return c.trimmed(stdlib.ChompFunc, nil, func(s string) (string, bool) { return unlessEmpty(strings.TrimRight(s, "\r\n")) })
}

func fnTrimSpace(c *invocation) graph.Value {
	return c.trimmed(stdlib.TrimSpaceFunc,
		func(s string) (string, bool) { return unlessEmpty(strings.TrimLeft(s, " \t\r\n")) },
		func(s string) (string, bool) { return unlessEmpty(strings.TrimRight(s, " \t\r\n")) })
}

func fnTrim(c *invocation) graph.Value {
	cutset, ok := convertText(c.args[1]).Text()
	if !ok {
		return c.placed(stdlib.TrimFunc)
	}
	return c.trimmed(stdlib.TrimFunc,
		func(s string) (string, bool) { return unlessEmpty(strings.TrimLeft(s, cutset)) },
		func(s string) (string, bool) { return unlessEmpty(strings.TrimRight(s, cutset)) })
}

func fnTrimPrefix(c *invocation) graph.Value {
	prefix, ok := convertText(c.args[1]).Text()
	if !ok {
		return c.placed(stdlib.TrimPrefixFunc)
	}
	return c.trimmed(stdlib.TrimPrefixFunc, func(s string) (string, bool) {
		return strings.TrimPrefix(s, prefix), endDecides(s, prefix, false, true) != graph.Undecided
	}, nil)
}

func fnTrimSuffix(c *invocation) graph.Value {
	suffix, ok := convertText(c.args[1]).Text()
	if !ok {
		return c.placed(stdlib.TrimSuffixFunc)
	}
	return c.trimmed(stdlib.TrimSuffixFunc, nil, func(s string) (string, bool) {
		return strings.TrimSuffix(s, suffix), endDecides(reversed(s), reversed(suffix), false, true) != graph.Undecided
	})
}

// fnReplace is replace(text, what, by). What stands between slashes is a regular expression.
func fnReplace(c *invocation) graph.Value {
	text, _ := convertText(c.args[0]).Text()
	what, _ := convertText(c.args[1]).Text()
	by, ok := convertText(c.args[2]).Text()
	const most = 64 * graph.MaxText
	switch {
	case (len(text)+1)*len(by) > most: // as if it replaced every character
		return graph.Unknown("the text may grow beyond " + strconv.Itoa(most>>20) + " MiB")
	case len(what) > 1 && strings.HasPrefix(what, "/") && strings.HasSuffix(what, "/"):
		pattern := graph.String(what[1 : len(what)-1])
		return (&invocation{c.name, []graph.Value{c.args[0], pattern, c.args[2]}, c.context}).placed(stdlib.RegexReplaceFunc)
	case len(what) == 1 && ok && convertText(c.args[0]).Kind() == graph.KindTemplate:
		return c.mapped(func(s string) string { return strings.ReplaceAll(s, what, by) })
	}
	return c.placed(stdlib.ReplaceFunc)
}

// fnIndent is indent(spaces, text).
func fnIndent(c *invocation) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		text, _ := convertText(args[1]).Text()
		lines := max(strings.Count(text, "\n"), 1) // it makes the spaces for none, too
		if spaces, ok := convertNumber(args[0]).Int(); ok && spaces > graph.MaxText/lines {
			return graph.Unknown(tooLong)
		}
		return callCty(stdlib.IndentFunc, args...)
	})
}

func fnSplit(c *invocation) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		v := callCty(stdlib.SplitFunc, args...)
		in, ok := v.Elements()
		if !ok {
			return v
		}
		out := make([]graph.Value, len(in))
		for i, e := range in {
			out[i] = e.WithSpan(args[1].At())
		}
		return graph.List(out...).WithSpan(args[1].At())
	})
}

// fnSubstr is substr(text, offset, length), which literal text at the start may decide.
func fnSubstr(c *invocation) graph.Value {
	if text := convertText(c.args[0]); text.Kind() == graph.KindTemplate {
		head, _ := literalEnds(text)
		offset, ok := convertNumber(c.args[1]).Int()
		length, ok2 := convertNumber(c.args[2]).Int()
		combines := strings.ContainsFunc(head, func(r rune) bool { return r >= utf8.RuneSelf || r == '\r' })
		// One character more: what follows may combine with the last one.
		if ok && ok2 && !combines && offset >= 0 && length >= 0 && offset+length < len(head) {
			return graph.String(head[offset : offset+length]).WithSpan(text.At())
		}
	}
	return c.placed(stdlib.SubstrFunc)
}

// fnJoin is join(separator, lists…).
func fnJoin(c *invocation) graph.Value {
	separator, ok := textParts(c.args[0])
	if !ok {
		return c.invalid("the separator must be text")
	}
	var parts []graph.Part
	var last graph.Value
	n, size := 0, 0
	for _, list := range c.args[1:] {
		elements, ok := list.Elements()
		switch {
		case undecidedKind(list):
			return c.derived()
		case !ok:
			return c.invalid("list of string required")
		case list.IsOpen() || !ordered(list):
			return c.derived()
		}
		for i, e := range elements {
			p, ok := textParts(e)
			if !ok {
				if e.Kind() == graph.KindChoice {
					return c.derived()
				}
				return c.invalid("element " + strconv.Itoa(i) + " is no text")
			}
			if n++; n > 1 {
				parts = append(parts, separator...)
				size += textSize(separator)
			}
			last = e
			parts = append(parts, p...)
			if size += textSize(p); size > graph.MaxText {
				return graph.Unknown(tooLong)
			}
		}
	}
	return graph.Template(parts...).WithSpan(endPlace(source.Span{}, last))
}

func literalSize(parts []graph.Part) int {
	n := 0
	for _, p := range parts {
		n += len(p.Literal)
	}
	return n
}

// textSize is what bounds text: a hole takes memory, too.
func textSize(parts []graph.Part) int { return literalSize(parts) + 16*len(parts) }
