package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/internal/config"
	"github.com/iacscan/iacscan/source"
)

var update = flag.Bool("update", false, "rewrite the JSON Schema")

const (
	schemaFile = "../../docs/iacscan.schema.json"
	manual     = "../../docs/configuration.md"
	readme     = "../../README.md"
)

// full says something of every key.
const full = `exclude: [legacy/**, ./tools/]
fail_on: HIGH
checks:
  SMN-101: {severity: critical}
  canvas-missing-vpc-endpoints: {enabled: false}
suppressions:
  - check: SMN-201
    path: envs/sandbox
    resource: module.studio.*
    reason: a sandbox
    until: 2027-01-31
  - check: [SMN-1*, SMN-301]
suppression: {require_reason: true, max_age: 180d}
canvas:
  profile: core
  features: [jdbc]
  assume: likely-or-explicit
vpcs:
  var.vpc_id: {closed: true, endpoints: [sts, notebook, sagemaker.api-fips]}
fips: true
assume_closed: true
`

func TestParse(t *testing.T) {
	got, err := config.Parse("infra/.iacscan.yaml", "infra", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	yes, no := true, false
	at := func(line, column int) source.Location {
		return source.Location{Path: "infra/.iacscan.yaml", StartLine: line, StartColumn: column, EndLine: line, EndColumn: column}
	}
	want := &config.Config{
		Path: "infra/.iacscan.yaml", Dir: "infra", Exclude: []string{"infra/legacy/**", "infra/tools"}, FailOn: "high",
		Checks: map[string]config.Check{"SMN-101": {Severity: finding.Critical}, "SMN-201": {Enabled: &no}},
		Suppressions: []config.Suppression{
			{Checks: []string{"SMN-201"}, Path: "infra/envs/sandbox", Resource: "module.studio.*", Reason: "a sandbox", Until: "2027-01-31", At: at(7, 5)},
			{Checks: []string{"SMN-1*", "SMN-301"}, At: at(12, 5)},
		},
		Policy: config.Policy{RequireReason: true, MaxAge: 180},
		AWS: aws.Config{
			AssumeClosed: true, FIPS: true,
			Canvas: aws.CanvasConfig{Profile: aws.TierCore, Features: []aws.Tier{"jdbc"}, Assume: aws.AssumeLikelyOrExplicit},
			VPCs:   map[string]aws.KnownVPC{"var.vpc_id": {Closed: &yes, Endpoints: []string{"sts", "notebook", "sagemaker.api-fips"}}},
		},
		VPCsAt: map[string]source.Location{"var.vpc_id": at(19, 3)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wrong are files that cannot be used, and what is said of them.
var wrong = []struct{ name, text, want string }{
	{"unknown key", "fail-on: high", `f:1:1: unknown key fail-on: did you mean fail_on?`},
	{"unknown key below", "canvas:\n  profil: core", `f:2:3: unknown key profil in canvas: did you mean profile?`},
	{"unknown key like no other", "xyz: 1", `f:1:1: unknown key xyz: use exclude, fail_on, checks, suppressions, suppression, canvas, vpcs, fips, assume_closed`},
	{"unknown key of a suppression", "suppressions:\n  - check: SMN-101\n    expires: 2027-01-31", `f:3:5: unknown key expires in suppressions: use check, path, resource, reason, until`},
	{"no mapping", "- a", `f:1:1: the file must be keys with values, not a list`},
	{"scalar for a list", "exclude: legacy", `f:1:10: exclude must be a list, not the text "legacy"`},
	{"number in a list", "exclude: [1]", `f:1:11: exclude must be text, not 1`},
	{"empty glob", "exclude: ['']", `f:1:11: exclude cannot be "": write it as modules/**/sandbox`},
	{"list for a mapping", "canvas: [core]", `f:1:9: canvas must be keys with values, not a list`},
	{"text for a boolean", "fips: yes", `f:1:7: fips must be true or false, not the text "yes"`},
	{"nothing for a boolean", "fips:", `f:1:6: fips must be true or false, not empty`},
	{"severity", "fail_on: serious", `f:1:10: fail_on cannot be "serious": use critical, high, medium, low, info, never`},
	{"misspelt severity", "checks: {SMN-101: {severity: hihg}}", `f:1:30: checks.SMN-101.severity cannot be "hihg": did you mean high?`},
	{"never is no severity", "checks: {SMN-101: {severity: never}}", `f:1:30: checks.SMN-101.severity cannot be "never": use critical, high, medium, low, info`},
	{"unknown check", "checks: {SMN-1001: {enabled: true}}", `f:1:10: no check is called SMN-1001: did you mean SMN-101?`},
	{"check by a glob", "checks: {'*': {enabled: true}}", `f:1:10: no check is called *: it is none that iacscan knows`},
	{"suppression without a check", "suppressions:\n  - path: envs", `f:2:5: check is missing in suppressions: write check: SMN-201`},
	{"suppression of nothing", "suppressions: [{check: []}]", `f:1:24: suppressions.check is empty: name one at least`},
	{"suppression that is null", "suppressions: [{check: ~}]", `f:1:24: suppressions.check must be text, not empty`},
	{"date with another order", "suppressions: [{check: a, until: 31.1.2027}]", `f:1:34: suppressions.until cannot be "31.1.2027": write it as 2027-01-31`},
	{"date that is none", "suppressions: [{check: a, until: '2027-02-30'}]", `f:1:34: suppressions.until: "2027-02-30" is no date: write it as 2027-01-31`},
	{"time", "suppressions: [{check: a, until: 2027-01-31T00:00:00Z}]", `f:1:34: suppressions.until cannot be "2027-01-31T00:00:00Z": write it as 2027-01-31`},
	{"duration", "suppression: {max_age: 6 months}", `f:1:24: suppression.max_age cannot be "6 months": write it as 180d`},
	{"duration as a number", "suppression: {max_age: 180}", `f:1:24: suppression.max_age must be text, not 180`},
	{"profile", "canvas: {profile: full}", `f:1:19: canvas.profile cannot be "full": use documented, standard-build, core`},
	{"feature", "canvas: {features: [jdcb]}", `f:1:21: canvas.features cannot be "jdcb": did you mean jdbc?`},
	{"assumption", "canvas: {assume: allways}", `f:1:18: canvas.assume cannot be "allways": did you mean always?`},
	{"endpoint", "vpcs: {var.vpc_id: {endpoints: [sagemaker-api]}}", `f:1:33: vpcs.var.vpc_id.endpoints cannot be "sagemaker-api": did you mean sagemaker.api?`},
	{"VPC without a name", "vpcs: {'': {closed: true}}", `f:1:8: a key in vpcs is empty`},
}

// unschematic are files that a JSON Schema cannot tell from right ones, because YAML or a library of ours says more than it can.
var unschematic = []struct{ name, text, want string }{
	{"no YAML", "fips: true\nexclude: [a\n", `f:2:1: not valid YAML: did not find expected ',' or ']'`},
	{"two documents", "fips: true\n---\nfips: false", `f:3:1: only the first YAML document of the file is read: join them`},
	{"key twice", "fips: true\nfips: false", `f:2:1: fips is there twice: join them`},
	{"check twice", "checks:\n  SMN-101: {enabled: true}\n  domain-public-internet-access: {enabled: false}", `f:3:3: checks.SMN-101 is there twice: join them`},
	{"glob", "exclude: ['a[']", `f:1:11: exclude: "a[" is no glob: a bracket, a brace or a backslash in it has no end`},
	{"glob that leads out", "suppressions: [{check: a, path: ../b}]", `f:1:33: suppressions.path: "../b" leads out of the directory that it is relative to`},
	{"glob that leads out in the end", "exclude: [a/../../b]", `f:1:11: exclude: "a/../../b" leads out of the directory that it is relative to`},
	{"second document that is no YAML", "fips: true\n---\n{a", `not valid YAML`},
	{"merge", "vpcs: {a: &a {closed: true}, b: {<<: *a}}", `f:1:34: << in vpcs.b merges, which is not read: write the keys out`},
	{"merge of names", "vpcs: {<<: {closed: true}}", `f:1:8: << in vpcs merges, which is not read: write the keys out`},
	{"alias in itself", "canvas: &a\n  features: *a", `f:1:9: canvas.features must be a list, not keys with values`},
	{"key that is a list", "? [a]\n: 1", `f:1:3: a key must be text, not a list`},
	{"aliases of aliases", "exclude: &a [" + strings.Repeat("x,", 999) + "]\nsuppressions: [" + strings.Repeat("{check: *a},", 999) + "]", `it is too large with its aliases written out`},
	{"too large", strings.Repeat("#\n", 1<<20), `it has more than 1048576 bytes`},
}

func TestParseRejects(t *testing.T) {
	for _, c := range append(wrong, unschematic...) {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Parse("f", ".", []byte(c.text))
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// A file that is no configuration at all is not listed line by line.
func TestParseReportsSoMuch(t *testing.T) {
	for name, text := range map[string]string{
		"keys":  strings.Repeat("? x\n", 1000),
		"words": "canvas:\n  features:\n" + strings.Repeat("  - jdbcx\n", 1000),
	} {
		_, err := config.Parse("f", ".", []byte(text))
		if n := strings.Count(fmt.Sprint(err), "\n") + 1; n != 51 || !strings.HasSuffix(fmt.Sprint(err), "what follows is not looked at: mend the rest first") {
			t.Errorf("%s: %d problems: %v", name, n, err)
		}
	}
}

func TestParseReportsEverything(t *testing.T) {
	_, err := config.Parse("f", ".", []byte("fips: 1\ncanvas:\n  assume: x\n  foo: 1\n"))
	if want := 3; err == nil || strings.Count(err.Error(), "\n")+1 != want {
		t.Errorf("got %v, want %d problems", err, want)
	}
}

// right are files that say less than [full].
var right = []string{
	"", "# nothing\n", "---\n", "{}", "checks:\nexclude:\nvpcs:\ncanvas:\n", "checks: {SMN-101: }", "suppressions: [{check: '*'}]",
	"vpcs: {vpc-0abc: {}}", "fail_on: never", "fail_on: NEVER", "suppressions:\n  - check: &c [SMN-101]\n  - check: *c\n",
}

func TestParseAccepts(t *testing.T) {
	for _, text := range right {
		if _, err := config.Parse("f", ".", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestGlobsAreRelativeToTheDirectory(t *testing.T) {
	for glob, want := range map[string]string{
		"a": "x[y]/a", "./a/": "x[y]/a", "/a": "x[y]/a", "**/a": "x[y]/**/a", ".": "x[y]/**", "a/../b": "x[y]/b",
	} {
		c, err := config.Parse("f", "x[y]", []byte("exclude: ['"+glob+"']"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(c.Exclude[0], `\[`, "["); got != want {
			t.Errorf("%s: got %s, want %s", glob, got, want)
		}
	}
}

// compiled is the schema that stands in the repository.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is what a YAML file means as JSON. A date is text there.
func plain(t *testing.T, text string) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	untime(&n)
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	v, err = jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func untime(n *yaml.Node) {
	if n.ShortTag() == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		untime(c)
	}
}

func TestSchemaIsCurrent(t *testing.T) {
	want, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/iacscan.schema.json is stale: run `go test ./internal/config -update`\n%s", diff)
	}
}

// TestSchemaAgrees holds that an editor with the schema says of a file what a scan says.
func TestSchemaAgrees(t *testing.T) {
	schema := compiled(t)
	for _, text := range append(right, full, string(config.Initial)) {
		if err := schema.Validate(plain(t, text)); err != nil {
			t.Errorf("the schema rejects\n%s\n%v", text, err)
		}
	}
	for _, c := range wrong {
		if err := schema.Validate(plain(t, c.text)); err == nil {
			t.Errorf("the schema accepts a file with %s:\n%s", c.name, c.text)
		}
	}
}

// example is a line of the initial file that is an example in a comment: two spaces or more behind the sign.
var example = regexp.MustCompile(`(?m)^#(  +\S)`)

func TestInitial(t *testing.T) {
	got, err := config.Parse("f", ".", config.Initial)
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		Path: "f", Dir: ".", FailOn: "medium", Checks: map[string]config.Check{},
		AWS: aws.Config{Canvas: aws.CanvasConfig{Profile: aws.TierDocumented, Features: []aws.Tier{}, Assume: aws.AssumeAlways}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the initial file does not say the defaults (-want +got):\n%s", diff)
	}

	// With its examples it says something of every key.
	text := example.ReplaceAll(config.Initial, []byte("$1"))
	text = regexp.MustCompile(`(?m): (\{\}|\[\])$`).ReplaceAll(text, []byte(":"))
	if got, err = config.Parse("f", ".", text); err != nil {
		t.Fatalf("with its examples: %v\n%s", err, text)
	}
	if err := compiled(t).Validate(plain(t, string(text))); err != nil {
		t.Error(err)
	}
	for what, there := range map[string]bool{
		"exclude": len(got.Exclude) > 0, "checks": len(got.Checks) == 3, "suppressions": len(got.Suppressions) == 2,
		"max_age": got.Policy.MaxAge == 180, "features": len(got.AWS.Canvas.Features) > 0, "vpcs": len(got.AWS.VPCs) == 2,
	} {
		if !there {
			t.Errorf("the examples say nothing of %s", what)
		}
	}
}

// TestManual holds that docs/configuration.md names every key, and that its examples and those of the README are right.
func TestManual(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range config.Keys() {
		if !bytes.Contains(text, []byte("`"+k+"`")) {
			t.Errorf("docs/configuration.md does not name `%s`", k)
		}
	}
	more, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, more, _ = bytes.Cut(more, []byte("\n## Configure\n"))
	more, _, _ = bytes.Cut(more, []byte("\n## "))
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(append(text, more...), -1)
	if len(examples) < 5 {
		t.Errorf("there are only %d examples", len(examples))
	}
	for _, e := range examples {
		if _, err := config.Parse("example", ".", e[1]); err != nil {
			t.Errorf("%v in\n%s", err, e[1])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add(string(config.Initial))
	for _, c := range append(wrong, unschematic...) {
		if len(c.text) < 1000 {
			f.Add(c.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Parse("f", "dir", []byte(text))
		if (c == nil) == (err == nil) {
			t.Errorf("configuration %v and error %v", c, err)
		}
	})
}
