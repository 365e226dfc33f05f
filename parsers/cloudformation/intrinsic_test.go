package cloudformation

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/source"
)

// around is the template that the cases of TestIntrinsics stand in, as the property P of X.
const around = `
Parameters:
  Text: {Type: String}
  Env: {Type: String, AllowedValues: [dev, prod]}
  Known: {Type: String, Default: "a,b,c"}
  Count: {Type: Number, Default: 2}
  List: {Type: CommaDelimitedList, Default: "x, y"}
  Ids: {Type: "List<AWS::EC2::Subnet::Id>"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /net/vpc}
  Secret: {Type: String, NoEcho: true}
Mappings:
  M:
    dev: {Cidr: 10.0.0.0/16, List: [1, 2]}
    prod: {Cidr: 10.1.0.0/16}
Conditions:
  Yes: !Equals [a, a]
  No: !Not [{Condition: Yes}]
  Prod: !Equals [!Ref Env, prod]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.2.0.0/24}
  X:
    Type: Test::Test::Test
    Properties:
      P: `

func evaluate(t *testing.T, expression string) (value string, diagnostics []source.Diagnostic) {
	t.Helper()
	files := fstest.MapFS{"t.yaml": {Data: []byte(around + strings.ReplaceAll(expression, "\n", "\n        "))}}
	diags := &source.Diagnostics{}
	s := Load(t.Context(), Options{Files: source.NewSet(files), Diagnostics: diags, Path: "t.yaml"})
	r := s.resource("X")
	if r == nil {
		t.Fatalf("no resource: %v", diags.All())
	}
	return r.Attribute("P").String(), diags.All()
}

