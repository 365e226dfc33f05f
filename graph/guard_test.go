package graph

import "testing"

func TestGuards(t *testing.T) {
	on, small := &Identity{Name: "var.on"}, &Identity{Name: "var.small"}
	env := &Identity{Name: "var.env"}
	size := &Identity{Name: "var.size", Allowed: []string{"s", "m"}}
	prod, dev := When(env, "prod"), When(env, "dev")

	for _, c := range []struct {
		name string
		a, b Guard
		want Truth
	}{
		{"nothing implies an atom", Always(), Holds(on), Undecided},
		{"an atom implies itself", Holds(on), Holds(on), True},
		{"an atom excludes its negation", Holds(on), Not(Holds(on)), False},
		{"a conjunction implies its parts", And(Holds(on), Holds(small)), Holds(small), True},
		{"a disjunction does not", Or(Holds(on), Holds(small)), Holds(small), Undecided},
		{"one variable has one value", prod, dev, False},
		{"not prod may still be anything else", Not(prod), dev, Undecided},
		{"prod or not prod is always", Always(), Or(prod, Not(prod)), True},
		{"allowed values enumerate", Not(When(size, "s")), When(size, "m"), True},
		{"a value that is not allowed never is", Always(), Not(When(size, "l")), True},
		{"never implies everything", Never(), prod, True},
		{"something never implies never", prod, Never(), False},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Implies(c.a, c.b); got != c.want {
				t.Errorf("Implies(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
			}
		})
	}
}

func TestGuardTooLargeToDecide(t *testing.T) {
	all := Always()
	for i := range 13 {
		all = And(all, Holds(&Identity{Name: string(rune('a' + i))}))
	}
	if got := Implies(all, Holds(&Identity{Name: "a"})); got != Undecided {
		t.Errorf("thirteen atoms were decided to be %v, want undecided", got)
	}
}

func TestGuardText(t *testing.T) {
	on, env := Holds(&Identity{Name: "var.on"}), When(&Identity{Name: "var.env"}, "prod")
	for want, g := range map[string]Guard{
		"true":                        Always(),
		"false":                       Never(),
		"!var.on":                     Not(on),
		`var.on && var.env == "prod"`: And(on, env),
		`!(var.env == "prod")`:        Not(env),
		`(var.on || var.env == "prod") && !var.on`: And(Or(on, env), Not(on)),
	} {
		if got := g.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
