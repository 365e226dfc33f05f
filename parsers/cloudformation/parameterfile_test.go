package cloudformation

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

func TestLoadParameters(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      map[string]string // value and place; nil when it is no parameter file
	}{
		{
			"AWS CLI", `[{"ParameterKey": "A", "ParameterValue": "x"}, {"ParameterKey": "B", "UsePreviousValue": true}]`,
			map[string]string{"A": `"x" at p.json:1:42`},
		},
		{"assignments", `["A=x", "B=y=z"]`, map[string]string{"A": `"x" at p.json:1:5`, "B": `"y=z" at p.json:1:12`}},
		{
			"CodePipeline", `{"Tags": {}, "Parameters": {"A": "x", "L": ["a"], "P": {"Fn::GetParam": ["f", "k"]}}}`,
			map[string]string{"A": `"x" at p.json:1:34`, "L": `["a"] at p.json:1:44`, "P": `unknown(the pipeline decides it) at p.json:1:56`},
		},
		{"YAML", "Parameters:\n  A: x\n", map[string]string{"A": `"x" at p.json:2:6`}},
		{"a template", `{"Parameters": {"A": {"Type": "String"}}, "Resources": {}}`, nil},
		{"another list", `[{"Key": "A"}]`, nil},
		{"another object", `{"A": "x"}`, nil},
		{"no JSON", `{"A"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := source.NewSet(fstest.MapFS{"p.json": {Data: []byte(c.src)}})
			values, ok := LoadParameters(files, "p.json", nil)
			var got map[string]string
			if ok {
				got = map[string]string{}
				for name, v := range values {
					got[name] = v.String() + " at " + files.Location(v.At()).String()
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if c.want != nil && !RecogniseParameters("p.json", []byte(c.src)) && c.name != "assignments" {
				t.Error("not recognised")
			}
		})
	}
}

func TestMatchParameters(t *testing.T) {
	templates := map[string][]Parameter{
		"network.yaml":      {{"Env", false}, {"Cidr", true}},
		"apps/network.yaml": {{"Env", false}, {"Cidr", true}},
		"apps/studio.yaml":  {{"Env", false}, {"Vpc", false}},
		"apps/stud.yaml":    {{"Env", false}, {"Vpc", false}},
		"lonely.yaml":       {{"Only", false}},
	}
	for _, c := range []struct{ file, sets, also, want string }{
		{"network.dev.json", "Env", "", "network.yaml"},
		{"apps/network-prod.json", "Env", "Cidr", "apps/network.yaml"},
		{"params/studio.json", "Env", "Vpc", "apps/studio.yaml"},
		{"apps/studio.json", "Env", "", "apps/studio.yaml"}, // not all that it needs, but its name
		{"dev.json", "Only", "", "lonely.yaml"},
		{"dev.json", "Env", "", ""}, // two of them
		{"network.dev.json", "Foreign", "", ""},
	} {
		values := map[string]graph.Value{c.sets: graph.String("x")}
		if c.also != "" {
			values[c.also] = graph.String("y")
		}
		got, ok := MatchParameters(c.file, values, templates)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s, which sets %s %s, is for %q, %v; want %q", c.file, c.sets, c.also, got, ok, c.want)
		}
	}
}
