package tfplan

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

var update = flag.Bool("update", false, "write what the plans of testdata say into their archives")

// TestPlans reads the plan of each archive in testdata, with the configuration beside it when the archive has one, and compares with its
// file "want".
func TestPlans(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := &archive.Files[len(archive.Files)-1]
			if last.Name != "want" {
				t.Fatalf("%s does not end with the file want", name)
			}
			files := map[string]string{}
			for _, f := range archive.Files[:len(archive.Files)-1] {
				files[f.Name] = string(f.Data)
			}
			got := describe(load(t, files))
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(last.Data), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// load reads plan.json of some files, beside the configuration that they hold.
func load(t *testing.T, files map[string]string) *Plan {
	t.Helper()
	fsys := fstest.MapFS{}
	configured := false
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		configured = configured || name == "main.tf"
	}
	o := Options{Files: source.NewSet(fsys), Diagnostics: &source.Diagnostics{}, Path: "plan.json"}
	if configured {
		o.Configuration = &terraform.Options{Files: o.Files, Dir: "."}
	}
	return Load(t.Context(), o)
}

// describe writes what a plan says: each resource with the place of its header, and its attributes with the places of their values.
func describe(p *Plan) string {
	var out strings.Builder
	for _, d := range p.Diagnostics.All() {
		fmt.Fprintf(&out, "%s %s %s: %s\n", d.Level, d.Code, d.Location, d.Message)
	}
	fmt.Fprintf(&out, "current: %t\n", p.Current())
	for _, r := range p.Graph().Resources {
		fmt.Fprintf(&out, "\n%s %s\n", r.Address, p.Files.Location(r.Header))
		if r.Region.Kind() != graph.KindNull {
			fmt.Fprintf(&out, "  in %s\n", written(r.Region))
		}
		for _, c := range r.Calls {
			fmt.Fprintf(&out, "  called as %s %s\n", c.Address, p.Files.Location(c.At))
		}
		for _, name := range r.Names() {
			v := r.Attribute(name)
			at := v.At()
			if at.IsZero() {
				at = r.Place(name)
			}
			fmt.Fprintf(&out, "  %s = %s %s\n", name, written(v), p.Files.Location(at))
		}
	}
	return out.String()
}

