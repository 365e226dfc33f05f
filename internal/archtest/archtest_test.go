// Package archtest holds the arrows between the packages: who may import whom, and what the binary must not carry.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/build"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/iacscan/iacscan/"

// arrows says for each room which rooms its packages may import, beside packages of the room itself. A room is the first element of a
// package's path in the module, or the first two where a row says so. A package that no row covers fails: a new room gets a row here
// and a place in ARCHITECTURE.md.
var arrows = map[string][]string{
	"source":  {},
	"graph":   {"source"},
	"finding": {"source"},
	"parsers": {"graph", "internal", "source"},
	"aws":     {"graph", "internal", "source"},
	// It fulfils an interface that parsers/terraform owns.
	"aws/provider": {"aws", "graph", "internal", "parsers", "source"},
	"checks":       {"aws", "finding", "graph", "internal", "source"},
	"report":       {"finding", "internal", "source"},
	"scan":         {"aws", "aws/provider", "checks", "finding", "graph", "internal", "internal/config", "parsers", "report", "source"},
	"cmd":          {"aws", "aws/provider", "checks", "finding", "graph", "internal", "internal/config", "parsers", "report", "scan", "source"},
	"plugin":       {"aws", "checks", "finding", "graph", "report", "scan", "source"},
	// What the rooms share without showing it; it knows no more than places and values.
	"internal": {"graph", "source"},
	// The configuration speaks of checks, severities and networks; a part of scan that has a package of its own.
	"internal/config": {"aws", "checks", "finding", "internal", "source"},
	// A development tool.
	"internal/checkdocs": {"checks", "finding"},
}

// heavy are packages that the CLI must not carry, not even through others, with the reason.
var heavy = map[string]string{
	"net/http": "a scan makes no network connection",
	"github.com/aquasecurity/defsec/pkg/scan":  "12 MB",
	"github.com/aquasecurity/defsec/pkg/rules": "28 ms on every start",
	"github.com/aquasecurity/defsec/pkg/rego":  "half a second on every start",
	"github.com/awslabs/goformation/v7":        "its template parser loses lines and branches: only its resource types are used",
	"github.com/go-git/go-git/v5":              "only its ignore patterns are used",
	"github.com/open-policy-agent/opa/v1/rego": "18 MB",
	"testing": "it is for tests",
}

type pkg struct {
	ImportPath string
	Imports    []string
}

// list is `go list -json` of some packages, broken ones included.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Imports"}, args...)...)
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var packages []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages
		case err != nil:
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// nested are the modules within the repository, each of which is one package; `go list` of this one leaves them out.
func nested(t *testing.T) []pkg {
	t.Helper()
	var packages []pkg
	modules, err := filepath.Glob("../../*/*/go.mod")
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	for _, m := range modules {
		dir := filepath.Dir(m)
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatalf("read the imports of %s: %v", dir, err)
		}
		packages = append(packages, pkg{module + strings.TrimPrefix(filepath.ToSlash(dir), "../../"), p.Imports})
	}
	return packages
}

// room is the row of arrows that covers a package path inside the module, or empty.
func room(path string) string {
	first, rest, _ := strings.Cut(path, "/")
	second, _, _ := strings.Cut(rest, "/")
	for _, r := range []string{first + "/" + second, first} {
		if _, ok := arrows[r]; ok {
			return r
		}
	}
	return ""
}

func TestArrows(t *testing.T) {
	packages := list(t, "./...")
	if len(packages) < len(arrows)/2 {
		t.Fatalf("go list finds only %d packages", len(packages))
	}
	for _, p := range append(packages, nested(t)...) {
		path, ok := strings.CutPrefix(p.ImportPath, module)
		if !ok {
			t.Errorf("%s is outside the module", p.ImportPath)
			continue
		}
		from := room(path)
		if from == "" {
			t.Errorf("%s is in no room: add a row to arrows", path)
			continue
		}
		for _, imported := range p.Imports {
			path, ok := strings.CutPrefix(imported, module)
			if !ok {
				continue
			}
			if to := room(path); to != from && !slices.Contains(arrows[from], to) {
				t.Errorf("%s imports %s: %s may import only %s", p.ImportPath, imported, from, strings.Join(arrows[from], ", "))
			}
		}
	}
}

func TestLightBinary(t *testing.T) {
	carried := list(t, "-deps", "./cmd/iacscan")
	if len(carried) < 100 {
		t.Fatalf("go list finds only %d packages in the binary", len(carried))
	}
	for _, p := range carried {
		if why, ok := heavy[p.ImportPath]; ok {
			t.Errorf("the binary carries %s: %s", p.ImportPath, why)
		}
	}
}
