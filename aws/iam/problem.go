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

// What [Document.LintEndpoint] finds by the rules for policies of VPC endpoints.
const (
	MissingPrincipal     ProblemCode = "missing-principal"
	NarrowPrincipal      ProblemCode = "narrow-principal" // one that stands for a root user alone
	MissingResource      ProblemCode = "missing-resource"
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

// maxEndpointPolicy is the number of characters that AWS takes for the policy of a VPC endpoint, white space included.
const maxEndpointPolicy = 20480

// LintEndpoint finds what is wrong with the policy of a VPC endpoint, in addition to the document's Problems: every statement names
// principals and resources, and actions of the endpoint's service, whose prefix is "s3", say; empty when it is not known. A gateway endpoint
// takes any other principal than "*" for the root user of its account alone.
func (d *Document) LintEndpoint(service string, gateway bool) []Problem {
	l := linter{Document: Document{At: d.At}, service: service, gateway: gateway}
	if n := d.length(); n > maxEndpointPolicy {
		l.problem(TooLong, d.At, "the policy has "+itoa(n)+" characters, more than "+itoa(maxEndpointPolicy))
	}
	for _, s := range d.Statements {
		l.when = s.When
		l.statement(s)
	}
	return l.Problems
}

// length is the number of characters that the document has at least. An object is counted as JSON without white space.
func (d *Document) length() int {
	v := d.Value
	if v.Kind() == graph.KindMap {
		v = graph.JSON(v)
	}
	parts, _ := v.Parts()
	n := 0
	for _, p := range parts {
		n += utf8.RuneCountInString(p.Literal)
	}
	return n
}

// linter collects problems; it is a Document for the sake of its methods.
type linter struct {
	Document
	service string
	gateway bool
}

func (l *linter) statement(s *Statement) {
	whole := len(s.Unread) == 0 // else an element that seems to be missing may be in what is not read
	if whole && !s.Principals.Written && !s.NotPrincipals.Written {
		l.problem(MissingPrincipal, s.At, s.Name()+" has no Principal")
	}
	if whole && !s.Resources.Written && !s.NotResources.Written {
		l.problem(MissingResource, s.At, s.Name()+" has no Resource")
	}
	if l.gateway {
		l.principals(s)
	}
	for _, e := range []Element{s.Actions, s.NotActions} {
		l.actions(e)
	}
	for _, c := range s.Conditions {
		l.condition(c)
	}
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
	if l.service == "" {
		return
	}
	for _, item := range e.Items {
		text, ok := item.Value.Text()
		prefix, _, _ := strings.Cut(text, ":")
		if !ok || match(pattern(prefix, true), literal(l.service, true)) != graph.False {
			continue
		}
		l.problemIf(item.When, ForeignAction, item.Value.At(), quote(text)+" is no action of "+l.service)
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
