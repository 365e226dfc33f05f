package terraform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
)

// Functions that pass elements on keep the places where these are written: each value whose text is in capital letters must be placed
// at these letters.
func TestFunctionsKeepPlaces(t *testing.T) {
	for _, expression := range []string{
		`merge({ a = "A" }, { b = "B" })`,
		`merge({ a = "A" }, { a = "B" })`,
		`concat(["A"], ["B", "C"])`,
		`concat(["A"], var.x)`,
		`flatten([["A"], [["B"]], "C"])`,
		`toset(["B", "A", "B"])`,
		`toset(["A", 1])`,
		`toset(["A", var.x])`,
		`tolist(toset(["B", "A"]))`,
		`tomap({ a = "A", b = 1 })`,
		`distinct(["A", "B", "A"])`,
		`compact(["A", "", "B"])`,
		`compact(["A", var.x])`,
		`sort(["B", "A"])`,
		`reverse(["A", "B"])`,
		`slice(["A", "B", "C"], 1, 3)`,
		`chunklist(["A", "B", "C"], 2)`,
		`element(["A", "B"], 1)`,
		`one(["A"])`,
		`lookup({ a = "A" }, "a", "")`,
		`lookup({}, "a", "A")`,
		`coalesce("", "A")`,
		`coalesce(var.x, "A")`,
		`coalescelist([], ["A"])`,
		`values({ a = "A", b = "B" })`,
		`zipmap(["a", "b"], ["A", "B"])`,
		`setunion(["B"], ["A"])`,
		`setintersection(["A", "B"], ["B"])`,
		`setsubtract(["A", "B"], ["B"])`,
		`setproduct(["A"], ["B"])`,
		`setproduct(toset(["A"]), ["B"])`,
		`matchkeys(["A", "B"], ["a", "b"], ["b"])`,
		`jsondecode(jsonencode({ a = ["A"] }))`,
		`yamldecode(yamlencode({ a = ["A"], b = var.x }))`,
		"jsondecode(<<EOF\n{\"a\": [\"A\", {\"b\": \"B\"}]}\nEOF\n)",
		`formatlist("%s", ["A", "B"])`,
		`split(",", "A")`,
		`trimspace(" A ")`,
		`tostring("A")`,
		`nonsensitive(sensitive(["A"]))`,
		`try(["A"], [])`,
	} {
		src := "variable \"x\" {}\noutput \"x\" {\n  value = " + expression + "\n}\n"
		v := root(t, map[string]string{"main.tf": src}).Output("x")
		found := 0
		v.Walk(func(v graph.Value) bool {
			text, ok := v.Text()
			if !ok || text != strings.ToUpper(text) || text == "1" || text == "" {
				return true
			}
			found++
			at := v.At()
			if written := src[at.Start:at.End]; !strings.Contains(written, text) || len(written) > len(text)+4 {
				t.Errorf("%s: %s is placed at %q", expression, text, written)
			}
			return true
		})
		if found == 0 {
			t.Errorf("%s is %v, which has no text in capital letters", expression, v)
		}
	}
}

// What is decoded from a file is placed in the file.
func TestDecodedFilesKeepPlaces(t *testing.T) {
	files := map[string]string{
		"main.tf": `
output "json" { value = jsondecode(file("a.json")) }
output "yaml" { value = yamldecode(file("${path.module}/a.yaml")) }
`,
		"a.json": "{\n  \"a\": \"ONE\",\n  \"b\": [\"TWO\"]\n}\n",
		"a.yaml": "# comment\na: &x ONE\nb:\n  - \"TWO\"\n  - é: { d: 'THREE' } # comment\nc: |\n  FOUR\nd: *x\ne:   FIVE SIX # end\n",
	}
	r := root(t, files)
	for output, want := range map[string]map[string]string{
		"json": {"ONE": `"ONE"`, "TWO": `"TWO"`},
		"yaml": {"ONE": "&x ONE", "TWO": `"TWO"`, "THREE": "'THREE'", "FOUR\n": "|", "FIVE SIX": "FIVE SIX"},
	} {
		got := map[string]string{}
		r.Output(output).Walk(func(v graph.Value) bool {
			if text, ok := v.Text(); ok {
				file := r.Files.File(v.At().File)
				if at := string(file.Src[v.At().Start:v.At().End]); at != "*x" {
					got[text] = at
				}
			}
			return true
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", output, diff)
		}
	}
}
