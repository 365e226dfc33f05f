package tfplan

import (
	"fmt"
	"strings"
	"testing"
)

// referring is a plan of a resource aws_x.x with one argument that the plan does not know, and an expression for it in `configuration`. Beside
// it are two VPCs and a list of subnets, and a module with outputs.
func referring(argument, unknown, expression string) string {
	resource := func(address, values string) string {
		at := strings.Split(strings.TrimPrefix(withoutKeys(address), "module.net."), ".")
		return fmt.Sprintf(`{"address": %q, "mode": "managed", "type": %q, "name": %q, "values": %s}`, address, at[0], at[1], values)
	}
	return `{"format_version": "1.2", "terraform_version": "1.11.4",
	"variables": {"known": {"value": true}, "subnets": {"value": ["subnet-9"]}},
	"planned_values": {"root_module": {"resources": [` + strings.Join([]string{
		resource("aws_vpc.a", `{}`), resource("aws_vpc.b", `{}`), resource("aws_subnet.a", `{}`), resource("aws_subnet.b[0]", `{}`),
		resource("aws_iam_role.r", `{"name": "r"}`), resource("aws_x.x", `{}`), resource("aws_loop.a", `{}`), resource("aws_loop.b", `{}`),
	}, ",") + `], "child_modules": [{"address": "module.net", "resources": [` + resource("module.net.aws_vpc.this", "{}") + `]}]}},
	"resource_changes": [
		{"address": "aws_x.x", "change": {"actions": ["create"], "after_unknown": {"` + argument + `": ` + unknown + `}}},
		{"address": "aws_loop.a", "change": {"actions": ["create"], "after_unknown": {"vpc_id": true}}},
		{"address": "aws_loop.b", "change": {"actions": ["create"], "after_unknown": {"vpc_id": true}}}],
	"configuration": {"root_module": {
		"resources": [
			{"address": "aws_x.x", "expressions": {"` + argument + `": ` + expression + `}},
			{"address": "aws_loop.a", "expressions": {"vpc_id": {"references": ["aws_loop.b.vpc_id", "aws_loop.b"]}}},
			{"address": "aws_loop.b", "expressions": {"vpc_id": {"references": ["aws_loop.a.vpc_id", "aws_loop.a"]}}}],
		"module_calls": {"net": {
			"expressions": {
				"vpc": {"references": ["aws_vpc.a.id", "aws_vpc.a"]}, "on": {"constant_value": true},
				"loop": {"references": ["module.net.loop", "module.net"]}},
			"module": {
				"resources": [{"address": "aws_vpc.this"}],
				"outputs": {
					"id": {"expression": {"references": ["aws_vpc.this.id", "aws_vpc.this", "var.on"]}},
					"given": {"expression": {"references": ["var.vpc"]}},
					"part": {"expression": {"references": ["var.vpc.x", "var.vpc"]}},
					"loop": {"expression": {"references": ["var.loop"]}}},
				"variables": {"vpc": {}, "on": {}, "loop": {}}}}}}}}`
}

