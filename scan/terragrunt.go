package scan

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/source"
)

// terragruntUnits are the files that make a directory one that Terragrunt deploys; the others of terragruntFiles are what these include
// by convention.
var (
	terragruntUnits = map[string]bool{"terragrunt.hcl": true, "terragrunt.hcl.json": true, "terragrunt.stack.hcl": true}
	terragruntFiles = map[string]bool{"root.hcl": true, "root.hcl.json": true}
)

// isTerragrunt reports whether a file is Terragrunt's by its name.
func isTerragrunt(name string) bool {
	return terragruntUnits[path.Base(name)] || terragruntFiles[path.Base(name)]
}

// addTerragrunt notes a file of Terragrunt; of a scan of changed files only those that changed.
func (t *tree) addTerragrunt(name string) {
	if t.changes == nil || t.changes.holds(name) {
		t.terragrunt = append(t.terragrunt, name)
	}
}

// reportTerragrunt says, once for each repository in which Terragrunt deploys something, that its files are not evaluated.
func (t *tree) reportTerragrunt() {
	files := map[string][]string{}
	for _, name := range t.terragrunt {
		files[t.repositoryOf(name)] = append(files[t.repositoryOf(name)], name)
	}
	for _, names := range files {
		if !slices.ContainsFunc(names, func(n string) bool { return terragruntUnits[path.Base(n)] }) {
			continue
		}
		slices.SortFunc(names, func(a, b string) int {
			return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), strings.Compare(a, b))
		})
		names = slices.Compact(names) // one may be named and found
		what := "this Terragrunt file is"
		if len(names) > 1 {
			what = fmt.Sprintf("%d Terragrunt files %s are", len(names), below(commonDirectory(names)))
		}
		t.diagnostics.Add(source.Diagnostic{
			Level: source.Warning, Code: "terragrunt", Location: source.Location{Path: names[0]},
			Message: what + " not evaluated: the modules that they deploy are judged without the inputs that they pass, and modules from elsewhere " +
				"are not judged. Scan plans for these: terragrunt run --all plan -out plan.tfplan, then terraform show -json",
		})
	}
}

// commonDirectory is the innermost directory that holds some files.
func commonDirectory(names []string) string {
	dir := path.Dir(names[0])
	for _, name := range names {
		for !within(name, dir) {
			dir = path.Dir(dir)
		}
	}
	return dir
}

func below(dir string) string {
	if dir == "." {
		return "in this tree"
	}
	return "below " + dir
}
