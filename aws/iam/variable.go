package iam

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// compile tokenises a value of a policy.
func (e *evaluator) compile(v graph.Value, wild, variables, fold bool) []token {
	parts, ok := v.Parts()
	if !ok {
		return []token{{kind: tokenUnknown}}
	}
	var tokens []token
	for _, p := range parts {
		switch {
		case p.Hole != nil:
			tokens = append(tokens, holeToken(p.Hole, len(tokens) == 0))
		case variables && !e.literals:
			tokens = append(tokens, e.expand(p.Literal, wild, fold)...)
		default:
			tokens = append(tokens, plain(p.Literal, wild, fold)...)
		}
	}
	return tokens
}

func plain(text string, wild, fold bool) []token {
	if wild {
		return pattern(text, fold)
	}
	return literal(text, fold)
}

// expand tokenises text with policy variables. What a variable stands for has no wildcards. A variable without a value makes a token
// that nothing fits.
func (e *evaluator) expand(text string, wild, fold bool) []token {
	var tokens []token
	for {
		before, variable, after, ok := cutVariable(text)
		tokens = append(tokens, plain(before, wild, fold)...)
		if !ok {
			return tokens
		}
		tokens = append(tokens, e.variable(variable, fold)...)
		text = after
	}
}

// variable is a policy variable: ${aws:username}, ${aws:PrincipalTag/team, 'none'}, or one of ${*}, ${?} and ${$} for the character.
type variable struct {
	key        string
	fallback   string
	hasDefault bool
}

// cutVariable finds the first policy variable in text.
func cutVariable(text string) (before string, v variable, after string, ok bool) {
	before, rest, ok := strings.Cut(text, "${")
	if !ok {
		return text, v, "", false
	}
	inside, after, ok := strings.Cut(rest, "}")
	if !ok {
		return text, v, "", false
	}
	key, fallback, hasDefault := strings.Cut(inside, ",")
	v = variable{key: strings.TrimSpace(key), hasDefault: hasDefault}
	if hasDefault {
		v.fallback = strings.Trim(strings.TrimSpace(fallback), "'")
	}
	return before, v, after, true
}

// variablesIn lists the policy variables in a value.
func variablesIn(v graph.Value) []variable {
	var found []variable
	parts, _ := v.Parts()
	for _, p := range parts {
		for text := p.Literal; ; {
			_, variable, after, ok := cutVariable(text)
			if !ok {
				break
			}
			found = append(found, variable)
			text = after
		}
	}
	return found
}

// isCharacter reports whether v stands for a character that would mean something else.
func (v variable) isCharacter() bool { return v.key == "*" || v.key == "?" || v.key == "$" }

// tokenNothing fits no text: it is a stranger that nobody is.
var tokenNothing = token{kind: tokenStranger, hole: &graph.Identity{Root: meansStranger, Name: "nobody", Means: meansStranger}}

func (e *evaluator) variable(v variable, fold bool) []token {
	if v.isCharacter() {
		return literal(v.key, fold)
	}
	operand := e.operand(v.key)
	switch {
	case operand.State == given && len(operand.Values) == 1:
		return textOf(operand.Values[0], fold)
	case operand.State == absent && v.hasDefault:
		return literal(v.fallback, fold)
	case operand.State == absent:
		return []token{tokenNothing}
	}
	return []token{{kind: tokenUnknown}}
}

// unset reports whether a value has a policy variable that the request gives no value.
func (e *evaluator) unset(v graph.Value) bool {
	if e.literals {
		return false
	}
	for _, variable := range variablesIn(v) {
		if !variable.isCharacter() && !variable.hasDefault && e.operand(variable.key).State == absent {
			return true
		}
	}
	return false
}
