package scan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/scan"
	"github.com/iacscan/iacscan/source"
)

func TestTerragrunt(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		o     scan.Options
		want  map[string]string // how the message begins, by path
	}{
		{
			name:  "one warning for a tree",
			files: []string{"live/root.hcl", "live/prod/vpc/terragrunt.hcl", "live/prod/app/terragrunt.hcl.json", "live/dev/terragrunt.stack.hcl"},
			want:  map[string]string{"live/root.hcl": "4 Terragrunt files below live are not evaluated"},
		},
		{
			name:  "one for each repository",
			files: []string{"a/.git/HEAD", "a/terragrunt.hcl", "a/x/terragrunt.hcl", "b/.git/HEAD", "b/y/terragrunt.hcl"},
			want:  map[string]string{"a/terragrunt.hcl": "2 Terragrunt files below a are not evaluated", "b/y/terragrunt.hcl": "this Terragrunt file is not evaluated"},
		},
		{
			name:  "files that may be anything's without one of Terragrunt's",
			files: []string{"root.hcl", "build/root.hcl"},
			want:  map[string]string{},
		},
		{
			name:  "what is not scanned",
			files: []string{"live/terragrunt.hcl", "other/main.tf"},
			o:     scan.Options{Paths: []string{"other"}},
			want:  map[string]string{},
		},
		{
			name:  "one that is named",
			files: []string{"live/terragrunt.hcl", "live/app/terragrunt.hcl"},
			o:     scan.Options{Paths: []string{"live/app/terragrunt.hcl", "live/app"}},
			want:  map[string]string{"live/app/terragrunt.hcl": "this Terragrunt file is not evaluated"},
		},
		{
			name:  "what did not change",
			files: []string{"live/terragrunt.hcl", "live/app/terragrunt.hcl", "other/main.tf"},
			o:     scan.Options{Changed: true, Paths: []string{"other/main.tf", "live/app/terragrunt.hcl"}},
			want:  map[string]string{"live/app/terragrunt.hcl": "this Terragrunt file is not evaluated"},
		},
		{
			name:  "what Terragrunt caches, and what is excluded",
			files: []string{".terragrunt-cache/x/terragrunt.hcl", "old/terragrunt.hcl"},
			o:     scan.Options{Exclude: []string{"old/**"}},
			want:  map[string]string{},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			texts := map[string]string{}
			for _, name := range c.files {
				texts[name] = ""
			}
			c.o.FS = files(texts)
			result, err := scan.Run(context.Background(), c.o)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, d := range result.Diagnostics {
				if d.Code != "terragrunt" || d.Level != source.Warning {
					t.Errorf("got %s %s: %s", d.Level, d.Code, d.Message)
				}
				got[d.Location.Path], _, _ = strings.Cut(d.Message, ":")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
