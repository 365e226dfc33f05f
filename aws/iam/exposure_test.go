package iam

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// verdicts say how a check grades an exposure.
var verdicts = map[Grade]string{
	Undecided:    "UNKNOWN",
	Closed:       "PASS",
	OpenToOwners: "FAIL LOW",
	Configurable: "FAIL LOW",
	Readable:     "FAIL LOW",
	Writable:     "FAIL MEDIUM",
	Unrestricted: "FAIL HIGH",
}

// policyCase is one of the policies in testdata, with what a check must say of it.
type policyCase struct {
	ID     string          `json:"id"`
	Policy json.RawMessage `json:"policy"`
	Expect string          `json:"expect"`
}

func policyCases(t *testing.T) []policyCase {
	t.Helper()
	data, err := os.ReadFile("testdata/s3_endpoint_policies.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []policyCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// value reads JSON in which "<unknown>" stands for something undecided.
func value(t *testing.T, text string, undecided graph.Value) graph.Value {
	t.Helper()
	v, err := graph.ParseJSON(graph.String(text))
	if err != nil {
		t.Fatal(err)
	}
	return replace(v, undecided)
}

func replace(v, undecided graph.Value) graph.Value {
	if text, ok := v.Text(); ok && text == "<unknown>" {
		return undecided
	}
	if list, ok := v.Elements(); ok {
		out := make([]graph.Value, len(list))
		for i, e := range list {
			out[i] = replace(e, undecided)
		}
		return graph.List(out...)
	}
	if o, ok := v.Object(); ok {
		out := map[string]graph.Value{}
		for i, k := range o.Keys() {
			out[k] = replace(o.Values()[i], undecided)
		}
		return graph.Map(graph.NewObject(out))
	}
	return v
}

func hole(name string) graph.Value {
	return graph.Hole(&graph.Identity{Name: name, Hint: "pass --var " + name})
}

func TestS3EndpointExposure(t *testing.T) {
	for _, c := range policyCases(t) {
		for form, policy := range map[string]graph.Value{
			"object":           value(t, string(c.Policy), graph.Unknown("nobody knows")),
			"object with hole": value(t, string(c.Policy), hole("var.x")),
			"text":             graph.JSON(value(t, string(c.Policy), hole("var.x"))),
			"unknown text":     graph.JSON(value(t, string(c.Policy), graph.Unknown("nobody knows"))),
		} {
			if string(c.Policy) == "null" {
				policy = graph.Null()
			}
			t.Run(c.ID+" as "+form, func(t *testing.T) {
				x := S3EndpointExposure(policy)
				if got := verdicts[x.Grade]; got != c.Expect {
					t.Errorf("%s, want %s; %s; grounds %+v", got, c.Expect, x.Reason, x.Grounds)
				}
				if (x.Grade == Undecided) != (x.Reason != "") {
					t.Errorf("grade %v with reason %q", x.Grade, x.Reason)
				}
			})
		}
	}
}

// A condition that holds for a key that is not there stops nobody whose account is in no organization.
func TestS3EndpointExposureForAllValues(t *testing.T) {
	for condition, want := range map[string]Grade{
		`{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-ownorg0000/*"}}`: Unrestricted,
		`{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-ownorg0000/*"}}`:  Closed,
		`{"StringLike": {"aws:PrincipalOrgID": "o-ownorg0000"}}`:                   Closed,
	} {
		policy := `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": ` + condition + `}]}`
		if got := S3EndpointExposure(graph.String(policy)).Grade; got != want {
			t.Errorf("%s: %v, want %v", condition, got, want)
		}
	}
}

func TestS3EndpointExposureNotes(t *testing.T) {
	type notes struct{ ownToForeign, foreignToOwn, namePattern, anonymous graph.Truth }
	const yes, no, open = graph.True, graph.False, graph.Undecided
	want := map[string]notes{
		"D01": {yes, yes, yes, yes},
		"D16": {no, no, no, no},
		"D17": {no, no, yes, no},
		"D20": {no, no, yes, no},
		"D21": {yes, no, no, no},
		"D22": {no, no, no, no},
		"D23": {no, yes, no, no},
		"D24": {no, no, yes, no},
		"D25": {no, yes, no, no},
		"D27": {no, no, no, no},
		"D29": {no, no, no, no},
		"D31": {open, no, no, no},
		"D33": {yes, no, no, no},
		"D34": {no, no, no, no},
		"D35": {yes, no, no, yes},
		"D40": {open, open, open, open},
	}
	for _, c := range policyCases(t) {
		want, ok := want[c.ID]
		if !ok {
			continue
		}
		x := S3EndpointExposure(value(t, string(c.Policy), hole("var.x")))
		if got := (notes{x.OwnToForeign, x.ForeignToOwn, x.NamePattern, x.Anonymous}); got != want {
			t.Errorf("%s: %v, want %v", c.ID, got, want)
		}
		if noAllow := c.ID == "D16"; x.NoAllow != noAllow {
			t.Errorf("%s: NoAllow is %v", c.ID, x.NoAllow)
		}
		if missing := c.ID == "D01"; x.Default != missing {
			t.Errorf("%s: Default is %v", c.ID, x.Default)
		}
	}
}

// allow is a document with one statement.
func allow(entries map[string]graph.Value) graph.Value {
	statement := map[string]graph.Value{
		"Effect": graph.String("Allow"), "Principal": graph.String("*"), "Action": graph.String("s3:*"), "Resource": graph.String("*"),
	}
	for k, v := range entries {
		statement[k] = v
	}
	return graph.Map(graph.NewObject(map[string]graph.Value{
		"Version": graph.String("2012-10-17"), "Statement": graph.List(graph.Map(graph.NewObject(statement))),
	}))
}

func conditions(operator, key string, values ...graph.Value) map[string]graph.Value {
	keys := graph.Map(graph.NewObject(map[string]graph.Value{key: graph.List(values...)}))
	return map[string]graph.Value{"Condition": graph.Map(graph.NewObject(map[string]graph.Value{operator: keys}))}
}

func text(parts ...any) graph.Value {
	var out []graph.Part
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			out = append(out, graph.Part{Literal: p})
		case graph.Value:
			out = append(out, graph.Part{Hole: p.Identity()})
		}
	}
	return graph.Template(out...)
}

