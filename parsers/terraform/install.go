package terraform

import (
	"encoding/json"
	"path"

	"github.com/iacscan/iacscan/source"
)

// installed is the directory in which `terraform init` has put a module of the root, by its path in the tree of calls ("net.subnets");
// empty when it has not.
func (e *evaluator) installed(modulePath string) string {
	if e.manifest == nil {
		e.manifest = e.readManifest()
	}
	return e.manifest[modulePath]
}

// readManifest reads .terraform/modules/modules.json of the root: directories relative to the root, by module path.
func (e *evaluator) readManifest() map[string]string {
	dirs := map[string]string{}
	name := path.Join(e.Dir, ".terraform/modules/modules.json")
	src, err := source.ReadFile(e.Files.FS(), name)
	if err != nil {
		return dirs // not initialised
	}
	var manifest struct {
		Modules []struct{ Key, Dir string }
	}
	if err := json.Unmarshal(src, &manifest); err != nil {
		e.Diagnostics.Add(source.Diagnostic{
			Level: source.Warning, Code: "modules-json", Message: "cannot be read, so that installed modules are unknown: " + err.Error(),
			Location: source.Location{Path: name},
		})
		return dirs
	}
	for _, m := range manifest.Modules {
		if m.Key != "" {
			dirs[m.Key] = path.Join(e.Dir, m.Dir)
		}
	}
	return dirs
}
