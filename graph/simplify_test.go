package graph

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestGuardsAreSimplified(t *testing.T) {
	env, on := &Identity{Name: "env"}, &Identity{Name: "on"}
	listed := &Identity{Name: "size", Allowed: []string{"s", "m", "l"}}
	for _, c := range []struct {
		g    Guard
		want string
	}{
		{And(Not(When(env, "a")), When(env, "b")), `env == "b"`},
		{Or(When(env, "a"), Not(When(env, "a"))), "true"},
		{And(When(env, "a"), When(env, "b")), "false"},
		{And(Or(When(env, "a"), When(env, "b")), Not(When(env, "a"))), `env == "b"`},
		{Or(Not(When(env, "a")), When(env, "b")), `!(env == "a")`},
		{And(Not(When(listed, "s")), Not(When(listed, "m"))), `!(size == "s" || size == "m")`},
		{Or(And(Holds(on), When(env, "a")), And(Holds(on), Not(When(env, "a")))), `on && env == "a" || on && !(env == "a")`},
	} {
		if got := c.g.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// A simplified formula means what the formula means that it was made from.
func TestSimplifyingChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ids := []*Identity{{Name: "a"}, {Name: "b"}, {Name: "c", Allowed: []string{"1", "2", "3"}}, {Name: "d"}}
	var formulaOf func(depth int) *formula
	formulaOf = func(depth int) *formula {
		if depth == 0 || r.IntN(4) == 0 {
			id := ids[r.IntN(len(ids))]
			values := []string{"1", "2"}
			if id.Name == "d" {
				values = []string{"true", "false"}
			}
			return &formula{op: '=', atom: Atom{id, values[r.IntN(2)]}}
		}
		if r.IntN(3) == 0 {
			return &formula{op: '!', args: []*formula{formulaOf(depth - 1)}}
		}
		f := &formula{op: []byte{'&', '|'}[r.IntN(2)]}
		for range 2 + r.IntN(3) {
			f.args = append(f.args, formulaOf(depth-1))
		}
		return f
	}
	smaller := 0
	for range 2000 {
		f := formulaOf(4)
		g := simplified(f)
		// Every atom of the formula takes part in the comparison, so that both are judged over the same values.
		var all []Guard
		Guard{f}.Atoms(func(a Atom) {
			all = append(all, Guard{&formula{op: '|', args: []*formula{{op: '=', atom: a}, {op: '!', args: []*formula{{op: '=', atom: a}}}}}})
		})
		world := Guard{&formula{op: '&', args: formulas(all)}}
		both := func(g Guard) Guard {
			if g.f == nil {
				return world
			}
			return Guard{&formula{op: '&', args: []*formula{world.f, g.f}}}
		}
		if Implies(both(Guard{f}), both(g)) != True || Implies(both(g), both(Guard{f})) != True {
			t.Fatalf("%s became %s", Guard{f}, g)
		}
		if g.f == nil || g.f.atoms() < f.atoms() {
			smaller++
		}
	}
	if smaller == 0 {
		t.Error("nothing was simplified")
	}
}

func formulas(guards []Guard) []*formula {
	out := make([]*formula, len(guards))
	for i, g := range guards {
		out[i] = g.f
	}
	return out
}

func TestSimplifiedFormulasStaySmall(t *testing.T) {
	id := &Identity{Name: "env"}
	g := When(id, "0")
	for i := range 200 {
		g = Or(And(g, Not(When(id, fmt.Sprint(i%7)))), And(Not(g), When(id, fmt.Sprint(i%5))))
	}
	if n := len(g.String()); n > 200 {
		t.Errorf("the formula has %d bytes: %s", n, g)
	}
	var many []Guard
	for i := range 1000 {
		many = append(many, Holds(&Identity{Name: fmt.Sprint("a", i)}))
	}
	g = Or(many...)
	if n := len(g.String()); n > 200 || g.Decide() != Undecided || Implies(g, g) != True || Implies(g, Or(many...)) != Undecided {
		t.Errorf("a formula of 1000 atoms is %s", g)
	}
}
