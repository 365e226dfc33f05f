package iam

import (
	"strings"
	"testing"

	"github.com/iacscan/iacscan/graph"
)

// What a role may do, by its identity policies.
func TestDecideIdentityPolicies(t *testing.T) {
	const (
		describe  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:DescribeVpcEndpointServices", "Resource": "*"}]}`
		all       = `{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
		deny      = `{"Statement": [{"Effect": "Deny", "Action": "EC2:describe*", "Resource": "*"}]}`
		narrow    = `{"Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:vpc/*"}]}`
		inRegion  = `{"Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}]}`
		notOthers = `{"Statement": [{"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}]}`
	)
	for _, c := range []struct {
		name     string
		policies []string
		want     graph.Truth
	}{
		{"none", nil, graph.False},
		{"the action", []string{describe}, graph.True},
		{"everything", []string{all}, graph.True},
		{"denied elsewhere", []string{all, deny}, graph.False},
		{"not on every resource", []string{narrow}, graph.False},
		{"in a Region", []string{inRegion}, graph.Undecided},
		{"in a Region, and anyhow", []string{inRegion, describe}, graph.True},
		{"not others", []string{notOthers}, graph.True},
	} {
		var documents []*Document
		for _, p := range c.policies {
			documents = append(documents, Parse(graph.String(p)))
		}
		r := Request{Action: "ec2:DescribeVpcEndpointServices", Resource: graph.String("*")}
		d := Decide(r, documents...)
		if d.Allowed != c.want {
			t.Errorf("%s: %v, want %v", c.name, d.Allowed, c.want)
		}
		if d.Allowed == graph.Undecided && (len(d.Grounds) == 0 || d.Grounds[0].Element != "Condition aws:RequestedRegion") {
			t.Errorf("%s: grounds %v", c.name, d.Grounds)
		}
	}
}

// Who may assume a role, by its trust policy.
func TestDecideTrust(t *testing.T) {
	const service = `{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["forecast.amazonaws.com", "sagemaker.amazonaws.com"]}}]}`
	account := text("arn:aws:iam::", means(OwnAccount), ":root")
	ownRoles := graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.Map(graph.NewObject(map[string]graph.Value{
		"Effect": graph.String("Allow"), "Action": graph.String("sts:AssumeRole"),
		"Principal": graph.Map(graph.NewObject(map[string]graph.Value{"AWS": account})),
	}))}))
	sageMaker := Principal{Type: "Service", ID: graph.String("sagemaker.amazonaws.com")}
	ownRole := Principal{Type: "AWS", ID: hole("role"), Account: means(OwnAccount)}
	for _, c := range []struct {
		name      string
		principal Principal
		policy    graph.Value
		want      graph.Truth
	}{
		{"the service", sageMaker, graph.String(service), graph.True},
		{"another service", Principal{Type: "Service", ID: graph.String("ec2.amazonaws.com")}, graph.String(service), graph.False},
		{"a role where services are named", ownRole, graph.String(service), graph.False},
		{"a role of the account", ownRole, ownRoles, graph.True},
		{"a role of another account", *foreignX.principal(), ownRoles, graph.False},
		{"a service where an account is named", sageMaker, ownRoles, graph.False},
	} {
		d := Decide(Request{Principal: &c.principal, Action: "sts:AssumeRole", Resource: graph.String("*")}, Parse(c.policy))
		if d.Allowed != c.want {
			t.Errorf("%s: %v, want %v", c.name, d.Allowed, c.want)
		}
	}
}

