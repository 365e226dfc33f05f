package scan_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/scan"
)

func ExampleRun() {
	files := fstest.MapFS{"studio/main.tf": {Data: []byte(`
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
	result, err := scan.Run(context.Background(), scan.Options{FS: files, Checks: []string{"SMN-1*"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Verdict == finding.Fail && f.Suppression == nil {
			fmt.Printf("%s: %s %s of %s\n", f.Location, f.Severity, f.Check, f.Resource)
		}
	}
	for _, d := range result.Diagnostics {
		fmt.Println(d.Location, d.Level, d.Message)
	}
	// Output:
	// studio/main.tf:7:29: HIGH domain-public-internet-access of aws_sagemaker_domain.studio
}

func ExampleOpen() {
	boundary, err := scan.Open([]string{"../testdata/terraform/public-sandbox"}, false)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = boundary.Close() }()

	options := scan.Options{FS: boundary.FS, Paths: boundary.Paths, Checks: []string{"domain-public-internet-access"}}
	result, err := scan.Run(context.Background(), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range result.Findings {
		fmt.Println(f.Verdict, f.Location)
	}
	// Output:
	// fail testdata/terraform/public-sandbox/main.tf:61:1
}

func ExampleOptions_variables() {
	files := fstest.MapFS{"main.tf": {Data: []byte(`
variable "access" {}

resource "aws_sagemaker_domain" "studio" {
  domain_name             = "studio"
  auth_mode               = "IAM"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  app_network_access_type = var.access
}
`)}}
	options := scan.Options{FS: files, Checks: []string{"SMN-101"}}
	for _, vars := range []map[string]string{nil, {"access": "VpcOnly"}, {"access": "PublicInternetOnly"}} {
		options.Vars = vars
		result, err := scan.Run(context.Background(), options)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(vars["access"], result.Findings[0].Verdict)
	}
	// Output:
	// unknown
	// VpcOnly pass
	// PublicInternetOnly fail
}

// The formats of the command line are functions of what a scan returns.
func Example_report() {
	files := os.DirFS("../testdata/terraform/spoke-studio")
	result, err := scan.Run(context.Background(), scan.Options{FS: files, Checks: []string{"SMN-201"}})
	if err != nil {
		log.Fatal(err)
	}
	r := &report.Report{
		Rules: result.Rules, Findings: result.Findings, Diagnostics: result.Diagnostics, Sources: files,
		Summary: report.Summary{Files: result.Files, Resources: result.Resources},
	}
	r.Summary.Count(r.Findings)
	if err := report.Write(os.Stdout, "table", r, report.Options{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// no findings, 1 unknown in 1 resource and 3 files, 0 ms
}

func ExampleGraph() {
	files := os.DirFS("../testdata/cloudformation/studio-nested")
	graph, err := scan.Graph(context.Background(), scan.Options{FS: files}, []string{"AWS::SageMaker::Domain"})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range graph.Resources {
		fmt.Println(r.Root, r.Address, r.Attributes["AppNetworkAccessType"])
	}
	for _, e := range graph.Edges {
		fmt.Println(e.From, e.Via, e.To)
	}
	// Output:
	// main.yaml Studio/Domain "VpcOnly"
	// Studio/Domain DefaultUserSettings Network/StudioSecurityGroup
	// Studio/Domain DefaultUserSettings Studio/ExecutionRole
	// Studio/Domain SubnetIds Network/PrivateSubnetA
	// Studio/Domain SubnetIds Network/PrivateSubnetB
	// Studio/Domain VpcId Network/Vpc
}

// What docs/embedding.md shows are parts of the examples here.
func TestDocumentedExamples(t *testing.T) {
	page, err := os.ReadFile("../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) == 0 {
		t.Error("the page has no examples")
	}
	lineStart := regexp.MustCompile(`(?m)^(.)`)
	for _, b := range blocks {
		if indented := lineStart.ReplaceAll(b[1], []byte("\t$1")); !bytes.Contains(examples, indented) {
			t.Errorf("no example has\n%s", indented)
		}
	}
}
