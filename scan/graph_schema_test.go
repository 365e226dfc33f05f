package scan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/scan"
)

// graphSchema is the contract for graphs.
func graphSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../docs/graph.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func graphOf(t *testing.T, files fs.FS, types ...string) []byte {
	t.Helper()
	doc, err := scan.Graph(context.Background(), scan.Options{FS: files}, types)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The graphs of the example projects and of the cases of all checks keep to the schema, and use each form of value in it.
func TestGraphSchema(t *testing.T) {
	schema := graphSchema(t)
	validate := func(name string, text []byte) {
		t.Helper()
		graph, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(graph); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var all strings.Builder
	for _, types := range [][]string{nil, {"*"}} {
		text := graphOf(t, os.DirFS(projects), types...)
		validate(projects, text)
		all.Write(text)
	}
	cases, err := filepath.Glob("../checks/testdata/*/*.txtar")
	if err != nil || len(cases) < 100 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files, err := txtar.FS(archive)
		if err != nil {
			t.Fatal(err)
		}
		text := graphOf(t, files, "*")
		validate(name, text)
		all.Write(text)
	}
	text := graphOf(t, fstest.MapFS{"main.tf": {Data: []byte(`
variable "more" {}

resource "aws_vpc" "this" {
  cidr_block       = concat(["10.0.0.0/16"], var.more)[0]
  instance_tenancy = [][0]
}
`)}}, "*")
	validate("what is unknown or invalid", text)
	all.Write(text)
	for _, form := range []string{"template", "hole", "ref", "choice", "open", "unknown", "invalid"} {
		if !strings.Contains(all.String(), `{"`+form+`":`) && !strings.Contains(all.String(), `,"`+form+`":`) {
			t.Errorf("no value has the form %s", form)
		}
	}
}

func TestGraphSchemaRejects(t *testing.T) {
	schema := graphSchema(t)
	const valid = `{"schema_version": 1, "edges": [{"root": ".", "from": "a.b", "to": "c.d", "via": "VpcId"}], "resources": [{
		"address": "a.b", "type": "A", "native_type": "a", "language": "terraform", "root": ".", "exists": "var.on",
		"location": {"path": "main.tf", "start_line": 1, "start_column": 1, "end_line": 1, "end_column": 2},
		"attributes": {"X": {"template": ["a", {"hole": "var.x"}]}, "Y": {"choice": [{"when": "var.on", "value": 1}, {"when": "!var.on", "value": null}]}}}]}`
	for name, change := range map[string][2]string{
		"":                           {"", ""},
		"another version":            {`"schema_version": 1`, `"schema_version": 2`},
		"a resource without address": {`"address": "a.b", `, ``},
		"another language":           {`"terraform"`, `"pulumi"`},
		"a nameless hole":            {`{"hole": "var.x"}`, `{"hole": ""}`},
		"a number in a template":     {`["a", `, `[1, `},
		"a choice without condition": {`{"when": "var.on", "value": 1}`, `{"value": 1}`},
		"an edge to nothing":         {`"to": "c.d", `, ``},
		"an existence that is none":  {`"exists": "var.on"`, `"exists": 1`},
	} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(valid, change[0], change[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); (err == nil) != (name == "") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
