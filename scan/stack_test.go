package scan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/scan"
)

// networkStack is a root module that creates stackNetwork, with an output, by a resource of Terraform.
func networkStack(resource string) string {
	template := stackNetwork + "Outputs:\n  VpcId: {Value: !Ref Vpc}\n"
	return `resource "` + resource + `" "net" {
  name          = "net"
  template_body = <<-EOT
    ` + strings.ReplaceAll(strings.TrimSpace(template), "\n", "\n    ") + `
  EOT
}
`
}

func TestStackOutputs(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  map[string]string
	}{
		{
			name:  "an output is what the template says",
			files: map[string]string{"main.tf": networkStack("aws_cloudformation_stack") + studio(`aws_cloudformation_stack.net.outputs["VpcId"]`)},
			want:  map[string]string{".: aws_sagemaker_domain.studio": sure},
		},
		{
			name:  "as an attribute",
			files: map[string]string{"main.tf": networkStack("aws_cloudformation_stack") + studio(`aws_cloudformation_stack.net.outputs.VpcId`)},
			want:  map[string]string{".: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "in a file, in a module",
			files: map[string]string{
				"net/main.tf":   "resource \"aws_cloudformation_stack\" \"net\" {\n  template_body = file(\"${path.module}/net.json\")\n}\noutput \"vpc\" {\n  value = aws_cloudformation_stack.net.outputs[\"VpcId\"]\n}\n",
				"net/net.json":  `{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}, "S3": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.s3"}}}, "Outputs": {"VpcId": {"Value": {"Ref": "Vpc"}}}}`,
				"envs/a/all.tf": "module \"net\" {\n  source = \"../../net\"\n}\n" + studio("module.net.vpc"),
			},
			want: map[string]string{"envs/a: aws_sagemaker_domain.studio": sure},
		},
		{
			name:  "an output that the template does not have",
			files: map[string]string{"main.tf": networkStack("aws_cloudformation_stack") + studio(`aws_cloudformation_stack.net.outputs["Vpc"]`)},
			want:  map[string]string{".: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a template that is nowhere",
			files: map[string]string{"main.tf": "resource \"aws_cloudformation_stack\" \"net\" {\n  template_url = \"https://example.com/net.yaml\"\n}\n" +
				studio(`aws_cloudformation_stack.net.outputs["VpcId"]`)},
			want: map[string]string{".: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a stack that is passed its own output",
			files: map[string]string{"main.tf": `resource "aws_cloudformation_stack" "net" {
  parameters    = { Id = aws_cloudformation_stack.net.outputs["VpcId"] }
  template_body = "{\"Parameters\": {\"Id\": {\"Type\": \"String\"}}, \"Resources\": {}, \"Outputs\": {\"VpcId\": {\"Value\": {\"Ref\": \"Id\"}}}}"
}
` + studio(`aws_cloudformation_stack.net.outputs["VpcId"]`)},
			want: map[string]string{".: aws_sagemaker_domain.studio": none},
		},
		{
			name: "what a template within Terraform imports from another",
			files: map[string]string{
				"network.yaml": stackNetwork + "Outputs:\n  Vpc: {Value: !Ref Vpc, Export: {Name: net-vpc}}\n",
				"app/main.tf": "resource \"aws_cloudformation_stack\" \"studio\" {\n  template_body = <<-EOT\n    " +
					strings.ReplaceAll(strings.ReplaceAll(stackStudio, "VPC", "!ImportValue net-vpc"), "\n", "\n    ") + "\n  EOT\n}\n",
			},
			want: map[string]string{"app: aws_cloudformation_stack.studio/Domain": sure},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, linked(t, scan.Options{FS: files(c.files)})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestParametersOfStacks holds that what Terraform may pass is never taken for the default of the template.
func TestParametersOfStacks(t *testing.T) {
	const template = `
  template_body = <<-EOT
    Parameters:
      Access: {Type: String, Default: PublicInternetOnly}
    Resources:
      Domain:
        Type: AWS::SageMaker::Domain
        Properties:
          AppNetworkAccessType: !Ref Access
  EOT
}
`
	stack := func(arguments string) string {
		return "resource \"aws_cloudformation_stack\" \"s\" {\n" + arguments + template
	}
	set := func(arguments string) string {
		return "resource \"aws_cloudformation_stack_set\" \"s\" {\n" + arguments + template
	}
	const variables = "variable \"all\" {}\nvariable \"one\" {}\nvariable \"on\" {}\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing is passed", stack(""), "fail"},
		{"a value is", stack(`parameters = { Access = "VpcOnly" }`), "pass"},
		{"another one is", stack(`parameters = { Other = "VpcOnly" }`), "fail"},
		{"a hole is", stack(`parameters = { Access = var.one }`), "unknown"},
		{"nobody knows what is", stack(`parameters = var.all`), "unknown"},
		{"it may be among others", stack(`parameters = merge(var.all, { Other = "x" })`), "unknown"},
		{"it is one of two", stack(`parameters = var.on ? { Access = "VpcOnly" } : {}`), "unknown"},
		{"it is one of two that agree", stack(`parameters = var.on ? { Access = "VpcOnly" } : { Access = "VpcOnly", Other = "x" }`), "pass"},
		{"a stack set passes it", set(`parameters = { Access = "VpcOnly" }`), "pass"},
		{"a stack set does not", set(""), "fail"},
		{
			"some stacks of a set are passed another value",
			set(`parameters = { Access = "VpcOnly" }`) + `resource "aws_cloudformation_stack_set_instance" "i" {
  stack_set_name      = aws_cloudformation_stack_set.s.name
  parameter_overrides = { Access = "PublicInternetOnly" }
}`, "unknown",
		},
		{
			"some stacks of another set are",
			set(`parameters = { Access = "VpcOnly" }`) + `resource "aws_cloudformation_stack_set" "t" { template_body = "{\"Resources\": {}}" }
resource "aws_cloudformation_stack_set_instance" "i" {
  stack_set_name      = aws_cloudformation_stack_set.t.name
  parameter_overrides = { Access = "PublicInternetOnly" }
}`, "pass",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := scan.Run(context.Background(), scan.Options{
				FS: files(map[string]string{"main.tf": variables + c.text}), Checks: []string{"SMN-101"},
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Findings) != 1 || string(result.Findings[0].Verdict) != c.want {
				t.Errorf("got %v, want %s", result.Findings, c.want)
			}
		})
	}
}

// TestUnreadTemplates holds that a stack whose template nobody can read may add to the network that it is passed.
func TestUnreadTemplates(t *testing.T) {
	for name, body := range map[string]string{
		"a hole":                   "var.body",
		"a file that is not there": `file("${path.module}/gone.yaml")`,
		"one of two":               `var.on ? var.body : "{\"Resources\": {}}"`,
		"no template":              `"Resources"`,
	} {
		t.Run(name, func(t *testing.T) {
			fsys := files(map[string]string{"main.tf": "variable \"body\" {}\nvariable \"on\" {}\n" + network +
				"resource \"aws_cloudformation_stack\" \"s\" {\n  parameters = { Vpc = aws_vpc.main.id }\n  template_body = " + body + "\n}\n" + studio("aws_vpc.main.id")})
			if got := linked(t, scan.Options{FS: fsys})[".: aws_sagemaker_domain.studio"]; got != none {
				t.Errorf("the domain is %s, want %s", got, none)
			}
		})
	}
}

// TestDeployedTemplateIsJudgedThere holds that a template which Terraform creates a stack from is judged with what it is passed, and not as
// a root of its own.
func TestDeployedTemplateIsJudgedThere(t *testing.T) {
	const template = `Parameters:
  Access: {Type: String, Default: PublicInternetOnly}
Resources:
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      AppNetworkAccessType: !Ref Access
`
	stack := func(file string) string {
		return "resource \"aws_cloudformation_stack\" \"s\" {\n  parameters = { Access = \"VpcOnly\" }\n  template_body = " + file + "\n}\n"
	}
	for _, c := range []struct {
		name, main string
		want       []string
	}{
		{"beside the module", stack(`file("${path.module}/studio.yaml")`), []string{"app: aws_cloudformation_stack.s/Domain"}},
		{"beside the root", stack(`file("studio.yaml")`), []string{"app: aws_cloudformation_stack.s/Domain"}},
		{"in a comment", "#" + strings.ReplaceAll(stack(`file("studio.yaml")`), "\n", "\n#"), []string{"app/studio.yaml: Domain"}},
		{"somewhere", "variable \"name\" {}\n" + stack(`file("${path.module}/${var.name}.yaml")`), []string{"app/studio.yaml: Domain"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := files(map[string]string{"app/main.tf": c.main, "app/studio.yaml": template})
			if diff := cmp.Diff(c.want, roots(t, scan.Options{FS: fsys})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRegionOfStack holds that a stack is in the Region of its resource, and the stacks of a set wherever they are.
func TestRegionOfStack(t *testing.T) {
	for resource, want := range map[string]string{"aws_cloudformation_stack": "fail", "aws_cloudformation_stack_set": "unknown"} {
		text := "provider \"aws\" {\n  region = \"eu-west-1\"\n}\nresource \"" + resource + `" "s" {
  template_body = <<-EOT
    Resources:
      Vpc: {Type: AWS::EC2::VPC}
      Q:
        Type: AWS::EC2::VPCEndpoint
        Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub "com.amazonaws.${"$"}{AWS::Region}.q"}
  EOT
}
`
		result, err := scan.Run(context.Background(), scan.Options{FS: files(map[string]string{"main.tf": text}), Checks: []string{"SMN-803"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Findings) != 1 || string(result.Findings[0].Verdict) != want {
			t.Errorf("%s: got %v, want %s", resource, result.Findings, want)
		}
	}
}
