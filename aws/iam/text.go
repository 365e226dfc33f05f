package iam

import (
	"strings"
	"unicode"

	"github.com/iacscan/iacscan/graph"
)

// What the value of a hole stands for, beyond CloudFormation's pseudo parameters ([graph.Identity]): whoever makes such a hole says so
// in its Means. The values of own things differ from those of any stranger.
const (
	OwnAccount      = "AWS::AccountId"
	OwnOrganization = "AWS::OrganizationId"
	Partition       = "AWS::Partition"
	Region          = "AWS::Region"
)

// meansStranger marks the identity of a [Stranger].
const meansStranger = "stranger"

// Stranger is text that a requester chooses and that no file names: it differs from every literal and every other value, wildcards
// match it, and it is never empty. Strangers of one name are the same.
func Stranger(name string) graph.Value {
	return graph.Hole(&graph.Identity{Root: meansStranger, Name: name, Means: meansStranger})
}

// token is a symbol of a text or of a pattern.
type token struct {
	kind tokenKind
	char rune            // of tokenChar
	hole *graph.Identity // of tokenHole, tokenStranger
}

type tokenKind uint8

const (
	tokenChar     tokenKind = iota
	tokenOne                // ?
	tokenAny                // *
	tokenHole               // text that the files do not decide, without wildcards
	tokenStranger           // text that nobody else has
	tokenUnknown            // anything, wildcards too
)

// isHole reports whether t stands for a value with an identity.
func (t token) isHole() bool { return t.hole != nil }

// pattern tokenises the wildcards of known text.
func pattern(text string, fold bool) []token {
	tokens := literal(text, fold)
	for i, t := range tokens {
		switch t.char {
		case '*':
			tokens[i].kind = tokenAny
		case '?':
			tokens[i].kind = tokenOne
		}
	}
	return tokens
}

// literal tokenises known text.
func literal(text string, fold bool) []token {
	tokens := make([]token, 0, len(text))
	for _, r := range text {
		if fold {
			r = unicode.ToLower(r)
		}
		tokens = append(tokens, token{kind: tokenChar, char: r})
	}
	return tokens
}

// holeToken is the token of a hole. Text before it, or what is known about it, tells that it stands for one concrete name; a hole that
// a value begins with may hold anything, a wildcard too.
func holeToken(id *graph.Identity, leads bool) token {
	switch {
	case id.Means == meansStranger:
		return token{kind: tokenStranger, hole: id}
	case leads && id.Means == "" && (id.Resource == nil || id.Resource.Data):
		return token{kind: tokenUnknown, hole: id}
	}
	return token{kind: tokenHole, hole: id}
}

// textOf tokenises a value of a request: text without wildcards.
func textOf(v graph.Value, fold bool) []token {
	parts, ok := v.Parts()
	if !ok {
		return []token{{kind: tokenUnknown}}
	}
	var tokens []token
	for _, p := range parts {
		if p.Hole == nil {
			tokens = append(tokens, literal(p.Literal, fold)...)
		} else {
			tokens = append(tokens, holeToken(p.Hole, false))
		}
	}
	return tokens
}

// maxMatch bounds the product of the lengths of a pattern and a text. ARNs, names and tags stay far below its square root.
const maxMatch = 1 << 20

// match decides whether a text matches a pattern.
func match(pattern, text []token) graph.Truth {
	switch {
	case sameTokens(pattern, text):
		return graph.True
	case len(pattern)*len(text) > maxMatch:
		return graph.Undecided
	}
	// below and here are rows of a table: whether the rest of the pattern from the next, and from the current token matches the rest
	// of the text from each of its tokens.
	below, here := make([]graph.Truth, len(text)+1), make([]graph.Truth, len(text)+1)
	below[len(text)] = graph.True
	for j := len(text) - 1; j >= 0; j-- {
		below[j] = below[j+1].And(maybeEmpty(text[j]))
	}
	for i := len(pattern) - 1; i >= 0; i-- {
		p := pattern[i]
		here[len(text)] = below[len(text)].And(maybeEmpty(p))
		for j := len(text) - 1; j >= 0; j-- {
			here[j] = step(p, text[j], below[j], below[j+1], here[j+1])
		}
		below, here = here, below
	}
	return below[0]
}

// maybeEmpty decides whether a token can stand for no text.
func maybeEmpty(t token) graph.Truth {
	switch {
	case t.kind == tokenAny:
		return graph.True
	case t.kind == tokenUnknown, t.kind == tokenHole && t.hole.Means == "" && t.hole.Resource == nil:
		return graph.Undecided
	}
	return graph.False
}

