package scan_test

import (
	"strings"
	"testing"

	"github.com/iacscan/iacscan/scan"
)

// The way of a value leads from the attribute to where the value is written, past all else that the attribute or its block depends on.
func TestWay(t *testing.T) {
	const module = `variable "access" {}
variable "name" {}
variable "role" {}
resource "aws_sagemaker_domain" "this" {
  domain_name             = var.name
  app_network_access_type = var.access

  default_user_settings {
    execution_role  = var.role
    security_groups = [aws_security_group.this.id]
  }
}
resource "aws_security_group" "this" {
  name = var.name
}
`
	for _, test := range []struct {
		name, check string
		files       map[string]string
		want        string
	}{
		{
			"through a call, of two values the one that decides", "SMN-101",
			map[string]string{
				"m/main.tf": module,
				"main.tf": `locals {
  name   = "VpcOnly"
  access = "PublicInternetOnly"
}
module "m" {
  source = "./m"
  name   = local.name
  access = [local.name, local.access][1]
  role   = "arn:aws:iam::111122223333:role/r"
}
`,
			},
			`m/main.tf:6:3 attribute app_network_access_type of module.m.aws_sagemaker_domain.this
main.tf:8:3 argument access of module.m
main.tf:3:3 local.access
`,
		},
		{
			"in a nested block, past the other arguments of that", "SMN-701",
			map[string]string{"main.tf": strings.ReplaceAll(module, `"aws_security_group" "this"`, `"aws_security_group" "other"`)},
			`main.tf:8:3 block default_user_settings of aws_sagemaker_domain.this
main.tf:3:1 var.role is not set
`,
		},
		{
			"through a nested stack", "SMN-101",
			map[string]string{
				"m.yaml": `Parameters:
  Access: {Type: String}
  Name: {Type: String}
Resources:
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      DomainName: !Ref Name
      AppNetworkAccessType: !Ref Access
`,
				"main.yaml": `Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: m.yaml
      Parameters:
        Access: PublicInternetOnly
        Name: n
`,
			},
			`m.yaml:9:7 property AppNetworkAccessType of Nested/Domain
m.yaml:2:3 parameter Nested/Access
main.yaml:7:9 argument Access of Nested
`,
		},
		{
			"none for what is written in place", "SMN-101",
			map[string]string{"main.tf": "resource \"aws_sagemaker_domain\" \"d\" {\n  app_network_access_type = \"PublicInternetOnly\"\n}\n"},
			"main.tf:2:3 attribute app_network_access_type of aws_sagemaker_domain.d\n",
		},
		{
			"not through what a policy holds beside the statement that decides", "SMN-301",
			map[string]string{"main.yaml": `Parameters:
  Bucket: {Type: String, Default: b}
Resources:
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-1
      ServiceName: com.amazonaws.eu-west-1.s3
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: !Sub "arn:aws:s3:::${Bucket}/*"}
          - {Effect: Allow, Principal: "*", Action: "*", Resource: "*"}
`},
			"",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, err := scan.Run(t.Context(), scan.Options{FS: files(test.files), Checks: []string{test.check}, Trace: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Findings) != 1 {
				t.Fatalf("findings: %v", result.Findings)
			}
			var got strings.Builder
			for _, step := range result.Findings[0].Way {
				got.WriteString(step.Location.String() + " " + step.Message + "\n")
			}
			if got.String() != test.want {
				t.Errorf("got\n%swant\n%s", got.String(), test.want)
			}
		})
	}
}
