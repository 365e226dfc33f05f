package cloudformation

import (
	"context"
	"maps"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

func TestAttributesBesideProperties(t *testing.T) {
	s := Load(t.Context(), Options{Path: "t.yaml", Files: source.NewSet(one(`
Resources:
  A:
    Type: T::T::T
    Condition: C
    DependsOn: [B]
    DeletionPolicy: Retain
    Metadata: {"aws:cdk:path": App/A, iacscan: {ignore: [{check: SMN-201}]}}
Conditions: {C: !Equals [!Ref AWS::Region, x]}
`))})
	r := s.resource("A")
	for name, want := range map[string]string{
		"/DependsOn": `["B"]`, "/DeletionPolicy": `"Retain"`, "/Condition": `"C"`, "/UpdateReplacePolicy": "null",
		"/Metadata": `{"aws:cdk:path": "App/A", "iacscan": {"ignore": [{"check": "SMN-201"}]}}`,
	} {
		if got := r.Attribute(name).String(); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if names := r.Names(); len(names) != 0 {
		t.Errorf("%v are no properties", names)
	}
	if steps := r.Trace("/Condition"); len(steps) != 1 || steps[0].Text != "condition C" {
		t.Errorf("the way of the condition is %v", steps)
	}
	if at := r.Place("/DeletionPolicy"); s.world.options.Files.Location(at).String() != "t.yaml:7:5" {
		t.Errorf("the deletion policy is at %v", at)
	}
}

func TestImport(t *testing.T) {
	var asked []string
	s := Load(t.Context(), Options{
		Path: "t.yaml",
		Files: source.NewSet(one(`
Parameters:
  Env: {Type: String}
  Stored: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /list}
Resources:
  A:
    Type: T::T::T
    Properties:
      Found: !ImportValue vpc
      Hole: !ImportValue {"Fn::Sub": "${Env}-vpc"}
      Missing: !ImportValue other
      Dynamic: "{{resolve:ssm:/vpc:4}}"
      List: !Ref Stored
`)),
		Import: func(name graph.Value) (graph.Value, bool) {
			asked = append(asked, name.String())
			switch text, _ := name.Text(); text {
			case "vpc":
				return graph.String("vpc-1"), true
			case "{{resolve:ssm:/vpc}}":
				return graph.String("vpc-2"), true
			case "{{resolve:ssm:/list}}":
				return graph.String("a, b"), true
			}
			return graph.Value{}, false
		},
	})
	got := map[string]string{}
	for _, name := range s.resource("A").Names() {
		got[name] = s.resource("A").Attribute(name).String()
	}
	want := map[string]string{
		"Found": `"vpc-1"`, "Hole": `${ImportValue("${Env}-vpc")}`, "Missing": `${ImportValue("other")}`, "Dynamic": `"vpc-2"`, "List": `["a", "b"]`,
	}
	if !maps.Equal(want, got) {
		t.Error(cmp.Diff(want, got))
	}
	if len(asked) != 5 {
		t.Errorf("asked for %v", asked)
	}
}

func TestScenario(t *testing.T) {
	files := source.NewSet(fstest.MapFS{
		"t.yaml": {Data: []byte("Parameters: {P: {Type: String, Default: x}}\nResources: {A: {Type: T::T::T, Properties: {P: !Ref P}}}\n")},
		"p.json": {Data: []byte(`{"Parameters": {"P": "y"}}`)},
	})
	values, ok := LoadParameters(files, "p.json", nil)
	if !ok {
		t.Fatal("no parameter file")
	}
	s := Load(t.Context(), Options{Path: "t.yaml", Files: files, Parameters: values, Scenario: "p.json"})
	r := s.resource("A")
	if v := r.Attribute("P"); v.String() != `"y"` || files.Location(v.At()).Path != "p.json" {
		t.Errorf("P = %v at %v", v, files.Location(v.At()))
	}
	steps := r.Trace("P")
	if len(steps) != 3 || steps[2].Text != "value given for parameter P by p.json" {
		t.Errorf("the way of P is %v", steps)
	}
	if got := s.Parameters(); len(got) != 1 || got[0] != (Parameter{"P", true}) {
		t.Errorf("parameters are %v", got)
	}
}

// A Region that the caller knows is the Region of everything, and decides conditions and mappings.
func TestKnownRegion(t *testing.T) {
	s := Load(t.Context(), Options{
		Path:       "t.yaml",
		Files:      source.NewSet(one("Mappings: {M: {eu-west-1: {A: b}}}\nResources: {A: {Type: T::T::T, Properties: {P: !FindInMap [M, !Ref AWS::Region, A]}}}\n")),
		Parameters: map[string]graph.Value{"AWS::Region": graph.String("eu-west-1")},
	})
	r := s.Graph().Resources[0]
	if r.Region.String() != `"eu-west-1"` || r.Attribute("P").String() != `"b"` {
		t.Errorf("Region %v, P %v", r.Region, r.Attribute("P"))
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := Load(ctx, Options{Path: "t.yaml", Files: source.NewSet(one("Resources: {A: {Type: T::T::T}}"))})
	cancel()
	if n := len(s.Graph().Resources); n != 0 {
		t.Errorf("%d resources although cancelled", n)
	}
}