// step decides a match from a token of the pattern and one of the text on, given how the rests match: without the pattern's token,
// without both, without the text's token.
func step(p, t token, withoutP, withoutBoth, withoutT graph.Truth) graph.Truth {
	either := withoutP.Or(withoutT)
	switch {
	case p.kind == tokenAny:
		return either
	case p.isHole() && t.isHole() && t.hole.Same(p.hole):
		return withoutBoth.Or(graph.Undecided.And(either))
	case p.kind == tokenUnknown, t.kind == tokenUnknown:
		return graph.Undecided.And(either.Or(withoutBoth))
	case t.kind == tokenHole && p.kind == tokenStranger, t.kind == tokenStranger && p.kind == tokenHole:
		// Nothing of a stranger's is elsewhere: the hole can only be empty.
		if p.kind == tokenHole {
			return withoutP.And(maybeEmpty(p))
		}
		return withoutT.And(maybeEmpty(t))
	case t.kind == tokenHole, p.kind == tokenHole:
		return stepHole(p, t, withoutP, withoutBoth, withoutT)
	case t.kind == tokenStranger && p.kind == tokenOne:
		return withoutBoth.Or(withoutP) // the requester chooses how long it is
	case t.kind == tokenStranger && p.kind == tokenStranger:
		return withoutBoth.And(graph.TruthOf(t.hole.Same(p.hole)))
	case t.kind == tokenStranger, p.kind == tokenStranger:
		return graph.False
	case p.kind == tokenOne || p.char == t.char:
		return withoutBoth
	}
	return graph.False
}

// stepHole is step where one of the two is a hole and the other one is a hole or a character.
func stepHole(p, t token, withoutP, withoutBoth, withoutT graph.Truth) graph.Truth {
	for _, pair := range [][2]token{{p, t}, {t, p}} {
		hole, other := pair[0], pair[1]
		if hole.kind == tokenHole && hole.hole.Means == OwnAccount && other.kind == tokenChar && !unicode.IsDigit(other.char) {
			return graph.False
		}
	}
	rest := withoutBoth
	switch {
	case p.kind == tokenHole && t.kind == tokenHole:
		rest = rest.Or(withoutP).Or(withoutT)
	case p.kind == tokenHole: // it takes the character, and maybe more
		rest = rest.Or(withoutT).Or(withoutP.And(maybeEmpty(p)))
	default:
		rest = rest.Or(withoutP).Or(withoutT.And(maybeEmpty(t)))
	}
	return graph.Undecided.And(rest)
}

// sameTokens reports whether a pattern is part for part the text.
func sameTokens(pattern, text []token) bool {
	if len(pattern) != len(text) {
		return false
	}
	for i, p := range pattern {
		t := text[i]
		if p.isHole() && t.isHole() && p.hole.Same(t.hole) {
			continue
		}
		if p.hole != nil || p.kind == tokenUnknown || p != t {
			return false
		}
	}
	return true
}

// arnFields is the number of fields of an ARN: arn:partition:service:region:account:resource.
const arnFields = 6

// fields splits tokens at colons into at most n fields; the last one may hold colons.
func fields(tokens []token, n int) [][]token {
	out := [][]token{nil}
	for _, t := range tokens {
		if t.kind == tokenChar && t.char == ':' && len(out) < n {
			out = append(out, nil)
			continue
		}
		out[len(out)-1] = append(out[len(out)-1], t)
	}
	return out
}

// inOnePartition writes the partition of an ARN as "aws": all that one account sees is in one partition, whichever it is.
func inOnePartition(tokens []token) []token {
	f := fields(tokens, arnFields)
	if len(f) < 3 || len(f[0]) != 3 || f[0][0].char != 'a' || f[0][1].char != 'r' || f[0][2].char != 'n' {
		return tokens
	}
	if !isPartition(f[1]) {
		return tokens
	}
	rest := tokens[len(f[0])+1+len(f[1]):]
	return append(literal("arn:aws", false), rest...)
}

// isPartition reports whether tokens can be all that stands for a partition.
func isPartition(tokens []token) bool {
	if len(tokens) == 1 && tokens[0].kind != tokenChar {
		return true // ${AWS::Partition}, ${var.partition}, *
	}
	var b strings.Builder
	for _, t := range tokens {
		b.WriteRune(t.char)
	}
	text := b.String()
	return text == "aws" || strings.HasPrefix(text, "aws-") || text == "aws*"
}

// complete fills an ARN of fewer than six fields up with wildcards, as AWS does for Resource.
func complete(tokens []token) []token {
	if len(tokens) < 4 || tokens[0].char != 'a' || tokens[1].char != 'r' || tokens[2].char != 'n' || tokens[3].char != ':' {
		return tokens
	}
	n := len(fields(tokens, arnFields))
	for ; n < arnFields; n++ {
		tokens = append(tokens, token{kind: tokenChar, char: ':'}, token{kind: tokenAny, char: '*'})
	}
	return tokens
}

// matchARN decides whether an ARN matches a pattern field by field, as the Arn operators of conditions do.
func matchARN(pattern, text []token) graph.Truth {
	if sameTokens(pattern, text) || len(pattern) == 1 && pattern[0].kind == tokenAny {
		return graph.True
	}
	p, t := fields(inOnePartition(pattern), arnFields), fields(inOnePartition(text), arnFields)
	if len(p) != arnFields || len(t) != arnFields {
		// AWS says that it takes ARNs only, not what it does with others.
		return graph.Undecided.And(match(pattern, text))
	}
	all := graph.True
	for i := range p {
		all = all.And(match(p[i], t[i]))
	}
	return all
}
