package checks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"
)

// undecided stands in a policy of the table for what the files do not decide: an unset variable, a parameter without a default.
const undecided = "<unknown>"

// policyForms are the ways to write a policy document in an S3 endpoint. The endpoint's VPC has one for the SageMaker API too, so that
// severities are those of a VPC that SageMaker uses.
var policyForms = []struct {
	name, file string
	// write gives the file for a document as encoding/json decodes it.
	write func(t *testing.T, document any) string
}{
	{"terraform jsonencode", "main.tf", func(_ *testing.T, document any) string {
		if document == undecided {
			return terraformEndpoint("policy = var.undecided")
		}
		return terraformEndpoint("policy = jsonencode(" + hclExpression(document) + ")")
	}},
	{"terraform heredoc", "main.tf", func(t *testing.T, document any) string {
		t.Helper()
		if document == undecided {
			return terraformEndpoint("policy = var.undecided")
		}
		text := strings.ReplaceAll(indentedJSON(t, document), "${", "$${")
		return terraformEndpoint("policy = <<-JSON\n" + strings.ReplaceAll(text, undecided, "${var.undecided}") + "\nJSON")
	}},
	{"cloudformation object", "template.yaml", func(t *testing.T, document any) string {
		t.Helper()
		text, err := yaml.Marshal(map[string]any{"PolicyDocument": withReferences(document)})
		if err != nil {
			t.Fatal(err)
		}
		return cloudFormationEndpoint(string(text))
	}},
	{"cloudformation text", "template.yaml", func(t *testing.T, document any) string {
		t.Helper()
		if document == undecided {
			return cloudFormationEndpoint("PolicyDocument: !Ref Undecided")
		}
		text := strings.ReplaceAll(indentedJSON(t, document), "${", "${!")
		text = strings.ReplaceAll(text, undecided, "${Undecided}")
		return cloudFormationEndpoint("PolicyDocument: !Sub |\n  " + strings.ReplaceAll(text, "\n", "\n  "))
	}},
}

// TestS3PolicyCases judges S3 endpoints with each policy of the table that package iam is tested with, in each form: whatever the language and
// the way of writing, the verdict and the severity are those of the table.
func TestS3PolicyCases(t *testing.T) {
	text, err := os.ReadFile("../aws/iam/testdata/s3_endpoint_policies.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID     string `json:"id"`
		Policy any    `json:"policy"`
		Expect string `json:"expect"` // "FAIL HIGH", "PASS", "UNKNOWN"
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, form := range policyForms {
			t.Run(c.ID+"/"+form.name, func(t *testing.T) {
				code := terraformEndpoint("")
				if form.file != "main.tf" {
					code = cloudFormationEndpoint("")
				}
				if c.Policy != nil {
					code = form.write(t, c.Policy)
				}
				found := scanCase(t, &txtar.Archive{Files: []txtar.File{{Name: form.file, Data: []byte(code)}}}, "SMN-301")
				if len(found) != 1 {
					t.Fatalf("%d findings, not 1:\n%s\n%s", len(found), describe(found), code)
				}
				got := strings.ToUpper(string(found[0].Verdict))
				if got == "FAIL" {
					got += " " + string(found[0].Severity)
				}
				if got != c.Expect {
					t.Errorf("%s, want %s:\n%s\n%s", got, c.Expect, describe(found), code)
				}
			})
		}
	}
}

func terraformEndpoint(policy string) string {
	return fmt.Sprintf(`
variable "undecided" {}

variable "vpc_id" {}

resource "aws_vpc_endpoint" "api" {
  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.eu-west-1.sagemaker.api"
  vpc_endpoint_type = "Interface"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = var.vpc_id
  service_name = "com.amazonaws.eu-west-1.s3"
  %s
}
`, policy)
}

func cloudFormationEndpoint(policy string) string {
	return `
Parameters:
  Undecided: {Type: String}
  VpcId: {Type: "AWS::EC2::VPC::Id"}
Resources:
  Api:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref VpcId, VpcEndpointType: Interface, ServiceName: !Sub "com.amazonaws.${AWS::Region}.sagemaker.api"}
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref VpcId
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      ` + strings.ReplaceAll(policy, "\n", "\n      ") + "\n"
}

// hclExpression writes what encoding/json decodes as an expression of Terraform's.
func hclExpression(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var b strings.Builder
		for _, k := range slices.Sorted(maps.Keys(v)) {
			fmt.Fprintf(&b, "%s = %s\n", strconv.Quote(k), hclExpression(v[k]))
		}
		return "{\n" + b.String() + "}"
	case []any:
		elements := make([]string, len(v))
		for i, e := range v {
			elements[i] = hclExpression(e)
		}
		return "[" + strings.Join(elements, ", ") + "]"
	case string:
		if v == undecided {
			return "var.undecided"
		}
		return strings.ReplaceAll(strconv.Quote(v), "${", "$${")
	}
	return fmt.Sprint(v)
}

// withReferences replaces what is undecided by references to a parameter.
func withReferences(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = withReferences(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = withReferences(e)
		}
		return out
	case string:
		if v == undecided {
			return map[string]any{"Ref": "Undecided"}
		}
	}
	return v
}

func indentedJSON(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
