package scan_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/scan"
)

// configured scans files for findings, with the configuration that is among them, and lists the addresses that are suppressed and the
// diagnostics, "code path:line".
func configured(t *testing.T, texts map[string]string, o scan.Options) (suppressed, diagnostics []string) {
	t.Helper()
	o.FS = files(texts)
	path := "."
	if len(o.Paths) > 0 {
		path = o.Paths[0]
	}
	if name := scan.FindConfig(o.FS, path); name != "" {
		c, err := scan.LoadConfig(o.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		o.Config = c
	}
	result, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Suppression != nil {
			for _, address := range f.Instances {
				suppressed = append(suppressed, f.CheckID+" "+address+" "+f.Suppression.Kind)
			}
		}
	}
	for _, d := range result.Diagnostics {
		at, _, _ := strings.Cut(d.Location.String(), ":")
		diagnostics = append(diagnostics, d.Code+" "+at)
	}
	slices.Sort(suppressed)
	return suppressed, diagnostics
}

// called is a root that calls a module with a public domain twice.
func called() map[string]string {
	return map[string]string{
		"envs/dev/main.tf": `module "a" {
  source = "../../modules/studio"
  access = "PublicInternetOnly"
}

module "b" {
  source   = "../../modules/studio"
  for_each = toset(["x", "y"])
  access   = "PublicInternetOnly"
}
`,
		"modules/studio/main.tf": `variable "access" {}

resource "aws_sagemaker_domain" "this" {
  domain_name             = "d"
  app_network_access_type = var.access
}
`,
	}
}

const (
	instanceA = "SMN-101 module.a.aws_sagemaker_domain.this"
	instanceX = `SMN-101 module.b["x"].aws_sagemaker_domain.this`
	instanceY = `SMN-101 module.b["y"].aws_sagemaker_domain.this`
)

