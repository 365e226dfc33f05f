package scan_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

func TestJudgeRoot(t *testing.T) {
	files := fstest.MapFS{
		"infra/main.tf":          {Data: []byte("variable \"access\" {}\nmodule \"studio\" {\n  source = \"./studio\"\n  access = var.access\n}\n")},
		"infra/terraform.tfvars": {Data: []byte("access = \"VpcOnly\"\n")},
		"infra/studio/main.tf": {Data: []byte(`variable "access" {}

resource "aws_sagemaker_domain" "this" {
  domain_name             = "studio"
  auth_mode               = "IAM"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1"]
  app_network_access_type = var.access
}
`)},
	}
	options := scan.Options{FS: files, Checks: []string{"SMN-101"}}
	for tfvars, want := range map[string]finding.Verdict{`access = "PublicInternetOnly"`: finding.Fail, "": finding.Unknown} {
		var got []string
		diagnostics, err := scan.JudgeRoot(context.Background(), options, "infra", []byte(tfvars), func(j scan.Judgement) {
			got = append(got, string(j.Verdict), j.Resource, j.Attribute, j.AttributeAt.String())
			for _, call := range j.Calls {
				got = append(got, call.Address, call.At.String())
			}
		})
		if err != nil || len(diagnostics) > 0 {
			t.Error(diagnostics, err)
		}
		expected := []string{
			string(want), "module.studio.aws_sagemaker_domain.this", "app_network_access_type", "infra/studio/main.tf:8:3",
			"module.studio", "infra/main.tf:2:1",
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("with %q: %s", tfvars, diff)
		}
	}
	options.Checks = []string{"SMN-000"}
	var unknown *scan.UnknownCheckError
	if _, err := scan.JudgeRoot(context.Background(), options, "infra", nil, nil); !errors.As(err, &unknown) {
		t.Errorf("an unknown check gives the error %v", err)
	}
}
