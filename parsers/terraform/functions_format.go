package terraform

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
)

// verb is a formatting verb, as go-cty reads it: flags, width, precision, argument, mode. The escape %% is one of another mode.
var verb = regexp.MustCompile(`%%|%([-+# 0]*)([1-9][0-9]*)?(\.[0-9]*)?(\[[1-9][0-9]*\])?([a-zA-Z])`)

// maxWidth bounds the digits of a width or precision.
const maxWidth = 4

// fnFormat is format(text, arguments…).
func fnFormat(c *invocation) graph.Value {
	text := convertText(c.args[0])
	if !text.Known() {
		return c.whenKnown(func(args []graph.Value) graph.Value { return callCty(stdlib.FormatFunc, args...) })
	}
	return c.format(text, c.args[1:])
}

func (c *invocation) format(text graph.Value, args []graph.Value) graph.Value {
	s, ok := text.Text()
	if !ok {
		return c.invalid("the format must be text")
	}
	var parts []graph.Part
	literal := func(s string) { parts = append(parts, graph.Part{Literal: s}) }
	var last graph.Value // the argument of the last verb
	end, next, used, size := 0, 1, 0, 0
	for _, m := range verb.FindAllStringSubmatchIndex(s, -1) {
		if strings.Contains(s[end:m[0]], "%") {
			return c.invalid("invalid format string")
		}
		literal(s[end:m[0]])
		end = m[1]
		if s[m[0]:m[1]] == "%%" {
			literal("%")
			last = graph.Value{}
			continue
		}
		if m[8] >= 0 {
			next, _ = strconv.Atoi(s[m[8]+1 : m[9]-1])
		}
		if next < 1 || next > len(args) {
			return c.invalid("there is no argument for " + s[m[0]:m[1]])
		}
		if m[5]-m[4] > maxWidth || m[7]-m[6] > maxWidth {
			return graph.Unknown("the text has a very wide field")
		}
		fields := max(m[3], m[5], m[7]) // where flags, width and precision end
		p, bad := formatted(s[m[0]:fields]+s[m[10]:m[11]], fields == m[0]+1, args[next-1])
		if bad.Kind() == graph.KindInvalid {
			return c.invalid(bad.Why())
		}
		if size += textSize(p); size > graph.MaxText {
			return graph.Unknown(tooLong)
		}
		parts = append(parts, p...)
		last = args[next-1]
		used = max(used, next)
		next++
	}
	if strings.Contains(s[end:], "%") {
		return c.invalid("invalid format string")
	}
	if used < len(args) {
		return c.invalid("too many arguments; only " + strconv.Itoa(used) + " used by format string")
	}
	at := text.At()
	if end == len(s) {
		at = endPlace(at, last)
	}
	literal(s[end:])
	return graph.Template(parts...).WithSpan(at)
}

// formatted is what a verb makes of an argument; plain says that it has no flags, width or precision.
func formatted(spec string, plain bool, arg graph.Value) ([]graph.Part, graph.Value) {
	mode := spec[len(spec)-1]
	switch {
	case arg.IsNull(): // what Terraform makes of null depends on the type that it has
		return []graph.Part{{Hole: unsettled("format", graph.String(spec), graph.Unknown("null has no type"))}}, graph.Null()
	case arg.Known():
		v := callCty(stdlib.FormatFunc, graph.String(spec), arg)
		parts, ok := v.Parts()
		if !ok {
			return nil, v
		}
		return parts, graph.Null()
	}
	_, list := arg.Elements()
	_, object := arg.Object()
	switch {
	case (list || object) && mode != 'v':
		return nil, graph.Invalid("unsupported value for " + spec)
	case list || object:
		if parts, ok := graph.JSON(arg).Parts(); ok && plain {
			return parts, graph.Null()
		}
	case plain && (mode == 's' || mode == 'v' && textual(arg)):
		if parts, ok := textParts(arg); ok {
			return parts, graph.Null()
		}
	}
	return []graph.Part{{Hole: unsettled("format", graph.String(spec), arg)}}, graph.Null()
}

// textual reports whether v is text or a number, never null, a list or an object.
func textual(v graph.Value) bool {
	id := v.Identity()
	return v.Kind() == graph.KindTemplate || id != nil && id.Means != "" || neverNull(v) && !wholeResource(v)
}

// fnFormatList is formatlist(text, arguments…): format for each element of the arguments that are lists.
func fnFormatList(c *invocation) graph.Value {
	text, args := convertText(c.args[0]), c.args[1:]
	if !text.Known() {
		return c.whenKnown(func(args []graph.Value) graph.Value { return callCty(stdlib.FormatListFunc, args...) })
	}
	n, lists, open := 1, 0, false
	for _, a := range args {
		elements, ok := a.Elements()
		switch {
		case ok && lists > 0 && (open || a.IsOpen() || !ordered(a)):
			return graph.Unknown("the files do not say which elements stand beside each other")
		case ok && lists > 0 && len(elements) != n:
			return c.invalid("the lists have different lengths")
		case ok:
			n, open = len(elements), a.IsOpen() || !ordered(a)
			lists++
		case a.Kind() == graph.KindUnknown || a.IsNull():
			return graph.Unknown("the files do not say whether an argument of formatlist is a list")
		case undecidedKind(a) && !textual(a):
			return c.derived()
		}
	}
	out := make([]graph.Value, n)
	for i := range n {
		row := make([]graph.Value, len(args))
		var at graph.Value
		for j, a := range args {
			row[j] = a
			if elements, ok := a.Elements(); ok {
				row[j], at = elements[i], elements[i]
			}
		}
		out[i] = c.format(text, row)
		if out[i].Kind() == graph.KindInvalid {
			return out[i]
		}
		if lists == 1 && !at.At().IsZero() {
			out[i] = out[i].WithSpan(at.At())
		}
	}
	v := graph.List(out...)
	if open {
		v = v.AsOpen()
	}
	return v
}