// TestSuppressionScopes holds where a suppression works: in a comment at the deciding value, the attribute, the block and the call, and in
// the configuration by file, directory, glob and address.
func TestSuppressionScopes(t *testing.T) {
	const comment = "# iacscan:ignore SMN-101 -- sandbox\n"
	for _, c := range []struct {
		name         string
		file, before string // where the comment is put
		config       string
		want         []string
	}{
		{name: "value at the call", file: "envs/dev/main.tf", before: `  access = "Public`, want: []string{instanceA + " inline"}},
		{name: "call", file: "envs/dev/main.tf", before: `module "b"`, want: []string{instanceX + " inline", instanceY + " inline"}},
		{name: "attribute", file: "modules/studio/main.tf", before: "  app_network", want: []string{instanceA + " inline", instanceX + " inline", instanceY + " inline"}},
		{name: "block", file: "modules/studio/main.tf", before: "resource", want: []string{instanceA + " inline", instanceX + " inline", instanceY + " inline"}},
		{name: "another attribute", file: "modules/studio/main.tf", before: "  domain_name"},
		{name: "variable that does not decide", file: "modules/studio/main.tf", before: "variable"},

		{name: "file of the declaration", config: `{check: SMN-101, path: modules/studio/main.tf}`, want: []string{instanceA + " config", instanceX + " config", instanceY + " config"}},
		{name: "directory of the caller", config: `{check: SMN-101, path: envs/dev}`, want: []string{instanceA + " config", instanceX + " config", instanceY + " config"}},
		{name: "glob of paths", config: `{check: SMN-101, path: "envs/*/*.tf"}`, want: []string{instanceA + " config", instanceX + " config", instanceY + " config"}},
		{name: "glob of directories", config: `{check: SMN-101, path: "**/dev/"}`, want: []string{instanceA + " config", instanceX + " config", instanceY + " config"}},
		{name: "beginning of a directory's name", config: `{check: SMN-101, path: envs/d}`},
		{name: "address", config: `{check: SMN-101, resource: module.a.aws_sagemaker_domain.this}`, want: []string{instanceA + " config"}},
		{name: "address of an instance", config: `{check: SMN-101, resource: 'module.b["x"].aws_sagemaker_domain.this'}`, want: []string{instanceX + " config"}},
		{name: "pattern of addresses", config: `{check: SMN-101, resource: module.b*}`, want: []string{instanceX + " config", instanceY + " config"}},
		{name: "part of an address", config: `{check: SMN-101, resource: module.b}`},
		{name: "path and address", config: `{check: SMN-101, path: envs, resource: "*x*"}`, want: []string{instanceX + " config"}},
		{name: "address elsewhere", config: `{check: SMN-101, path: envs/prod, resource: "*"}`},
		{name: "every check", config: `{check: "*"}`, want: []string{instanceA + " config", instanceX + " config", instanceY + " config"}},
		{name: "slug among others", config: `{check: [SMN-2*, domain-public-*], resource: module.a.*}`, want: []string{instanceA + " config"}},
		{name: "another check", config: `{check: SMN-201}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			texts := called()
			if c.file != "" {
				texts[c.file] = strings.Replace(texts[c.file], c.before, comment+c.before, 1)
			}
			if c.config != "" {
				texts[".iacscan.yaml"] = "suppressions: [" + c.config + "]"
			}
			got, _ := configured(t, texts, scan.Options{Checks: []string{"SMN-101"}})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSuppressionPolicy(t *testing.T) {
	in := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	for _, c := range []struct {
		name, policy, comment, entry string
		works                        bool
		want                         []string // diagnostics
	}{
		{name: "none", comment: "SMN-101", works: true},
		{name: "reason", policy: "require_reason: true", comment: "SMN-101 -- sandbox", works: true},
		{name: "no reason", policy: "require_reason: true", comment: "SMN-101", want: []string{"suppression-reason main.tf"}},
		{name: "no reason in the configuration", policy: "require_reason: true", entry: "check: SMN-101", want: []string{"suppression-reason .iacscan.yaml"}},
		{name: "reason in the configuration", policy: "require_reason: true", entry: "check: SMN-101, reason: sandbox", works: true},
		{name: "end within the bound", policy: "max_age: 30d", comment: "SMN-101 until " + in(29), works: true},
		{name: "end past the bound", policy: "max_age: 30d", comment: "SMN-101 until " + in(32), want: []string{"suppression-age main.tf"}},
		{name: "no end", policy: "max_age: 30d", comment: "SMN-101", want: []string{"suppression-age main.tf"}},
		{name: "no end in the configuration", policy: "max_age: 30d", entry: "check: SMN-101", want: []string{"suppression-age .iacscan.yaml"}},
		{name: "today", comment: "SMN-101 until " + in(0), works: true},
		{name: "expired", comment: "SMN-101 until " + in(-1), want: []string{"suppression-expired main.tf"}},
		{name: "expired in the configuration", entry: "check: SMN-101, until: " + in(-1), want: []string{"suppression-expired .iacscan.yaml"}},
		{name: "unknown check", entry: "check: SMN-1001", want: []string{"suppression-unknown-check .iacscan.yaml"}},
		{name: "one that works beside one that does not", policy: "require_reason: true", comment: "SMN-101", entry: "check: SMN-101, reason: sandbox", works: true, want: []string{"suppression-reason main.tf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			texts := map[string]string{"main.tf": publicDomain, ".iacscan.yaml": "suppression: {" + c.policy + "}\n"}
			if c.comment != "" {
				texts["main.tf"] = "# iacscan:ignore " + c.comment + "\n" + publicDomain
			}
			if c.entry != "" {
				texts[".iacscan.yaml"] += "suppressions: [{" + c.entry + "}]\n"
			}
			suppressed, diagnostics := configured(t, texts, scan.Options{})
			if works := len(suppressed) > 0; works != c.works {
				t.Errorf("suppressed: %v, want %v", works, c.works)
			}
			if diff := cmp.Diff(c.want, diagnostics); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnusedSuppressions holds which suppressions a scan calls unused, and which it must not.
func TestUnusedSuppressions(t *testing.T) {
	const (
		ignore        = "# iacscan:ignore SMN-101 -- sandbox\n"
		privateDomain = "resource \"aws_sagemaker_domain\" \"this\" {\n  app_network_access_type = \"VpcOnly\"\n}\n"
	)
	call := func(access string) string {
		return "module \"m\" {\n  source = \"../modules/studio\"\n  access = \"" + access + "\"\n}\n"
	}
	module := "variable \"access\" {}\n\nresource \"aws_sagemaker_domain\" \"this\" {\n  " + ignore + "  app_network_access_type = var.access\n}\n"
	template := func(metadata string) string {
		return `{"Resources": {"Domain": {"Type": "AWS::SageMaker::Domain", "Properties": {"AppNetworkAccessType": "VpcOnly"},
  "Metadata": {"iacscan": {"ignore": [` + metadata + `]}}}}}`
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		o     scan.Options
		want  []string
	}{
		{name: "comment that suppresses", files: map[string]string{"main.tf": ignore + publicDomain}},
		{name: "comment at what passes", files: map[string]string{"main.tf": ignore + privateDomain}, want: []string{"suppression-unused main.tf"}},
		{name: "comment at an attribute that does not decide", files: map[string]string{
			"main.tf": strings.Replace(publicDomain, "domain_name", ignore+"domain_name", 1),
		}, want: []string{"suppression-unused main.tf"}},
		{name: "comment of a glob that suppresses another check", files: map[string]string{"main.tf": "# iacscan:ignore SMN-1*\n" + privateDomain}},
		{name: "one of two checks", files: map[string]string{"main.tf": "# iacscan:ignore SMN-101, SMN-401 -- sandbox\n" + publicDomain}, want: []string{"suppression-unused main.tf"}},
		{name: "check that is off", files: map[string]string{"main.tf": "# iacscan:ignore SMN-308\n" + publicDomain}},
		{name: "check that the configuration turns off", files: map[string]string{
			"main.tf": ignore + privateDomain, ".iacscan.yaml": "checks: {SMN-101: {enabled: false}}",
		}},
		{name: "some checks", files: map[string]string{"main.tf": ignore + privateDomain}, o: scan.Options{Checks: []string{"SMN-101"}}},
		{name: "check that is skipped", files: map[string]string{"main.tf": ignore + privateDomain}, o: scan.Options{SkipChecks: []string{"SMN-101"}}},
		{name: "changed files", files: map[string]string{"main.tf": ignore + privateDomain}, o: scan.Options{Changed: true, Paths: []string{"main.tf"}}},
		{name: "excluded paths", files: map[string]string{"main.tf": ignore + privateDomain}, o: scan.Options{Exclude: []string{"b"}}},
		{name: "paths that the configuration excludes", files: map[string]string{
			"main.tf": ignore + privateDomain, ".iacscan.yaml": "exclude: [b]",
		}, want: []string{"suppression-unused main.tf"}},
		{name: "variables from the command line", files: map[string]string{"main.tf": ignore + privateDomain}, o: scan.Options{Vars: map[string]string{"a": "b"}}},
		{name: "part of the repository", files: map[string]string{"a/main.tf": ignore + privateDomain}, o: scan.Options{Paths: []string{"a"}}},
		{name: "the whole of a repository below", files: map[string]string{"a/.git/HEAD": "", "a/main.tf": ignore + privateDomain}, o: scan.Options{Paths: []string{"a"}}, want: []string{"suppression-unused a/main.tf"}},
		{name: "no resource", files: map[string]string{"main.tf": publicDomain + ignore}},
		{name: "resource that does not exist", files: map[string]string{
			"main.tf": publicDomain + strings.NewReplacer("{", "{\n  count = 0", "this", "that").Replace(ignore+privateDomain),
		}},
		{name: "module of which one caller needs it", files: map[string]string{
			"a/main.tf": call("VpcOnly"), "b/main.tf": call("PublicInternetOnly"), "modules/studio/main.tf": module,
		}},
		{name: "module of which no caller needs it", files: map[string]string{
			"a/main.tf": call("VpcOnly"), "b/main.tf": call("VpcOnly"), "modules/studio/main.tf": module,
		}, want: []string{"suppression-unused modules/studio/main.tf"}},
		{name: "call that needs it no longer", files: map[string]string{
			"a/main.tf": ignore + call("VpcOnly"), "modules/studio/main.tf": strings.Replace(module, ignore, "", 1),
		}, want: []string{"suppression-unused a/main.tf"}},
		{name: "both of two that suppress the same", files: map[string]string{
			"a/main.tf": ignore + call("PublicInternetOnly"), "modules/studio/main.tf": module, ".iacscan.yaml": "suppressions: [{check: SMN-101}]",
		}},
		{name: "var file that may need it", files: map[string]string{"main.tf": ignore + privateDomain, "envs/prod.tfvars": "a = 1"}},
		{name: "var file that does not", files: map[string]string{
			"main.tf": "variable \"a\" {}\n" + ignore + privateDomain, "envs/prod.tfvars": "a = 1",
		}, o: scan.Options{Scenarios: true}, want: []string{"suppression-unused main.tf"}},
		{name: "expired at what passes", files: map[string]string{"main.tf": "# iacscan:ignore SMN-101 until 2020-01-31\n" + privateDomain}, want: []string{"suppression-unused main.tf"}},
		{name: "file that is broken", files: map[string]string{"main.tf": ignore + privateDomain + "resource \"aws_sagemaker_domain\" \"x\" {\n"}, want: []string{"hcl-syntax main.tf"}},
		{name: "metadata", files: map[string]string{"t.json": template(`{"check": "SMN-101"}`)}, want: []string{"suppression-unused t.json"}},
		{name: "metadata that suppresses", files: map[string]string{
			"t.json": strings.Replace(template(`{"check": "SMN-101"}`), "VpcOnly", "PublicInternetOnly", 1),
		}},
		{name: "comment of a resource that does not exist", files: map[string]string{"t.yaml": `Conditions:
  Never: !Equals [a, b]
Resources:
  First:
    Type: AWS::SageMaker::Domain
    Properties:
      AppNetworkAccessType: VpcOnly

  # iacscan:ignore SMN-101 -- sandbox
  Second:
    Type: AWS::SageMaker::Domain
    Condition: Never
`}},
		{name: "comment in a template", files: map[string]string{"t.yaml": `Resources:
  # iacscan:ignore SMN-101 -- sandbox
  First:
    Type: AWS::SageMaker::Domain
    Properties:
      AppNetworkAccessType: VpcOnly
`}, want: []string{"suppression-unused t.yaml"}},
		{name: "parameter file that may need it", files: map[string]string{
			"t.json": template(`{"check": "SMN-101"}`), "prod.json": `[{"ParameterKey": "A", "ParameterValue": "b"}]`,
		}},

		{name: "entry that suppresses", files: map[string]string{"main.tf": publicDomain, ".iacscan.yaml": "suppressions: [{check: SMN-101}]"}},
		{name: "entry for what is gone", files: map[string]string{"main.tf": publicDomain, ".iacscan.yaml": "suppressions: [{check: SMN-101, path: gone}]"}, want: []string{"suppression-unused .iacscan.yaml"}},
		{name: "entry of every check for what is gone", files: map[string]string{"main.tf": publicDomain, ".iacscan.yaml": "suppressions: [{check: '*', path: gone}]"}, want: []string{"suppression-unused .iacscan.yaml"}},
		{name: "entry for what is not scanned", files: map[string]string{"a/main.tf": publicDomain, ".iacscan.yaml": "suppressions: [{check: SMN-101, path: b}]"}, o: scan.Options{Paths: []string{"a"}}},
		{name: "entry of a directory", files: map[string]string{"a/main.tf": publicDomain, "a/.iacscan.yaml": "suppressions: [{check: SMN-101, path: b}]"}, o: scan.Options{Paths: []string{"a"}}, want: []string{"suppression-unused a/.iacscan.yaml"}},
		{name: "VPC that is not there", files: map[string]string{
			"main.tf":       strings.Replace(privateDomain, "{\n", "{\n  vpc_id = var.vpc_id\n", 1) + "variable \"vpc_id\" {}\n",
			".iacscan.yaml": "vpcs: {var.vpc_id: {closed: true}, var.vpcid: {closed: true}}",
		}, want: []string{"config-vpc .iacscan.yaml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, got := configured(t, c.files, c.o)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindConfig(t *testing.T) {
	fsys := files(map[string]string{
		".iacscan.yaml": "", "a/.iacscan.yaml": "", "a/b/main.tf": "", "c/main.tf": "", "repo/.git/HEAD": "", "repo/d/main.tf": "", "e/.iacscan.yaml/x": "",
	})
	for path, want := range map[string]string{
		".": ".iacscan.yaml", "a": "a/.iacscan.yaml", "a/b": "a/.iacscan.yaml", "a/b/main.tf": "a/.iacscan.yaml", "c/main.tf": ".iacscan.yaml",
		"c/gone.tf": ".iacscan.yaml", "repo": "", "repo/d": "", "e": "e/.iacscan.yaml",
	} {
		if got := scan.FindConfig(fsys, path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if _, err := scan.LoadConfig(fsys, "e/.iacscan.yaml"); err == nil {
		t.Error("a directory is a configuration")
	}
}
