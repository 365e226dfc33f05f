package defsec_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aquasecurity/defsec/pkg/scan"
	"github.com/aquasecurity/defsec/pkg/scanners/options"
	"github.com/aquasecurity/defsec/pkg/types"
	"github.com/aquasecurity/trivy-iac/pkg/scanners/terraform"
	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/plugin/defsec"
	iacscan "github.com/iacscan/iacscan/scan"
)

// examples are the example projects of the repository.
const examples = "../../testdata/terraform"

// run runs the rules in a host.
func run(t *testing.T, files fs.FS, o ...options.ScannerOption) scan.Results {
	t.Helper()
	t.Cleanup(defsec.Register())
	o = append(o,
		options.ScannerWithFrameworks(defsec.Framework), options.ScannerWithEmbeddedPolicies(false), options.ScannerWithEmbeddedLibraries(false),
		terraform.ScannerWithDownloadsAllowed(false),
	)
	results, err := terraform.New(o...).ScanFS(context.Background(), files, ".")
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// input is an example project as the host and `iacscan scan` can both read it, and the variable files that both are given: those that
// Terraform loads by itself, which this host does not, and where the host must have a value that has no default (it panics on a module that
// gets none) those of an environment or of the plan, which it cannot read.
func input(t *testing.T, project string) (files fs.FS, variables []string) {
	t.Helper()
	files = os.DirFS(path.Join(examples, project))
	for _, name := range []string{"terraform.tfvars", "envs/prod.tfvars"} {
		if _, err := fs.Stat(files, name); err == nil {
			return files, []string{name}
		}
	}
	text, err := fs.ReadFile(files, "plan.json")
	if err != nil {
		return files, nil
	}
	var plan struct {
		Variables map[string]struct{ Value any }
	}
	if err := json.Unmarshal(text, &plan); err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	for name, v := range plan.Variables {
		values[name] = v.Value
	}
	if text, err = json.Marshal(values); err != nil {
		t.Fatal(err)
	}
	unplanned := fstest.MapFS{"plan.tfvars.json": {Data: text}}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "plan.json" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		unplanned[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return unplanned, []string{"plan.tfvars.json"}
}

// resource is the address of the resource that a result is about: the references of its metadata and of those around it, without that of
// an attribute.
func resource(m types.Metadata) string {
	if p := m.Parent(); p != nil && strings.HasPrefix(m.Reference(), p.Reference()+".") {
		m = *p
	}
	address := m.Reference()
	for p := m.Parent(); p != nil; p = p.Parent() {
		address = p.Reference() + "." + address
	}
	return address
}

// The host finds in every example project what `iacscan scan` finds: the same verdict of the same check for the same resource.
func TestHostFindsTheSame(t *testing.T) {
	projects, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, p := range projects {
		t.Run(p.Name(), func(t *testing.T) {
			files, variables := input(t, p.Name())
			scanned, err := iacscan.Run(context.Background(), iacscan.Options{FS: files, Checks: []string{"*"}, VarFiles: variables})
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, f := range scanned.Findings {
				for _, address := range f.Instances {
					if f.Verdict != finding.Unknown {
						want = append(want, fmt.Sprintln(f.CheckID, f.Verdict, address))
					}
				}
			}
			for _, r := range run(t, files, terraform.ScannerWithTFVarsPaths(variables...)) {
				verdict := finding.Fail
				if r.Status() == scan.StatusPassed {
					verdict = finding.Pass
				} else {
					failed++
				}
				got = append(got, fmt.Sprintln(r.Rule().Aliases[0], verdict, resource(r.Metadata())))
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("iacscan scan (-) and the host (+) differ:\n%s", diff)
			}
		})
	}
	if failed < 20 {
		t.Errorf("%d results of the examples fail: the comparison is of too little", failed)
	}
}

// outcome lists the results of some rules: id, status, severity and lines.
func outcome(results scan.Results, ids ...string) []string {
	status := map[scan.Status]string{scan.StatusFailed: "failed", scan.StatusPassed: "passed", scan.StatusIgnored: "ignored"}
	var list []string
	for _, r := range results {
		if slices.Contains(ids, r.Rule().AVDID) {
			list = append(list, fmt.Sprintln(r.Rule().AVDID, status[r.Status()], r.Severity(), resource(r.Metadata()), r.Range()))
		}
	}
	slices.Sort(list)
	return list
}

const domain = `variable "access" {
  default = "VpcOnly"
}

module "studio" {
  source = "./studio"
  access = var.access
}
`

const studio = `variable "access" {}

resource "aws_sagemaker_domain" "this" {
  domain_name             = "studio"
  auth_mode               = "IAM"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  app_network_access_type = var.access
  default_user_settings {
    execution_role = "arn:aws:iam::123456789012:role/studio"
  }
}
`

func TestResults(t *testing.T) {
	const public = `access = "PublicInternetOnly"` + "\n"
	ignored := strings.Replace(studio, "  app_network", "  # %s\n  app_network", 1)
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		vars  []string
		want  []string
	}{
		{
			"a default",
			fstest.MapFS{"main.tf": text(domain), "studio/main.tf": text(studio)},
			nil,
			[]string{"AVD-SMN-0101 passed HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:8\n"},
		},
		{
			"a value from the host",
			fstest.MapFS{"main.tf": text(domain), "studio/main.tf": text(studio), "x.tfvars": text(public)},
			[]string{"x.tfvars"},
			[]string{"AVD-SMN-0101 failed HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:8\n"},
		},
		{
			"a value that the host does not load",
			fstest.MapFS{"main.tf": text(domain), "studio/main.tf": text(studio), "terraform.tfvars": text(public)},
			nil,
			[]string{"AVD-SMN-0101 passed HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:8\n"},
		},
		{
			"what is not written is at the resource",
			fstest.MapFS{"main.tf": text(strings.Replace(studio, "  app_network_access_type = var.access\n", "", 1))},
			nil,
			[]string{"AVD-SMN-0101 failed HIGH aws_sagemaker_domain.this main.tf:3-11\n"},
		},
		{
			"a comment for the host",
			fstest.MapFS{"main.tf": text(domain), "studio/main.tf": text(fmt.Sprintf(ignored, "trivy:ignore:AVD-SMN-0101")), "x.tfvars": text(public)},
			[]string{"x.tfvars"},
			[]string{"AVD-SMN-0101 ignored HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:9\n"},
		},
		{
			"a comment for the host, at the module call",
			fstest.MapFS{
				"main.tf":        text(strings.Replace(domain, "module", "# trivy:ignore:SMN-101\nmodule", 1)),
				"studio/main.tf": text(studio), "x.tfvars": text(public),
			},
			[]string{"x.tfvars"},
			[]string{"AVD-SMN-0101 ignored HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:8\n"},
		},
		{
			"a comment for iacscan",
			fstest.MapFS{"main.tf": text(domain), "studio/main.tf": text(fmt.Sprintf(ignored, "iacscan:ignore SMN-101")), "x.tfvars": text(public)},
			[]string{"x.tfvars"},
			[]string{"AVD-SMN-0101 ignored HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:9\n"},
		},
		{
			"two roots with one module",
			fstest.MapFS{
				"a/main.tf":      text(strings.Replace(domain, "./studio", "../studio", 1)),
				"b/main.tf":      text(strings.NewReplacer("./studio", "../studio", "VpcOnly", "PublicInternetOnly").Replace(domain)),
				"studio/main.tf": text(studio),
			},
			nil,
			[]string{
				"AVD-SMN-0101 failed HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:8\n",
				"AVD-SMN-0101 passed HIGH module.studio.aws_sagemaker_domain.this studio/main.tf:8\n",
			},
		},
		{
			"what nothing decides is no result",
			fstest.MapFS{"main.tf": text(strings.Replace(studio, "var.access", "nonesuch.x.access", 1))},
			nil,
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := outcome(run(t, c.files, terraform.ScannerWithTFVarsPaths(c.vars...)), "AVD-SMN-0101")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func text(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