func means(what string) graph.Value {
	return graph.Hole(&graph.Identity{Name: "own " + what, Means: what})
}

func TestS3EndpointExposureOfHoles(t *testing.T) {
	bucket := &graph.Resource{Address: "aws_s3_bucket.b", NativeType: "aws_s3_bucket"}
	arn := graph.Reference(bucket, "arn")
	account, org, partition := means(OwnAccount), means(OwnOrganization), means(Partition)
	on := graph.Holds(&graph.Identity{Name: "var.on"})
	either := func(a, b graph.Value) graph.Value {
		return graph.Choice(graph.Case{When: on, Value: a}, graph.Case{When: graph.Not(on), Value: b})
	}
	resource := func(values ...graph.Value) graph.Value {
		return allow(map[string]graph.Value{"Resource": graph.List(values...)})
	}
	everything, readOnly := allow(nil), allow(map[string]graph.Value{"Action": graph.String("s3:Get*")})
	mine := resource(arn, text(arn, "/*"))
	for _, c := range []struct {
		name   string
		policy graph.Value
		want   Grade
	}{
		{"a bucket of the code", mine, Closed},
		{"a bucket of the code by name", resource(text("arn:aws:s3:::", graph.Reference(bucket, "id"), "/*")), Closed},
		{"a hole that is a whole bucket name", resource(text("arn:aws:s3:::", hole("var.b"), "/*"), text("arn:aws:s3:::", hole("var.b"))), Closed},
		{"a hole that begins a bucket name", resource(text("arn:aws:s3:::", hole("var.p"), "-data/*")), Closed},
		{"a hole that may be empty before a wildcard", resource(text("arn:aws:s3:::", hole("var.p"), "*")), Undecided},
		{"the own account before a wildcard", resource(text("arn:aws:s3:::", account, "*")), Closed},
		{"a hole that may be an ARN with wildcards", resource(text(hole("var.arn"), "/*")), Undecided},
		{"an unresolved resource beside a wildcard", resource(hole("var.arn"), graph.String("*")), Unrestricted},
		{"a list that may hold more", allow(map[string]graph.Value{"Resource": graph.List(arn).AsOpen()}), Undecided},
		{"any bucket in a partition", resource(text("arn:", partition, ":s3:::*")), Unrestricted},
		{"any bucket in an unset partition", resource(text("arn:", hole("var.partition"), ":s3:::*")), Unrestricted},
		{"any bucket in China", resource(graph.String("arn:aws-cn:s3:::*")), Unrestricted},
		{"an ARN that AWS completes", resource(graph.String("arn:aws:s3")), Unrestricted},
		{"any object, but no bucket", resource(graph.String("arn:aws:s3:::*/*")), Writable},
		{"any bucket, but no object", allow(map[string]graph.Value{"Action": graph.String("s3:PutBucketPolicy")}), Configurable},
		{"names of three characters and more", resource(graph.String("arn:aws:s3:::???*")), Unrestricted},

		{"the own account owns it", allow(conditions("StringEquals", "aws:ResourceAccount", account)), Closed},
		{"the own organization asks", allow(conditions("StringEquals", "AWS:PRINCIPALORGID", org)), Closed},
		{"some organization asks", allow(conditions("StringEquals", "aws:PrincipalOrgID", hole("var.org"))), Undecided},
		{"a role of the code asks", allow(conditions("ArnEquals", "aws:PrincipalArn",
			graph.Reference(&graph.Resource{Address: "aws_iam_role.r", NativeType: "aws_iam_role"}, "arn"))), Closed},
		{"a role that anybody can name asks", allow(conditions("ArnLike", "aws:PrincipalArn", graph.String("arn:aws:iam::*:role/sagemaker"))), Unrestricted},
		{"any role asks, incomplete", allow(conditions("ArnLike", "aws:PrincipalArn", graph.String("*"))), Unrestricted},
		{"the own account's root asks", allow(map[string]graph.Value{"Principal": graph.Map(graph.NewObject(map[string]graph.Value{
			"AWS": text("arn:aws:iam::", account, ":root"),
		}))}), Closed},
		{"an unset account asks", allow(map[string]graph.Value{"Principal": graph.Map(graph.NewObject(map[string]graph.Value{
			"AWS": hole("var.account"),
		}))}), Undecided},
		{"from the VPC of the endpoint", allow(conditions("StringEquals", "aws:SourceVpc", hole("var.vpc_id"))), Unrestricted},
		{"from addresses of the VPC", allow(conditions("IpAddress", "aws:VpcSourceIp", hole("var.cidr"))), Unrestricted},
		{"from public addresses", allow(conditions("IpAddress", "aws:SourceIp", graph.String("203.0.113.0/24"))), Closed},
		{"until a date", allow(conditions("DateLessThan", "aws:CurrentTime", graph.String("2030-01-01T00:00:00Z"))), Unrestricted},
		{"for few keys at once", allow(conditions("NumericLessThanEquals", "s3:max-keys", graph.String("10"))), Unrestricted},
		{"a key that nobody knows", allow(conditions("StringEquals", "aws:Future", graph.String("x"))), Undecided},
		{"an operator that nobody knows", allow(conditions("StringResembles", "s3:prefix", graph.String("x"))), Undecided},
		{"a tag that is the owner's account", allow(conditions("StringEquals", "aws:ResourceAccount",
			graph.String("${aws:PrincipalTag/account}"))), Unrestricted},
		{"a user id of a role", allow(conditions("StringLike", "aws:userid", graph.String("AROAEXAMPLE:*"))), Closed},
		{"any user id", allow(conditions("StringLike", "aws:userid", graph.String("*:*"))), Unrestricted},
		{"a path in the own organization", allow(conditions("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", graph.String("o-own/r-1/*"))), Closed},
		{"a path in any organization", allow(conditions("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", graph.String("o-*"))), Unrestricted},

		{"open either way", either(everything, resource(graph.String("arn:aws:s3:::*"))), Unrestricted},
		{"open more or less", either(everything, readOnly), Readable},
		{"closed either way", either(mine, resource(graph.String("arn:aws:s3:::mine"))), Closed},
		{"open one way", either(everything, mine), Undecided},
		{"missing one way", either(graph.Null(), mine), Undecided},
		{"missing one way, open the other", either(graph.Null(), everything), Unrestricted},
		{"a choice within", resource(either(graph.String("*"), graph.String("arn:aws:s3:::*"))), Unrestricted},
		{"a choice within, open one way", resource(either(graph.String("*"), arn)), Undecided},
		{"empty text", graph.String(""), Unrestricted},
		{"no JSON", graph.String(`{"Statement": [`), Undecided},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := S3EndpointExposure(c.policy)
			if x.Grade != c.want {
				t.Errorf("%v, want %v; %s", x.Grade, c.want, x.Reason)
			}
			if x.Grade == Undecided && x.Reason == "" {
				t.Error("no reason")
			}
		})
	}
}

