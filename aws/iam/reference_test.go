package iam

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/iacscan/iacscan/graph"
)

// This file holds a slow and obvious evaluator for documents and requests of which everything is known, and compares Decide with it on
// documents that a fuzzer writes.

// refStatement is a statement in plain Go. A nil element is not written.
type refStatement struct {
	effect                                   string
	principal, notPrincipal                  []string // ARNs, account ids or "*"
	action, notAction, resource, notResource []string
	conditions                               []refCondition
}

type refCondition struct {
	operator, key string
	values        []string
}

type refRequest struct {
	arn, account, action, resource string
	context                        map[string][]string // by key in lower case
}

func refAllows(statements []refStatement, r refRequest) bool {
	allowed := false
	for _, s := range statements {
		if !refApplies(s, r) {
			continue
		}
		if s.effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

func refApplies(s refStatement, r refRequest) bool {
	principal := func(p string) bool {
		return p == "*" || p == r.arn || p == r.account || p == "arn:aws:iam::"+r.account+":root"
	}
	action := func(p string) bool { return refGlob(strings.ToLower(p), strings.ToLower(r.action)) }
	resource := func(p string) bool { return refGlob(refExpand(p, r), r.resource) }
	for _, element := range []struct {
		values []string
		not    bool
		fits   func(string) bool
	}{
		{s.principal, false, principal},
		{s.notPrincipal, true, principal},
		{s.action, false, action},
		{s.notAction, true, action},
		{s.resource, false, resource},
		{s.notResource, true, resource},
	} {
		if element.values != nil && slices.ContainsFunc(element.values, element.fits) == element.not {
			return false
		}
	}
	for _, c := range s.conditions {
		if !refHolds(c, r) {
			return false
		}
	}
	return true
}

// refExpand replaces ${aws:username}, the only variable that the fuzzer writes, by text that has no wildcards.
func refExpand(text string, r refRequest) string {
	name, ok := r.context["aws:username"]
	if !ok {
		name = []string{"\x00nobody"}
	}
	return strings.ReplaceAll(text, "${aws:username}", name[0])
}

func refGlob(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	switch pattern[0] {
	case '*':
		return refGlob(pattern[1:], text) || text != "" && refGlob(pattern, text[1:])
	case '?':
		return text != "" && refGlob(pattern[1:], text[1:])
	}
	return text != "" && text[0] == pattern[0] && refGlob(pattern[1:], text[1:])
}

func refHolds(c refCondition, r refRequest) bool {
	values, present := r.context[strings.ToLower(c.key)]
	name, forAll := strings.CutPrefix(c.operator, "ForAllValues:")
	name, forAny := strings.CutPrefix(name, "ForAnyValue:")
	if name == "Null" {
		return slices.Contains(c.values, strconv.FormatBool(!present))
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	positive := strings.Replace(name, "Not", "", 1)
	negated := positive != name
	if !present {
		return ifExists || forAll || negated && !forAny
	}
	one := func(request string) bool {
		matches := slices.ContainsFunc(c.values, func(policy string) bool {
			if strings.HasPrefix(positive, "String") || strings.HasPrefix(positive, "Arn") { // no other operator knows variables
				policy = refExpand(policy, r)
			}
			return refCompare(positive, policy, request)
		})
		return matches != negated
	}
	if forAll || negated && !forAny {
		return !slices.ContainsFunc(values, func(v string) bool { return !one(v) })
	}
	return slices.ContainsFunc(values, one)
}

func refCompare(operator, policy, request string) bool {
	switch operator {
	case "StringEquals":
		return policy == request
	case "StringEqualsIgnoreCase", "Bool":
		return strings.EqualFold(policy, request)
	case "StringLike":
		return refGlob(policy, request)
	case "ArnEquals", "ArnLike":
		p, q := strings.SplitN(policy, ":", 6), strings.SplitN(request, ":", 6)
		for i := range p {
			if !refGlob(p[i], q[i]) {
				return false
			}
		}
		return true
	case "IpAddress":
		if !strings.Contains(policy, "/") {
			policy += "/32"
		}
		_, block, err := net.ParseCIDR(policy)
		return err == nil && block.Contains(net.ParseIP(request))
	case "DateLessThan", "DateGreaterThanEquals": // as text: the fuzzer writes all dates in one form
		return policy != "soon" && (request < policy) == (operator == "DateLessThan")
	}
	p, err := strconv.ParseFloat(policy, 64)
	q, err2 := strconv.ParseFloat(request, 64)
	if err != nil || err2 != nil {
		return false
	}
	switch operator {
	case "NumericEquals":
		return q == p
	case "NumericLessThan":
		return q < p
	case "NumericGreaterThanEquals":
		return q >= p
	}
	panic("the fuzzer writes no operator " + operator)
}

// writer makes documents and requests out of bytes.
type writer struct {
	data []byte
	// typed has it write conditions on refTyped as well.
	typed bool
}

func (w *writer) next(n int) int {
	if len(w.data) == 0 {
		return 0
	}
	b := int(w.data[0])
	w.data = w.data[1:]
	return b % n
}

func (w *writer) pick(from ...string) string { return from[w.next(len(from))] }

func (w *writer) some(from ...string) []string {
	list := make([]string, 1+w.next(3))
	for i := range list {
		list[i] = w.pick(from...)
	}
	return list
}

var (
	refARNs      = []string{"arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:role/b"}
	refNames     = []string{"ann", "bob", "anna", "5", "7", "true", "false"}
	refPatterns  = []string{"ann", "a*", "*", "b?b", "ANN", "5", "6", "true", "${aws:username}", "an${aws:username}", ""}
	refOperators = []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
		"Bool", "Null", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals",
	}
	refKeys = []string{"aws:username", "aws:PrincipalTag/team", "s3:prefix"}
)

// refTyped are the operators whose values have a form: their key, what the request may hold, and what a policy may ask for.
var refTyped = []struct {
	operators          []string
	key                string
	values, conditions []string
}{
	{
		[]string{"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"},
		"aws:SourceArn",
		[]string{"arn:aws:iam::111111111111:role/a", "arn:aws:sns:eu-west-1:222222222222:t:x", "arn:aws:s3:::b"},
		[]string{"arn:aws:iam::111111111111:role/a", "arn:aws:iam::*:role/*", "arn:aws:*:*:*:*", "arn:aws:s3:*:*:?", "arn:aws:sns:eu-*:222222222222:*:x"},
	},
	{
		[]string{"IpAddress", "NotIpAddress"},
		"aws:SourceIp",
		[]string{"10.0.0.5", "10.0.1.0", "203.0.113.9"},
		[]string{"10.0.0.0/24", "10.0.0.5", "0.0.0.0/0", "10.0.0.0/23", "here"},
	},
	{
		[]string{"DateLessThan", "DateGreaterThanEquals"},
		"aws:CurrentTime",
		[]string{"2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		[]string{"2026-01-01T00:00:00Z", "2026-06-30T12:00:00Z", "2028-01-01T00:00:00Z", "soon"},
	},
}

func (w *writer) statement() refStatement {
	s := refStatement{effect: w.pick("Allow", "Deny", "Allow")}
	principals := w.some("*", refARNs[0], "111111111111", "arn:aws:iam::222222222222:root")
	switch w.next(4) {
	case 0:
	case 1:
		s.notPrincipal = principals
	default:
		s.principal = principals
	}
	actions := w.some("*", "s3:*", "s3:Get*", "s3:getobject", "s3:?etObject", "ec2:*", "s3:PutObject")
	if w.next(4) == 0 {
		s.notAction = actions
	} else {
		s.action = actions
	}
	resources := w.some("*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::?/k")
	switch w.next(5) {
	case 0:
	case 1:
		s.notResource = resources
	default:
		s.resource = resources
	}
	for range w.next(3) {
		s.conditions = append(s.conditions, w.condition(len(s.conditions)))
	}
	return s
}

// condition writes the nth condition of a statement. A key of one operator is written once.
func (w *writer) condition(n int) refCondition {
	c := refCondition{operator: w.pick(refOperators...), key: refKeys[(w.next(2)+n)%len(refKeys)], values: w.some(refPatterns...)}
	if w.typed && w.next(3) == 0 {
		of := refTyped[w.next(len(refTyped))]
		c = refCondition{operator: w.pick(of.operators...), key: of.key, values: w.some(of.conditions...)}
	}
	if c.operator == "Null" {
		c.values = []string{w.pick("true", "false")}
		return c
	}
	c.operator = w.pick("", "", "ForAllValues:", "ForAnyValue:") + c.operator + w.pick("", "", "IfExists")
	return c
}

func (w *writer) statements() []refStatement {
	list := make([]refStatement, 1+w.next(3))
	for i := range list {
		list[i] = w.statement()
	}
	return list
}

func (w *writer) request() refRequest {
	r := refRequest{
		arn: w.pick(refARNs...), action: w.pick("s3:GetObject", "s3:PutObject", "ec2:RunInstances"),
		resource: w.pick("arn:aws:s3:::b/k", "arn:aws:s3:::ann/k", "arn:aws:s3:::b", "arn:aws:s3:::*/k"), context: map[string][]string{},
	}
	r.account = strings.Split(r.arn, ":")[4]
	for _, key := range refKeys {
		switch w.next(3) {
		case 1:
			r.context[strings.ToLower(key)] = []string{w.pick(refNames...)}
		case 2:
			if key != "aws:username" {
				r.context[strings.ToLower(key)] = w.some(refNames...)
			}
		}
	}
	for _, of := range refTyped {
		if w.typed && w.next(3) > 0 {
			r.context[strings.ToLower(of.key)] = w.some(of.values...)
		}
	}
	return r
}

// document writes statements as a policy document; leaf makes the value of each string.
func document(statements []refStatement, leaf func(string) graph.Value) graph.Value {
	list := make([]graph.Value, len(statements))
	values := func(texts []string) graph.Value {
		out := make([]graph.Value, len(texts))
		for i, s := range texts {
			out[i] = leaf(s)
		}
		if len(out) == 1 {
			return out[0]
		}
		return graph.List(out...)
	}
	object := func(entries map[string]graph.Value) graph.Value { return graph.Map(graph.NewObject(entries)) }
	for i, s := range statements {
		o := map[string]graph.Value{"Effect": leaf(s.effect)}
		for _, e := range []struct {
			name  string
			texts []string
		}{{"Action", s.action}, {"NotAction", s.notAction}, {"Resource", s.resource}, {"NotResource", s.notResource}} {
			if e.texts != nil {
				o[e.name] = values(e.texts)
			}
		}
		if s.principal != nil {
			o["Principal"] = object(map[string]graph.Value{"AWS": values(s.principal)})
		}
		if s.notPrincipal != nil {
			o["NotPrincipal"] = object(map[string]graph.Value{"AWS": values(s.notPrincipal)})
		}
		operators := map[string]map[string]graph.Value{}
		for _, c := range s.conditions {
			if operators[c.operator] == nil {
				operators[c.operator] = map[string]graph.Value{}
			}
			operators[c.operator][c.key] = values(c.values)
		}
		conditions := map[string]graph.Value{}
		for operator, keys := range operators {
			conditions[operator] = object(keys)
		}
		o["Condition"] = object(conditions)
		list[i] = object(o)
	}
	return object(map[string]graph.Value{"Version": graph.String("2012-10-17"), "Statement": graph.List(list...)})
}

func known(s string) graph.Value { return graph.String(s) }

func (r refRequest) request() Request {
	return Request{
		Principal: &Principal{Type: "AWS", ID: graph.String(r.arn), Account: graph.String(r.account)},
		Action:    r.action,
		Resource:  graph.String(r.resource),
		Context: func(key string) Operand {
			texts, ok := r.context[key]
			if !ok {
				return Absent()
			}
			values := make([]graph.Value, len(texts))
			for i, s := range texts {
				values[i] = graph.String(s)
			}
			return Given(values...)
		},
	}
}

// dropsDuplicates reports whether statements have two conditions of one operator and key, which a document cannot hold.
func dropsDuplicates(statements []refStatement) bool {
	for _, s := range statements {
		seen := map[string]bool{}
		for _, c := range s.conditions {
			k := c.operator + " " + c.key
			if seen[k] {
				return true
			}
			seen[k] = true
		}
	}
	return false
}

// unsettled reports whether the outcome rests on what differs from a policy variable without a value, which AWS does not say.
func unsettled(statements []refStatement, r refRequest) bool {
	if _, ok := r.context["aws:username"]; ok {
		return false
	}
	return strings.Contains(fmt.Sprint(statements), "${aws:username}")
}

func FuzzDecide(f *testing.F) {
	for _, seed := range []string{"", "0123456789", "zyxwvutsrqponm", "\x02\x00\x01\x03\x01\x05\x02\x00\x01\x07\x01\x02\x03\x04", "aaaaaaaabbbbbbbbccccccccdddddddd"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w := &writer{data: data, typed: true}
		r := w.request()
		statements := w.statements()
		if dropsDuplicates(statements) {
			return
		}
		want := graph.TruthOf(refAllows(statements, r))
		policy := document(statements, known)
		got := Decide(r.request(), Parse(policy)).Allowed
		if got != want && (got != graph.Undecided || !unsettled(statements, r)) {
			t.Fatalf("%v, want %v\nrequest %+v\npolicy %s", got, want, r, policy)
		}
		text, _ := graph.JSON(policy).Text()
		if again := Decide(r.request(), Parse(graph.String(text)), Parse(graph.Null())).Allowed; again != got {
			t.Fatalf("%v as text, %v as an object", again, got)
		}

		// One string in two: what Decide says of a choice is what holds of both.
		other := w.pick("s3:*", "arn:aws:s3:::b/*", "Deny", "a*", "*", "nothing")
		nth, n := w.next(12), 0
		second := document(statements, func(s string) graph.Value {
			n++
			if n-1 == nth {
				return graph.String(other)
			}
			return graph.String(s)
		})
		n = 0
		on := &graph.Identity{Name: "var.on"}
		both := document(statements, func(s string) graph.Value {
			n++
			if n-1 == nth {
				return graph.Choice(graph.Case{When: graph.Holds(on), Value: graph.String(s)},
					graph.Case{When: graph.Not(graph.Holds(on)), Value: graph.String(other)})
			}
			return graph.String(s)
		})
		want = got
		if Decide(r.request(), Parse(second)).Allowed != got {
			want = graph.Undecided
		}
		if got := Decide(r.request(), Parse(both)).Allowed; got != want {
			t.Fatalf("%v for a choice, want %v\nrequest %+v\npolicy %s", got, want, r, both)
		}

		// A hole in place of text without wildcards: what Decide says of the hole holds of the text.
		n = 0
		cut := w.next(4)
		holed := document(statements, func(s string) graph.Value {
			n++
			if n-1 != nth || strings.ContainsAny(s, "*?$") {
				return graph.String(s)
			}
			cut := min(cut, len(s))
			end := min(cut+3, len(s))
			return graph.Template(graph.Part{Literal: s[:cut]}, graph.Part{Hole: &graph.Identity{Name: "var.x"}}, graph.Part{Literal: s[end:]})
		})
		if of := Decide(r.request(), Parse(holed)).Allowed; of != graph.Undecided && of != got {
			t.Fatalf("%v with a hole, %v with what may fill it\nrequest %+v\npolicy %s\nholed %s", of, got, r, policy, holed)
		}
	})
}

// FuzzDecideChosen compares a requester who chooses a key with trying every value that could matter.
func FuzzDecideChosen(f *testing.F) {
	for _, seed := range []string{"", "0123456789", "zyxwvutsrqponm", "aaaaaaaabbbbbbbbccccccccdddddddd"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w := &writer{data: data}
		r := w.request()
		statements := w.statements()
		if dropsDuplicates(statements) || strings.Contains(fmt.Sprint(statements), "${") {
			return
		}
		const key = "s3:prefix"
		q := r.request()
		rest := q.Context
		q.Context = func(k string) Operand {
			if k == key {
				return Chosen(Choice{})
			}
			return rest(k)
		}
		policy := document(statements, known)
		got := Decide(q, Parse(policy)).Allowed
		tries := [][]string{nil, {"zzz"}, {"azzz"}, {"a"}, {"bxb"}, {"ANN"}, {"ann", "5"}, {""}, {"6"}, {"6.5"}, {"4"}, {"5.000000"}}
		for _, name := range slices.Concat(refNames, refPatterns) {
			tries = append(tries, []string{name})
		}
		want := graph.False
		for _, values := range tries {
			delete(r.context, key)
			if values != nil {
				r.context[key] = values
			}
			if refAllows(statements, r) {
				want = graph.True
			}
		}
		if got == graph.False && want == graph.True || got == graph.True && want == graph.False {
			t.Fatalf("%v, want %v\nrequest %+v\npolicy %s", got, want, r, policy)
		}
	})
}