func TestReferences(t *testing.T) {
	for _, c := range []struct{ argument, unknown, references, want string }{
		{"vpc_id", "true", "aws_vpc.a.id aws_vpc.a", "aws_vpc.a.id"},
		{"vpc_id", "true", "aws_vpc.a", "unknown"},                                     // which attribute?
		{"vpc_id", "true", "aws_vpc.a.id aws_vpc.a aws_vpc.b.id aws_vpc.b", "unknown"}, // which of them?
		{"vpc_id", "true", "var.known aws_vpc.a.id aws_vpc.a", "aws_vpc.a.id"},         // what is known is not unknown
		{"vpc_id", "true", "local.vpc", "unknown"},                                     // may be either VPC
		{"vpc_id", "true", "local.vpc aws_vpc.a.id aws_vpc.a", "unknown"},              // may be either VPC
		{"vpc_id", "true", "var.undeclared", "unknown"},                                //
		{"vpc_id", "true", "each.value", "unknown"},                                    //
		{"vpc_id", "true", "aws_vpc.gone.id aws_vpc.gone", "unknown"},                  //
		{"vpc_id", "true", "module.net.id module.net", "module.net.aws_vpc.this.id"},   // through an output
		{"vpc_id", "true", "module.net.given module.net", "aws_vpc.a.id"},              // and an input
		{"vpc_id", "true", "module.net.part module.net", "unknown"},                    //
		{"vpc_id", "true", "module.net.none module.net", "unknown"},                    //
		{"vpc_id", "true", "module.net.loop module.net", "unknown"},                    // around in a circle
		{"vpc_id", "true", "aws_loop.a.vpc_id aws_loop.a", "unknown"},                  // around in a circle
		{"vpc_id", "true", "aws_subnet.b[0].vpc_id aws_subnet.b[0] aws_subnet.b", "aws_subnet.b[0].vpc_id"},
		{"name", "true", "aws_vpc.a.id aws_vpc.a", "unknown"}, // "${aws_vpc.a.id}-x" is as likely
		{"policy", "true", "aws_iam_role.r.arn aws_iam_role.r", "unknown"},
		{"execution_role", "true", "aws_iam_role.r.arn aws_iam_role.r", "aws_iam_role.r.arn"},
		{"execution_role", "true", "aws_iam_role.r.name aws_iam_role.r", "unknown"},
		{"subnets", "true", "aws_subnet.a.id aws_subnet.a", "[aws_subnet.a.id]"},
		{"subnet_ids", "true", "aws_subnet.a.id aws_subnet.a aws_subnet.b[0].id aws_subnet.b[0] aws_subnet.b", "[aws_subnet.a.id, aws_subnet.b[0].id]"},
		{"subnet_ids", "true", "aws_subnet.a.id aws_subnet.a var.subnets", "[aws_subnet.a.id, …]"},
		{"subnet_ids", "true", "var.known aws_subnet.a.id aws_subnet.a aws_subnet.b[0].id aws_subnet.b[0] aws_subnet.b", "unknown"},
		{"subnet_ids", "true", "aws_subnet.b", "unknown"}, // [for s in aws_subnet.b : s.id if …]
		{"subnet_ids", "[true, true]", "aws_subnet.a.id aws_subnet.a aws_subnet.b[0].id aws_subnet.b[0]", "[aws_subnet.a.id, aws_subnet.b[0].id]"},
		{"subnet_ids", "[true, true]", "aws_subnet.a.id aws_subnet.a", "[unknown, unknown]"},
		{"subnet_ids", "true", "", "unknown"},
	} {
		t.Run(c.argument+" "+c.references, func(t *testing.T) {
			quoted := []string{}
			for _, r := range strings.Fields(c.references) {
				quoted = append(quoted, fmt.Sprintf("%q", r))
			}
			text := referring(c.argument, c.unknown, `{"references": [`+strings.Join(quoted, ", ")+`]}`)
			if strings.HasPrefix(c.unknown, "[") {
				text = strings.Replace(text, `"name": "x", "values": {}`, `"name": "x", "values": {"`+c.argument+`": [null, null]}`, 1)
			}
			p := load(t, map[string]string{"plan.json": text})
			for _, d := range p.Diagnostics.All() {
				t.Fatal(d.Message)
			}
			got := written(p.byAddress["aws_x.x"].Attribute(c.argument))
			for strings.Contains(got, "unknown: ") {
				start := strings.Index(got, "unknown: ")
				end := start + len(got[start:])
				if i := strings.Index(got[start:], " configuration"); i >= 0 {
					end = start + i + len(" configuration")
				}
				got = got[:start] + "unknown" + got[end:]
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// A chain of references that is longer than the bound, and would not fit on a stack, ends.
func TestLongChain(t *testing.T) {
	var planned, changes, settings []string
	const n = 20_000
	for i := range n {
		name := fmt.Sprintf("aws_x.x%d", i)
		next := fmt.Sprintf("aws_x.x%d", (i+1)%n)
		planned = append(planned, fmt.Sprintf(`{"address": %q, "mode": "managed", "type": "aws_x", "name": "x%d", "values": {}}`, name, i))
		changes = append(changes, fmt.Sprintf(`{"address": %q, "change": {"actions": ["create"], "after_unknown": {"vpc_id": true}}}`, name))
		settings = append(settings, fmt.Sprintf(`{"address": %q, "expressions": {"vpc_id": {"references": ["%s.vpc_id", %q]}}}`, name, next, next))
	}
	p := load(t, map[string]string{"plan.json": `{"format_version": "1.2", "terraform_version": "1.11.4",
		"planned_values": {"root_module": {"resources": [` + strings.Join(planned, ",") + `]}},
		"resource_changes": [` + strings.Join(changes, ",") + `],
		"configuration": {"root_module": {"resources": [` + strings.Join(settings, ",") + `]}}}`})
	if got := written(p.byAddress["aws_x.x0"].Attribute("vpc_id")); !strings.HasPrefix(got, "unknown: ") {
		t.Error(got)
	}
}
