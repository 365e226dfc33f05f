package provider

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// statements1 are statement blocks.
func statements1(blocks ...attributes) graph.Value {
	values := make([]graph.Value, len(blocks))
	for i, b := range blocks {
		values[i] = of(b)
	}
	return graph.List(values...)
}

func everyone() graph.Value {
	return list(of(attributes{"type": s("*"), "identifiers": texts1("*")}))
}

// document1 is what the policy document of some arguments holds.
func document1(t *testing.T, args attributes) graph.Value {
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
	plain := statements1(attributes{"sid": s("A"), "actions": texts1("s3:*"), "resources": texts1("*")})
	const sourceText = `{"Version": "2008-10-17", "Id": "source", "Statement": [{"Sid": "A", "Effect": "Deny"}, {"Effect": "Allow", "Action": "a:b"}]}`
	for _, c := range []struct {
		name string
		args attributes
		want string
	}{
		{"nothing", attributes{}, `{"Version": "2012-10-17", "Statement": []}`},
		{"defaults", attributes{"statement": plain},
			`{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`},
		{"everything", attributes{"policy_id": s("p"), "version": s("2008-10-17"), "statement": statements1(attributes{
			"sid": s(""), "effect": s("Deny"), "not_actions": texts1("s3:Get*", "s3:List*"),
			"not_resources": texts1("arn:aws:s3:::home/&{aws:username}/*"),
			"principals": list(of(attributes{"type": s("AWS"), "identifiers": texts1("111122223333")}),
				of(attributes{"type": s("AWS"), "identifiers": texts1("444455556666")}),
				of(attributes{"type": s("Service"), "identifiers": texts1("ec2.amazonaws.com")})),
			"condition": list(of(attributes{"test": s("StringLike"), "variable": s("s3:prefix"), "values": texts1("", "home/&{aws:username}/")}),
				of(attributes{"test": s("StringLike"), "variable": s("aws:PrincipalArn"), "values": texts1("a")}),
				of(attributes{"test": s("Bool"), "variable": s("aws:SecureTransport"), "values": texts1("true")})),
		})}, `{"Version": "2008-10-17", "Id": "p", "Statement": [{"Sid": "", "Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"],
			"NotResource": "arn:aws:s3:::home/${aws:username}/*",
			"Principal": {"AWS": ["111122223333", "444455556666"], "Service": "ec2.amazonaws.com"},
			"Condition": {"StringLike": {"s3:prefix": ["", "home/${aws:username}/"], "aws:PrincipalArn": "a"}, "Bool": {"aws:SecureTransport": "true"}}}]}`},
		{"everyone", attributes{"statement": statements1(attributes{"principals": everyone(), "not_principals": list(of(attributes{
			"type": s("AWS"), "identifiers": texts1("*"),
		}))})}, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "NotPrincipal": {"AWS": "*"}}]}`},
		{"actions keep their ampersands", attributes{"statement": statements1(attributes{"actions": texts1("s3:&{x}")})},
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:&{x}"}]}`},
		{"empty lists", attributes{"statement": statements1(attributes{"actions": list(), "condition": list(), "principals": list()})},
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}`},
		{"a source", attributes{"source_policy_documents": texts1(sourceText), "statement": plain},
			`{"Version": "2012-10-17", "Id": "source", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
			{"Effect": "Allow", "Action": "a:b"}]}`},
		{"an override", attributes{"override_policy_documents": texts1(sourceText), "statement": plain},
			`{"Version": "2012-10-17", "Id": "source", "Statement": [{"Sid": "A", "Effect": "Deny"}, {"Effect": "Allow", "Action": "a:b"}]}`},
		{"null and empty documents", attributes{"source_policy_documents": list(graph.Null(), s("")), "override_json": s(" "), "statement": plain},
			`{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`},
		{"a source with one statement", attributes{"source_json": s(`{"Statement": {"Effect": "Deny"}}`)},
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := json.Marshal(document1(t, c.args))
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
	allow := attributes{"actions": texts1("s3:*"), "resources": texts1("*"), "principals": everyone()}
	named := attributes{"sid": s("A"), "actions": texts1("s3:*"), "resources": texts1("*"), "principals": everyone()}
	deny := attributes{"effect": s("Deny"), "actions": texts1("*"), "resources": texts1("*"), "principals": everyone()}
	const denyA = `{"Statement": [{"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}`
	for _, c := range []struct {
		name string
		args attributes
		want iam.Grade
	}{
		{"open", attributes{"statement": statements1(allow)}, iam.Unrestricted},
		{"a variable as resource", attributes{"statement": statements1(attributes{
			"actions": texts1("s3:*"), "principals": everyone(), "resources": list(template("arn:aws:s3:::", hole("var.bucket"), "/*")),
		})}, iam.Closed},
		{"undecided resources", attributes{"statement": statements1(attributes{
			"actions": texts1("s3:*"), "principals": everyone(), "resources": hole("var.resources"),
		})}, iam.Undecided},
		{"undecided statements", attributes{"statement": hole("var.statements")}, iam.Undecided},
		{"more statements", attributes{"statement": statements1(allow).AsOpen()}, iam.Undecided},
		{"a statement or none", attributes{"statement": choice(statements1(allow), list())}, iam.Undecided},
		{"a statement either way", attributes{"statement": choice(statements1(allow), statements1(named))}, iam.Unrestricted},
		{"an undecided source cannot close", attributes{"source_policy_documents": list(hole("var.policy")), "statement": statements1(deny)}, iam.Closed},
		{"an undecided source can open", attributes{"source_policy_documents": list(hole("var.policy"))}, iam.Undecided},
		{"an undecided source is no override", attributes{
			"source_policy_documents": list(hole("var.policy")), "statement": statements1(attributes{
				"sid": s("A"), "effect": s("Deny"), "actions": texts1("*"), "resources": texts1("*"), "principals": everyone(),
			}),
		}, iam.Closed},
		{"undecided overrides replace by Sid", attributes{"override_policy_documents": hole("var.policies"), "statement": statements1(attributes{
			"sid": s("A"), "effect": s("Deny"), "actions": texts1("*"), "resources": texts1("*"), "principals": everyone(),
		})}, iam.Undecided},
		{"undecided overrides leave others", attributes{"override_policy_documents": hole("var.policies"), "statement": statements1(deny)}, iam.Closed},
		{"an override or none", attributes{"override_policy_documents": choice(texts1(denyA), list()), "statement": statements1(named)}, iam.Undecided},
		{"an override of another Sid", attributes{"override_policy_documents": texts1(denyA), "statement": statements1(attributes{
			"sid": hole("var.sid"), "actions": texts1("s3:*"), "resources": texts1("*"), "principals": everyone(),
		})}, iam.Closed},
		{"no JSON", attributes{"source_json": s("{")}, iam.Undecided},
		{"undecided condition", attributes{"statement": statements1(attributes{
			"actions": texts1("s3:*"), "resources": texts1("*"), "principals": everyone(),
			"condition": list(of(attributes{"test": s("StringEquals"), "variable": hole("var.key"), "values": texts1("x")})),
		})}, iam.Undecided},
		{"an undecided kind of principal", attributes{"statement": statements1(attributes{
			"actions": texts1("s3:*"), "resources": texts1("*"),
			"principals": list(of(attributes{"type": hole("var.type"), "identifiers": texts1("*")})),
		})}, iam.Undecided},
		{"the own organization", attributes{"statement": statements1(attributes{
			"actions": texts1("s3:*"), "resources": texts1("*"), "principals": everyone(),
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
	text := read(t, "aws_iam_policy_document", s("eu-west-1"), attributes{"statement": statements1(attributes{
		"actions": texts1("s3:*"), "resources": list(s("arn:aws:s3:::b"), s("*").WithSpan(at)), "principals": everyone(),
	})})["json"]
	x := iam.S3EndpointExposure(text)
	if len(x.Grounds) != 1 || x.Grounds[0].At != at {
		t.Errorf("grounds %v", x.Grounds)
	}
}
