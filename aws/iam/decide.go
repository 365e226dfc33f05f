package iam

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Effect is what a statement does.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Decision is the answer to a [Request].
type Decision struct {
	// Allowed is whether the documents allow the request: a statement allows it and none denies it. Where the requester chooses, it is
	// whether some choice is allowed.
	Allowed graph.Truth
	// Grounds are what decided it: the statements that allow the request, those that deny it, or those that leave it open. They are
	// empty when no statement speaks of the request.
	Grounds []Ground

	answer answer
}

// Ground is a statement that decided, or did not decide, a request, and the part of it that did.
type Ground struct {
	Statement *Statement
	// Element is "Resource", "Condition aws:PrincipalOrgID" and the like, or empty for the statement as a whole.
	Element string
	// Value is the value that fits the request, or that is not decided; Null when it is the element as a whole.
	Value graph.Value
	// At is where that is written: the literal, else the element, the statement or the document.
	At source.Span
}

// Decide says whether documents that apply together allow a request. What is not a document has no statements: whoever takes a missing
// one for something else says so with [FullAccess].
func Decide(r Request, documents ...*Document) Decision {
	open := evaluator{request: r}
	best := open.decide(documents)
	if best.Allowed != graph.Undecided {
		return best
	}
	choices := findChoices(r, documents)
	if len(choices) == 0 || tooMany(choices, documents) {
		return best
	}
	// Whatever the files leave open, the requester is allowed if one of the choices is.
	var all answer
	first := true
	each(choices, func(chosen map[string]Operand) bool {
		e := evaluator{request: r, chosen: chosen}
		d := e.decide(documents)
		switch {
		case first:
			best, all, first = d, d.answer, false
		case better(d.Allowed, best.Allowed):
			best = d
			fallthrough
		default:
			all = all.or(d.answer)
		}
		return d.Allowed != graph.True
	})
	if slices.ContainsFunc(choices, func(c choice) bool { return !c.complete }) {
		all.may = graph.Always()
	}
	best.answer = all
	best.Allowed = all.truth()
	return best
}

// better reports whether t is closer to true than u.
func better(t, u graph.Truth) bool {
	rank := [...]int{graph.False: 0, graph.Undecided: 1, graph.True: 2}
	return rank[t] > rank[u]
}

// evaluator decides one request under one choice of what the requester chooses.
type evaluator struct {
	request  Request
	chosen   map[string]Operand // by key in lower case
	literals bool               // policy variables are text in this document
}

// operand is what the request holds for a key.
func (e *evaluator) operand(key string) Operand {
	key = strings.ToLower(key)
	if o, ok := e.chosen[key]; ok {
		return o
	}
	if e.request.Context == nil {
		return Operand{}
	}
	return e.request.Context(key)
}

// decide applies the logic of IAM: what a statement allows and none denies.
func (e *evaluator) decide(documents []*Document) Decision {
	allow, deny := no(), no()
	var allows, denies []matched
	for _, d := range documents {
		e.literals = !d.hasVariables()
		for _, s := range d.Statements {
			m := e.statement(s)
			effect := func(want Effect) answer { return e.effect(s, want).and(m).when(s.When) }
			if a := effect(Allow); a.may.Decide() != graph.False {
				allow = allow.or(a)
				allows = append(allows, matched{s, d, a})
			}
			if a := effect(Deny); a.may.Decide() != graph.False {
				deny = deny.or(a)
				denies = append(denies, matched{s, d, a})
			}
		}
	}
	result := Decision{answer: allow.and(deny.not())}
	result.Allowed = result.answer.truth()
	switch result.Allowed {
	case graph.True:
		result.Grounds = e.grounds(allows, graph.True)
	case graph.False:
		result.Grounds = e.grounds(denies, graph.True)
	case graph.Undecided:
		result.Grounds = e.grounds(append(allows, denies...), graph.Undecided)
	}
	return result
}

// matched is a statement that speaks, or may speak, of the request.
type matched struct {
	statement *Statement
	document  *Document
	answer    answer
}

// hasVariables reports whether policy variables mean something in the document: not in the old version of the language, which is the
// default.
func (d *Document) hasVariables() bool {
	if d.Version.IsNull() {
		return false
	}
	text, known := d.Version.Text()
	return !known || text != languageOld
}

// effect decides whether a statement allows or denies.
func (e *evaluator) effect(s *Statement, want Effect) answer {
	if !s.Effect.Written {
		return unsure()
	}
	result := no()
	for _, item := range s.Effect.Items {
		t := graph.Undecided
		if text, ok := item.Value.Text(); ok {
			t = graph.TruthOf(strings.EqualFold(text, string(want)))
		}
		result = result.or(answerOf(t).when(item.When))
	}
	return result
}

// statement decides whether a statement speaks of the request.
func (e *evaluator) statement(s *Statement) answer {
	result := yes()
	for _, part := range e.parts(s) {
		if result = result.and(part.answer); result.may.Decide() == graph.False {
			return no()
		}
	}
	return result
}

// part is an element of a statement, and whether the request fits it.
type part struct {
	name   string
	answer answer
	at     source.Span
	// items are the values, and fits what each of them says of the request.
	items []Item
	fits  []graph.Truth
}

