package provider

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// blocks are statement blocks.
func blocks(blocks ...attributes) graph.Value {
	values := make([]graph.Value, len(blocks))
	for i, b := range blocks {
		values[i] = of(b)
	}
	return graph.List(values...)
}

func everyone() graph.Value {
	return list(of(attributes{"type": s("*"), "identifiers": strs("*")}))
}

// decoded is what the policy document of some arguments holds.
func decoded(t *testing.T, args attributes) graph.Value {
	t.Helper()
	all := read(t, "aws_iam_policy_document", s("eu-west-1"), args)
	if all["json"].Key() != all["minified_json"].Key() {
		t.Error("json and minified_json differ")
	}
	v, err := graph.ParseJSON(all["json"])
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPolicyDocument(t *testing.T) {
	plain := blocks(attributes{"sid": s("A"), "actions": strs("s3:*"), "resources": strs("*")})
	const sourceText = `{"Version": "2008-10-17", "Id": "source", "Statement": [{"Sid": "A", "Effect": "Deny"}, {"Effect": "Allow", "Action": "a:b"}]}`
	for _, c := range []struct {
		name string
		args attributes
		want string
	}{
		{"nothing", attributes{}, `{"Version": "2012-10-17", "Statement": []}`},
		{
			"defaults",
			attributes{"statement": plain},
			`{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`,
		},
		{"everything", attributes{"policy_id": s("p"), "version": s("2008-10-17"), "statement": blocks(attributes{
			"sid": s(""), "effect": s("Deny"), "not_actions": strs("s3:Get*", "s3:List*"),
			"not_resources": strs("arn:aws:s3:::home/&{aws:username}/*"),
			"principals": list(of(attributes{"type": s("AWS"), "identifiers": strs("111122223333")}),
				of(attributes{"type": s("AWS"), "identifiers": strs("444455556666")}),
				of(attributes{"type": s("Service"), "identifiers": strs("ec2.amazonaws.com")})),
			"condition": list(of(attributes{"test": s("StringLike"), "variable": s("s3:prefix"), "values": strs("", "home/&{aws:username}/")}),
				of(attributes{"test": s("StringLike"), "variable": s("aws:PrincipalArn"), "values": strs("a")}),
				of(attributes{"test": s("Bool"), "variable": s("aws:SecureTransport"), "values": strs("true")})),
		})}, `{"Version": "2008-10-17", "Id": "p", "Statement": [{"Sid": "", "Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"],
			"NotResource": "arn:aws:s3:::home/${aws:username}/*",
			"Principal": {"AWS": ["111122223333", "444455556666"], "Service": "ec2.amazonaws.com"},
			"Condition": {"StringLike": {"s3:prefix": ["", "home/${aws:username}/"], "aws:PrincipalArn": "a"}, "Bool": {"aws:SecureTransport": "true"}}}]}`},
		{"everyone", attributes{"statement": blocks(attributes{"principals": everyone(), "not_principals": list(of(attributes{
			"type": s("AWS"), "identifiers": strs("*"),
		}))})}, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "NotPrincipal": {"AWS": "*"}}]}`},
		{
			"actions keep their ampersands",
			attributes{"statement": blocks(attributes{"actions": strs("s3:&{x}")})},
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:&{x}"}]}`,
		},
		{
			"empty lists",
			attributes{"statement": blocks(attributes{"actions": list(), "condition": list(), "principals": list()})},
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}`,
		},
		{
			"a source",
			attributes{"source_policy_documents": strs(sourceText), "statement": plain},
			`{"Version": "2012-10-17", "Id": "source", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
			{"Effect": "Allow", "Action": "a:b"}]}`,
		},
		{
			"an override",
			attributes{"override_policy_documents": strs(sourceText), "statement": plain},
			`{"Version": "2012-10-17", "Id": "source", "Statement": [{"Sid": "A", "Effect": "Deny"}, {"Effect": "Allow", "Action": "a:b"}]}`,
		},
		{
			"null and empty documents",
			attributes{"source_policy_documents": list(graph.Null(), s("")), "override_json": s(" "), "statement": plain},
			`{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`,
		},
		{
			"a source with one statement",
			attributes{"source_json": s(`{"Statement": {"Effect": "Deny"}}`)},
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := json.Marshal(decoded(t, c.args))
			if err != nil {
				t.Fatal(err)
			}
			var a, b any
			if err := json.Unmarshal(got, &a); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(c.want), &b); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(b, a); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the files leave open stays open, and nothing more does.
func TestPolicyDocumentLeavesOpen(t *testing.T) {
	allow := attributes{"actions": strs("s3:*"), "resources": strs("*"), "principals": everyone()}
	named := attributes{"sid": s("A"), "actions": strs("s3:*"), "resources": strs("*"), "principals": everyone()}
	deny := attributes{"effect": s("Deny"), "actions": strs("*"), "resources": strs("*"), "principals": everyone()}
	const denyA = `{"Statement": [{"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}`
	for _, c := range []struct {
		name string
		args attributes
		want iam.Grade
	}{
		{"open", attributes{"statement": blocks(allow)}, iam.Unrestricted},
		{"a variable as resource", attributes{"statement": blocks(attributes{
			"actions": strs("s3:*"), "principals": everyone(), "resources": list(template("arn:aws:s3:::", hole("var.bucket"), "/*")),
		})}, iam.Closed},
		{"undecided resources", attributes{"statement": blocks(attributes{
			"actions": strs("s3:*"), "principals": everyone(), "resources": hole("var.resources"),
		})}, iam.Undecided},
		{"undecided statements", attributes{"statement": hole("var.statements")}, iam.Undecided},
		{"more statements", attributes{"statement": blocks(allow).AsOpen()}, iam.Undecided},
		{"a statement or none", attributes{"statement": choice(blocks(allow), list())}, iam.Undecided},
		{"a statement either way", attributes{"statement": choice(blocks(allow), blocks(named))}, iam.Unrestricted},
		{"an undecided source cannot close", attributes{"source_policy_documents": list(hole("var.policy")), "statement": blocks(deny)}, iam.Closed},
		{"an undecided source can open", attributes{"source_policy_documents": list(hole("var.policy"))}, iam.Undecided},
		{"an undecided source is no override", attributes{
			"source_policy_documents": list(hole("var.policy")), "statement": blocks(attributes{
				"sid": s("A"), "effect": s("Deny"), "actions": strs("*"), "resources": strs("*"), "principals": everyone(),
			}),
		}, iam.Closed},
		{"undecided overrides replace by Sid", attributes{"override_policy_documents": hole("var.policies"), "statement": blocks(attributes{
			"sid": s("A"), "effect": s("Deny"), "actions": strs("*"), "resources": strs("*"), "principals": everyone(),
		})}, iam.Undecided},
		{"undecided overrides leave others", attributes{"override_policy_documents": hole("var.policies"), "statement": blocks(deny)}, iam.Closed},
		{"an override or none", attributes{"override_policy_documents": choice(strs(denyA), list()), "statement": blocks(named)}, iam.Undecided},
		{"an override of another Sid", attributes{"override_policy_documents": strs(denyA), "statement": blocks(attributes{
			"sid": hole("var.sid"), "actions": strs("s3:*"), "resources": strs("*"), "principals": everyone(),
		})}, iam.Closed},
		{"no JSON", attributes{"source_json": s("{")}, iam.Undecided},
		{"undecided condition", attributes{"statement": blocks(attributes{
			"actions": strs("s3:*"), "resources": strs("*"), "principals": everyone(),
			"condition": list(of(attributes{"test": s("StringEquals"), "variable": hole("var.key"), "values": strs("x")})),
		})}, iam.Undecided},
		{"an undecided kind of principal", attributes{"statement": blocks(attributes{
			"actions": strs("s3:*"), "resources": strs("*"),
			"principals": list(of(attributes{"type": hole("var.type"), "identifiers": strs("*")})),
		})}, iam.Undecided},
		{"the own organization", attributes{"statement": blocks(attributes{
			"actions": strs("s3:*"), "resources": strs("*"), "principals": everyone(),
			"condition": list(of(attributes{"test": s("StringEquals"), "variable": s("aws:PrincipalOrgID"), "values": list(
				graph.Hole(&graph.Identity{Name: "data.aws_organizations_organization.o.id", Means: iam.OwnOrganization}),
			)})),
		})}, iam.Closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := read(t, "aws_iam_policy_document", s("eu-west-1"), c.args)["json"]
			if x := iam.S3EndpointExposure(text); x.Grade != c.want {
				t.Errorf("%v, want %v: %s\n%v", x.Grade, c.want, x.Reason, text)
			}
		})
	}
}

// A finding in the text of the document points at the literal in the block.
func TestPolicyDocumentKeepsPlaces(t *testing.T) {
	at := source.Span{File: 1, Start: 100, End: 103}
	text := read(t, "aws_iam_policy_document", s("eu-west-1"), attributes{"statement": blocks(attributes{
		"actions": strs("s3:*"), "resources": list(s("arn:aws:s3:::b"), s("*").WithSpan(at)), "principals": everyone(),
	})})["json"]
	x := iam.S3EndpointExposure(text)
	if len(x.Grounds) != 1 || x.Grounds[0].At != at {
		t.Errorf("grounds %v", x.Grounds)
	}
}
