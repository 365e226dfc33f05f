package terraform

import (
	"testing"

	"github.com/iacscan/iacscan/graph"
)

func TestTemplates(t *testing.T) {
	files := map[string]string{
		"hello.tftpl":     "Hello, ${name}!%{ for x in list } ${x}%{ endfor }\n",
		"outside.tftpl":   "${var.v}",
		"nested.tftpl":    "${templatefile(\"hello.tftpl\", { name = \"x\", list = [] })}",
		"broken.tftpl":    "${",
		"policy.tftpl":    "{\n  \"Resource\": \"${arn}\",\n  \"Action\": \"s3:*\"\n}\n",
		"sub/main.tf":     "variable \"name\" {}\noutput \"x\" { value = templatefile(\"${path.module}/t.tftpl\", { name = var.name }) }\n",
		"sub/t.tftpl":     "<${name}>",
		"count.tftpl":     "%{ if on }yes%{ else }no%{ endif }",
		"functions.tftpl": "${upper(name)} ${jsonencode({ a = name })}",
	}
	for _, c := range []struct{ expression, want string }{
		{`templatefile("hello.tftpl", { name = "you", list = [1, 2] })`, `"Hello, you! 1 2\n"`},
		{`templatefile("hello.tftpl", { name = var.v, list = [] })`, `"Hello, ${var.v}!\n"`},
		{`templatefile("hello.tftpl", { name = "you" })`, `invalid(there is no attribute "list")`},
		{`templatefile("outside.tftpl", { v = 1 })`, `invalid(there is no attribute "var")`},
		{`templatefile("outside.tftpl", { var = { v = 1 } })`, `1`},
		{`templatefile("nested.tftpl", {})`, `invalid(a template cannot render another one)`},
		{`templatefile("missing.tftpl", {})`, `invalid(there is no file missing.tftpl)`},
		{`templatefile("${var.v}.tftpl", {})`, `unknown(the files do not decide which file is read)`},
		{`templatefile("count.tftpl", { on = var.v })`, `"yes" if var.v or "no" if !var.v`},
		{`templatefile("count.tftpl", var.v)`, `"yes" if var.v.on or "no" if !var.v.on`},
		{`templatefile("functions.tftpl", { name = "a" })`, `"A {\"a\":\"a\"}"`},
		{`templatestring("$${a}-$${b}", { a = 1, b = var.v })`, `"1-${var.v}"`},
		{`templatestring(var.v, {})`, `unknown(the files do not decide the text of a template)`},
		{`templatestring("x", [])`, `invalid(the variables of a template must be an object)`},
		{`module.sub.x`, `"<me>"`},
	} {
		t.Run(c.expression, func(t *testing.T) {
			files["main.tf"] = "variable \"v\" {}\nmodule \"sub\" {\n  source = \"./sub\"\n  name = \"me\"\n}\noutput \"x\" { value = " + c.expression + " }\n"
			if got := root(t, files).Output("x").String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestPlacesInsideText holds that JSON within text knows where its pieces are written.
func TestPlacesInsideText(t *testing.T) {
	for name, c := range map[string]struct{ files, want map[string]string }{
		"heredoc": {
			map[string]string{"main.tf": `variable "v" {}
output "x" {
  value = <<-EOT
    {
      "Resource": "arn:${var.v}:x",
      "Action": "s3:*"
    }
  EOT
}
`}, map[string]string{"Resource": "main.tf:5:19", "Action": "main.tf:6:17"},
		},
		"file": {
			map[string]string{
				"main.tf":     `output "x" { value = file("policy.json") }`,
				"policy.json": "{\n  \"Resource\": \"*\",\n  \"Action\": \"s3:*\"\n}\n",
			}, map[string]string{"Resource": "policy.json:2:15", "Action": "policy.json:3:13"},
		},
		"template file": {
			map[string]string{
				"main.tf":      `output "x" { value = templatefile("policy.tftpl", { arn = "*" }) }`,
				"policy.tftpl": "{\n  \"Resource\": \"${arn}\",\n  \"Action\": \"s3:*\"\n}\n",
			}, map[string]string{"Resource": "policy.tftpl:2:15", "Action": "policy.tftpl:3:13"},
		},
		"jsonencode": {
			map[string]string{"main.tf": "output \"x\" {\n  value = jsonencode({\n    Resource = \"*\"\n    Action = \"s3:*\"\n  })\n}\n"},
			map[string]string{"Resource": "main.tf:3:16", "Action": "main.tf:4:14"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := root(t, c.files)
			v, err := graph.ParseJSON(r.Output("x"))
			o, ok := v.Object()
			if err != nil || !ok {
				t.Fatalf("%v is no JSON: %v", r.Output("x"), err)
			}
			for key, want := range c.want {
				e, _ := o.Get(key)
				if got := r.Files.Location(e.At()).String(); got != want {
					t.Errorf("%s is at %s, want %s", key, got, want)
				}
			}
		})
	}
}