// parts are the elements that a request must fit. Where an element is missing that AWS asks for, nothing keeps a request out.
func (e *evaluator) parts(s *Statement) []part {
	var parts []part
	add := func(name string, element Element, test func(graph.Value) graph.Truth) {
		if !element.Written {
			return
		}
		p := part{name: name, answer: no(), at: element.At, items: element.Items}
		for _, item := range element.Items {
			t := test(item.Value)
			p.fits = append(p.fits, t)
			p.answer = p.answer.or(answerOf(t).when(item.When))
		}
		if strings.HasPrefix(name, "Not") {
			p.answer = p.answer.not()
		}
		parts = append(parts, p)
	}
	for _, v := range s.Unread {
		add("", Element{true, v.At(), []Item{{graph.Always(), v}}}, func(graph.Value) graph.Truth { return graph.Undecided })
	}
	add("Action", s.Actions, e.action)
	add("NotAction", s.NotActions, e.action)
	add("Resource", s.Resources, e.resource)
	add("NotResource", s.NotResources, e.excludedResource)
	for _, p := range []struct {
		name string
		Principals
	}{{"Principal", s.Principals}, {"NotPrincipal", s.NotPrincipals}} {
		element := Element{Written: p.Written && e.request.Principal != nil, At: p.At}
		next := 0
		for _, item := range p.Items {
			element.Items = append(element.Items, item.Item)
		}
		add(p.name, element, func(v graph.Value) graph.Truth {
			next++
			return e.principal(p.Items[next-1].Type, v)
		})
	}
	for _, c := range s.Conditions {
		p := part{name: "Condition " + c.Key, answer: e.condition(c).unless(c.When), at: c.Values.At, items: c.Values.Items}
		for _, item := range p.items {
			t := graph.Undecided
			if item.Value.Known() {
				t = graph.True
			}
			p.fits = append(p.fits, t)
		}
		parts = append(parts, p)
	}
	return parts
}

// action decides whether a value of Action names the request's action. Case does not matter to actions.
func (e *evaluator) action(v graph.Value) graph.Truth {
	return match(e.compile(v, true, false, true), literal(e.request.Action, true))
}

// resource decides whether a value of Resource names the request's resource.
func (e *evaluator) resource(v graph.Value) graph.Truth {
	pattern := inOnePartition(complete(e.compile(v, true, true, false)))
	return match(pattern, inOnePartition(textOf(e.request.Resource, false)))
}

// excludedResource is resource for NotResource: AWS does not say what a variable without a value leaves out.
func (e *evaluator) excludedResource(v graph.Value) graph.Truth {
	if t := e.resource(v); t != graph.False || !e.unset(v) {
		return t
	}
	return graph.Undecided
}

// principal decides whether a principal of the policy is the one that asks.
func (e *evaluator) principal(kind string, v graph.Value) graph.Truth {
	p := e.request.Principal
	text, known := v.Text()
	switch {
	case kind == everyone, known && text == everyone && kind == p.Type, known && text == everyone && kind == "AWS":
		return graph.True
	case kind == "":
		return graph.Undecided
	case kind != p.Type:
		return graph.False
	}
	named := e.compile(v, false, false, false)
	result := match(named, textOf(p.ID, false))
	if kind == "AWS" {
		account := textOf(p.Account, false)
		root := append(append(literal("arn:aws:iam::", false), account...), literal(":root", false)...)
		result = result.Or(match(named, account)).Or(match(inOnePartition(named), root))
	}
	return result
}

// grounds tells which part of which statement is the reason for an answer.
func (e *evaluator) grounds(statements []matched, want graph.Truth) []Ground {
	grounds := []Ground{}
	for _, m := range statements {
		if m.answer.truth() == want {
			e.literals = !m.document.hasVariables()
			grounds = append(grounds, e.ground(m, want)...)
		}
	}
	if len(grounds) > 0 {
		return grounds
	}
	for _, m := range statements { // one of them under every condition, none under all
		grounds = append(grounds, newGround(m, "", graph.Null(), m.statement.At))
	}
	return grounds
}

// ground is the resource that a statement fits the request by, or every part that leaves it open whether it does.
func (e *evaluator) ground(m matched, want graph.Truth) []Ground {
	var grounds []Ground
	for _, p := range e.parts(m.statement) {
		if want == graph.True {
			switch p.name {
			case "Resource":
				if i := slices.Index(p.fits, graph.True); i >= 0 {
					return []Ground{newGround(m, p.name, p.items[i].Value, p.at)}
				}
			case "NotResource":
				return []Ground{newGround(m, p.name, graph.Null(), p.at)}
			}
			continue
		}
		if p.answer.truth() != graph.Undecided {
			continue
		}
		g := newGround(m, p.name, graph.Null(), p.at)
		if i := slices.Index(p.fits, graph.Undecided); i >= 0 {
			g = newGround(m, p.name, p.items[i].Value, p.at)
		}
		grounds = append(grounds, g)
	}
	if len(grounds) == 0 {
		grounds = append(grounds, newGround(m, "", graph.Null(), m.statement.At))
	}
	return grounds
}

func newGround(m matched, element string, v graph.Value, at source.Span) Ground {
	g := Ground{Statement: m.statement, Element: element, Value: v}
	for _, at := range []source.Span{v.At(), at, m.statement.At, m.document.At} {
		if g.At = at; !at.IsZero() {
			break
		}
	}
	return g
}

// Speaks decides whether a statement has an effect and names an action, whatever the resources and conditions.
func (s *Statement) Speaks(effect Effect, action string) graph.Truth {
	e := evaluator{request: Request{Action: action}}
	result := e.effect(s, effect).when(s.When)
	for _, p := range e.parts(s) {
		if p.name == "Action" || p.name == "NotAction" {
			result = result.and(p.answer)
		}
	}
	return result.truth()
}
