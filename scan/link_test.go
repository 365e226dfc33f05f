package scan_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// network is a root module with a VPC that has an S3 endpoint.
const network = `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
}
output "vpc_id" {
  value = aws_vpc.main.id
}
output "nested" {
  value = { vpc = { id = aws_vpc.main.id } }
}
`

// studio is a domain in a VPC that an expression names.
func studio(vpc string) string {
	return `resource "aws_sagemaker_domain" "studio" {
  domain_name             = "d"
  app_network_access_type = "VpcOnly"
  vpc_id                  = ` + vpc + `
  default_user_settings {
    studio_web_portal_settings {
      hidden_app_types = ["Canvas"]
    }
  }
}
`
}

// How a domain is linked with the root of its VPC.
const (
	sure   = "sure"   // it lacks endpoints, not that for S3
	likely = "likely" // it lacks them, unless another stack provides them
	none   = "none"   // nobody knows its VPC
)

// linked scans for what domains lack and says how each is linked, by "root: address". Diagnostics are listed as their codes.
func linked(t *testing.T, o scan.Options) map[string]string {
	t.Helper()
	o.Checks = []string{"SMN-210"}
	result, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, d := range result.Diagnostics {
		found[string(d.Level)+" "+d.Code] = d.Location.Path
	}
	for _, f := range result.Findings {
		missing, _ := f.Details["missing"].([]string)
		how := fmt.Sprintf("%s %s %v", f.Verdict, f.Severity, missing)
		switch {
		case f.Verdict == finding.Unknown:
			how = none
		case f.Verdict == finding.Fail && !slices.Contains(missing, "s3") && strings.Contains(f.Message, "unless another stack"):
			how = likely
		case f.Verdict == finding.Fail && !slices.Contains(missing, "s3"):
			how = sure
		}
		for _, r := range f.Roots {
			found[strings.Join(append([]string{r + ": " + f.Resource}, f.Scenarios...), " with ")] = how
		}
	}
	return found
}

func TestRemoteState(t *testing.T) {
	for _, c := range []struct {
		name             string
		network, studio  string // the backend of the network, and what the domain's root reads
		other            string // a root beside them
		want             string
		networkDirectory string // network when empty
	}{
		{
			name:    "equal settings",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate", region = "eu-west-1" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "net.tfstate", region = "eu-west-1" } }`,
			want:    sure,
		},
		{
			name:    "settings that locals and variables put together",
			network: `terraform { backend "s3" { bucket = "state", key = "prod/net.tfstate" } }`,
			studio: `variable "env" { default = "prod" }
locals { bucket = "state" }
data "terraform_remote_state" "net" { backend = "s3", config = { bucket = local.bucket, key = "${var.env}/net.tfstate", region = "eu-west-1" } }`,
			want: sure,
		},
		{
			name:    "another key",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "other.tfstate" } }`,
			want:    none,
		},
		{
			name:    "another Region",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate", region = "eu-west-1" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "net.tfstate", region = "us-east-1" } }`,
			want:    none,
		},
		{
			name:    "another kind of backend",
			network: `terraform { backend "gcs" { bucket = "state", prefix = "net" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "net" } }`,
			want:    none,
		},
		{
			name:    "a hole in the key, and one root that it can be",
			network: `terraform { backend "s3" { bucket = "state", key = "prod/net.tfstate" } }`,
			studio: `variable "env" {}
data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "${var.env}/net.tfstate" } }`,
			want: likely,
		},
		{
			name:    "a hole in the key, and two",
			network: `terraform { backend "s3" { bucket = "state", key = "prod/net.tfstate" } }`,
			studio: `variable "env" {}
data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "${var.env}/net.tfstate" } }`,
			other: `terraform { backend "s3" { bucket = "state", key = "dev/net.tfstate" } }`,
			want:  none,
		},
		{
			name:    "a hole in the key, and one root that only the command line decides",
			network: `terraform { backend "s3" { bucket = "state", key = "prod/net.tfstate" } }`,
			studio: `variable "env" {}
data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "${var.env}/net.tfstate" } }`,
			other: `terraform { backend "s3" {} }`,
			want:  none,
		},
		{
			name:    "equal settings win over what may be",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "net.tfstate" } }`,
			other:   `terraform { backend "s3" {} }`,
			want:    sure,
		},
		{
			name:    "nothing known of the bucket",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio: `variable "bucket" {}
