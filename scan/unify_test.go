package scan

import (
	"testing"

	"github.com/iacscan/iacscan/graph"
)

// TestUnifies holds which names are taken for one another when nothing else can be meant.
func TestUnifies(t *testing.T) {
	n := 0
	// name is text in which each * is a hole of its own.
	name := func(text string) graph.Value {
		var parts []graph.Part
		literal := ""
		for _, r := range text {
			if r != '*' {
				literal += string(r)
				continue
			}
			n++
			parts = append(parts, graph.Part{Literal: literal}, graph.Part{Hole: &graph.Identity{Root: "r", Name: string(rune('a' + n))}})
			literal = ""
		}
		return graph.Template(append(parts, graph.Part{Literal: literal})...)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"*-vpc-id", "platform-vpc-id", true},
		{"*-vpc-id", "*-vpc-id", true},
		{"net-*", "net-*-vpc", true},
		{"*-vpc-*", "*-vpc-*", true},
		{"*-vpc-*", "prod-vpc-1", true},
		{"*-vpc", "prod-*", false}, // nothing in common but that both are names
		{"*", "prod-vpc", false},
		{"*", "*", false},
		{"/*", "/*/*", false}, // what separates says nothing
		{"*-a-*", "*-a-*", false},
		{"{{resolve:ssm:*}}", "{{resolve:ssm:*}}", false},
		{"{{resolve:ssm:/*/vpc}}", "{{resolve:ssm:/prod/vpc}}", true},
	} {
		a, b := name(c.a), name(c.b)
		if got := unifies(a, b); got != c.want || unifies(b, a) != c.want {
			t.Errorf("%s and %s: %v, want %v", c.a, c.b, got, c.want)
		}
	}
	if unifies(graph.Null(), name("a-*")) || unifies(graph.Unknown("why"), name("a-*")) {
		t.Error("what is no name is taken for one")
	}
}