func TestUndecidedReason(t *testing.T) {
	on := graph.Holds(&graph.Identity{Name: "var.on"})
	for _, c := range []struct {
		name   string
		policy graph.Value
		want   string
	}{
		{
			"a hole", allow(map[string]graph.Value{"Resource": hole("var.arns"), "Sid": graph.String("Data")}),
			"the Resource of statement Data depends on var.arns: pass --var var.arns",
		},
		{
			"a key", allow(conditions("StringEquals", "aws:PrincipalOrgID", hole("var.org"))),
			"the Condition aws:PrincipalOrgID of statement 1 depends on var.org: pass --var var.org",
		},
		{
			"unknown", graph.Unknown("data.http.policy is not readable from the files"),
			"statement 1 is not decided: data.http.policy is not readable from the files",
		},
		{
			"a guard", graph.Choice(graph.Case{When: on, Value: allow(nil)}, graph.Case{When: graph.Not(on), Value: graph.String("{}")}),
			"statement 1 is there only if var.on",
		},
		{"no JSON", graph.String("{"), "statement 1 is not decided: the policy is not valid JSON"},
	} {
		if got := S3EndpointExposure(c.policy).Reason; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestGroundPlaces(t *testing.T) {
	for _, c := range []struct{ name, policy, want string }{
		{"the wildcard among resources", `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "*"]}]}`, `"*"`},
		{"what is left out", `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "NotResource": ["arn:aws:s3:::b"]}}`, `["arn:aws:s3:::b"]`},
		{"no resource", `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*"}}`, `{"Effect": "Allow", "Principal": "*", "Action": "s3:*"}`},
	} {
		policy := graph.String(c.policy).WithSpan(source.Span{File: 1, Start: 1000, End: 1000 + uint32(len(c.policy))})
		x := S3EndpointExposure(policy)
		if len(x.Grounds) != 1 {
			t.Errorf("%s: %d grounds", c.name, len(x.Grounds))
			continue
		}
		at := x.Grounds[0].At
		if got := c.policy[at.Start-1000 : at.End-1000]; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func BenchmarkS3EndpointExposure(b *testing.B) {
	policy := allow(conditions("StringEquals", "aws:SourceVpc", graph.String("vpc-1")))
	for b.Loop() {
		S3EndpointExposure(policy)
	}
}
