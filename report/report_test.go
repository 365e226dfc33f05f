package report

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// at is a place of one line.
func at(path string, line, start, end int) source.Location {
	return source.Location{Path: path, StartLine: line, StartColumn: start, EndLine: line, EndColumn: end}
}

// everything prints whatever a report holds.
func everything() Options {
	return Options{Verdicts: []finding.Verdict{finding.Fail, finding.Unknown, finding.Pass}, Suppressed: true}
}

// example is a report with one finding of each kind.
func example(t *testing.T) *Report {
	t.Helper()
	const studio, hub = "modules/studio/main.tf", "templates/hub & spoke.yaml"
	domain := at(studio, 1, 1, 40)
	findings := []finding.Finding{
		{
			CheckID: "SMN-201", Check: "canvas-missing-vpc-endpoints", Severity: finding.High, Verdict: finding.Unknown,
			Resource: "module.studio.aws_sagemaker_domain.this", ResourceType: "AWS::SageMaker::Domain", Language: "terraform",
			Message:  "Canvas may lack VPC endpoints for athena, glue",
			Reason:   "nothing in the files decides var.vpc_id: pass --var vpc_id=…, or --assume-closed if no other stack adds endpoints",
			Location: domain, Declaration: domain,
			Related: []finding.Related{
				{Message: "the domain's VPC comes from var.vpc_id", Location: at(studio, 4, 29, 39)},
				{Message: `module.studio["a"] is called here`, Location: at("envs/prod/main.tf", 1, 1, 16)},
			},
			Roots: []string{"envs/prod"}, Details: map[string]any{"missing": []string{"athena", "glue"}},
		},
		{
			CheckID: "SMN-101", Check: "domain-public-internet-access", Severity: finding.High, Verdict: finding.Fail,
			Resource: "module.studio.aws_sagemaker_domain.this", ResourceType: "AWS::SageMaker::Domain", Language: "terraform",
			Message:  `The domain reaches the internet directly: app_network_access_type is "PublicInternetOnly" by the default of a variable`,
			Location: at("modules/studio/variables.tf", 3, 13, 33), Declaration: domain,
			Related: []finding.Related{
				{Message: "app_network_access_type of the domain", Location: at(studio, 6, 3, 47)},
				{Message: "module.studio is called here", Location: at("envs/prod/main.tf", 1, 1, 16)},
			},
			Instances: []string{"module.studio.aws_sagemaker_domain.this", "module.trial.aws_sagemaker_domain.this"},
			Roots:     []string{"envs/dev", "envs/prod"}, Scenarios: []string{"envs/prod.tfvars"},
			Trace: []finding.Related{
				{Message: "app_network_access_type of aws_sagemaker_domain.this", Location: at(studio, 6, 29, 47)},
				{Message: "the default of var.network_access", Location: at("modules/studio/variables.tf", 3, 13, 33)},
			},
			Way: []finding.Related{
				{Message: "app_network_access_type of aws_sagemaker_domain.this", Location: at(studio, 6, 29, 47)},
				{Message: "the default of var.network_access", Location: at("modules/studio/variables.tf", 3, 13, 33)},
			},
		},
		{
			CheckID: "SMN-301", Check: "s3-endpoint-policy-unrestricted", Severity: finding.Critical, Verdict: finding.Fail,
			Resource: "S3Endpoint", ResourceType: "AWS::EC2::VPCEndpoint", Language: "cloudformation",
			Message:  "The S3 endpoint has no policy, so anyone in the VPC reaches any bucket",
			Location: at(hub, 2, 3, 13), Declaration: at(hub, 2, 3, 13),
		},
		{
			CheckID: "SMN-202", Check: "bedrock-deprecated-endpoint-name", Severity: finding.Info, Verdict: finding.Fail,
			Resource: "Bedrock", ResourceType: "AWS::EC2::VPCEndpoint", Language: "cloudformation",
			Message:  "Canvas has retired the endpoint name bedrock; it serves the control plane only",
			Location: at(hub, 10, 60, 103), Declaration: at(hub, 7, 3, 10),
			Suppression: &finding.Suppression{Kind: "inline", Reason: "the platform team administers models through it", Expires: "2027-01-31"},
		},
		{
			CheckID: "SMN-601", Check: "ei-endpoint-single-az", Severity: finding.High, Verdict: finding.Pass,
			Resource: "Inference", ResourceType: "AWS::EC2::VPCEndpoint", Language: "cloudformation",
			Message:  "The endpoint spans two Availability Zones",
			Location: at(hub, 12, 3, 12), Declaration: at(hub, 12, 3, 12),
		},
	}
	for i := range findings {
		findings[i].Declared = findings[i].Resource
	}
	finding.SetFingerprints(findings)
	return &Report{
		Version:  "1.2.3",
		Rules:    rules()[:1],
		Findings: findings,
		Diagnostics: []source.Diagnostic{
			{Level: source.Warning, Code: "config-unknown-check", Message: "SMN-999 is no check: it is ignored"},
			{
				Level: source.Error, Code: "hcl-syntax", Message: "The block does not end: add a closing brace",
				Location: at("envs/prod/vpc.tf", 7, 1, 9),
			},
		},
		Summary:    Summary{Files: 6, Resources: 9, Fail: 2, Unknown: 1, Pass: 1, Suppressed: 1, DurationMS: 12},
		Started:    time.Date(2026, 11, 21, 19, 30, 0, 0, time.UTC),
		Sources:    sourcesOf(t),
		Root:       "/work/acme infra",
		Repository: &Repository{URI: "https://github.com/acme/infra", Revision: "0123456789abcdef0123456789abcdef01234567", Branch: "main"},
	}
}