data "terraform_remote_state" "net" { backend = "s3", config = { bucket = var.bucket, key = "net.tfstate" } }`,
			want: none,
		},
		{
			name:    "a backend whose bucket the command line gives",
			network: `terraform { backend "s3" { key = "net.tfstate" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "net.tfstate" } }`,
			want:    none,
		},
		{
			name:    "two roots with one state",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "s3", config = { bucket = "state", key = "net.tfstate" } }`,
			other:   `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			want:    none,
		},
		{
			name:    "a configuration that nobody knows",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio: `variable "state" {}
data "terraform_remote_state" "net" { backend = "s3", config = var.state }`,
			want: none,
		},
		{
			name:    "the workspace of the reader",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio: `data "terraform_remote_state" "net" { backend = "s3", workspace = terraform.workspace
config = { bucket = "state", key = "net.tfstate" } }`,
			want: sure,
		},
		{
			name:    "another workspace than what has been read before",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio: `data "terraform_remote_state" "dev" { backend = "s3", workspace = "dev"
config = { bucket = "state", key = "net.tfstate" } }
data "terraform_remote_state" "net" { backend = "s3", workspace = data.terraform_remote_state.dev.outputs.vpc_id == "" ? "prod" : "prod"
config = { bucket = "state", key = "net.tfstate" } }`,
			want: none,
		},
		{
			name:    "Terraform Cloud",
			network: `terraform { cloud { organization = "acme", workspaces { name = "net" } } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "remote", config = { organization = "acme", workspaces = { name = "net" } } }`,
			want:    sure,
		},
		{
			name:    "workspaces by tag",
			network: `terraform { cloud { organization = "acme", workspaces { tags = ["net"] } } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "remote", config = { organization = "acme", workspaces = { name = "net" } } }`,
			want:    none,
		},
		{
			name:    "another organization",
			network: `terraform { backend "remote" { organization = "acme", workspaces { name = "net" } } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "remote", config = { organization = "else", workspaces = { name = "net" } } }`,
			want:    none,
		},
		{
			name:    "Google Cloud Storage, without a prefix",
			network: `terraform { backend "gcs" { bucket = "state" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "gcs", config = { bucket = "state" } }`,
			want:    sure,
		},
		{
			name:    "Azure",
			network: `terraform { backend "azurerm" { storage_account_name = "a", container_name = "c", key = "k" } }`,
			studio: `data "terraform_remote_state" "net" { backend = "azurerm"
config = { storage_account_name = "a", container_name = "c", key = "k", resource_group_name = "g" } }`,
			want: sure,
		},
		{
			name:    "HTTP",
			network: `terraform { backend "http" { address = "https://state.example.com/net" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "http", config = { address = "https://state.example.com/net" } }`,
			want:    sure,
		},
		{
			name:   "a file beside the module",
			studio: `data "terraform_remote_state" "net" { backend = "local", config = { path = "${path.module}/../network/terraform.tfstate" } }`,
			want:   sure,
		},
		{
			name:    "a file elsewhere",
			network: `terraform { backend "local" { path = "../states/net.tfstate" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "local", config = { path = "../states/net.tfstate" } }`,
			want:    sure,
		},
		{
			name:    "a file of a module whose state is kept elsewhere",
			network: `terraform { backend "s3" { bucket = "state", key = "net.tfstate" } }`,
			studio:  `data "terraform_remote_state" "net" { backend = "local", config = { path = "../network/terraform.tfstate" } }`,
			want:    none,
		},
		{
			name:   "a file outside",
			studio: `data "terraform_remote_state" "net" { backend = "local", config = { path = "/network/terraform.tfstate" } }`,
			want:   none,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			vpc := "data.terraform_remote_state.net.outputs.vpc_id"
			fsys := files(map[string]string{
				"network/main.tf": lines(c.network) + network, "studio/main.tf": lines(c.studio) + "\n" + studio(vpc), "other/main.tf": lines(c.other) + network,
			})
			want := map[string]string{"studio: aws_sagemaker_domain.studio": c.want}
			if diff := cmp.Diff(want, linked(t, scan.Options{FS: fsys})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// lines writes the arguments of blocks on lines of their own, as HCL has it.
func lines(text string) string {
	text = strings.ReplaceAll(text, " { ", " {\n")
	text = strings.ReplaceAll(text, ", ", "\n")
	return strings.ReplaceAll(text, " }", "\n}") + "\n"
}

const (
	backend = `terraform {
  backend "s3" {
    bucket = "state"
    key    = "KEY"
  }
}
`
	reads = `data "terraform_remote_state" "KEY" {
  backend = "s3"
  config = {
    bucket = "state"
    key    = "KEY"
  }
}
`
)

func keeps(key string) string { return strings.ReplaceAll(backend, "KEY", key) }
func readsOf(key string) string {
	return strings.ReplaceAll(reads, "KEY", key)
}

func TestLinkedRoots(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		o     scan.Options
		want  map[string]string
	}{
		{
			name: "over a root between",
			files: map[string]string{
				"network/main.tf": keeps("net") + network,
				"shared/main.tf":  keeps("shared") + readsOf("net") + `output "vpc" { value = data.terraform_remote_state.net.outputs.vpc_id }`,
				"studio/main.tf":  readsOf("shared") + studio("data.terraform_remote_state.shared.outputs.vpc"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "all outputs as a value, and what is nested in one",
			files: map[string]string{
				"network/main.tf": keeps("net") + network,
				"studio/main.tf":  readsOf("net") + "locals {\n  net = data.terraform_remote_state.net.outputs\n}\n" + studio(`local.net["nested"].vpc.id`),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "in a module that is called",
			files: map[string]string{
				"network/main.tf":     keeps("net") + network,
				"modules/net/main.tf": "variable \"key\" {}\n" + strings.ReplaceAll(readsOf("net"), `"net"`+"\n  }", "var.key\n  }") + `output "vpc" { value = data.terraform_remote_state.net.outputs.vpc_id }`,
				"studio/main.tf":      "module \"net\" {\n  source = \"../modules/net\"\n  key    = \"net\"\n}\n" + studio("module.net.vpc"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "two domains of two roots in one VPC",
			files: map[string]string{
				"network/main.tf": keeps("net") + network,
				"a/main.tf":       readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id"),
				"b/main.tf":       readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id"),
			},
			want: map[string]string{"a: aws_sagemaker_domain.studio": sure, "b: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "an output that the other root does not have",
			files: map[string]string{
				"network/main.tf": keeps("net") + network,
				"studio/main.tf":  readsOf("net") + studio("data.terraform_remote_state.net.outputs.gone"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "an output with a hole may be anything",
			files: map[string]string{
				"network/main.tf": keeps("net") + network + "variable \"vpc\" {}\noutput \"given\" { value = var.vpc }\n",
				"studio/main.tf":  readsOf("net") + studio("data.terraform_remote_state.net.outputs.given"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a circle of two roots that are fine",
			files: map[string]string{
				"network/main.tf": keeps("net") + readsOf("studio") + network + `output "name" { value = data.terraform_remote_state.studio.outputs.name }`,
				"studio/main.tf":  keeps("studio") + readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id") + `output "name" { value = "d" }`,
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "a value that goes round in a circle",
			files: map[string]string{
				"network/main.tf": keeps("net") + readsOf("studio") + `output "vpc" { value = data.terraform_remote_state.studio.outputs.vpc }`,
				"studio/main.tf":  keeps("studio") + readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc") + `output "vpc" { value = data.terraform_remote_state.net.outputs.vpc }`,
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "another repository",
			files: map[string]string{
				"network/.git/HEAD": "", "network/main.tf": keeps("net") + network,
				"studio/.git/HEAD": "", "studio/main.tf": readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "with a scenario",
			files: map[string]string{
				"network/main.tf":         keeps("prod-net") + network,
				"studio/main.tf":          "variable \"env\" {}\n" + strings.ReplaceAll(readsOf("net"), `key    = "net"`, `key    = "${var.env}-net"`) + studio("data.terraform_remote_state.net.outputs.vpc_id"),
				"studio/envs/prod.tfvars": `env = "prod"`,
				"studio/envs/dev.tfvars":  `env = "dev"`,
			},
			o: scan.Options{Scenarios: true, Paths: []string{"."}},
			want: map[string]string{
				"studio: aws_sagemaker_domain.studio":                              likely,
				"studio: aws_sagemaker_domain.studio with studio/envs/prod.tfvars": sure,
				"studio: aws_sagemaker_domain.studio with studio/envs/dev.tfvars":  none,
			},
		},
		{
			name: "a parameter of the store",
			files: map[string]string{
				"network/main.tf": network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  value = aws_vpc.main.id\n}\n",
				"studio/main.tf":  "data \"aws_ssm_parameter\" \"vpc\" {\n  name = \"/net/vpc\"\n}\n" + studio("data.aws_ssm_parameter.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "a parameter of the same root",
			files: map[string]string{
				"main.tf": network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  insecure_value = aws_vpc.main.id\n}\n" +
					"data \"aws_ssm_parameter\" \"vpc\" {\n  name = aws_ssm_parameter.vpc.name\n}\n" + studio("data.aws_ssm_parameter.vpc.insecure_value"),
			},
			want: map[string]string{".: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "a parameter of two writers",
			files: map[string]string{
				"network/main.tf": network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  value = aws_vpc.main.id\n}\n",
				"other/main.tf":   "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  value = \"vpc-1\"\n}\n",
				"studio/main.tf":  "data \"aws_ssm_parameter\" \"vpc\" {\n  name = \"/net/vpc\"\n}\n" + studio("data.aws_ssm_parameter.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a parameter whose name nobody knows",
			files: map[string]string{
				"network/main.tf": network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  value = aws_vpc.main.id\n}\n",
				"studio/main.tf":  "variable \"name\" {}\ndata \"aws_ssm_parameter\" \"vpc\" {\n  name = var.name\n}\n" + studio("data.aws_ssm_parameter.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a parameter whose name has a hole, and one that it can be",
			files: map[string]string{
				"network/main.tf": network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/prod/net/vpc\"\n  type  = \"String\"\n  value = aws_vpc.main.id\n}\n",
				"studio/main.tf":  "variable \"env\" {}\ndata \"aws_ssm_parameter\" \"vpc\" {\n  name = \"/${var.env}/net/vpc\"\n}\n" + studio("data.aws_ssm_parameter.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": likely},
		},
		{
			name: "a parameter of another Region",
			files: map[string]string{
				"network/main.tf": "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n" + network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  value = aws_vpc.main.id\n}\n",
				"studio/main.tf":  "provider \"aws\" {\n  region = \"us-east-1\"\n}\ndata \"aws_ssm_parameter\" \"vpc\" {\n  name = \"/net/vpc\"\n}\n" + studio("data.aws_ssm_parameter.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a parameter that a stack writes",
			files: map[string]string{
				"network.yaml":   stackNetwork,
				"studio/main.tf": "data \"aws_ssm_parameter\" \"vpc\" {\n  name = \"/net/vpc\"\n}\n" + studio("data.aws_ssm_parameter.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure},
		},
		{
			name: "an export of a stack",
			files: map[string]string{
				"network.yaml":   stackNetwork + "Outputs:\n  Vpc: {Value: !Ref Vpc, Export: {Name: net-vpc}}\n",
				"studio/main.tf": "data \"aws_cloudformation_export\" \"vpc\" {\n  name = \"net-vpc\"\n}\n" + studio("data.aws_cloudformation_export.vpc.value"),
				"other/main.tf":  "data \"aws_cloudformation_export\" \"vpc\" {\n  name = \"vpc\"\n}\n" + studio("data.aws_cloudformation_export.vpc.value"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": sure, "other: aws_sagemaker_domain.studio": none},
		},
		{
			name: "a file in another repository",
			files: map[string]string{
				"network/.git/HEAD": "", "network/main.tf": network,
				"studio/main.tf": "data \"terraform_remote_state\" \"net\" {\n  backend = \"local\"\n  config = {\n    path = \"../network/terraform.tfstate\"\n  }\n}\n" +
					studio("data.terraform_remote_state.net.outputs.vpc_id"),
			},
			want: map[string]string{"studio: aws_sagemaker_domain.studio": none},
		},
		{
			name: "parameters that a stack reads",
			files: map[string]string{
				"network/main.tf": network + "resource \"aws_ssm_parameter\" \"vpc\" {\n  name  = \"/net/vpc\"\n  type  = \"String\"\n  value = aws_vpc.main.id\n}\n",
				"dynamic.yaml":    strings.ReplaceAll(stackStudio, "VPC", "'{{resolve:ssm:/net/vpc:3}}'"),
				"parameter.yaml": "Parameters:\n  Vpc:\n    Type: AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>\n    Default: /net/vpc\n" +
					strings.ReplaceAll(stackStudio, "VPC", "!Ref Vpc"),
			},
			want: map[string]string{"dynamic.yaml: Domain": sure, "parameter.yaml: Domain": sure},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.FS = files(c.files)
			if diff := cmp.Diff(c.want, linked(t, c.o)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

const stackNetwork = `Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.s3}
  Name:
    Type: AWS::SSM::Parameter
    Properties: {Name: /net/vpc, Type: String, Value: !Ref Vpc}
`

const stackStudio = `Resources:
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      AppNetworkAccessType: VpcOnly
      VpcId: VPC
      DefaultUserSettings: {StudioWebPortalSettings: {HiddenAppTypes: [Canvas]}}
`

// TestLinkedRootIsJudgedOnce holds that a root which is only named by others completes them, and is judged where it was asked for.
func TestLinkedRootIsJudgedOnce(t *testing.T) {
	fsys := files(map[string]string{
		"network/main.tf": keeps("net") + network,
		"studio/main.tf":  readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id"),
	})
	severities := func(o scan.Options) map[string]string {
		o.FS, o.Checks = fsys, []string{"SMN-301", "SMN-101"}
		result, err := scan.Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, f := range result.Findings {
			if f.CheckID == "SMN-301" {
				found[f.Resource] += string(f.Severity)
			}
		}
		return found
	}
	if diff := cmp.Diff(map[string]string{"aws_vpc_endpoint.s3": "MEDIUM"}, severities(scan.Options{Paths: []string{"network"}})); diff != "" {
		t.Errorf("alone (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"aws_vpc_endpoint.s3": "HIGH"}, severities(scan.Options{})); diff != "" {
		t.Errorf("together (-want +got):\n%s", diff)
	}
	changed := severities(scan.Options{Changed: true, Paths: []string{"studio/main.tf"}})
	if diff := cmp.Diff(map[string]string{}, changed); diff != "" {
		t.Errorf("a root that did not change is judged (-want +got):\n%s", diff)
	}
}

// TestChangeOfWhatIsNamed holds that a root is judged when what it names of another changes, and no other that reads from elsewhere.
func TestChangeOfWhatIsNamed(t *testing.T) {
	fsys := files(map[string]string{
		"network/main.tf": keeps("net") + network,
		"studio/main.tf":  readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id"),
		"other/main.tf":   readsOf("far") + studio("data.terraform_remote_state.far.outputs.vpc_id"),
	})
	want := map[string]string{"studio: aws_sagemaker_domain.studio": sure}
	if diff := cmp.Diff(want, linked(t, scan.Options{FS: fsys, Changed: true, Paths: []string{"network/main.tf"}})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLinkIsRelated holds that a finding names the way by which its root knows the network.
func TestLinkIsRelated(t *testing.T) {
	result, err := scan.Run(context.Background(), scan.Options{Checks: []string{"SMN-210"}, FS: files(map[string]string{
		"network/main.tf": keeps("net") + network,
		"studio/main.tf":  readsOf("net") + studio("data.terraform_remote_state.net.outputs.vpc_id"),
	})})
	if err != nil {
		t.Fatal(err)
	}
	related := map[string]string{}
	for _, r := range result.Findings[0].Related {
		related[r.Location.String()] = r.Message
	}
	want := map[string]string{"network/main.tf:7:1": "the VPC aws_vpc.main, joined by the output \"vpc_id\" of network"}
	if diff := cmp.Diff(want, related); diff != "" {
		t.Errorf("(-want +got):\n%s in %v", diff, slices.Sorted(maps.Keys(related)))
	}
}
