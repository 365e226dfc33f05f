package tfplan

import "strings"

// A segment is a name in an address or a reference, with the keys behind it: `this["a"]`, `p[0]`.
type segment struct{ name, key string }

// segments splits an address or a reference at the dots that are outside of keys.
func segments(text string) []segment {
	var all []segment
	for text != "" {
		name, rest := text, ""
		if i := strings.IndexAny(text, ".["); i >= 0 {
			name, rest = text[:i], text[i:]
		}
		end := 0
		for end < len(rest) && rest[end] == '[' {
			end = endOfKey(rest, end)
		}
		all = append(all, segment{name, rest[:end]})
		text = strings.TrimPrefix(rest[end:], ".")
	}
	return all
}

// endOfKey is where the key that begins at text[i] ends.
func endOfKey(text string, i int) int {
	quoted := false
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			quoted = !quoted
		case '\\':
			if quoted {
				i++
			}
		case ']':
			if !quoted {
				return i + 1
			}
		}
	}
	return len(text)
}

// address joins segments.
func address(segments []segment) string {
	var b strings.Builder
	for i, s := range segments {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.name + s.key)
	}
	return b.String()
}

// withoutKeys is an address as the configuration has it: one for all instances.
func withoutKeys(text string) string {
	if !strings.Contains(text, "[") {
		return text
	}
	all := segments(text)
	for i := range all {
		all[i].key = ""
	}
	return address(all)
}

// moduleSteps splits the address of a module instance into the names and keys of its calls.
func moduleSteps(text string) []segment {
	all := segments(text)
	var steps []segment
	for i := 1; i < len(all); i += 2 {
		steps = append(steps, all[i])
	}
	return steps
}

// moduleAddress is the address of the module instance that some calls lead to; empty for the root.
func moduleAddress(steps []segment) string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString("module." + s.name + s.key)
	}
	return b.String()
}