// print writes a value, and of an open list that it is one.
func written(v graph.Value) string {
	switch {
	case v.Kind() == graph.KindUnknown:
		return "unknown: " + v.Why()
	case v.Kind() == graph.KindRef:
		return v.Identity().Name
	case v.Kind() == graph.KindList:
		parts := []string{}
		list, _ := v.Elements()
		for _, e := range list {
			parts = append(parts, written(e))
		}
		if v.IsOpen() {
			parts = append(parts, "…")
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case v.Kind() == graph.KindMap:
		parts := []string{}
		o, _ := v.Object()
		for i, k := range o.Keys() {
			parts = append(parts, k+" = "+written(o.Values()[i]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return v.String()
}

// plan is a plan with one planned resource for each pair of address and JSON values.
func plan(t *testing.T, resources ...string) string {
	t.Helper()
	var list []map[string]any
	for i := 0; i < len(resources); i += 2 {
		last := segments(resources[i])
		var values any
		if err := json.Unmarshal([]byte(resources[i+1]), &values); err != nil {
			t.Fatal(err)
		}
		list = append(list, map[string]any{
			"address": resources[i], "mode": "managed", "type": last[len(last)-2].name, "name": last[len(last)-1].name, "values": values,
		})
	}
	text, err := json.Marshal(map[string]any{
		"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": map[string]any{"root_module": map[string]any{"resources": list}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDiagnostics(t *testing.T) {
	for _, c := range []struct{ name, plan, want string }{
		{"no JSON", `{"format_version": "1.2", `, "error plan-syntax plan.json:1:1"},
		{"no object", `["format_version"]`, "error plan-format plan.json:1:1"},
		{"no plan", `{"format_version": "1.2"}`, "error plan-format plan.json:1:1"},
		{"of the future", `{"format_version": "2.0", "planned_values": {}}`, "error plan-format plan.json:1:20"},
		{"too deep", `{"format_version": ` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`, "error plan-syntax"},
		{"errored", `{"format_version": "1.2", "errored": true, "planned_values": {}}`, "warning plan-errored plan.json:1:38"},
		{"nameless", `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{}]}}}`, "warning plan-format plan.json:1:76"},
		{"wrong shapes", `{"format_version": "1.2", "planned_values": [], "resource_changes": {}, "configuration": 1, "prior_state": "x"}`, ""},
		{"nothing planned", `{"format_version": "1.2", "planned_values": {"root_module": {}}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, map[string]string{"plan.json": c.plan})
			got := ""
			for _, d := range p.Diagnostics.All() {
				got += fmt.Sprintf("%s %s %s", d.Level, d.Code, d.Location)
			}
			if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%q, want %q", got, c.want)
			}
			if r := p.Graph().Resources; len(r) > 0 {
				t.Errorf("resources: %v", r[0].Address)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		if got := load(t, nil).Diagnostics.All(); len(got) != 1 || got[0].Code != "unreadable-file" {
			t.Error(got)
		}
	})
}

// An id that several resources have means the one that an argument is called after, and always the same one.
func TestKnownIDs(t *testing.T) {
	p := load(t, map[string]string{"plan.json": plan(t,
		"aws_vpc.main", `{"id": "vpc-1", "arn": "arn:vpc"}`,
		"aws_vpc_dhcp_options_association.main", `{"id": "vpc-1", "vpc_id": "vpc-1"}`,
		"aws_subnet.a", `{"id": "subnet-1", "vpc_id": "vpc-1"}`,
		"aws_iam_role.r", `{"id": "r", "arn": "arn:r", "name": "r"}`,
		"aws_x.x", `{"subnet_ids": ["subnet-1", "subnet-2"], "execution_role": "arn:r", "name": "r", "role": "r", "other_id": "r", "description": "vpc-1"}`,
	)})
	for _, c := range []struct{ address, name, want string }{
		{"aws_vpc_dhcp_options_association.main", "vpc_id", "aws_vpc.main.id"},
		{"aws_subnet.a", "vpc_id", "aws_vpc.main.id"},
		{"aws_x.x", "subnet_ids", `[aws_subnet.a.id, "subnet-2"]`},
		{"aws_x.x", "execution_role", "aws_iam_role.r.arn"},
		{"aws_x.x", "role", "aws_iam_role.r.id"},
		{"aws_x.x", "name", `"r"`},
		{"aws_x.x", "description", `"vpc-1"`},
		{"aws_vpc.main", "id", `"vpc-1"`},
	} {
		if got := written(p.byAddress[c.address].Attribute(c.name)); got != c.want {
			t.Errorf("%s.%s is %s, want %s", c.address, c.name, got, c.want)
		}
	}
}

func TestSegments(t *testing.T) {
	for text, want := range map[string][]segment{
		"":                         nil,
		"aws_vpc.this.id":          {{"aws_vpc", ""}, {"this", ""}, {"id", ""}},
		`module.m["a.b\"]"].x[0]`:  {{"module", ""}, {"m", `["a.b\"]"]`}, {"x", "[0]"}},
		"a[0][1].b":                {{"a", "[0][1]"}, {"b", ""}},
		"a[":                       {{"a", "["}},
		`a["`:                      {{"a", `["`}},
		".":                        {{"", ""}},
		`module.a["x"].module.b.c`: {{"module", ""}, {"a", `["x"]`}, {"module", ""}, {"b", ""}, {"c", ""}},
	} {
		if diff := cmp.Diff(want, segments(text), cmp.AllowUnexported(segment{})); diff != "" {
			t.Errorf("%s: -want +got\n%s", text, diff)
		}
	}
	if got, want := withoutKeys(`module.a["x.y"].aws_vpc.b[0]`), "module.a.aws_vpc.b"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestLongest(t *testing.T) {
	for in, want := range map[string]string{
		"aws_vpc.a.id aws_vpc.a":                               "aws_vpc.a.id",
		"aws_vpc.a.id aws_vpc.a aws_vpc.ab":                    "aws_vpc.a.id aws_vpc.ab",
		"aws_vpc.a.id aws_vpc.a aws_vpc.a":                     "aws_vpc.a.id aws_vpc.a",
		"a.c[0].id a.c[0] a.c each.key":                        "a.c[0].id each.key",
		"module.m.x.y module.m.x module.m module.m.x module.m": "module.m.x.y module.m.x",
	} {
		var refs []graph.Value
		for _, r := range strings.Fields(in) {
			refs = append(refs, graph.String(r))
		}
		if got := strings.Join(longest(refs), " "); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestRecognise(t *testing.T) {
	const head = `{"format_version":"1.2","terraform_version":"1.11.4",`
	for _, c := range []struct {
		text string
		want bool
	}{
		{head + `"planned_values":{}}`, true},
		{head + `"resource_changes": [ ]}`, true},
		{head + `"values":{"root_module":{}}}`, true},
		{"\xEF\xBB\xBF\n" + head + `"planned_values":{}}`, true},
		{`{"planned_values": {}, "format_version": "1.2", "terraform_version": "x"}`, true},
		{head + `"planned_values":{"broken`, true},
		{head + `"valid": true}`, false},
		{head + `"provider_schemas": {"planned_values": {}}}`, false},
		{`{"plan": ` + head + `"planned_values":{}}}`, false},
		{`{"text": "\"format_version\" \"terraform_version\"", "planned_values": {}}`, false},
		{`{"Resources": {}}`, false},
		{`[` + head + `"planned_values":{}}]`, false},
		{"", false},
	} {
		if got := Recognise([]byte(c.text)); got != c.want {
			t.Errorf("%s: %t", c.text, got)
		}
	}
}

func TestSkim(t *testing.T) {
	text := `{"type":"aws_vpc", "a": {"type" : "aws_subnet"}, "b": {"type": 1}, "c": {"type": "aws_vpc"}, "type`
	if diff := cmp.Diff([]string{"aws_subnet", "aws_vpc"}, Skim([]byte(text)).Types); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAdvice(t *testing.T) {
	wide := func(mark string, low int) string {
		out := []byte(mark)
		for _, c := range []byte(`{"format_version":"1.2"}`) {
			pair := [2]byte{}
			pair[low] = c
			out = append(out, pair[:]...)
		}
		return string(out)
	}
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"saved", "PK\x03\x04…tfplan…tfstate…", true},
		{"another archive", "PK\x03\x04…", false},
		{"little-endian", wide("\xFF\xFE", 0), true},
		{"big-endian", wide("\xFE\xFF", 1), true},
		{"other text in UTF-16", "\xFF\xFE{\x00}\x00", false},
		{"a plan", `{"format_version":"1.2"}`, false},
		{"empty", "", false},
	} {
		if got := Advice([]byte(c.text)); (got != "") != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// A policy that the plan knows has the places of the configuration, which does not know all of it.
func TestPolicyPlaces(t *testing.T) {
	const policy = `{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"arn:aws:s3:::b/*\"},{\"Effect\":\"Deny\",\"Resource\":\"*\"}]}`
	files := map[string]string{
		"plan.json": `{"format_version": "1.2", "terraform_version": "1.11.4",
	"planned_values": {"root_module": {"resources": [
		{"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "values": {"arn": "arn:aws:s3:::b"}},
		{"address": "aws_x.x", "mode": "managed", "type": "aws_x", "name": "x", "values": {"policy": "` + policy + `"}}]}},
	"configuration": {"root_module": {"resources": [
		{"address": "aws_s3_bucket.b"},
		{"address": "aws_x.x", "expressions": {"policy": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]}}}]}}}`,
		"main.tf": `resource "aws_s3_bucket" "b" {}
resource "aws_x" "x" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Resource = "${aws_s3_bucket.b.arn}/*" },
      { Effect = "Deny", Resource = "*" },
    ]
  })
}
`,
	}
	for _, c := range []struct{ from, to, want string }{
		{"", "", `"arn:aws:s3:::b/*" main.tf:5:`},
		{`"Deny"`, `"Allow"`, `"arn:aws:s3:::b/*" nowhere`}, // the configuration is another one: the place of the attribute stands for it
		{`{ Effect = "Deny", Resource = "*" },`, "", `"arn:aws:s3:::b/*" nowhere`},
	} {
		changed := maps.Clone(files)
		changed["main.tf"] = strings.Replace(files["main.tf"], c.from, c.to, 1)
		p := load(t, changed)
		v, err := graph.ParseJSON(p.byAddress["aws_x.x"].Attribute("policy"))
		if err != nil {
			t.Fatal(err)
		}
		resource := field(elements(field(v, "Statement"))[0], "Resource")
		got := written(resource) + " nowhere"
		if !resource.At().IsZero() {
			got = written(resource) + " " + p.Files.Location(resource.At()).String()
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
