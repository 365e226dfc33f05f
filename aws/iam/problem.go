package iam

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// ProblemCode names a way in which a policy document is malformed.
type ProblemCode string

// What [Parse] finds wrong with a document of any kind.
const (
	InvalidJSON      ProblemCode = "invalid-json"
	SeveralDocuments ProblemCode = "several-documents" // JSON documents one after the other
	NotADocument     ProblemCode = "not-a-document"    // no JSON object
	BareStatement    ProblemCode = "bare-statement"    // without the document around it
	MissingStatement ProblemCode = "missing-statement"
	InvalidVersion   ProblemCode = "invalid-version"
	UnknownElement   ProblemCode = "unknown-element" // misspelt, too
	WrongType        ProblemCode = "wrong-type"
	MissingEffect    ProblemCode = "missing-effect"
	InvalidEffect    ProblemCode = "invalid-effect"
	MissingAction    ProblemCode = "missing-action"
	BothElements     ProblemCode = "both-elements" // Action and NotAction, say
	InvalidPrincipal ProblemCode = "invalid-principal"
	UnknownOperator  ProblemCode = "unknown-operator"
	DuplicateSid     ProblemCode = "duplicate-sid"
)

// What [Document.Lint] finds by the rules of one kind of policy.
const (
	MissingPrincipal     ProblemCode = "missing-principal"
	UnexpectedPrincipal  ProblemCode = "unexpected-principal"
	NarrowPrincipal      ProblemCode = "narrow-principal" // one that stands for a root user alone
	MissingResource      ProblemCode = "missing-resource"
	UnexpectedID         ProblemCode = "unexpected-id"
	InvalidSid           ProblemCode = "invalid-sid"
	ForeignAction        ProblemCode = "foreign-action" // of a service that the policy cannot speak of
	WildcardInIdentifier ProblemCode = "wildcard-in-identifier"
	TooLong              ProblemCode = "too-long"
)

// Problem is something wrong with a document, as AWS would refuse it or take it for something else than it seems to say.
type Problem struct {
	Code ProblemCode
	// Message says what is wrong, without a full stop.
	Message string
	// At is the literal, the element or the statement; zero when no place is known.
	At source.Span
	// When is the condition under which the document has the problem, as far as choices between whole statements decide it.
	When graph.Guard
}

func (d *Document) problem(code ProblemCode, at source.Span, message string) {
	if at.IsZero() {
		at = d.At
	}
	d.Problems = append(d.Problems, Problem{code, message, at, d.when})
}

// problemIf is problem for one that the document has under a further condition only.
func (d *Document) problemIf(when graph.Guard, code ProblemCode, at source.Span, message string) {
	outer := d.when
	d.when = graph.And(outer, when)
	d.problem(code, at, message)
	d.when = outer
}

// checkStatement finds what is wrong with a statement of any kind of policy.
func (d *Document) checkStatement(s *Statement, v graph.Value) {
	for _, item := range s.Effect.Items {
		if text, ok := item.Value.Text(); ok && text != string(Allow) && text != string(Deny) {
			d.problemIf(item.When, InvalidEffect, item.Value.At(), "the Effect of "+s.Name()+" is Allow or Deny, not "+quote(text))
		}
	}
	for _, pair := range []struct {
		name      string
		one, both bool
	}{
		{"Action", s.Actions.Written || s.NotActions.Written, s.Actions.Written && s.NotActions.Written},
		{"Resource", true, s.Resources.Written && s.NotResources.Written},
		{"Principal", true, s.Principals.Written && s.NotPrincipals.Written},
	} {
		switch {
		case pair.both:
			d.problem(BothElements, s.At, s.Name()+" has both "+pair.name+" and Not"+pair.name)
		case !pair.one && !v.IsOpen():
			d.problem(MissingAction, s.At, s.Name()+" has no Action")
		}
	}
	if !s.Effect.Written && !v.IsOpen() {
		d.problem(MissingEffect, s.At, s.Name()+" has no Effect")
	}
	for _, c := range s.Conditions {
		if _, ok := parseOperator(c.Operator); !ok && c.Operator != "" {
			d.problemIf(c.When, UnknownOperator, c.Values.At, "there is no condition operator "+quote(c.Operator))
		}
	}
}

// findDuplicates finds statements that share a Sid.
func (d *Document) findDuplicates() {
	first := map[string]*Statement{}
	for _, s := range d.Statements {
		sid, ok := s.Sid.Text()
		if !ok || sid == "" {
			continue
		}
		if t := first[sid]; t == nil {
			first[sid] = s
		} else if both := graph.And(s.When, t.When); both.Decide() != graph.False {
			d.problemIf(both, DuplicateSid, s.Sid.At(), "two statements have the Sid "+quote(sid))
		}
	}
}

// Rules are what AWS asks of one kind of policy beyond the language.
type Rules struct {
	// Principal says that every statement names principals, NoPrincipal that none does.
	Principal, NoPrincipal bool
	// OnlyEveryone says that the only principal is "*": another one stands for the root user of its account alone.
	OnlyEveryone bool
	// Resource says that every statement names resources.
	Resource bool
	// Plain says that the document has no Id and that a Sid has letters and digits only.
	Plain bool
	// Service is the prefix of the actions that the policy can speak of; empty for any.
	Service string
	// MaxLength is the number of characters that the document may have; 0 for any. Spaces says that white space counts.
	MaxLength int
	Spaces    bool
}