func sourcesOf(t *testing.T) fs.FS {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/sources.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

// TestFormats compares each format with its golden file; -update rewrites them.
func TestFormats(t *testing.T) {
	narrow, colour, sarif := everything(), everything(), everything()
	narrow.Width = 72
	colour.Colour = true
	sarif.Category = "sagemaker"
	for _, test := range []struct {
		file, format string
		options      Options
	}{
		{"table.txt", "table", Options{}},
		{"table-narrow.txt", "table", narrow},
		{"table-colour.txt", "table", colour},
		{"report.json", "json", everything()},
		{"report.sarif", "sarif", sarif},
		{"junit.xml", "junit", everything()},
		{"gitlab-sast.json", "gitlab-sast", everything()},
		{"gitlab-codequality.json", "gitlab-codequality", everything()},
		{"github.txt", "github", everything()},
		{"comment.md", "markdown", everything()},
		{"report.csv", "csv", everything()},
	} {
		t.Run(test.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := Write(&got, test.format, example(t), test.options); err != nil {
				t.Fatal(err)
			}
			golden(t, test.file, got.Bytes())
		})
	}
}

// TestForPeople compares what explains a finding, and what documents a rule, with golden files.
func TestForPeople(t *testing.T) {
	r := example(t)
	for file, show := range map[string]func(*bytes.Buffer) error{
		"explain.txt":         func(b *bytes.Buffer) error { return Explain(b, r, &r.Findings[1], Options{}) },
		"explain-unknown.txt": func(b *bytes.Buffer) error { return Explain(b, r, &r.Findings[0], Options{Width: 72}) },
		"rules.txt":           func(b *bytes.Buffer) error { return Rules(b, rules(), Options{}) },
		"rules.json":          func(b *bytes.Buffer) error { return RulesJSON(b, rules()) },
		"rule.txt":            func(b *bytes.Buffer) error { return Rule(b, rules()[0], Options{}) },
		"rule-colour.txt":     func(b *bytes.Buffer) error { return Rule(b, rules()[0], Options{Colour: true}) },
		"rule.json":           func(b *bytes.Buffer) error { return RuleJSON(b, rules()[0]) },
	} {
		var got bytes.Buffer
		if err := show(&got); err != nil {
			t.Fatal(err)
		}
		golden(t, file, got.Bytes())
	}
}

func rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: "SMN-101", Slug: "domain-public-internet-access", Title: "SageMaker domain reaches the internet directly",
			Severity: finding.High, Tags: []string{"sagemaker", "network"},
			Counterparts: []finding.Counterpart{{Tool: finding.AWSConfig, ID: "sagemaker-domain-in-vpc"}},
			Doc: "# SMN-101: Domain reaches the internet\n\nA domain without `VpcOnly` sends its traffic\nthrough the internet.\n\n" +
				"## How to fix\n\n```hcl\n# in the domain\napp_network_access_type = \"VpcOnly\"\n```\n",
		},
		{ID: "SMN-801", Slug: "advice", Title: "Something to consider", Severity: finding.Info, Doc: "# SMN-801: Advice\n", OffByDefault: true},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; rewrite it with -update):\n%s", file, diff)
	}
}

// An empty report is a whole document in each format, with empty lists, not null.
func TestEmptyReport(t *testing.T) {
	for _, format := range Formats() {
		var out bytes.Buffer
		if err := Write(&out, format, &Report{Version: "dev"}, Options{}); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		if strings.Contains(out.String(), "null") {
			t.Errorf("%s: null in\n%s", format, &out)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Write(&bytes.Buffer{}, "yaml", &Report{}, Options{})
	if err == nil || !strings.Contains(err.Error(), "use one of table, json, sarif") {
		t.Errorf("got %v", err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, fs.ErrClosed }

func TestWriteErrorsAreReported(t *testing.T) {
	for _, format := range Formats() {
		if err := Write(brokenPipe{}, format, example(t), everything()); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: got %v", format, err)
		}
	}
}
