package scan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadBy(t *testing.T) {
	c := &changes{others: map[string][]string{
		"policy.json":    {"a/policies/policy.json", "b/policy.json"},
		"my policy.json": {"a/my policy.json"},
		"vpc.yaml":       {"templates/vpc.yaml"},
	}}
	for name, test := range map[string]struct {
		file, src string
		want      reading
	}{
		"beside":           {"a/main.tf", `x = file("${path.module}/policies/policy.json")`, reading{files: []string{"a/policies/policy.json"}, computed: true}},
		"elsewhere":        {"a/main.tf", `x = file("${path.module}/policy.json")`, reading{computed: true}},
		"above":            {"a/main.tf", `x = file("${path.module}/../b/policy.json")`, reading{files: []string{"b/policy.json"}, computed: true}},
		"with a blank":     {"a/main.tf", `x = file("${path.module}/my policy.json")`, reading{files: []string{"a/my policy.json"}, computed: true}},
		"from the root":    {"a/main.tf", `x = file("./policies/policy.json")`, reading{fromRoot: []string{"policies/policy.json"}, computed: true}},
		"from path.root":   {"a/main.tf", `x = file("${path.root}/policy.json")`, reading{fromRoot: []string{"policy.json"}, computed: true}},
		"from a local":     {"c/main.tf", `x = file("${local.dir}/policies/policy.json")`, reading{files: []string{"a/policies/policy.json"}, computed: true}},
		"a longer name":    {"a/main.tf", `x = file("${path.module}/other-policy.json")`, reading{computed: true}},
		"a name of no use": {"a/main.tf", `x = "policy.json"`, reading{}},
		"computed":         {"a/main.tf", `x = fileset(path.module, "*.json")`, reading{computed: true}},
		"nested template":  {"p.yaml", "  TemplateURL: https://s3.amazonaws.com/bucket/vpc.yaml\n", reading{files: []string{"templates/vpc.yaml"}}},
		"in JSON":          {"p.json", `{"Location": "s3://bucket/vpc.yaml"}`, reading{files: []string{"templates/vpc.yaml"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, c.readBy(test.file, []byte(test.src)), cmp.AllowUnexported(reading{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
