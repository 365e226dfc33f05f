package scan_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// publicDomain is a domain that fails SMN-101.
const publicDomain = `resource "aws_sagemaker_domain" "this" {
  domain_name = "d"
}
`

const publicTemplate = `Resources:
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      DomainName: d
`

func files(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// roots scans for SMN-101 and lists "root: resource" of each finding.
func roots(t *testing.T, o scan.Options) []string {
	t.Helper()
	o.Checks = []string{"SMN-101"}
	result, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, f := range result.Findings {
		for _, r := range f.Roots {
			found = append(found, r+": "+f.Resource)
		}
	}
	slices.Sort(found)
	return found
}

func TestRoots(t *testing.T) {
	module := func(source string) string { return `module "m" { source = "` + source + `" }` }
	for _, c := range []struct {
		name  string
		files map[string]string
		o     scan.Options
		want  []string
	}{
		{
			name:  "every directory that nothing calls",
			files: map[string]string{"a/main.tf": publicDomain, "b/c/main.tf": publicDomain},
			want:  []string{"a: aws_sagemaker_domain.this", "b/c: aws_sagemaker_domain.this"},
		},
		{
			name:  "a module is judged where it is called",
			files: map[string]string{"envs/prod/main.tf": module("../../modules/studio"), "modules/studio/main.tf": publicDomain},
			want:  []string{"envs/prod: module.m.aws_sagemaker_domain.this"},
		},
		{
			name:  "a directory that is named is a root, though its examples call it",
			files: map[string]string{"main.tf": publicDomain, "examples/basic/main.tf": module("../../")},
			want:  []string{".: aws_sagemaker_domain.this", "examples/basic: aws_sagemaker_domain.this"},
		},
		{
			name: "so is the top of a repository below it",
			files: map[string]string{
				"repo/.git/HEAD": "ref: refs/heads/main", "repo/main.tf": publicDomain, "repo/examples/basic/main.tf": module("../../"),
			},
			want: []string{"repo/examples/basic: aws_sagemaker_domain.this", "repo: aws_sagemaker_domain.this"},
		},
		{
			name:  "a module outside the path is read, and is no root",
			files: map[string]string{"envs/prod/main.tf": module("../../modules/studio"), "modules/studio/main.tf": publicDomain},
			o:     scan.Options{Paths: []string{"envs"}},
			want:  []string{"envs/prod: module.m.aws_sagemaker_domain.this"},
		},
		{
			name: "a nested template is judged in its parent",
			files: map[string]string{
				"main.yaml":   "Resources:\n  Studio:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./studio.yaml\n",
				"studio.yaml": publicTemplate,
			},
			want: []string{"main.yaml: Studio/Domain"},
		},
		{
			name: "also when an S3 URL ends in its path",
			files: map[string]string{
				"main.yaml": "Resources:\n  Studio:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n" +
					"      TemplateURL: https://bucket.s3.amazonaws.com/v1/templates/studio.yaml\n",
				"templates/studio.yaml": publicTemplate,
			},
			want: []string{"main.yaml: Studio/Domain"},
		},
		{
			name:  "a named file is a template whatever its extension",
			files: map[string]string{"stack.cloudformation": publicTemplate, "other.yaml": publicTemplate},
			o:     scan.Options{Paths: []string{"stack.cloudformation"}},
			want:  []string{"stack.cloudformation: Domain"},
		},
		{
			name:  "what tools download is no root",
			files: map[string]string{".terraform/modules/x/main.tf": publicDomain, "cdk.out/asset.123/main.tf": publicDomain},
			want:  []string{},
		},
		{
			name:  "nor is what git ignores",
			files: map[string]string{".gitignore": "/build/\n*.gen.tf\n!keep.gen.tf\n", "build/main.tf": publicDomain, "a/x.gen.tf": publicDomain, "b/keep.gen.tf": publicDomain},
			want:  []string{"b: aws_sagemaker_domain.this"},
		},
		{
			name:  "unless somebody asks for it",
			files: map[string]string{".gitignore": "/build/\n", "build/main.tf": publicDomain},
			o:     scan.Options{NoGitignore: true},
			want:  []string{"build: aws_sagemaker_domain.this"},
		},
		{
			name:  "or names it",
			files: map[string]string{".gitignore": "/build/\n", "build/main.tf": publicDomain},
			o:     scan.Options{Paths: []string{"build"}},
			want:  []string{"build: aws_sagemaker_domain.this"},
		},
		{
			name:  "ignore rules of a repository do not hold in one below it",
			files: map[string]string{".gitignore": "main.tf\n", "repo/.git/HEAD": "", "repo/main.tf": publicDomain},
			want:  []string{"repo: aws_sagemaker_domain.this"},
		},
		{
			name:  "what is excluded is not looked at",
			files: map[string]string{"a/main.tf": publicDomain, "legacy/b/main.tf": publicDomain},
			o:     scan.Options{Exclude: []string{"legacy/**"}},
			want:  []string{"a: aws_sagemaker_domain.this"},
		},
		{
			name:  "what is excluded is looked at when it is named",
			files: map[string]string{"legacy/main.tf": publicDomain, "old/a/main.tf": publicDomain, "old/b/main.tf": publicDomain},
			o:     scan.Options{Exclude: []string{"legacy", "old/**", "**/b"}, Paths: []string{"legacy", "old/a", "old"}},
			want:  []string{"legacy: aws_sagemaker_domain.this", "old/a: aws_sagemaker_domain.this"},
		},
		{
			name:  "a module that is excluded is read where it is called",
			files: map[string]string{"main.tf": module("./modules/studio"), "modules/studio/main.tf": publicDomain},
			o:     scan.Options{Exclude: []string{"modules"}},
			want:  []string{".: module.m.aws_sagemaker_domain.this"},
		},
		{
			name:  "a directory is excluded however it is written",
			files: map[string]string{"a/main.tf": publicDomain, "legacy/main.tf": publicDomain, "old/main.tf": publicDomain},
			o:     scan.Options{Exclude: []string{"legacy/", "./old"}},
			want:  []string{"a: aws_sagemaker_domain.this"},
		},
		{
			name: "changed files select the roots that reach them",
			files: map[string]string{
				"a/main.tf": module("../modules/studio"), "b/main.tf": publicDomain, "modules/studio/main.tf": publicDomain,
			},
			o:    scan.Options{Changed: true, Paths: []string{"modules/studio/main.tf", "gone.tf"}},
			want: []string{"a: module.m.aws_sagemaker_domain.this"},
		},
		{
			name: "a parent of a changed template",
			files: map[string]string{
				"main.yaml":   "Resources:\n  Studio:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./studio.yaml\n",
				"studio.yaml": publicTemplate, "other.yaml": publicTemplate,
			},
			o:    scan.Options{Changed: true, Paths: []string{"studio.yaml"}},
			want: []string{"main.yaml: Studio/Domain"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.FS = files(c.files)
			if diff := cmp.Diff(c.want, roots(t, c.o)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestInstancesOfOneDeclarationMerge(t *testing.T) {
	result, err := scan.Run(context.Background(), scan.Options{Checks: []string{"SMN-101"}, FS: files(map[string]string{
		"main.tf": "module \"a\" {\n  source = \"./studio\"\n}\nmodule \"b\" {\n  source   = \"./studio\"\n  for_each = toset([\"x\", \"y\"])\n}\n", "studio/main.tf": publicDomain,
	})})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 {
		t.Fatalf("got %d findings, want one for the declaration", len(result.Findings))
	}
	want := []string{
		"module.a.aws_sagemaker_domain.this", `module.b["x"].aws_sagemaker_domain.this`, `module.b["y"].aws_sagemaker_domain.this`,
	}
	if diff := cmp.Diff(want, result.Findings[0].Instances); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
}

func TestSuppression(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string // reason of the suppression, or a diagnostic's code
	}{
		{"above the block", "# iacscan:ignore SMN-101 -- sandbox\n" + publicDomain, "sandbox"},
		{"behind the header", strings.Replace(publicDomain, "{", "{ // iacscan:ignore SMN-101 -- sandbox", 1), "sandbox"},
		{"above other comments", "# iacscan:ignore SMN-101 -- sandbox\n# A domain.\n" + publicDomain, "sandbox"},
		{"by slug", "# iacscan:ignore domain-public-internet-access -- sandbox\n" + publicDomain, "sandbox"},
		{"by glob, among others", "# iacscan:ignore SMN-301, SMN-1* until 2999-12-31 -- sandbox\n" + publicDomain, "sandbox"},
		{"of another check", "# iacscan:ignore SMN-301 -- sandbox\n" + publicDomain, ""},
		{"too far above", "# iacscan:ignore SMN-101 -- sandbox\n\n" + publicDomain, ""},
		{"expired", "# iacscan:ignore SMN-101 until 2020-01-31 -- sandbox\n" + publicDomain, "suppression-expired"},
		{"of a check that does not exist", "# iacscan:ignore SMN-999 -- sandbox\n" + publicDomain, "suppression-unknown-check"},
		{"without a check", "# iacscan:ignore -- sandbox\n" + publicDomain, "suppression"},
		{"with a date that is none", "# iacscan:ignore SMN-101 until soon -- sandbox\n" + publicDomain, "suppression"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := scan.Run(context.Background(), scan.Options{
				Checks: []string{"SMN-101"}, FS: files(map[string]string{"main.tf": c.text}),
			})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if s := result.Findings[0].Suppression; s != nil {
				got = s.Reason
			}
			for _, d := range result.Diagnostics {
				got += d.Code
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFindingNamesTheConstruct(t *testing.T) {
	result, err := scan.Run(context.Background(), scan.Options{Checks: []string{"SMN-101"}, FS: files(map[string]string{
		"cdk.out/App.template.json": `{"Resources": {"Domain1A2B": {"Type": "AWS::SageMaker::Domain", "Properties": {"DomainName": "d"},
  "Metadata": {"aws:cdk:path": "App/Studio/Domain"}}}}`,
	})})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 || !strings.HasSuffix(result.Findings[0].Message, "(CDK construct App/Studio/Domain)") {
		t.Errorf("got %v, want a finding that names the construct", result.Findings)
	}
}

func TestSuppressionInMetadata(t *testing.T) {
	template := func(until string) string {
		return `{"Resources": {"Domain": {"Type": "AWS::SageMaker::Domain", "Properties": {"DomainName": "d"},
  "Metadata": {"iacscan": {"ignore": [{"check": "SMN-101", "until": "` + until + `", "reason": "sandbox"}]}}}}}`
	}
	for until, want := range map[string]bool{"2999-12-31": true, "2020-01-31": false} {
		result, err := scan.Run(context.Background(), scan.Options{
			Checks: []string{"SMN-101"}, FS: files(map[string]string{"stack.json": template(until)}),
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := result.Findings[0].Suppression; (s != nil) != want || want && s.Reason != "sandbox" {
			t.Errorf("until %s: suppression %v, want one: %v", until, s, want)
		}
		if expired := len(result.Diagnostics) > 0; expired == want {
			t.Errorf("until %s: diagnostics %v", until, result.Diagnostics)
		}
	}
}

// Metadata that looks like a suppression and is none is named, not passed over.
func TestSuppressionInMetadataMustBeAList(t *testing.T) {
	result, err := scan.Run(t.Context(), scan.Options{Checks: []string{"SMN-101"}, FS: files(map[string]string{
		"stack.json": `{"Resources": {"Domain": {"Type": "AWS::SageMaker::Domain", "Metadata": {"iacscan": {"ignore": {"check": "SMN-101"}}}}}}`,
	})})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 || result.Findings[0].Suppression != nil || len(result.Diagnostics) != 1 || result.Diagnostics[0].Code != "suppression" {
		t.Errorf("findings %v, diagnostics %v", result.Findings, result.Diagnostics)
	}
}

func TestSuppressionAtTheCallHoldsForThatCall(t *testing.T) {
	result, err := scan.Run(context.Background(), scan.Options{Checks: []string{"SMN-101"}, FS: files(map[string]string{
		"main.tf":        "# iacscan:ignore SMN-101 -- sandbox\nmodule \"a\" {\n  source = \"./studio\"\n}\n\nmodule \"b\" {\n  source = \"./studio\"\n}\n",
		"studio/main.tf": publicDomain,
	})})
	if err != nil {
		t.Fatal(err)
	}
	suppressed := map[string]bool{}
	for _, f := range result.Findings {
		suppressed[f.Resource] = f.Suppression != nil
	}
	want := map[string]bool{"module.a.aws_sagemaker_domain.this": true, "module.b.aws_sagemaker_domain.this": false}
	if diff := cmp.Diff(want, suppressed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnknownCheckIsAnError(t *testing.T) {
	_, err := scan.Run(context.Background(), scan.Options{FS: fstest.MapFS{}, Checks: []string{"SMN-999"}})
	if err == nil || !strings.Contains(err.Error(), "SMN-999") {
		t.Errorf("got %v, want an error that names the check", err)
	}
}

func TestTerraformFileSelectsWhatTouchesIt(t *testing.T) {
	fsys := files(map[string]string{"a.tf": publicDomain, "b.tf": strings.Replace(publicDomain, "this", "that", 1)})
	want := []string{".: aws_sagemaker_domain.this"}
	if diff := cmp.Diff(want, roots(t, scan.Options{FS: fsys, Paths: []string{"a.tf"}})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A scan of what is not there would find nothing, as a clean one does.
func TestWrongOptions(t *testing.T) {
	for name, o := range map[string]scan.Options{
		"a path that is not there":           {Paths: []string{"main.tf", "gone.tf"}},
		"a path with a dot":                  {Paths: []string{"./main.tf"}},
		"a path outside":                     {Paths: []string{"../main.tf"}},
		"a changed path outside":             {Paths: []string{"../main.tf"}, Changed: true},
		"a variable file that is not there":  {VarFiles: []string{"gone.tfvars"}},
		"a parameter file that is not there": {ParameterFiles: []string{"gone.json"}},
		"a glob that is none":                {Exclude: []string{"legacy["}},
		"a glob that leads out":              {Exclude: []string{"../legacy"}},
		"a check that is not there":          {Checks: []string{"SMN-000"}},
	} {
		o.FS = files(map[string]string{"main.tf": publicDomain})
		if _, err := scan.Run(context.Background(), o); err == nil {
			t.Errorf("%s gave no error", name)
		}
		if _, err := scan.Graph(context.Background(), o, nil); err == nil && o.Checks == nil {
			t.Errorf("%s gave no error of the graph", name)
		}
	}
	if _, err := scan.Graph(context.Background(), scan.Options{FS: files(nil)}, []string{"aws_["}); err == nil {
		t.Error("a glob of types that is none gave no error")
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := scan.Run(ctx, scan.Options{FS: files(map[string]string{"main.tf": publicDomain})}); err == nil {
		t.Error("a cancelled scan gave no error")
	}
}

// cancelling is a file system that cancels the scan that opens one of its files.
type cancelling struct {
	fs.FS
	cancel func()
}

func (c cancelling) Open(name string) (fs.File, error) {
	if path.Ext(name) == ".tf" {
		c.cancel()
	}
	return c.FS.Open(name)
}

func TestCancelledOnTheWay(t *testing.T) {
	for name, run := range map[string]func(context.Context, scan.Options) error{
		"Run":   func(ctx context.Context, o scan.Options) error { _, err := scan.Run(ctx, o); return err },
		"Graph": func(ctx context.Context, o scan.Options) error { _, err := scan.Graph(ctx, o, nil); return err },
	} {
		ctx, cancel := context.WithCancel(context.Background())
		if err := run(ctx, scan.Options{FS: cancelling{os.DirFS(projects), cancel}}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a scan that is cancelled on the way gave the error %v", name, err)
		}
		cancel()
	}
}

// Scans share nothing: several at once, over the same file system and with the same options, find what one finds.
func TestConcurrentScans(t *testing.T) {
	o := scan.Options{FS: os.DirFS(projects), Trace: true, Scenarios: true}
	want, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if i%4 == 3 {
				if _, err := scan.Graph(context.Background(), o, nil); err != nil {
					t.Error(err)
				}
				return
			}
			got, err := scan.Run(context.Background(), o)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("scan %d: %v, %s", i, err, diff)
			}
		})
	}
	group.Wait()
}

func TestDeadlineKeepsWhatWasFound(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	result, err := scan.Run(ctx, scan.Options{FS: files(map[string]string{"main.tf": publicDomain})})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Diagnostics) != 1 || result.Diagnostics[0].Code != "timeout" {
		t.Errorf("got diagnostics %v, want one that says that the time ran out", result.Diagnostics)
	}
}

func TestFindingsAreTheSameTwice(t *testing.T) {
	o := scan.Options{FS: os.DirFS(projects)}
	first, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	second, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.Findings, second.Findings); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	for _, f := range first.Findings {
		if f.Location.StartLine != f.Location.EndLine {
			t.Errorf("%s at %v spans several lines", f.CheckID, f.Location)
		}
		if f.Verdict == finding.Unknown && f.Reason == "" {
			t.Errorf("%s of %s is unknown without a reason", f.CheckID, f.Resource)
		}
	}
}

func TestOpen(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"repo/.git", "repo/envs/prod", "plain/sub"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "plain"), filepath.Join(dir, "repo", "out")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(dir, "plain"))
	for _, c := range []struct {
		name     string
		paths    []string
		boundary string
		want     []string
		err      string
	}{
		{"the work tree that holds it", []string{"../repo/envs/prod"}, "repo", []string{"envs/prod"}, ""},
		{"the working directory", []string{"sub"}, "plain", []string{"sub"}, ""},
		{"nothing named", nil, "plain", []string{"."}, ""},
		{"two in one work tree", []string{"../repo/envs", "../repo"}, "repo", []string{"envs", "."}, ""},
		{"two that have nothing in common", []string{"../repo", "sub"}, "", nil, "it lies outside"},
		{"one that does not exist", []string{"nowhere"}, "", nil, "nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := scan.Open(c.paths, false)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("got error %v, want one with %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = b.Close() }()
			if b.Dir != filepath.Join(dir, c.boundary) || !slices.Equal(b.Paths, c.want) {
				t.Errorf("got %s %v, want %s %v", b.Dir, b.Paths, filepath.Join(dir, c.boundary), c.want)
			}
		})
	}
	b, err := scan.Open([]string{"../repo"}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	if _, err := b.FS.Open("out/sub"); err == nil {
		t.Error("a symbolic link led out of the boundary")
	}
}

func TestScenarios(t *testing.T) {
	fsys := files(map[string]string{
		"main.tf": `variable "access" {}
resource "aws_sagemaker_domain" "this" {
  app_network_access_type = var.access
}
`,
		"envs/dev.tfvars":  `access = "PublicInternetOnly"`,
		"envs/prod.tfvars": `access = "VpcOnly"`,
		"stack.yaml": `Parameters:
  Access: {Type: String}
Resources:
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      AppNetworkAccessType: !Ref Access
`,
		"params/stack-dev.json": `[{"ParameterKey": "Access", "ParameterValue": "PublicInternetOnly"}]`,
	})
	scenarios := func(o scan.Options) map[string][]string {
		o.FS, o.Checks = fsys, []string{"SMN-101"}
		result, err := scan.Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string][]string{}
		for _, f := range result.Findings {
			found[string(f.Verdict)+" "+f.Resource] = f.Scenarios
		}
		return found
	}
	want := map[string][]string{"unknown aws_sagemaker_domain.this": nil, "unknown Domain": nil}
	if diff := cmp.Diff(want, scenarios(scan.Options{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("what nothing loads was loaded (-want +got):\n%s", diff)
	}
	want["fail aws_sagemaker_domain.this"] = []string{"envs/dev.tfvars"}
	want["pass aws_sagemaker_domain.this"] = []string{"envs/prod.tfvars"}
	want["fail Domain"] = []string{"params/stack-dev.json"}
	if diff := cmp.Diff(want, scenarios(scan.Options{Scenarios: true}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParameterFileBindsNamedTemplates(t *testing.T) {
	fsys := files(map[string]string{
		"stack.yaml": "Parameters:\n  Access: {Type: String}\nResources:\n  Domain:\n    Type: AWS::SageMaker::Domain\n" +
			"    Properties:\n      AppNetworkAccessType: !Ref Access\n",
		"dev.json": `{"Parameters": {"Access": "PublicInternetOnly"}}`,
	})
	result, err := scan.Run(context.Background(), scan.Options{
		FS: fsys, Checks: []string{"SMN-101"}, Paths: []string{"stack.yaml"}, ParameterFiles: []string{"dev.json"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 || result.Findings[0].Location.Path != "dev.json" {
		t.Errorf("got %v, want a finding at the line of the parameter file", result.Findings)
	}
}

func TestTemplateWithinTerraform(t *testing.T) {
	fsys := files(map[string]string{"main.tf": `resource "aws_cloudformation_stack" "studio" {
  name       = "studio"
  parameters = { Access = "PublicInternetOnly" }
  template_body = <<-EOT
    Parameters:
      Access: {Type: String}
    Resources:
      Domain:
        Type: AWS::SageMaker::Domain
        Properties:
          AppNetworkAccessType: !Ref Access
  EOT
}
`})
	result, err := scan.Run(context.Background(), scan.Options{FS: fsys, Checks: []string{"SMN-101"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 {
		t.Fatalf("got %d findings, want the domain of the template", len(result.Findings))
	}
	if f := result.Findings[0]; f.Verdict != finding.Fail || f.Location.Path != "main.tf" || f.Location.StartLine != 3 {
		t.Errorf("got %s %s at %v, want a fail at the argument", f.Verdict, f.Resource, f.Location)
	}
}
