package archtest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// What Trivy reads leads to the archives that a release has, and the modules within the repository ask for the
// same release.
func TestReleaseVersions(t *testing.T) {
	var plugin struct {
		Name, Version string
		Platforms     []struct {
			Selector struct{ OS, Arch string }
			URI, Bin string
		}
	}
	var release struct {
		Builds []struct{ Goos, Goarch []string }
	}
	decode(t, "../../plugin.yaml", &plugin)
	decode(t, "../../.goreleaser.yaml", &release)
	if len(release.Builds) != 1 {
		t.Fatalf("%d builds", len(release.Builds))
	}
	want := map[string]string{} // address → binary
	for _, system := range release.Builds[0].Goos {
		for _, arch := range release.Builds[0].Goarch {
			format, binary := "tar.gz", "./iacscan"
			if system == "windows" {
				format, binary = "zip", "./iacscan.exe"
			}
			want[fmt.Sprintf("%s %s https://github.com/iacscan/iacscan/releases/download/v%s/iacscan_%[3]s_%[1]s_%[2]s.%[4]s",
				system, arch, plugin.Version, format)] = binary
		}
	}
	for _, p := range plugin.Platforms {
		archive := strings.Join([]string{p.Selector.OS, p.Selector.Arch, p.URI}, " ")
		if want[archive] != p.Bin {
			t.Errorf("a release has no %s with %s", archive, p.Bin)
		}
		delete(want, archive)
	}
	for archive := range want {
		t.Errorf("plugin.yaml lacks %s", archive)
	}
	for _, module := range []string{"../../plugin/defsec/go.mod", "../../plugin/rego/go.mod"} {
		text, err := os.ReadFile(module)
		if err != nil {
			t.Fatal(err)
		}
		if line := "github.com/iacscan/iacscan v" + plugin.Version + "\n"; !strings.Contains(string(text), line) {
			t.Errorf("%s does not require %s", module, line)
		}
	}
}

func decode(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
}