func TestConditions(t *testing.T) {
	keys := map[string]Operand{
		"aws:username":          Given(graph.String("anna")),
		"aws:principaltag/team": Given(graph.String("ML"), graph.String("ops")),
		"aws:tagkeys":           Given(),
		"aws:sourceip":          Given(graph.String("203.0.113.7")),
		"aws:currenttime":       Given(graph.String("2026-11-21T12:00:00Z")),
		"s3:max-keys":           Given(graph.String("10")),
		"aws:principalarn":      Given(graph.String("arn:aws:iam::111122223333:role/a/b")),
		"aws:securetransport":   Given(graph.String("true")),
		"aws:referer":           Absent(),
		"aws:useragent":         {},
	}
	context := func(key string) Operand {
		if o, ok := keys[key]; ok {
			return o
		}
		return Absent()
	}
	const yes, no, open = graph.True, graph.False, graph.Undecided
	for _, c := range []struct {
		operator, key, value string
		want                 graph.Truth
	}{
		{"StringEquals", "aws:username", "anna", yes},
		{"stringEQUALS", "AWS:UserName", "anna", yes},
		{"StringEquals", "aws:username", "ann*", no},
		{"StringEquals", "aws:username", "Anna", no},
		{"StringEqualsIgnoreCase", "aws:username", "ANNA", yes},
		{"StringNotEqualsIgnoreCase", "aws:username", "ANNA", no},
		{"StringLike", "aws:username", "a?n*", yes},
		{"StringNotLike", "aws:username", "b*", yes},
		{"StringEquals", "aws:username", "${aws:username}", yes},
		{"StringLike", "aws:username", "${aws:referer, 'an'}*", yes},
		{"StringEquals", "aws:username", "${aws:referer}", no},
		{"StringNotEquals", "aws:username", "${aws:referer}", open},
		{"StringEquals", "aws:username", "${aws:useragent}", open},
		{"StringLike", "aws:username", "ann${*}", no},
		{"ForAnyValue:StringEquals", "aws:PrincipalTag/Team", "ops", yes},
		{"ForAllValues:StringEquals", "aws:PrincipalTag/Team", "ops", no},
		{"ForAllValues:StringLike", "aws:PrincipalTag/Team", "*", yes},
		{"ForAnyValue:StringNotEquals", "aws:PrincipalTag/Team", "ops", yes},
		{"ForAllValues:StringNotEquals", "aws:PrincipalTag/Team", "ops", no},
		{"ForAllValues:StringEquals", "aws:TagKeys", "x", yes},
		{"ForAnyValue:StringEquals", "aws:TagKeys", "x", no},
		{"StringEquals", "aws:referer", "x", no},
		{"StringNotEquals", "aws:referer", "x", yes},
		{"StringEqualsIfExists", "aws:referer", "x", yes},
		{"ForAllValues:StringEquals", "aws:referer", "x", yes},
		{"ForAnyValue:StringNotEquals", "aws:referer", "x", no},
		{"Null", "aws:referer", "true", yes},
		{"Null", "aws:username", "true", no},
		{"Null", "aws:useragent", "false", open},
		{"StringEquals", "aws:useragent", "x", open},
		{"Bool", "aws:SecureTransport", "true", yes},
		{"Bool", "aws:SecureTransport", "False", no},
		{"IpAddress", "aws:SourceIp", "203.0.113.0/24", yes},
		{"IpAddress", "aws:SourceIp", "203.0.113.8", no},
		{"NotIpAddress", "aws:SourceIp", "10.0.0.0/8", yes},
		{"IpAddress", "aws:SourceIp", "everywhere", no},
		{"NumericLessThan", "s3:max-keys", "10", no},
		{"NumericLessThanEquals", "s3:max-keys", "10.0", yes},
		{"NumericGreaterThan", "s3:max-keys", "9.5", yes},
		{"NumericNotEquals", "s3:max-keys", "11", yes},
		{"NumericEquals", "s3:max-keys", "ten", no},
		{"DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", yes},
		{"DateLessThanEquals", "aws:CurrentTime", "2026-11-21T12:00:00Z", yes},
		{"DateLessThan", "aws:CurrentTime", "1700000000", no},
		{"ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a/*", yes},
		{"ArnEquals", "aws:PrincipalArn", "arn:aws-cn:iam::111122223333:role/*", yes},
		{"ArnLike", "aws:PrincipalArn", "arn:aws:*:role/a/b", open},
		{"ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::444455556666:role/*", yes},
		{"StringLike", "aws:PrincipalArn", "arn:*:role/a/b", yes},
		{"BinaryEquals", "aws:username", "YW5uYQ==", no},
	} {
		policy := Parse(allow(conditions(c.operator, c.key, graph.String(c.value))))
		d := Decide(Request{Action: "s3:GetObject", Resource: graph.String("arn:aws:s3:::b/k"), Context: context}, policy)
		if d.Allowed != c.want {
			t.Errorf("%s of %s against %q: %v, want %v", c.operator, c.key, c.value, d.Allowed, c.want)
		}
	}
}

