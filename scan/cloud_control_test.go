package scan_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/scan"
)

// TestCloudControl holds that resources which Terraform declares through Cloud Control are those of their types, wherever the JSON is
// written, and that findings stand at its lines.
func TestCloudControl(t *testing.T) {
	fsys := files(map[string]string{
		"encoded/main.tf": `resource "aws_cloudcontrolapi_resource" "domain" {
  type_name = "AWS::SageMaker::Domain"
  desired_state = jsonencode({
    DomainName           = "d"
    AppNetworkAccessType = "PublicInternetOnly"
  })
}
`,
		"heredoc/main.tf": `resource "aws_cloudcontrolapi_resource" "domain" {
  type_name     = "AWS::SageMaker::Domain"
  desired_state = <<-EOT
    {
      "DomainName": "d",
      "AppNetworkAccessType": "PublicInternetOnly"
    }
  EOT
}
`,
		"default/main.tf": `resource "aws_cloudcontrolapi_resource" "domain" {
  type_name     = "AWS::SageMaker::Domain"
  desired_state = jsonencode({ DomainName = "d" })
}
`,
		"hole/main.tf": `variable "more" {}
resource "aws_cloudcontrolapi_resource" "domain" {
  type_name     = "AWS::SageMaker::Domain"
  desired_state = jsonencode(merge({ DomainName = "d" }, var.more))
}
`,
	})
	result, err := scan.Run(context.Background(), scan.Options{FS: fsys, Checks: []string{"SMN-101"}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range result.Findings {
		got[f.Location.String()] = string(f.Verdict) + " " + f.ResourceType + " " + f.Resource
	}
	want := map[string]string{
		"encoded/main.tf:5:28": "fail AWS::SageMaker::Domain aws_cloudcontrolapi_resource.domain",
		"heredoc/main.tf:6:31": "fail AWS::SageMaker::Domain aws_cloudcontrolapi_resource.domain",
		"default/main.tf:1:1":  "fail AWS::SageMaker::Domain aws_cloudcontrolapi_resource.domain",
		"hole/main.tf:4:3":     "unknown AWS::SageMaker::Domain aws_cloudcontrolapi_resource.domain",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCloudControlRefersAndIsReferredTo holds that resources of both kinds are in one network.
func TestCloudControlRefersAndIsReferredTo(t *testing.T) {
	fsys := files(map[string]string{"main.tf": `resource "aws_cloudcontrolapi_resource" "vpc" {
  type_name     = "AWS::EC2::VPC"
  desired_state = jsonencode(merge(var.more, { CidrBlock = "10.0.0.0/16" }))
}
variable "more" {}
resource "aws_cloudcontrolapi_resource" "s3" {
  type_name = "AWS::EC2::VPCEndpoint"
  desired_state = jsonencode({
    VpcId       = aws_cloudcontrolapi_resource.vpc.id
    ServiceName = "com.amazonaws.eu-west-1.s3"
  })
}
` + studio("aws_cloudcontrolapi_resource.vpc.id")})
	want := map[string]string{".: aws_sagemaker_domain.studio": sure}
	if diff := cmp.Diff(want, linked(t, scan.Options{FS: fsys})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	doc, err := scan.Graph(context.Background(), scan.Options{FS: fsys}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range doc.Resources {
		if r.Address == "aws_cloudcontrolapi_resource.s3" && (r.Type != "AWS::EC2::VPCEndpoint" || r.NativeType != "aws_cloudcontrolapi_resource") {
			t.Errorf("the graph has %s %s", r.NativeType, r.Type)
		}
	}
}

// TestCloudControlInPlan holds that they are so in a plan as well.
func TestCloudControlInPlan(t *testing.T) {
	const plan = `{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {"resources": [
  {"address": "aws_cloudcontrolapi_resource.domain", "mode": "managed", "type": "aws_cloudcontrolapi_resource", "name": "domain",
   "values": {"type_name": "AWS::SageMaker::Domain", "desired_state": "{\"AppNetworkAccessType\": \"PublicInternetOnly\"}"}}
]}}, "configuration": {"root_module": {}}}`
	found := roots(t, scan.Options{FS: files(map[string]string{"plan.json": plan})})
	if diff := cmp.Diff([]string{"plan.json: aws_cloudcontrolapi_resource.domain"}, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
