package iam

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
)

func codes(problems []Problem) []ProblemCode {
	var list []ProblemCode
	for _, p := range problems {
		list = append(list, p.Code)
	}
	return list
}

func TestParseProblems(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		want         []ProblemCode
	}{
		{"good", `{"Version": "2012-10-17", "Id": "x", "Statement": [{"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`, nil},
		{"one statement without a list", `{"Statement": {"Effect": "Deny", "Principal": {"AWS": ["111122223333"]}, "NotAction": ["s3:*"], "NotResource": "*"}}`, nil},
		{"no JSON", `{"Statement": [}`, []ProblemCode{InvalidJSON}},
		{"a trailing comma", `{"Statement": [],}`, []ProblemCode{InvalidJSON}},
		{"two documents", `{"Statement": []} {"Statement": []}`, []ProblemCode{SeveralDocuments}},
		{"text", `"s3:*"`, []ProblemCode{NotADocument}},
		{"a number", `1`, []ProblemCode{NotADocument}},
		{"a list", `[{"Effect": "Allow", "Action": "s3:*"}]`, []ProblemCode{BareStatement}},
		{"a bare statement", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, []ProblemCode{BareStatement}},
		{"empty", `{}`, []ProblemCode{MissingStatement}},
		{"null statements", `{"Statement": null}`, []ProblemCode{MissingStatement}},
		{"a version", `{"Version": "2012-10-18", "Statement": []}`, []ProblemCode{InvalidVersion}},
		{"misspelt", `{"Statement": [{"effect": "Allow", "Actions": "s3:*", "Action": "s3:*"}]}`, []ProblemCode{UnknownElement, UnknownElement}},
		{"statements as text", `{"Statement": ["Allow"]}`, []ProblemCode{WrongType}},
		{"an object for an action", `{"Statement": [{"Effect": "Allow", "Action": {"s3": "*"}}]}`, []ProblemCode{WrongType}},
		{"a list for a condition", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Condition": []}]}`, []ProblemCode{WrongType}},
		{"a list for an operator", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Condition": {"Bool": []}}]}`, []ProblemCode{WrongType}},
		{"no effect", `{"Statement": [{"Action": "s3:*"}]}`, []ProblemCode{MissingEffect}},
		{"an effect", `{"Statement": [{"Effect": "allow", "Action": "s3:*"}]}`, []ProblemCode{InvalidEffect}},
		{"no action", `{"Statement": [{"Effect": "Allow"}]}`, []ProblemCode{MissingAction}},
		{"both", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "NotAction": "s3:*"}]}`, []ProblemCode{BothElements}},
		{"a principal", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Principal": "111122223333"}]}`, []ProblemCode{InvalidPrincipal}},
		{"a type of principal", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Principal": {"Role": "r"}}]}`, []ProblemCode{InvalidPrincipal}},
		{"an operator", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Condition": {"StringResembles": {"a": "b"}}}]}`, []ProblemCode{UnknownOperator}},
		{"one Sid twice", `{"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "a:b"}, {"Sid": "A", "Effect": "Allow", "Action": "a:c"}]}`, []ProblemCode{DuplicateSid}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Parse(graph.String(c.policy))
			if diff := cmp.Diff(c.want, codes(d.Problems)); diff != "" {
				t.Errorf("%s\n%v", diff, d.Problems)
			}
		})
	}
}

// What is malformed is still judged by what it plainly means.
func TestMalformedDocumentsMeanSomething(t *testing.T) {
	const body = `"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"`
	for _, c := range []struct {
		name, policy string
		want         Grade
	}{
		{"a bare statement", `{` + body + `}`, Unrestricted},
		{"a list", `[{` + body + `}]`, Unrestricted},
		{"two documents", `{"Statement": [{` + body + `}]} {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}`, Closed},
		{"small letters", strings.ToLower(`{"STATEMENT": [{` + body + `}]}`), Unrestricted},
		{"no principal", `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`, Unrestricted},
		{"no effect", `{"Statement": [{"Principal": "*", "Action": "s3:*", "Resource": "*"}]}`, Undecided},
		{"text within text", `"{}"`, Undecided},
		{"nothing", `{}`, Closed},
	} {
		if got := S3EndpointExposure(graph.String(c.policy)).Grade; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestParseOpenDocument(t *testing.T) {
	statement := allowEntries()
	open := func(o map[string]graph.Value) graph.Value { return graph.Map(graph.NewObject(o)).AsOpen() }
	for name, policy := range map[string]graph.Value{
		"document":   open(map[string]graph.Value{"Version": graph.String("2012-10-17")}),
		"statement":  graph.Map(graph.NewObject(map[string]graph.Value{"Statement": open(statement)})),
		"statements": graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.List().AsOpen()})),
		"condition": graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.Map(graph.NewObject(with(statement, "Condition",
			open(nil))))})),
		"operator": graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.Map(graph.NewObject(with(statement, "Condition",
			graph.Map(graph.NewObject(map[string]graph.Value{"StringEquals": open(nil)})))))})),
		"principals": graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.Map(graph.NewObject(with(statement, "Principal",
			open(nil))))})),
	} {
		d := Parse(policy)
		if len(d.Problems) > 0 {
			t.Errorf("%s: %v", name, d.Problems)
		}
		if got := S3EndpointExposure(policy); got.Grade != Undecided || got.Reason == "" {
			t.Errorf("%s: %v %q", name, got.Grade, got.Reason)
		}
	}
}

