package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariables(t *testing.T) {
	for _, c := range []struct{ name, declaration, argument, want string }{
		{"the argument", `variable "v" {}`, `v = "x"`, `"x"`},
		{"the default", `variable "v" { default = "d" }`, ``, `"d"`},
		{"null is a value", `variable "v" { default = "d" }`, `v = null`, `null`},
		{"null is the default", "variable \"v\" {\n default = \"d\"\n nullable = false\n}", `v = null`, `"d"`},
		{"nothing", `variable "v" {}`, ``, `${module.m.var.v}`},
		{"a number as text", `variable "v" { type = string }`, `v = 12`, `"12"`},
		{"text as a number", `variable "v" { type = number }`, `v = "12"`, `12`},
		{"text as a boolean", "variable \"v\" {\n type = bool\n default = \"true\"\n}", ``, `true`},
		{"a tuple as a set", `variable "v" { type = set(string) }`, `v = ["b", "a", "b"]`, `["a", "b"]`},
		{
			"what cannot be converted", `variable "v" { type = number }`, `v = "x"`,
			`invalid(cannot convert "x" to number; given string must be a decimal representation of a number)`,
		},
		{
			"optional attributes", `variable "v" { type = object({ a = string, b = optional(string, "d"), c = optional(number) }) }`,
			`v = { a = 1, e = 2 }`, `{"a": "1", "b": "d", "c": null}`,
		},
		{"attributes of a resource", `variable "v" { type = object({ id = string }) }`, `v = a_b.x`, `${a_b.x}`},
		{"a type that nobody knows", `variable "v" { type = strange(string) }`, `v = 1`, `1`},
		{"sensitive and ephemeral", "variable \"v\" {\n sensitive = true\n ephemeral = true\n}", `v = 1`, `1`},
		{"a hole passed on", `variable "v" { type = string }`, `v = var.unset`, `${var.unset}`},
		{"a choice", `variable "v" { type = string }`, `v = var.unset == "a" ? 1 : 2`, `"1" if var.unset == "a" or "2" if !(var.unset == "a")`},
		{"a cycle", `variable "v" {}`, `v = module.m.v`, `unknown(module.m.output.v refers to itself)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := root(t, map[string]string{
				"main.tf": "variable \"unset\" {}\nresource \"a_b\" \"x\" {}\nmodule \"m\" {\n  source = \"./m\"\n  " + c.argument +
					"\n}\noutput \"x\" { value = module.m.v }\n",
				"m/main.tf": c.declaration + "\noutput \"v\" { value = var.v }\n",
			})
			if got := r.Output("x").String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestAllowedValues holds that a validation which lists the values of a variable limits it.
func TestAllowedValues(t *testing.T) {
	for _, c := range []struct {
		condition string
		want      []string
	}{
		{`contains(["a", "b"], var.v)`, []string{"a", "b"}},
		{`(contains(["a", "b"], var.v)) && length(var.v) == 1`, []string{"a", "b"}},
		{`contains(local.list, var.v)`, []string{"c"}},
		{`contains(["a"], lower(var.v))`, nil},
		{`contains(["a"], var.v) || true`, nil},
		{`contains([var.w], var.v)`, nil},
		{`contains([], var.v)`, nil},
		{`length(var.v) > 0`, nil},
	} {
		t.Run(c.condition, func(t *testing.T) {
			v := root(t, map[string]string{"main.tf": `
variable "w" {}
variable "v" {
  validation {
    condition     = ` + c.condition + `
    error_message = "no"
  }
}
locals { list = ["c"] }
output "x" { value = var.v }
`}).Output("x")
			if diff := cmp.Diff(c.want, v.Identity().Allowed); diff != "" {
				t.Error(diff)
			}
		})
	}
	r := root(t, map[string]string{"main.tf": `
variable "v" {
  validation {
    condition = contains(["a", "b"], var.v)
  }
}
output "x" { value = [var.v == "c", { a = 1, b = 2, c = 3 }[var.v]] }
`})
	if got, want := r.Output("x").String(), `[false, 1 if var.v == "a" or 2 if var.v == "b"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestHints holds that a hole says what would decide it.
func TestHints(t *testing.T) {
	declarations := `
variable "v" {}
data "a_b" "x" {}
resource "a_b" "x" {}
module "m" {
  source = "acme/m/aws"
}
module "n" { source = "./n" }
`
	for expression, want := range map[string]string{
		`var.v`:               "pass --var v=… or give the variable a default",
		`lower(var.v)`:        "pass --var v=… or give the variable a default",
		`var.v.a[0]`:          "pass --var v=… or give the variable a default",
		`data.a_b.x.id`:       "it is read from the cloud by data.a_b.x",
		`a_b.x.id`:            "it is known once a_b.x exists",
		`module.m.id`:         "run terraform init, so that the module can be read",
		`module.n.v`:          "module.n needs an argument v",
		`local.missing`:       "local.missing is not declared in .",
		`a_b.missing.id`:      "a_b.missing is not declared in .",
		`terraform.workspace`: "it depends on how Terraform is run",
		`path.cwd`:            "it depends on where Terraform is run",
	} {
		v := root(t, map[string]string{
			"main.tf": declarations + "output \"x\" { value = " + expression + " }\n", "n/main.tf": "variable \"v\" {}\noutput \"v\" { value = var.v }\n",
		}).Output("x")
		if id := v.Identity(); id == nil || id.Hint != want || id.Root != "." {
			t.Errorf("%s: %+v, want the hint %q", expression, id, want)
		}
	}
}
