package scan

import (
	"context"
	"io/fs"
	"os"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/finding"
)

// A scan of one changed file finds nothing that a scan of everything does not, and all that is in the file.
func TestChangedFilesAgreeWithEverything(t *testing.T) {
	fsys := os.DirFS("../testdata")
	type place struct{ check, path, verdict, message string }
	placeOf := func(f finding.Finding) place {
		return place{f.CheckID, f.Location.String(), string(f.Verdict), f.Message}
	}
	everything, err := Run(context.Background(), Options{FS: fsys})
	if err != nil {
		t.Fatal(err)
	}
	all := map[place]bool{}
	for _, f := range everything.Findings {
		all[placeOf(f)] = true
	}
	var files []string
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	judged := 0
	for _, name := range files {
		changed, err := Run(context.Background(), Options{FS: fsys, Changed: true, Paths: []string{name}})
		if err != nil {
			t.Fatal(err)
		}
		found := map[place]bool{}
		for _, f := range changed.Findings {
			if found[placeOf(f)] = true; !all[placeOf(f)] {
				t.Errorf("%s changed: %v is found only then", name, placeOf(f))
			}
		}
		for _, f := range everything.Findings {
			if (f.Location.Path == name || f.Declaration.Path == name) && !found[placeOf(f)] {
				t.Errorf("%s changed: %v is not found", name, placeOf(f))
			}
		}
		judged += min(len(found), 1)
		if path.Ext(name) == ".md" && len(found) > 0 {
			t.Errorf("%s changed: %d findings", name, len(found))
		}
	}
	if judged < len(files)/2 {
		t.Errorf("of %d files only %d are judged", len(files), judged)
	}
}

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
		"beside":                 {"a/main.tf", `x = file("${path.module}/policies/policy.json")`, reading{files: []string{"a/policies/policy.json"}}},
		"elsewhere":              {"a/main.tf", `x = file("${path.module}/policy.json")`, reading{}},
		"above":                  {"a/main.tf", `x = file("${path.module}/../b/policy.json")`, reading{files: []string{"b/policy.json"}}},
		"with a blank":           {"a/main.tf", `x = file("${path.module}/my policy.json")`, reading{files: []string{"a/my policy.json"}}},
		"from the root":          {"a/main.tf", `x = file("./policies/policy.json")`, reading{fromRoot: []string{"policies/policy.json"}}},
		"from path.root":         {"a/main.tf", `x = file("${path.root}/policy.json")`, reading{fromRoot: []string{"policy.json"}}},
		"from a local":           {"c/main.tf", `x = file("${local.dir}/policies/policy.json")`, reading{files: []string{"a/policies/policy.json"}, computed: true}},
		"a longer name":          {"a/main.tf", `x = file("${path.module}/other-policy.json")`, reading{}},
		"a name of no use":       {"a/main.tf", `x = "policy.json"`, reading{}},
		"computed by a variable": {"a/main.tf", `x = templatefile(var.file, {})`, reading{computed: true}},
		"computed":               {"a/main.tf", `x = fileset(path.module, "*.json")`, reading{computed: true}},
		"nested template":        {"p.yaml", "  TemplateURL: https://s3.amazonaws.com/bucket/vpc.yaml\n", reading{files: []string{"templates/vpc.yaml"}}},
		"in JSON":                {"p.json", `{"Location": "s3://bucket/vpc.yaml"}`, reading{files: []string{"templates/vpc.yaml"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, c.readBy(test.file, []byte(test.src)), cmp.AllowUnexported(reading{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
