package graph

import (
	"strings"
	"testing"
)

func TestDerived(t *testing.T) {
	a := &Identity{Root: "r", Name: "var.a", Hint: "pass --var a"}
	b := &Identity{Root: "s", Name: "var.a"}
	global := &Identity{Name: "AWS::Region"}
	for _, c := range []struct {
		name string
		id   *Identity
		want string
	}{
		{"call", Derived("lower", Hole(a)), "lower(var.a)"},
		{"text is not the hole", Derived("f", Template(Part{Hole: a}), String("b")), `f("${var.a}", "b")`},
		{"operation", Derived("*", Hole(Derived("+", Hole(a), Int(1))), Int(2)), "((var.a + 1) * 2)"},
		{"a set is no list", Derived("f", List(Hole(a)).AsSet()), "f(toset([${var.a}]))"},
		{"negation", Derived("-", Hole(a)), "(-var.a)"},
		{"of everywhere", Derived("f", Hole(global), Hole(a)), "f(AWS::Region, var.a)"},
	} {
		if c.id.Name != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.id.Name, c.want)
		}
	}
	if id := Derived("lower", Hole(a)); id.Root != "r" || id.Hint != "pass --var a" {
		t.Errorf("%+v has not the root and hint of its argument", id)
	}
	long := strings.Repeat("x", 1000)
	if id := Derived("f", Hole(a), String(long)); len(id.Name) > 400 {
		t.Errorf("a name of %d bytes", len(id.Name))
	}
	for _, differ := range [][2]*Identity{
		{Derived("f", Hole(a), Hole(b)), Derived("f", Hole(b), Hole(a))},
		{Derived("f", Hole(a)), Derived("f", Hole(b))},
		{Derived("f", Hole(a)), Derived("f", Template(Part{Hole: a}))},
		{Derived("f", Hole(a), String("${var.a}")), Derived("f", Hole(a), Template(Part{Hole: a}))},
		{Derived("f", Hole(a), String(long)), Derived("f", Hole(a), String(long+"y"))},
		{Derived("f", Hole(a), String(long)), Derived("g", Hole(a), String(long))},
	} {
		if differ[0].Same(differ[1]) {
			t.Errorf("%s and %s are the same", differ[0], differ[1])
		}
	}
	if !Derived("f", Hole(a), String(long)).Same(Derived("f", Hole(a), String(long))) {
		t.Error("equal calls differ")
	}
}
