package scan_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// domainPlan is the plan of a root module with a domain that is public or not, as `terraform show -json` writes it.
func domainPlan(access string) string {
	return `{
  "format_version": "1.2", "terraform_version": "1.11.4",
  "planned_values": {"root_module": {"resources": [
    {"address": "aws_sagemaker_domain.this", "mode": "managed", "type": "aws_sagemaker_domain", "name": "this",
     "values": {"domain_name": "d", "app_network_access_type": "` + access + `"}}
  ]}},
  "configuration": {"root_module": {"resources": [
    {"address": "aws_sagemaker_domain.this", "mode": "managed", "type": "aws_sagemaker_domain", "name": "this",
     "expressions": {"domain_name": {"constant_value": "d"}, "app_network_access_type": {"references": ["var.access"]}}}
  ]}},
  "variables": {"access": {"value": "` + access + `"}}
}`
}

const domainModule = `variable "access" {}

resource "aws_sagemaker_domain" "this" {
  domain_name             = "d"
  app_network_access_type = var.access
}
`

func scanFiles(t *testing.T, texts map[string]string, o scan.Options) *scan.Result {
	t.Helper()
	o.FS = files(texts)
	if o.Checks == nil {
		o.Checks = []string{"SMN-101"}
	}
	result, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// summary lists the findings and diagnostics of a result.
func summary(r *scan.Result) []string {
	lines := []string{}
	for _, f := range r.Findings {
		line := fmt.Sprintf("%s %s %s in %s", f.Verdict, f.Location, f.Resource, strings.Join(f.Roots, ","))
		if f.Suppression != nil {
			line += " suppressed"
		}
		lines = append(lines, line)
	}
	for _, d := range r.Diagnostics {
		lines = append(lines, fmt.Sprintf("%s %s %s", d.Level, d.Code, d.Location))
	}
	return lines
}

func TestPlan(t *testing.T) {
	public := domainPlan("PublicInternetOnly")
	created := strings.Replace(public, `"variables"`, `"resource_changes": [
    {"address": "aws_sagemaker_domain.this", "change": {"actions": ["create"], "before": null}}
  ],
  "variables"`, 1)
	for _, c := range []struct {
		name  string
		files map[string]string
		paths []string
		want  []string
	}{
		{
			"alone",
			map[string]string{"plan.json": public},
			nil,
			[]string{"fail plan.json:5:64 aws_sagemaker_domain.this in plan.json"},
		},
		{
			"alone and named",
			map[string]string{"out/tfplan": public},
			[]string{"out/tfplan"},
			[]string{"fail out/tfplan:5:64 aws_sagemaker_domain.this in out/tfplan"},
		},
		{
			"ignored by git",
			map[string]string{"plan.json": public, ".gitignore": "plan.json\n"},
			nil,
			[]string{},
		},
		{
			"beside its configuration",
			map[string]string{"env/plan.json": public, "env/main.tf": domainModule},
			nil,
			[]string{"fail env/main.tf:5:3 aws_sagemaker_domain.this in env"},
		},
		{
			"below its configuration",
			map[string]string{"plans/prod.json": public, "main.tf": domainModule},
			nil,
			[]string{"fail main.tf:5:3 aws_sagemaker_domain.this in ."},
		},
		{
			"two of one configuration",
			map[string]string{"a.json": public, "b.json": domainPlan("VpcOnly"), "main.tf": domainModule},
			nil,
			[]string{"fail main.tf:5:3 aws_sagemaker_domain.this in .", "pass main.tf:5:3 aws_sagemaker_domain.this in ."},
		},
		{
			"where the variable is set",
			map[string]string{
				"plan.json": public, "main.tf": domainModule, "terraform.tfvars": "access = \"PublicInternetOnly\"\n",
			},
			nil,
			[]string{"fail terraform.tfvars:1:10 aws_sagemaker_domain.this in ."},
		},
		{
			"suppressed in the configuration",
			map[string]string{
				"plan.json": public,
				"main.tf":   strings.Replace(domainModule, "resource", "# iacscan:ignore SMN-101 -- a sandbox\nresource", 1),
			},
			nil,
			[]string{"fail main.tf:6:3 aws_sagemaker_domain.this in . suppressed"},
		},
		{
			"text in a plan suppresses nothing",
			map[string]string{"plan.json": strings.ReplaceAll(strings.Replace(public, `"d"`, `"# iacscan:ignore SMN-101"`, 1), "\n", " ")},
			nil,
			[]string{"fail plan.json:1:311 aws_sagemaker_domain.this in plan.json"},
		},
		{
			"the configuration alone when it is named",
			map[string]string{"plan.json": public, "main.tf": domainModule},
			[]string{"main.tf"},
			[]string{"unknown main.tf:5:3 aws_sagemaker_domain.this in ."},
		},
		{
			"beside something else",
			map[string]string{"plan.json": public, "main.tf": publicOther},
			nil,
			[]string{"fail main.tf:2:1 aws_sagemaker_domain.other in .", "fail plan.json:5:64 aws_sagemaker_domain.this in plan.json"},
		},
		{
			"older than the configuration",
			map[string]string{"plan.json": public, "main.tf": strings.Replace(domainModule, `"d"`, `"renamed"`, 1)},
			nil,
			[]string{
				"fail main.tf:5:3 aws_sagemaker_domain.this in .", "unknown main.tf:5:3 aws_sagemaker_domain.this in .",
				"warning plan-stale main.tf:4:3",
			},
		},
		{
			"older than an expression",
			map[string]string{"plan.json": created, "main.tf": strings.Replace(domainModule, "var.access\n", `var.access == "" ? "" : "VpcOnly"`+"\n", 1)},
			nil,
			[]string{
				"unknown main.tf:5:3 aws_sagemaker_domain.this in .", "fail plan.json:5:64 aws_sagemaker_domain.this in .",
				"warning plan-stale main.tf:5:3",
			},
		},
		{
			"older than an argument",
			map[string]string{"plan.json": created, "main.tf": strings.Replace(domainModule, "{\n", "{\n  kms_key_id = \"k\"\n", 1)},
			nil,
			[]string{
				"fail main.tf:6:3 aws_sagemaker_domain.this in .", "unknown main.tf:6:3 aws_sagemaker_domain.this in .",
				"warning plan-stale main.tf:4:3",
			},
		},
		{
			"a value that the provider writes in its own way",
			map[string]string{"plan.json": created, "main.tf": strings.Replace(domainModule, "var.access\n", "lower(var.access)\n", 1)},
			nil,
			[]string{"fail plan.json:5:64 aws_sagemaker_domain.this in ."},
		},
		{
			"a value that is left as it is",
			map[string]string{
				"plan.json": strings.Replace(created, `"before": null`, `"before": {"app_network_access_type": "PublicInternetOnly"}`, 1),
				"main.tf":   strings.Replace(domainModule, "var.access\n", `var.access == "" ? "" : "VpcOnly"`+"\n", 1),
			},
			nil,
			[]string{"fail plan.json:5:64 aws_sagemaker_domain.this in ."},
		},
		{
			"saved, not shown",
			map[string]string{"tfplan": "PK\x03\x04 tfplan tfstate", "main.tf": publicOther},
			[]string{"tfplan"},
			[]string{"error plan-format tfplan"},
		},
		{
			"the log of its making",
			map[string]string{"plan.json": planLog},
			[]string{"plan.json"},
			[]string{"error plan-format plan.json"},
		},
		{
			"a log beside the configuration",
			map[string]string{"plan.json": planLog, "main.tf": publicOther},
			nil,
			[]string{"fail main.tf:2:1 aws_sagemaker_domain.other in ."},
		},
		{
			"broken",
			map[string]string{"plan.json": public[:len(public)-9], "main.tf": publicOther},
			nil,
			[]string{"fail main.tf:2:1 aws_sagemaker_domain.other in .", "error plan-syntax plan.json:1:1"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, summary(scanFiles(t, c.files, scan.Options{Paths: c.paths}))); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// planLog is what terraform plan -json writes.
const planLog = `{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui","terraform":"1.11.4","type":"version","ui":"1.2"}
{"@level":"info","@message":"aws_sagemaker_domain.this: Plan to create","@module":"terraform.ui","type":"planned_change"}
`

const publicOther = `
resource "aws_sagemaker_domain" "other" {
  domain_name = "o"
}
`

func TestPlanChanged(t *testing.T) {
	texts := map[string]string{
		"env/plan.json": domainPlan("PublicInternetOnly"), "env/main.tf": domainModule, "other/plan.json": domainPlan("PublicInternetOnly"),
	}
	for changed, want := range map[string][]string{
		"env/plan.json": {"fail env/main.tf:5:3 aws_sagemaker_domain.this in env"},
		"env/main.tf":   {"fail env/main.tf:5:3 aws_sagemaker_domain.this in env"},
		"README.md":     {},
	} {
		result := scanFiles(t, texts, scan.Options{Paths: []string{changed}, Changed: true})
		if diff := cmp.Diff(want, summary(result)); diff != "" {
			t.Errorf("%s: -want +got\n%s", changed, diff)
		}
	}
}

// A finding of a plan is the one of its configuration: baselines and suppressions go on to hold when a plan comes to lie beside it.
func TestPlanFingerprints(t *testing.T) {
	fingerprints := func(r *scan.Result) []string {
		var all []string
		for _, f := range r.Findings {
			if f.Verdict == finding.Fail {
				all = append(all, f.Fingerprint)
			}
		}
		slices.Sort(all)
		return all
	}
	configured := map[string]string{"main.tf": domainModule, "terraform.tfvars": "access = \"PublicInternetOnly\"\n"}
	planned := maps.Clone(configured)
	planned["plan.json"] = domainPlan("PublicInternetOnly")
	want := fingerprints(scanFiles(t, configured, scan.Options{}))
	if len(want) != 1 {
		t.Fatalf("%d findings", len(want))
	}
	if diff := cmp.Diff(want, fingerprints(scanFiles(t, planned, scan.Options{}))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	delete(planned, "main.tf")
	if diff := cmp.Diff(want, fingerprints(scanFiles(t, planned, scan.Options{}))); diff != "" {
		t.Errorf("the plan alone: -want +got\n%s", diff)
	}
}

// The graph of a plan has what Terraform planned, and what the plan does not know as references.
func TestPlanGraph(t *testing.T) {
	doc, err := scan.Graph(context.Background(), scan.Options{
		FS: os.DirFS(projects), Paths: []string{"terraform-plan/planned-studio/plan.json"},
	}, []string{"aws_vpc_endpoint"})
	if err != nil {
		t.Fatal(err)
	}
	var services, edges []string
	for _, r := range doc.Resources {
		service, _ := r.Attributes["ServiceName"].Text()
		services = append(services, service+" at "+r.Location.Path)
	}
	for _, e := range doc.Edges {
		if e.Via == "VpcId" {
			edges = append(edges, e.To)
		}
	}
	const at = " at terraform-plan/planned-studio/modules/network/main.tf"
	want := []string{
		"com.amazonaws.eu-central-1.logs" + at, "com.amazonaws.eu-central-1.monitoring" + at, "com.amazonaws.eu-central-1.s3" + at,
		"com.amazonaws.eu-central-1.sagemaker.api" + at, "com.amazonaws.eu-central-1.sagemaker.runtime" + at, "com.amazonaws.eu-central-1.sts" + at,
	}
	slices.Sort(services)
	if diff := cmp.Diff(want, services); diff != "" {
		t.Errorf("services: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(slices.Repeat([]string{"module.network.aws_vpc.this"}, len(want)), edges); diff != "" {
		t.Errorf("edges: -want +got\n%s", diff)
	}
}

// Without its configuration, the plan still decides what it can: the domains, and that Canvas misses endpoints in their VPC, which the
// references of the plan join with it. What the policy will be is unknown, not a guess.
func TestPlanAlone(t *testing.T) {
	text, err := os.ReadFile(projects + "/terraform-plan/planned-studio/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]finding.Verdict{}
	for _, f := range scanFiles(t, map[string]string{"plan.json": string(text)}, scan.Options{Checks: missionChecks}).Findings {
		got[f.CheckID+" "+f.Resource] = f.Verdict
		if f.Location.Path != "plan.json" || f.Location.StartColumn < 2 {
			t.Errorf("%s is at %v", f.Resource, f.Location)
		}
	}
	want := map[string]finding.Verdict{
		`SMN-101 aws_sagemaker_domain.team["production"]`: finding.Pass,
		`SMN-101 aws_sagemaker_domain.team["research"]`:   finding.Fail,
		`SMN-201 aws_sagemaker_domain.team["production"]`: finding.Fail,
		"SMN-301 module.network.aws_vpc_endpoint.s3":      finding.Unknown,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