func TestIntrinsics(t *testing.T) {
	tests := []struct{ expression, want string }{
		// Scalars.
		{`text`, `"text"`},
		{`"10"`, `"10"`},
		{`10`, `10`},
		{`1.50`, `"1.50"`},
		{`true`, `true`},
		{`~`, `null`},
		{`2012-10-17`, `"2012-10-17"`},
		{`{a: [1, {b: c}]}`, `{"a": [1, {"b": "c"}]}`},

		// Ref.
		{`!Ref Text`, `${Text}`},
		{`{Ref: Text}`, `${Text}`},
		{`!Ref Known`, `"a,b,c"`},
		{`!Ref Count`, `2`},
		{`!Ref List`, `["x", "y"]`},
		{`!Ref Ids`, `${Ids}`},
		{`!Ref Stored`, `${{{resolve:ssm:/net/vpc}}}`},
		{`!Ref Vpc`, `${Vpc.Ref}`},
		{`!Ref AWS::Region`, `${AWS::Region}`},
		{`!Ref AWS::NoValue`, `null`},
		{`[a, !Ref AWS::NoValue, b]`, `["a", "b"]`},
		{`{a: !Ref AWS::NoValue, b: c}`, `{"b": "c"}`},

		// GetAtt.
		{`!GetAtt Vpc.DefaultSecurityGroup`, `${Vpc.DefaultSecurityGroup}`},
		{`!GetAtt [Vpc, DefaultSecurityGroup]`, `${Vpc.DefaultSecurityGroup}`},
		{`{"Fn::GetAtt": [Vpc, DefaultSecurityGroup]}`, `${Vpc.DefaultSecurityGroup}`},
		{`!GetAtt Vpc.CidrBlock`, `"10.2.0.0/24"`},

		// Sub.
		{`!Sub "com.amazonaws.${AWS::Region}.s3"`, `"com.amazonaws.${AWS::Region}.s3"`},
		{`!Sub "${Known}"`, `"a,b,c"`},
		{`!Sub "${Text}"`, `"${Text}"`},
		{`!Sub "n=${Count}"`, `"n=2"`},
		{`!Sub "${!Literal}-${Text}"`, `"$${Literal}-${Text}"`},
		{`!Sub "${Vpc}/${Vpc.CidrBlock}/${Vpc.X}"`, `"${Vpc.Ref}/10.2.0.0/24/${Vpc.X}"`},
		{`!Sub ["${A}-${Text}", {A: !Select [1, [p, q]]}]`, `"q-${Text}"`},
		{`{"Fn::Sub": ["${A}", {A: {"Fn::If": [Prod, p, d]}}]}`, `"p" if Env == "prod" or "d" if !(Env == "prod")`},

		// Join, Split, Select.
		{`!Join ["", [a, !Ref Text, b]]`, `"a${Text}b"`},
		{`!Join [",", !Ref List]`, `"x,y"`},
		{`!Join [",", !Ref Ids]`, `${Join(",", Ids)}`},
		{`!Join ["-", [a, !Ref AWS::NoValue, b]]`, `"a-b"`},
		{`!Split [",", !Ref Known]`, `["a", "b", "c"]`},
		{`!Split [",", !Join [",", !Ref Ids]]`, `${Ids}`},
		{`!Split [",", !Join [",", [!Ref Vpc, b]]]`, `[${Vpc.Ref}, "b"]`},
		{`!Split [",", !Ref Text]`, `${Split(",", Text)}`},
		{`!Split ["-", !Sub "a-b-${Text}-c"]`, `${Split("-", "a-b-${Text}-c")}`},
		{`!Select [1, !Split ["-", !Sub "a-b-${Text}-c"]]`, `"b"`},
		{`!Select [2, !Split ["-", !Sub "a-b-${Text}-c"]]`, `${Select(2, Split("-", "a-b-${Text}-c"))}`},
		{`!Split [".", !Sub "a.${AWS::Region}.c"]`, `["a", ${AWS::Region}, "c"]`},
		{`!Select [1, !Split [",", !Ref Known]]`, `"b"`},
		{`!Select ["0", !Ref Ids]`, `${Select(0, Ids)}`},
		{`!Select [!Ref Count, !Split [",", !Ref Known]]`, `"c"`},
		{`!Select [7, [a]]`, `invalid(the list has no element 7)`},
		{`!Select [0, !GetAZs ""]`, `${Select(0, GetAZs(AWS::Region))}`},
		{`!Select [1, !GetAZs {Ref: AWS::Region}]`, `${Select(1, GetAZs(AWS::Region))}`},

		// If and conditions.
		{`!If [Yes, a, b]`, `"a"`},
		{`!If [No, a, b]`, `"b"`},
		{`!If [Prod, a, b]`, `"a" if Env == "prod" or "b" if !(Env == "prod")`},
		{`!If [Prod, !If [Prod, a, c], b]`, `"a" if Env == "prod" or "b" if !(Env == "prod")`},
		{`[a, !If [Prod, b, !Ref AWS::NoValue]]`, `["a", "b"] if Env == "prod" or ["a"] if !(Env == "prod")`},
		{`!Equals [!Ref Env, staging]`, `false`},
		{`!Equals [!Ref Count, "2"]`, `true`},
		{`!Or [!Condition Prod, !Condition Yes]`, `true`},
		{`!And [!Condition Prod, !Condition No]`, `false`},

		// FindInMap.
		{`!FindInMap [M, dev, Cidr]`, `"10.0.0.0/16"`},
		{`!FindInMap [M, !Ref Env, Cidr]`, `"10.0.0.0/16" if Env == "dev" or "10.1.0.0/16" if Env == "prod"`},
		{`!FindInMap [M, test, Cidr, {DefaultValue: x}]`, `"x"`},
		{`!FindInMap [M, test, Cidr]`, `invalid(the mapping M has no such key)`},
		{`!FindInMap [M, dev, List]`, `[1, 2]`},

		// The others.
		{`!ImportValue net-vpc`, `${ImportValue("net-vpc")}`},
		{`!ImportValue {"Fn::Sub": "${Env}-vpc"}`, `${ImportValue("${Env}-vpc")}`},
		{`!Cidr [!GetAtt Vpc.CidrBlock, 2, 5]`, `["10.2.0.0/27", "10.2.0.32/27"]`},
		{`!Select [1, !Cidr [!Ref Text, 2, 5]]`, `${Select(1, Cidr(Text, 2, 5))}`},
		{`!Cidr [10.0.0.0/16, 2]`, `${Cidr("10.0.0.0/16", 2)}`},
		{`!Cidr [10.0.0.0/28, 20, 2]`, `invalid(Fn::Cidr cannot divide 10.0.0.0/28 into 20)`},
		{`{"Fn::GetStackOutput": {StackName: net, OutputName: Vpc}}`, `${GetStackOutput("net", "Vpc")}`},
		{`!Ref Secret`, `${Secret}`},
		{`!Base64 abc`, `"YWJj"`},
		{`!Length [a, b]`, `2`},
		{`!Length {Ref: Ids}`, `${Length(Ids)}`},
		{`!ToJsonString {b: [1, true, !Ref Text], a: "\""}`, `"{\"a\":\"\\\"\",\"b\":[1,true,${jsonencode(Text)}]}"`},
		{`"{{resolve:ssm:/net/vpc:3}}"`, `${{{resolve:ssm:/net/vpc}}}`},
		{`!Sub "{{resolve:ssm:/${Env}/vpc:1}}"`, `${{{resolve:ssm:/${Env}/vpc}}}`},
		{`!Sub "{{resolve:ssm:/${Env}/vpc}}/x"`, `${Resolve("{{resolve:ssm:/${Env}/vpc}}/x")}`},
		{`!Sub "{{resolve:secretsmanager:${Env}}}"`, `${Resolve("{{resolve:secretsmanager:${Env}}}")}`},
		{`"x-{{resolve:secretsmanager:S:SecretString:k}}"`, `"x-${{{resolve:secretsmanager:S:SecretString:k}}}"`},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			got, diagnostics := evaluate(t, test.expression)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			for _, d := range diagnostics {
				t.Errorf("unexpected diagnostic: %s: %s", d.Location, d.Message)
			}
		})
	}
}
