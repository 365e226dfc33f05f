package graph

import (
	"encoding/json"
	"strconv"
	"strings"
)

// String is v for people: JSON-like, holes as ${name}.
func (v Value) String() string {
	var b strings.Builder
	v.write(&b, func(id *Identity) string { return id.Name })
	return b.String()
}

// Key is canonical text: values with equal keys and no unknown inside are equal in every world. Places do not matter to it.
func (v Value) Key() string {
	var b strings.Builder
	v.write(&b, (*Identity).key)
	return b.String()
}

func (v Value) write(b *strings.Builder, name func(*Identity) string) {
	switch v.kind {
	case KindUnknown:
		b.WriteString("unknown(" + v.text + ")")
	case KindInvalid:
		b.WriteString("invalid(" + v.text + ")")
	case KindNull:
		b.WriteString("null")
	case KindBool, KindNumber:
		b.WriteString(v.text)
	case KindString:
		b.WriteString(strconv.Quote(v.text))
	case KindTemplate:
		b.WriteByte('"')
		for _, p := range v.parts() {
			if p.Hole != nil {
				b.WriteString("${" + name(p.Hole) + "}")
			} else {
				q := strconv.Quote(strings.ReplaceAll(p.Literal, "${", "$${"))
				b.WriteString(q[1 : len(q)-1])
			}
		}
		b.WriteByte('"')
	case KindHole, KindRef:
		b.WriteString("${" + name(v.data.(*Identity)) + "}")
	case KindList:
		b.WriteByte('[')
		for i, e := range v.data.([]Value) {
			if i > 0 {
				b.WriteString(", ")
			}
			e.write(b, name)
		}
		v.more(b, len(v.data.([]Value)))
		b.WriteByte(']')
	case KindMap:
		o := v.data.(*Object)
		b.WriteByte('{')
		for i, k := range o.keys {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(strconv.Quote(k) + ": ")
			o.values[i].write(b, name)
		}
		for i, e := range o.keyed {
			if i+len(o.keys) > 0 {
				b.WriteString(", ")
			}
			e.Key.write(b, name)
			b.WriteString(": ")
			e.Value.write(b, name)
		}
		if !o.all {
			v.more(b, len(o.keys)+len(o.keyed))
		}
		b.WriteByte('}')
	case KindChoice:
		for i, c := range v.data.([]Case) {
			if i > 0 {
				b.WriteString(" or ")
			}
			c.Value.write(b, name)
			b.WriteString(" if " + c.When.text(name))
		}
	}
}

// more marks an open collection.
func (v Value) more(b *strings.Builder, n int) {
	if !v.open {
		return
	}
	if n > 0 {
		b.WriteString(", ")
	}
	b.WriteString("…")
}

// MarshalJSON writes v as `iacscan graph` prints it: what is known as plain JSON, a template as {"template": [literal, {"hole":
// name}…]}, a hole as {"hole": name}, a reference as {"ref": address, "attribute": name}, a choice as {"choice": [{"when": formula,
// "value": …}]}, an open collection as {"open": …}, and what is unknown as {"unknown": reason} (or "invalid").
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.plain()) }

func (v Value) plain() any {
	switch v.kind {
	case KindUnknown:
		return map[string]any{"unknown": v.text}
	case KindInvalid:
		return map[string]any{"invalid": v.text}
	case KindBool:
		return v.text == "true"
	case KindNumber:
		return json.Number(v.text)
	case KindString:
		return v.text
	case KindTemplate:
		var parts []any
		for _, p := range v.parts() {
			if p.Hole != nil {
				parts = append(parts, plainHole(p.Hole))
			} else {
				parts = append(parts, p.Literal)
			}
		}
		return map[string]any{"template": parts}
	case KindHole, KindRef:
		return plainHole(v.data.(*Identity))
	case KindList:
		list := []any{}
		for _, e := range v.data.([]Value) {
			list = append(list, e.plain())
		}
		return v.plainOpen(list)
	case KindMap:
		o := v.data.(*Object)
		fields := make(map[string]any, len(o.keys))
		for i, k := range o.keys {
			fields[k] = o.values[i].plain()
		}
		for _, e := range o.keyed {
			fields[strings.Trim(e.Key.String(), `"`)] = e.Value.plain()
		}
		return v.plainOpen(fields)
	case KindChoice:
		var cases []any
		for _, c := range v.data.([]Case) {
			cases = append(cases, map[string]any{"when": c.When.String(), "value": c.Value.plain()})
		}
		return map[string]any{"choice": cases}
	}
	return nil
}

func (v Value) plainOpen(content any) any {
	if v.open {
		return map[string]any{"open": content}
	}
	return content
}

func plainHole(id *Identity) any {
	if id.Resource == nil {
		return map[string]any{"hole": id.Name}
	}
	ref := map[string]any{"ref": id.Resource.Address}
	if id.Attribute != "" {
		ref["attribute"] = id.Attribute
	}
	return ref
}