// In the old version of the language, which is the default, variables are text.
func TestVariablesNeedTheVersion(t *testing.T) {
	r := Request{Action: "s3:GetObject", Resource: graph.String("arn:aws:s3:::anna/k"), Context: func(string) Operand { return Given(graph.String("anna")) }}
	const statement = `"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:username}/*"}`
	for version, want := range map[string]graph.Truth{
		`"Version": "2012-10-17", `: graph.True,
		`"Version": "2008-10-17", `: graph.False,
		``:                          graph.False,
	} {
		if got := Decide(r, Parse(graph.String("{"+version+statement+"}"))).Allowed; got != want {
			t.Errorf("%s %v, want %v", version, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	x, y := Stranger("x"), Stranger("y")
	h, g := hole("var.h"), hole("var.g")
	own := means(OwnAccount)
	const yes, no, open = graph.True, graph.False, graph.Undecided
	for _, c := range []struct {
		pattern, text graph.Value
		want          graph.Truth
	}{
		{graph.String("*"), x, yes},
		{graph.String("?*"), x, yes},
		{graph.String("??"), x, yes},
		{graph.String(""), x, no},
		{graph.String("a*"), x, no},
		{x, x, yes},
		{x, y, no},
		{text("a", x, "b"), text("a", x, "b"), yes},
		{text("a", h), text("a", h), yes},
		{text("a", h), text("a", g), open},
		{text("a", h), graph.String("ab"), open},
		{text("a", h), graph.String("a"), open},
		{text("a", h), graph.String("b"), no},
		{text("a", h, "c"), graph.String("abd"), no},
		{text("a", own), graph.String("a"), no},
		{text("a", own), graph.String("a1"), open},
		{text("a", own), graph.String("ab"), no},
		{text("a", own), text("a", x), no},
		{text("a", h), text("a", x), no},
		{text("a", h, "*"), text("a", x), open},
		{h, x, open},
		{own, x, no},
		{graph.Unknown(""), x, open},
		{graph.String("a?c"), text("a", h, "c"), open},
		{graph.String("a*c"), text("a", h, "c"), yes},
		{graph.String("*b"), text("a", h), open},
		{graph.String("*b"), text("a", h, "c"), no},
		{graph.String("ä?"), graph.String("äö"), yes},
	} {
		var e evaluator
		if got := match(e.compile(c.pattern, true, true, false), textOf(c.text, false)); got != c.want {
			t.Errorf("%s against %s: %v, want %v", c.text, c.pattern, got, c.want)
		}
	}
}

// What would take too long to decide is undecided.
func TestDecideIsBounded(t *testing.T) {
	long := strings.Repeat("a", 1<<14)
	keys := map[string]graph.Value{}
	for i := range 40 {
		keys["s3:x-amz-"+itoa(i)] = graph.List(graph.String("x"), graph.String("y"))
	}
	many := map[string]graph.Value{"Condition": graph.Map(graph.NewObject(map[string]graph.Value{
		"StringEquals": graph.Map(graph.NewObject(keys)), "StringNotEquals": graph.Map(graph.NewObject(keys)),
	}))}
	for name, policy := range map[string]graph.Value{
		"long texts": allow(conditions("StringLike", "s3:prefix", graph.String("*"+long+"b"), graph.String("*"+long+"c"))),
		"many keys":  allow(many),
	} {
		if x := S3EndpointExposure(policy); x.Grade == Closed {
			t.Errorf("%s: %v", name, x.Grade)
		}
	}
}
