package defsec_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/aquasecurity/defsec/pkg/scanners/options"
	"github.com/aquasecurity/trivy-iac/pkg/scanners/terraform"

	"github.com/iacscan/iacscan/plugin/defsec"
)

func ExampleRegister() {
	unregister := defsec.Register()
	defer unregister()

	files := fstest.MapFS{"main.tf": {Data: []byte(`
resource "aws_sagemaker_domain" "studio" {
  domain_name             = "studio"
  auth_mode               = "IAM"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  app_network_access_type = "PublicInternetOnly"

  default_user_settings {
    execution_role = "arn:aws:iam::123456789012:role/studio"
  }
}
`)}}
	scanner := terraform.New(options.ScannerWithFrameworks(defsec.Framework))
	results, err := scanner.ScanFS(context.Background(), files, ".")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results.GetFailed() {
		if r.Rule().HasID("SMN-101") {
			fmt.Println(r.Rule().AVDID, r.Severity(), r.Range(), r.Metadata().Reference())
		}
	}
	// Output:
	// AVD-SMN-0101 HIGH main.tf:7 aws_sagemaker_domain.studio.app_network_access_type
}
