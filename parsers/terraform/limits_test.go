package terraform

import (
	"strings"
	"testing"
)

// TestLimits reads what would overflow the parser's stack, or keep it busy for hours.
func TestLimits(t *testing.T) {
	const many = 1_000_000
	for name, body := range map[string]string{
		"brackets":          "x = " + strings.Repeat("[", many) + strings.Repeat("]", many),
		"open brackets":     "x = " + strings.Repeat("[", many),
		"after a mismatch":  "x = (]" + strings.Repeat("(", many),
		"after a quote":     "x = \"a\ny = " + strings.Repeat("(", many),
		"after a comment":   "/* x = " + strings.Repeat("(", many),
		"blocks":            strings.Repeat("a {\n", many) + strings.Repeat("}\n", many),
		"templates":         "x = " + strings.Repeat(`"${`, many) + strings.Repeat(`}"`, many),
		"heredocs":          "x = " + strings.Repeat("<<E\n${", many),
		"unary operators":   "x = " + strings.Repeat("!", many) + "true",
		"negations":         "x = " + strings.Repeat("-", many) + "1",
		"binary operators":  "x = 1" + strings.Repeat(" + 1", many),
		"exponents":         "x = 1e1" + strings.Repeat("-1e1", many),
		"conditionals":      "x = " + strings.Repeat("true ? 1 : ", many) + "2",
		"nested conditions": "x = " + strings.Repeat("true ? ", many) + "2" + strings.Repeat(" : 1", many),
		"indices":           "x = a" + strings.Repeat("[b]", many),
		"splats":            "x = a" + strings.Repeat("[*]", many),
		"attribute splats":  "x = a" + strings.Repeat(".*", many),
		"for expressions":   "x = {for k, v in a : k => 1" + strings.Repeat(" +\n1", many) + "}",
		"calls":             "x = " + strings.Repeat("f(", many) + strings.Repeat(")", many),
		"directives":        "x = \"" + strings.Repeat("%{if true}", many) + "\"",
		"heredoc lines":     "x = <<E\n" + strings.Repeat("a line of some length that comes over and over again\n", many/4) + "E",
		"open heredoc":      "x = <<E\n" + strings.Repeat("a line of some length that comes over and over again\n", many/4),
		"dollars":           "x = \"" + strings.Repeat("$ ", many) + "\"",
	} {
		t.Run(name, func(t *testing.T) {
			l, d := load(map[string]string{"x.tf": "resource \"a\" \"b\" {\n" + body + "\n}\n\nresource \"a\" \"next\" {\n}\n"})
			first := d.resources["a.b"]
			if first == nil {
				t.Fatal("the block is lost")
			}
			if len(first.body().Attributes) > 0 || !first.partial {
				t.Errorf("the block was read; partial: %v", first.partial)
			}
			if next := d.resources["a.next"]; next == nil || next.body() == nil || next.partial {
				t.Error("the next block is lost")
			}
			for _, x := range l.diagnostics.All() {
				if x.Code == "hcl-limit" || x.Code == "hcl-syntax" {
					return
				}
			}
			t.Error("no diagnostic")
		})
	}
}

// TestLimitsJSON does the same in JSON syntax.
func TestLimitsJSON(t *testing.T) {
	const many = 1_000_000
	for name, body := range map[string]string{
		"brackets":         strings.Repeat("[", many) + strings.Repeat("]", many),
		"expressions":      `"${` + strings.Repeat("[", many) + strings.Repeat("]", many) + `}"`,
		"after a mismatch": `"${(]` + strings.Repeat("(", many) + `}"`,
		"operators":        `"${` + strings.Repeat("!", many) + `true}"`,
		"directives":       `"` + strings.Repeat("%{if true}", many) + `"`,
		"lines":            `"` + strings.Repeat(`a line of some length that comes over and over again\n`, many/4) + `${x}"`,
	} {
		t.Run(name, func(t *testing.T) {
			l, d := load(map[string]string{"x.tf.json": `{"resource": {"a": {"b": {"x": ` + body + `}}}, "output": {}}`})
			for _, b := range d.blocks {
				if len(b.body().Attributes) > 0 || !b.partial {
					t.Errorf("the block was read; partial: %v", b.partial)
				}
			}
			if len(l.diagnostics.All()) == 0 {
				t.Error("no diagnostic")
			}
		})
	}
	l, d := load(map[string]string{"x.tf.json": `{"resource": {"a": {"b": {"depends_on": ["` + strings.Repeat("(", many) + `"]}}}}`})
	if d.blocks[0].body(); len(l.diagnostics.All()) == 0 || !d.blocks[0].partial {
		t.Error("a deep reference was read")
	}
}

// TestLinear reads large files in which nothing ends; it would not return if it read on from every block to the end of the file.
func TestLinear(t *testing.T) {
	for name, unit := range map[string]string{
		"blocks":      "resource \"a\" \"b\" {\n",
		"some blocks": "resource \"a\" \"b\" {\n" + strings.Repeat("x = 1\n", 1000),
		"heredocs":    "resource \"a\" \"b\" {\nx = <<E\n",
		"comments":    "resource /* \n",
		"headers":     "resource \"a\" /* x */ \n",
		"garbage":     "}\n",
		"words":       "a b c\n",
		"quotes":      "resource \"a\" \"b\" {\nx = \"\n",
		"templates":   "resource \"a\" \"b\" {\nx = \"${\n",
	} {
		t.Run(name, func(t *testing.T) {
			src := []byte(strings.Repeat(unit, (2<<20)/len(unit)))
			end := 0
			x := indexFile(src)
			for _, e := range append(x.blocks, x.strays...) {
				end = max(end, e.end)
			}
			if end < len(strings.TrimSpace(string(src))) {
				t.Errorf("%d of %d bytes are accounted for", end, len(src))
			}
			Skim("x.tf", src)
		})
	}
}