// IdentityRules are those of policies for users, groups and roles.
func IdentityRules() Rules { return Rules{NoPrincipal: true, Resource: true, Plain: true} }

// TrustRules are those of the policy that says who may assume a role.
func TrustRules() Rules { return Rules{Principal: true, Service: "sts"} }

// EndpointRules are those of the policy of a VPC endpoint for a service with an action prefix ("s3"; empty when it is not known).
// A gateway endpoint has no principals but "*".
func EndpointRules(service string, gateway bool) Rules {
	const maxEndpointPolicy = 20480
	return Rules{Principal: true, OnlyEveryone: gateway, Resource: true, Service: service, MaxLength: maxEndpointPolicy, Spaces: true}
}

// Lint finds what is wrong with a document by the rules of one kind of policy, in addition to its Problems.
func (d *Document) Lint(rules Rules) []Problem {
	l := linter{Document: Document{At: d.At}, rules: rules}
	if d.hasID && rules.Plain {
		l.problem(UnexpectedID, d.At, "a policy of this kind has no Id")
	}
	if n := d.length(rules.Spaces); rules.MaxLength > 0 && n > rules.MaxLength {
		l.problem(TooLong, d.At, "the policy has "+itoa(n)+" characters, more than "+itoa(rules.MaxLength))
	}
	for _, s := range d.Statements {
		l.when = s.When
		l.statement(s)
	}
	return l.Problems
}

// length is the number of characters that the document has at least. An object is counted as JSON without white space.
func (d *Document) length(spaces bool) int {
	v := d.Value
	if v.Kind() == graph.KindMap {
		v = graph.JSON(v)
	}
	parts, _ := v.Parts()
	n := 0
	for _, p := range parts {
		n += utf8.RuneCountInString(p.Literal)
		if !spaces {
			n -= len(p.Literal) - len(strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(p.Literal))
		}
	}
	return n
}

// linter collects problems; it is a Document for the sake of its methods.
type linter struct {
	Document
	rules Rules
}

func (l *linter) statement(s *Statement) {
	whole := len(s.Unread) == 0 // else an element that seems to be missing may be in what is not read
	named := s.Principals.Written || s.NotPrincipals.Written
	switch {
	case l.rules.Principal && !named && whole:
		l.problem(MissingPrincipal, s.At, s.Name()+" has no Principal")
	case l.rules.NoPrincipal && named:
		l.problem(UnexpectedPrincipal, s.At, s.Name()+" has a Principal, which a policy of this kind has not")
	}
	if l.rules.Resource && whole && !s.Resources.Written && !s.NotResources.Written {
		l.problem(MissingResource, s.At, s.Name()+" has no Resource")
	}
	if l.rules.OnlyEveryone {
		l.principals(s)
	}
	if sid, ok := s.Sid.Text(); ok && l.rules.Plain && strings.ContainsFunc(sid, func(r rune) bool { return !isAlphanumeric(r) }) {
		l.problem(InvalidSid, s.Sid.At(), "the Sid "+quote(sid)+" has other characters than letters and digits")
	}
	for _, e := range []Element{s.Actions, s.NotActions} {
		l.actions(e)
	}
	for _, c := range s.Conditions {
		l.condition(c)
	}
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// principals finds those that are not everyone.
func (l *linter) principals(s *Statement) {
	if s.NotPrincipals.Written {
		l.problem(NarrowPrincipal, s.NotPrincipals.At, "a gateway endpoint takes no NotPrincipal; use the condition key aws:PrincipalArn")
	}
	for _, p := range s.Principals.Items {
		if p.Everyone() == graph.False {
			l.problemIf(p.When, NarrowPrincipal, p.Value.At(),
				"a gateway endpoint takes a principal other than \"*\" for the root user of the account; use the condition key aws:PrincipalArn")
		}
	}
}

// actions finds those of other services.
func (l *linter) actions(e Element) {
	if l.rules.Service == "" {
		return
	}
	for _, item := range e.Items {
		text, ok := item.Value.Text()
		prefix, _, _ := strings.Cut(text, ":")
		if !ok || match(pattern(prefix, true), literal(l.rules.Service, true)) != graph.False {
			continue
		}
		l.problemIf(item.When, ForeignAction, item.Value.At(), quote(text)+" is no action of "+l.rules.Service)
	}
}

// identifierKeys hold identifiers of AWS, which AWS compares as a whole.
var identifierKeys = []string{
	"aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount", "aws:sourceorgid",
	"aws:sourcevpc", "aws:sourcevpce", "s3:resourceaccount",
}

// condition finds wildcards in identifiers.
func (l *linter) condition(c Condition) {
	if !slices.Contains(identifierKeys, strings.ToLower(c.Key)) {
		return
	}
	for _, item := range c.Values.Items {
		if text, ok := item.Value.Text(); ok && strings.ContainsAny(text, "*?") {
			l.problemIf(graph.And(c.When, item.When), WildcardInIdentifier, item.Value.At(), c.Key+" holds an identifier, which has no wildcards: "+quote(text))
		}
	}
}

// errorPlace is where a syntax error is, else where the text is.
func errorPlace(err error, v graph.Value) source.Span {
	var syntax *graph.SyntaxError
	if errors.As(err, &syntax) && !syntax.At.IsZero() {
		return syntax.At
	}
	return v.At()
}

func itoa(n int) string { return strconv.Itoa(n) }

func quote(s string) string { return strconv.Quote(s) }
