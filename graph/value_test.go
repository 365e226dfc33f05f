package graph

import "testing"

func TestEqual(t *testing.T) {
	region, env := &Identity{Name: "var.region"}, &Identity{Name: "var.env"}
	sub := func(parts ...any) Value {
		var ps []Part
		for _, p := range parts {
			switch p := p.(type) {
			case string:
				ps = append(ps, Part{Literal: p})
			case *Identity:
				ps = append(ps, Part{Hole: p})
			}
		}
		return Template(ps...)
	}
	one, two := &Identity{Name: "var.one", Allowed: []string{"a"}}, &Identity{Name: "var.two", Allowed: []string{"a", "b"}}
	subnet := &Resource{Address: "aws_subnet.a", Root: "."}
	for _, c := range []struct {
		name string
		v, w Value
		want Truth
	}{
		{"literals", String("a"), String("a"), True},
		{"different literals", String("a"), String("b"), False},
		{"string and number", String("1"), Int(1), False},
		{"null and null", Null(), Null(), True},
		{"null and string", Null(), String(""), False},
		{"one hole", Hole(region), Hole(region), True},
		{"one hole, named twice", Hole(region), Hole(&Identity{Name: "var.region"}), True},
		{"two holes", Hole(region), Hole(env), Undecided},
		{"the same name in two roots", Hole(region), Hole(&Identity{Name: "var.region", Root: "b"}), Undecided},
		{"a hole and a literal", Hole(region), String("eu-west-1"), Undecided},
		{"a hole that can only be the literal", Hole(one), String("a"), True},
		{"a literal that the hole cannot be", String("c"), Hole(two), False},
		{"a literal that the hole can be", Hole(two), String("a"), Undecided},
		{"the same template", sub("x.", region, ".s3"), sub("x.", region, ".s3"), True},
		{"suffixes differ", sub("x.", region, ".s3"), sub("x.", env, ".sts"), False},
		{"prefixes differ", sub("aws.", region), sub("com.", region), False},
		{"a literal that is too short", sub("a", region, "b"), String("a"), False},
		{"a literal that may fit", sub("a", region, "b"), String("a-b"), Undecided},
		{"the same reference", Reference(subnet, "id"), Reference(subnet, "id"), True},
		{"lists of different length", List(Hole(region)), List(), False},
		{"open lists", List().AsOpen(), List(), Undecided},
		{"lists with a difference", List(Hole(region), String("a")), List(Hole(region), String("b")), False},
		{"a choice whose cases agree", Choice(Case{Holds(env), String("a")}, Case{Not(Holds(env)), String("b")}), String("c"), False},
		{"a choice whose cases do not", Choice(Case{Holds(env), String("a")}, Case{Not(Holds(env)), String("b")}), String("a"), Undecided},
		{
			"the same choice", Choice(Case{Holds(env), String("a")}, Case{Not(Holds(env)), String("b")}),
			Choice(Case{Holds(env), String("a")}, Case{Not(Holds(env)), String("b")}), True,
		},
		{"unknown", Unknown("x"), Unknown("x"), Undecided},
		{"an attribute may be null", Reference(subnet, "outpost_arn"), Null(), Undecided},
		{"an attribute may be a list", Reference(subnet, "tags"), List(), Undecided},
		{"a resource is not null", Reference(subnet, ""), Null(), False},
		{"sets whose elements may be the same", List(Hole(region), String("b")).AsSet(), List(String("a"), String("b")).AsSet(), Undecided},
		{"sets whose elements may be one", List(Hole(region), String("b")).AsSet(), List(String("b")).AsSet(), Undecided},
		{"one set", List(Hole(region), String("b")).AsSet(), List(Hole(region), String("b")).AsSet(), True},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Equal(c.v, c.w); got != c.want {
				t.Errorf("Equal(%v, %v) = %v, want %v", c.v, c.w, got, c.want)
			}
			if got := Equal(c.w, c.v); got != c.want {
				t.Errorf("Equal(%v, %v) = %v, want %v", c.w, c.v, got, c.want)
			}
		})
	}
}

func TestChoiceDropsWhatCannotBe(t *testing.T) {
	on := Holds(&Identity{Name: "var.on"})
	v := Choice(Case{on, String("a")}, Case{And(on, Not(on)), String("b")})
	if got, ok := v.Text(); !ok || got != "a" {
		t.Errorf("got %v, want the only case that can be", v)
	}
	if got := Choice(Case{on, String("a")}, Case{Not(on), String("a")}); got.Kind() != KindString {
		t.Errorf("got %v, want equal cases merged", got)
	}
}

func TestOneHoleTemplateIsText(t *testing.T) {
	id := &Identity{Name: "var.x"}
	v := Template(Part{Hole: id})
	if v.Kind() != KindTemplate || v.Identity() != id {
		t.Errorf("got kind %d, identity %v", v.Kind(), v.Identity())
	}
}

func TestKeyed(t *testing.T) {
	key := Template(Part{Literal: "a."}, Part{Hole: &Identity{Name: "region"}})
	v := Map(NewObject(map[string]Value{"b": Int(1)})).WithKeyed([]Entry{{key, Int(2)}})
	if got, want := v.String(), `{"b": 1, "a.${region}": 2}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	entries, all := v.Keyed()
	if len(entries) != 1 || !all || !v.IsOpen() || v.Known() {
		t.Errorf("entries %v, all %v, open %v, known %v", entries, all, v.IsOpen(), v.Known())
	}
	if _, all = v.AsOpen().Keyed(); all {
		t.Error("an open map is said to be complete")
	}
	if got := Equal(v, Map(NewObject(map[string]Value{"b": Int(1), "a.x": Int(2)}))); got != Undecided {
		t.Errorf("equality with a map that it may be is %v", got)
	}
	names := 0
	v.Identities(func(*Identity) { names++ })
	if names != 1 {
		t.Errorf("%d identities", names)
	}
}

func TestWhyOpen(t *testing.T) {
	for _, c := range []struct {
		name string
		v    Value
		want string
	}{
		{"a list that is open for a reason", List(String("a")).AsOpenFor("it depends on var.x"), "it depends on var.x"},
		{"one that is open without", List().AsOpen(), ""},
		{"one that is not", List(String("a")), ""},
		{"a set", List().AsSet().AsOpenFor("it depends on var.x"), ""},
		{"a reason that looks like a set", List().AsOpenFor("set"), ""},
		{"a map", Map(NewObject(nil)).AsOpenFor("it depends on var.x"), ""},
		{"an unknown value", Unknown("why"), ""},
	} {
		if got := c.v.WhyOpen(); got != c.want || c.v.Kind() == KindList && c.v.IsSet() != (c.name == "a set") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
