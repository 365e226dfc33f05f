package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// maxDerivedName bounds the name of a derived identity in bytes; what is longer is cut and told apart by its digest.
const maxDerivedName = 240

// Derived identifies the result of a deterministic function or operator of values that are not all known, so that equal expressions
// are equal: "lower(var.env)", "(var.size + 1)". When an argument holds something without an identity (what is unknown, an open
// collection), no other identity is the same as the result.
func Derived(function string, arguments ...Value) *Identity {
	id := &Identity{Name: derivedName(function, arguments)}
	ambiguous := false // the name does not tell everything apart that the arguments' keys do
	for _, a := range arguments {
		a.Walk(func(v Value) bool {
			ambiguous = ambiguous || v.kind == KindString && strings.Contains(v.text, "${")
			id.unsettled = id.unsettled || v.open || v.kind == KindUnknown || v.kind == KindInvalid
			return true
		})
		a.Identities(func(inner *Identity) {
			if id.Hint == "" {
				id.Hint = inner.Hint
			}
			if id.Opaque == nil {
				id.Opaque = inner.Opaque
			}
			id.unsettled = id.unsettled || inner.unsettled
			ambiguous = ambiguous || id.Root != "" && inner.Root != id.Root
			if inner.Root != "" {
				id.Root = inner.Root
			}
		})
	}
	if !ambiguous && len(id.Name) <= maxDerivedName {
		return id
	}
	key := sha256.New()
	for _, a := range arguments {
		key.Write([]byte(a.Key() + "\x00"))
	}
	cut := strings.ToValidUTF8(id.Name[:min(len(id.Name), maxDerivedName)], "")
	id.Name = function + "#" + hex.EncodeToString(key.Sum(nil)[:16]) + "(" + strings.TrimPrefix(cut, function+"(") + "…"
	return id
}

var functionName = regexp.MustCompile(`^[\pL_]`)

// derivedName is a call or an operation as people write it. Operations are in parentheses, so that names nest.
func derivedName(function string, arguments []Value) string {
	texts := make([]string, len(arguments))
	for i, a := range arguments {
		switch {
		case a.kind == KindHole || a.kind == KindRef:
			texts[i] = a.Identity().Name
		case a.IsSet() && !a.Known():
			texts[i] = "toset(" + a.String() + ")" // a list of these elements is something else
		default:
			texts[i] = a.String()
		}
	}
	switch {
	case functionName.MatchString(function):
		return function + "(" + strings.Join(texts, ", ") + ")"
	case len(texts) == 1:
		return "(" + function + texts[0] + ")"
	}
	return "(" + strings.Join(texts, " "+function+" ") + ")"
}
