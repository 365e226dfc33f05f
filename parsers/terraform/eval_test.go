package terraform

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/source"
)

// root loads the root module at the root of a file system made of names and contents.
func root(t *testing.T, files map[string]string, options ...func(*Options)) *Root {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	o := Options{Files: source.NewSet(fsys), Diagnostics: &source.Diagnostics{}, Dir: "."}
	for _, option := range options {
		option(&o)
	}
	r := Load(context.Background(), o)
	t.Cleanup(func() {
		for _, d := range r.Diagnostics.All() {
			t.Logf("%s: %s %s: %s", d.Location, d.Level, d.Code, d.Message)
		}
	})
	return r
}

// value is the value of an expression in a module with some declarations.
func value(t *testing.T, declarations, expression string) string {
	t.Helper()
	return root(t, map[string]string{"main.tf": declarations + "\noutput \"x\" {\n  value = " + expression + "\n}\n"}).Output("x").String()
}

func TestExpressions(t *testing.T) {
	const declarations = `
variable "on" {}
variable "env" {}
variable "ids" {}
variable "zone" { default = "a" }
locals {
  list = ["a", "b", "c"]
  map  = { a = 1, b = 2 }
  objs = [{ n = "x", id = 1 }, { n = "y", id = 2 }, { n = "x", id = 3 }]
  none = null
}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
`
	for _, c := range []struct{ expression, want string }{
		{`"text"`, `"text"`},
		{`12`, `12`},
		{`true`, `true`},
		{`null`, `null`},
		{`[1, "a"]`, `[1, "a"]`},
		{`{ a = 1, "b" = 2, (var.zone) = 3 }`, `{"a": 3, "b": 2}`},
		{`{ (var.env) = 1 }`, `{${var.env}: 1}`},
		{`{ a = 1, (var.env) = 2 }`, `{"a": 2 if var.env == "a" or 1 if !(var.env == "a"), ${var.env}: 2, …}`},
		{`{ (var.env) = 2, a = 1 }`, `{"a": 1, ${var.env}: 1 if var.env == "a" or 2 if !(var.env == "a"), …}`},
		{`{ "x-${var.env}" = 1, "y-${var.env}" = 2, z = 3 }`, `{"z": 3, "x-${var.env}": 1, "y-${var.env}": 2}`},
		{`{ "x-${var.env}" = 1 }["x-${var.env}"]`, `1`},
		{`{ "x-${var.env}" = 1 }.y`, `invalid(there is no attribute "y")`},
		{`{ for s in ["s3", "sts"] : "${var.env}.${s}" => s }`, `{"${var.env}.s3": "s3", "${var.env}.sts": "sts"}`},
		{`[for k, v in { "x-${var.env}" = 1 } : "${k}=${v}"]`, `["x-${var.env}=1", …]`},
		{`(("x"))`, `"x"`},

		// Templates keep what is known of a text.
		{`"com.amazonaws.${var.env}.s3"`, `"com.amazonaws.${var.env}.s3"`},
		{`"${var.env}"`, `${var.env}`},
		{`"${var.zone}-${1}-${true}"`, `"a-1-true"`},
		{`"$${x}"`, `"${x}"`},
		{`"${var.on ? "x" : "y"}-z"`, `"x-z" if var.on or "y-z" if !var.on`},
		{`"%{if var.zone == "a"}yes%{else}no%{endif}"`, `"yes"`},
		{`"%{for x in local.list}${x},%{endfor}"`, `"a,b,c,"`},
		{"<<-EOT\n    a\n      ${var.zone}\n    EOT\n", `"a\n  a\n"`},
		{"<<EOT\n  a\nEOT\n", `"  a\n"`},
		{`"x${local.none}"`, `invalid(a template has null in it)`},
		{`"x${local.list}"`, `invalid(a template has a value in it that is no text)`},

		// Conditions.
		{`var.zone == "a" ? "yes" : "no"`, `"yes"`},
		{`var.on ? "yes" : "no"`, `"yes" if var.on or "no" if !var.on`},
		{`var.env == "prod" ? 1 : 2`, `1 if var.env == "prod" or 2 if !(var.env == "prod")`},
		{`!(var.env == "prod" && var.on) ? 1 : 2`, `1 if !(var.env == "prod" && var.on) or 2 if var.env == "prod" && var.on`},
		{`var.on && false`, `false`},
		{`var.on || true`, `true`},
		{`var.on || !var.on`, `true`},
		{`var.on ? (var.on ? 1 : 2) : 3`, `1 if var.on or 3 if !var.on`},
		{`var.on && "1"`, `true if var.on or false if !var.on`},
		{`!1`, `invalid(! is for true and false)`},
		{`{ a = true }[var.env] && var.on`, `invalid(&& and || are for true and false) if !(var.env == "a") or true if var.env == "a" && var.on or false if var.env == "a" && !(var.env == "a" && var.on)`},
		{`var.on ? 1 : 1`, `1 if var.on or 1 if !var.on`},
		{`var.env != "prod"`, `true if !(var.env == "prod") or false if var.env == "prod"`},
		{`"${var.env}-x" == "prod-x"`, `true if var.env == "prod" or false if !(var.env == "prod")`},
		{`"${var.env}-x" == "prod-y"`, `false`},
		{`var.env == var.env`, `true`},
		{`var.env == null`, `true if (var.env == null) or false if !(var.env == null)`},
		{`aws_vpc.v.id == null`, `false`},
		{`local.none == null`, `true`},
		{`local.list == ["a", "b", "c"]`, `true if (["a", "b", "c"] == ["a", "b", "c"]) or false if !(["a", "b", "c"] == ["a", "b", "c"])`},

		// Access.
		{`local.list[1]`, `"b"`},
		{`local.list.1`, `"b"`},
		{`local.list[3]`, `invalid(the list has no element 3)`},
		{`local.map.a`, `1`},
		{`local.map["b"]`, `2`},
		{`local.map.c`, `invalid(there is no attribute "c")`},
		{`local.map[var.env]`, `1 if var.env == "a" or 2 if var.env == "b" or invalid(there is no entry ${var.env}) if !(var.env == "a" || var.env == "b")`},
		{`local.list[var.env]`, `"a" if var.env == "0" or "b" if var.env == "1" or "c" if var.env == "2" or ` +
			`invalid(there is no entry ${var.env}) if !(var.env == "0" || var.env == "1" || var.env == "2")`},
		{`var.ids[0].name`, `${var.ids[0].name}`},
		{`aws_vpc.v.cidr_block`, `"10.0.0.0/16"`},
		{`aws_vpc.v.arn`, `${aws_vpc.v.arn}`},
		{`aws_vpc.v["arn"]`, `${aws_vpc.v.arn}`},
		{`aws_vpc.w.id`, `${aws_vpc.w.id}`},
		{`local.objs[*].n`, `["x", "y", "x"]`},
		{`local.objs.*.n`, `["x", "y", "x"]`},
		{`local.none[*]`, `[]`},
		{`aws_vpc.v[*].id`, `[${aws_vpc.v.id}]`},
		{`var.ids[*].id`, `${var.ids[*].id}`},

		// For expressions.
		{`[for x in local.list : "${x}!"]`, `["a!", "b!", "c!"]`},
		{`[for i, x in local.list : i if x != "b"]`, `[0, 2]`},
		{`[for k, v in local.map : "${k}${v}"]`, `["a1", "b2"]`},
		{`{ for x in local.list : x => 1 }`, `{"a": 1, "b": 1, "c": 1}`},
		{`{ for o in local.objs : o.n => o.id... }`, `{"x": [1, 3], "y": [2]}`},
		{`{ for o in local.objs : o.n => o.id }`, `invalid(two elements of a for expression have the key "x")`},
		{`[for x in local.list : x if x == var.env]`, `["a"] if var.env == "a" or ["b"] if var.env == "b" or ["c"] if var.env == "c" or ` +
			`[] if !(var.env == "a" || var.env == "b" || var.env == "c")`},
		{`[for x in ["a", "b"] : x if var.on || x == "a"]`, `["a", "b"] if var.on or ["a"] if !var.on`},
		{`[for s in var.ids : s.id]`, `${var.ids[*].id}`},
		{`{ for s in var.ids : s.name => s.id }`, `${formap(var.ids, var.ids[*].name, var.ids[*].id)}`},
		{`[for k, v in toset(["a"]) : k]`, `["a"]`},
		{`[for x in local.none : x]`, `invalid(for needs a list or a map)`},

		// try and can.
		{`try(local.map.c, "d")`, `"d"`},
		{`try(local.map.a, "d")`, `1`},
		{`try(var.env, "d")`, `${var.env}`},
		{`try(var.ids.name, "d")`, `${var.ids.name} if can(var.ids.name) or "d" if !can(var.ids.name)`},
		{`try(local.map[var.env], 0)`, `1 if var.env == "a" or 2 if var.env == "b" or 0 if !(var.env == "a" || var.env == "b")`},
		{`can(local.map.c)`, `false`},
		{`can(local.map.a)`, `true`},
		{`can(var.ids.name)`, `true if can(var.ids.name) or false if !can(var.ids.name)`},
		{`try(aws_vpc.v.id, "")`, `${aws_vpc.v.id}`},
	} {
		t.Run(c.expression, func(t *testing.T) {
			if got := value(t, declarations, c.expression); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
