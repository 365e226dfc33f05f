package tfplan

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plannedBy has the terraform binary plan a configuration of provider terraform, which is part of the binary, and returns what `terraform
// show -json` writes. The test is skipped where there is no binary.
func plannedBy(t *testing.T, files map[string]string) string {
	t.Helper()
	binary, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("there is no terraform binary")
	}
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(t.TempDir(), "terraform.rc")
	if err := os.WriteFile(config, []byte("disable_checkpoint = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(context.Background(), binary, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("terraform %s: %v\n%s%s", strings.Join(args, " "), err, out, &stderr)
		}
		return out
	}
	run("init", "-no-color", "-input=false")
	run("plan", "-no-color", "-input=false", "-out=planned")
	return string(run("show", "-json", "planned"))
}

var terraformFiles = map[string]string{
	"main.tf": `
variable "secret" {
  default   = "s"
  sensitive = true
}
variable "list" {
  type    = list(string)
  default = ["x", "y"]
}
locals { first = terraform_data.vpc.id }
resource "terraform_data" "vpc" { input = "known" }
resource "terraform_data" "counted" {
  count = 2
  input = { vpc_id = terraform_data.vpc.id, index = count.index }
}
resource "terraform_data" "each" {
  for_each = { "a.b" = 1, c = 2 }
  input = {
    vpc_id     = local.first
    name       = "${terraform_data.counted[0].id}-${each.key}"
    number     = each.value
    subnet_ids = [terraform_data.counted[0].id, terraform_data.counted[1].id]
    all_ids    = terraform_data.counted[*].id
    secret     = var.secret
    list       = var.list
  }
}
module "child" {
  source   = "./child"
  for_each = toset(["p", "q"])
  vpc      = terraform_data.vpc.id
}
resource "terraform_data" "last" { input = { vpc_id = module.child["p"].vpc, own_id = module.child["q"].own } }
`,
	"child/main.tf": `
variable "vpc" {}
resource "terraform_data" "own" { input = { vpc_id = var.vpc } }
output "vpc" { value = var.vpc }
output "own" { value = terraform_data.own.id }
`,
}

// What Terraform itself writes is read: beside the configuration everything that it refers to is found, and without it nothing is claimed
// that the configuration does not say.
func TestTerraformPlans(t *testing.T) {
	text := plannedBy(t, terraformFiles)
	if !Recognise([]byte(text)) {
		t.Error("it is not recognised")
	}
	if diff := cmp.Diff([]string{"terraform_data"}, Skim([]byte(text)).Types); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	alone := load(t, map[string]string{"plan.json": text})
	files := map[string]string{"plan.json": text}
	for name, content := range terraformFiles {
		files[name] = content
	}
	beside := load(t, files)
	if !beside.Current() || len(beside.Diagnostics.All()) > 0 {
		t.Errorf("the plan is not taken for the one of its configuration: %v", beside.Diagnostics.All())
	}
	for address, want := range map[string]string{
		"terraform_data.vpc":        `"known"`,
		"terraform_data.counted[1]": `{index = 1, vpc_id = terraform_data.vpc.id}`,
		`terraform_data.each["a.b"]`: `{all_ids = [terraform_data.counted[0].id, terraform_data.counted[1].id], list = ["x", "y"], ` +
			`name = "${terraform_data.counted[0].id}-a.b", number = 1, secret = "s", ` +
			`subnet_ids = [terraform_data.counted[0].id, terraform_data.counted[1].id], vpc_id = terraform_data.vpc.id}`,
		`module.child["q"].terraform_data.own`: `{vpc_id = terraform_data.vpc.id}`,
		"terraform_data.last":                  `{own_id = module.child["q"].terraform_data.own.id, vpc_id = terraform_data.vpc.id}`,
	} {
		r := beside.byAddress[address]
		if r == nil {
			t.Errorf("%s is missing", address)
			continue
		}
		if got := written(r.Attribute("input")); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
		if at := beside.Files.Location(r.Header).Path; !strings.HasSuffix(at, ".tf") {
			t.Errorf("%s is in %s", address, at)
		}
		other := alone.byAddress[address]
		if other == nil {
			t.Errorf("%s is missing without the configuration", address)
			continue
		}
		if got := written(other.Attribute("input")); got != want && !strings.Contains(got, "unknown: ") {
			t.Errorf("without the configuration, %s is %s, want %s or less", address, got, want)
		}
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	if n := len(document["resource_changes"].([]any)); n != len(beside.resources) {
		t.Errorf("%d resources of %d", len(beside.resources), n)
	}
}
