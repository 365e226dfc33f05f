package cloudformation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name, file, src string
		want            bool
	}{
		{"YAML", "t.yaml", "Resources:\n  A: {Type: T}\n", true},
		{"any extension", "t.txt", "Resources:\n  A: {Type: T}\n", true},
		{"quoted key", "t.yaml", "'Resources':\n  A: 1\n", true},
		{"flow value", "t.yaml", "Resources: {A: 1}\n", true},
		{"comment between", "t.yaml", "# c\n---\nResources: # all\n\n# more\n    A: 1\n", true},
		{"indented as a whole", "t.yaml", "  Description: x\n  Resources:\n    A: 1\n", true},
		{"byte order mark and CRLF", "t.yaml", "\xEF\xBB\xBFResources:\r\n  A: 1\r\n", true},
		{"version alone", "t.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n", true},
		{"a list", "t.yaml", "Resources:\n  - A\n", false},
		{"a list without indentation", "t.yaml", "Resources:\n- A\n", false},
		{"text", "t.yaml", "Resources: many\n", false},
		{"nothing", "t.yaml", "Resources:\nOther: 1\n", false},
		{"not at the top", "t.yaml", "resources:\n  Resources:\n    A: 1\n", false},
		{"in a block scalar", "t.yaml", "text: |\n  Resources:\n    A: 1\n", false},
		{"in the second document", "t.yaml", "a: 1\n---\nResources:\n  A: 1\n", false},
		{"JSON", "t.json", `{"Resources": {"A": 1}}`, true},
		{"JSON in YAML", "t.yaml", "\n{Description: \"}\", 'x': {}, Resources: {A: 1}}", true},
		{"JSON with another top", "t.json", `{"a": {"Resources": {"A": 1}}, "b": "Resources"}`, false},
		{"JSON list", "t.json", `{"Resources": ["A"]}`, false},
		{"no JSON at all", "t.json", "Resources:\n  A: 1\n", false},
		{"Terraform", "t.tf", `resource "aws_cloudformation_stack" "x" { template_body = "Resources: {}" }`, false},
		{"empty", "t.yaml", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Recognise(c.file, []byte(c.src)); got != c.want {
				t.Errorf("Recognise(%q) = %v", c.src, got)
			}
		})
	}
}

func TestSkim(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      Outline
	}{
		{
			"YAML",
			`
Parameters:
  Vpc: {Type: AWS::EC2::VPC::Id}
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./net.yaml # with a comment
      Parameters: {File: other.yaml}
  App:
    Type: "AWS::Serverless::Application"
    Properties:
      Location: '../app/template.json'
  Far:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL:
        !Sub "https://${Bucket}.s3.amazonaws.com/far.template"
      Name: near.yaml
  Module: {Type: Company::Net::Vpc::MODULE}
  Other: {Type: AWS::S3::Bucket::MODULE}
Outputs:
  X: {Value: !ImportValue y, Export: {Name: z}}
`,
			Outline{
				Types:     []string{"AWS::CloudFormation::Stack", "AWS::S3::Bucket::MODULE", "AWS::Serverless::Application"},
				Templates: []string{"../app/template.json", "./net.yaml", "https://${Bucket}.s3.amazonaws.com/far.template"},
				Exports:   true, Imports: true,
			},
		},
		{
			"JSON",
			`{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack",
  "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://", {"Ref": "B"}, "/net.json"]]}, "Parameters": {"P": "p.yaml"}},
  "Metadata": {"aws:asset:path": "N.nested.template.json"}}}}`,
			Outline{Types: []string{"AWS::CloudFormation::Stack"}, Templates: []string{"/net.json", "N.nested.template.json"}},
		},
		{"nothing", "Resources: {}", Outline{Types: []string{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Skim("t", []byte(c.src))); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