func allowEntries() map[string]graph.Value {
	return map[string]graph.Value{
		"Effect": graph.String("Allow"), "Principal": graph.String("*"), "Action": graph.String("s3:*"), "Resource": graph.String("*"),
	}
}

func with(entries map[string]graph.Value, key string, v graph.Value) map[string]graph.Value {
	out := map[string]graph.Value{key: v}
	for k, v := range entries {
		if _, ok := out[k]; !ok {
			out[k] = v
		}
	}
	return out
}

func TestLintEndpoint(t *testing.T) {
	const statement = `"Effect": "Allow", "Action": "s3:*", "Resource": "*"`
	const endpoint, gateway = false, true
	for _, c := range []struct {
		name    string
		gateway bool
		policy  string
		want    []ProblemCode
	}{
		{"good endpoint", gateway, `{"Statement": [{"Principal": {"AWS": ["*"]}, ` + statement + `}]}`, nil},
		{"no principal", endpoint, `{"Statement": [{` + statement + `}]}`, []ProblemCode{MissingPrincipal}},
		{"no resource", endpoint, `{"Statement": [{"Principal": "*", "Effect": "Allow", "Action": "s3:*"}]}`, []ProblemCode{MissingResource}},
		{"a root user", gateway, `{"Statement": [{"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, ` + statement + `}]}`, []ProblemCode{NarrowPrincipal}},
		{"a root user of an interface endpoint", endpoint, `{"Statement": [{"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, ` + statement + `}]}`, nil},
		{"not a principal", gateway, `{"Statement": [{"NotPrincipal": {"AWS": "111122223333"}, ` + statement + `}]}`, []ProblemCode{NarrowPrincipal}},
		{"an action of another service", endpoint, `{"Statement": [{"Principal": "*", "Effect": "Allow", "Action": ["s3:*", "*", "dynamodb:*"], "Resource": "*"}]}`, []ProblemCode{ForeignAction}},
		{"a wildcard in an account", endpoint, `{"Statement": [{"Principal": "*", ` + statement + `, "Condition": {"StringLike": {"aws:PrincipalAccount": "*"}}}]}`, []ProblemCode{WildcardInIdentifier}},
		{"too long", endpoint, `{"Statement": [` + strings.Repeat(" ", 20480) + `]}`, []ProblemCode{TooLong}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, codes(Parse(graph.String(c.policy)).LintEndpoint("s3", c.gateway))); diff != "" {
				t.Error(diff)
			}
		})
	}
	long := allow(map[string]graph.Value{"Sid": graph.String(strings.Repeat("x", 20480))})
	if got := codes(Parse(long).LintEndpoint("s3", endpoint)); !slices.Contains(got, TooLong) {
		t.Errorf("a long object: %v", got)
	}
	undecided := graph.Map(graph.NewObject(map[string]graph.Value{"Statement": hole("var.statements")}))
	if got := Parse(undecided).LintEndpoint("s3", endpoint); len(got) > 0 {
		t.Errorf("an undecided statement: %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:*"], "Resource": "${aws:username}"}]}`)
	f.Add(`{"Statement": {"NotAction": "s3:Get*", "Condition": {"ForAllValues:StringLike": {"aws:PrincipalTag/a": ["x", "${aws:PrincipalTag/b, 'c'}"]}}}}`)
	f.Add(`[{}] {} "`)
	f.Add(`{"statement": [[{"Effect": ["Allow", 1], "Principal": [null, {"AWS": {}}], "Condition": {"Null": {"a": "true"}, "IpAddress": {"aws:VpcSourceIp": "::/0"}}}]]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		v := graph.String(text)
		d := Parse(v)
		d.LintEndpoint("s3", true)
		if x := S3EndpointExposure(v); (x.Grade == Undecided) != (x.Reason != "") {
			t.Errorf("grade %v with reason %q", x.Grade, x.Reason)
		}
	})
}
