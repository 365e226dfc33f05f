package terraform

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariableFiles(t *testing.T) {
	l, _ := load(map[string]string{
		"env/b.auto.tfvars": "", "env/a.auto.tfvars.json": "{}", "env/terraform.tfvars": "", "env/terraform.tfvars.json": "{}",
		"env/prod.tfvars": "", "env/secret.auto.tfvars": "", "env/x.tf": "",
	})
	got := l.variableFiles("env", func(path string) bool { return path == "env/secret.auto.tfvars" })
	want := []string{"env/terraform.tfvars", "env/terraform.tfvars.json", "env/a.auto.tfvars.json", "env/b.auto.tfvars"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := l.variableFiles("none", nil); got != nil {
		t.Errorf("no directory has %v", got)
	}
}

func TestVariableFile(t *testing.T) {
	for _, c := range []struct {
		name, src, want string
		partial         bool
	}{
		{"plain.tfvars", "a = \"x\"\nb = [\n  1,\n  2,\n] # list\nc = {\n  k = \"v\"\n}\n", `a="x" b=[ 1, 2, ] c={ k = "v" }`, false},
		{"crlf.tfvars", "\xEF\xBB\xBFa = 1\r\nb = <<EOT\r\ntext\r\nEOT\r\n", "a=1 b=<<EOT text EOT", false},
		{"error.tfvars", "a = 1\nb = [1\nc = = 2\nd = 4\n", "a=1 d=4", true},
		{"unclosed.tfvars", "a = [\n  1,\n\nb = 2\nc = 3\n", "b=2 c=3", true},
		{"block.tfvars", "variable \"a\" {\n}\nb = 1\n", "b=1", true},
		{"words.tfvars", "hello world\nb = 1\n", "b=1", true},
		{"twice.tfvars", "a = 1\na = 2\n", "a=1", false},
		{"deep.tfvars", "a = " + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "\nb = 1\n", "b=1", true},
		{"values.json", `{"a": "${x}", "b": [1, {"c": null}]}`, `a="${x}" b=[1, {"c": null}]`, false},
		{"cut.json", `{"a": 1, "b": [`, `a=1`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, _ := load(map[string]string{c.name: c.src})
			v := l.variableFile(c.name)
			var got []string
			for _, name := range slices.Sorted(maps.Keys(v.values)) {
				a := v.values[name]
				at := l.span(a.expression.Range())
				if text := c.src[a.at.Start:a.at.End]; strings.Trim(text, `"`) != name {
					t.Errorf("%s is named %s at its place", name, text)
				}
				got = append(got, name+"="+strings.Join(strings.Fields(c.src[at.Start:at.End]), " "))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			all := l.diagnostics.All()
			if v.partial != c.partial || v.partial && len(all) == 0 {
				t.Errorf("partial is %v, with %v", v.partial, all)
			}
		})
	}
	l, _ := load(nil)
	if v := l.variableFile("none.tfvars"); v != nil || len(l.diagnostics.All()) != 1 {
		t.Errorf("a file that is not there gives %v and %v", v, l.diagnostics.All())
	}
}
