package graph

import (
	"slices"
	"strconv"
)

// Formulas are simplified as they are made: conditions on conditions would grow without end otherwise. One about a single identity
// becomes a set of its values; a larger one is written anew from its truth table when that makes it smaller.
const (
	// plainAtoms is the number of atoms up to which a formula of several identities stays as its author wrote it.
	plainAtoms = 8
	// simpleRows bounds the truth table of a formula that is written anew.
	simpleRows = 1024
	// maxAtoms bounds a formula. What is larger is an atom of its own, of which nothing is known but that it is always the same.
	maxAtoms = 64
)

// simplified is the guard of a formula, in fewer words where that is easy.
func simplified(f *formula) Guard {
	n := f.atoms()
	if n < 2 || n <= plainAtoms && !f.single(f.first()) {
		return Guard{f}
	}
	var t truthTable
	c := t.compile(f)
	if !t.close() || t.rows() > simpleRows {
		return bounded(f, n)
	}
	holds := make([]bool, 0, t.rows())
	for more := true; more; more = t.next() {
		holds = append(holds, c.holds(t.row))
	}
	g := t.rewrite(holds, len(t.ids)-1)
	switch {
	case g.f == nil || len(t.ids) == 1:
		return g
	case g.f.atoms() >= n:
		return bounded(f, n)
	}
	return bounded(g.f, g.f.atoms())
}

func bounded(f *formula, atoms int) Guard {
	if atoms <= maxAtoms {
		return Guard{f}
	}
	return Holds(&Identity{Name: "a condition of " + strconv.Itoa(atoms) + " terms", unsettled: true})
}

func (f *formula) atoms() int {
	if f.op == '=' {
		return 1
	}
	n := 0
	for _, a := range f.args {
		n += a.atoms()
	}
	return n
}

// first is the identity of the first atom.
func (f *formula) first() *Identity {
	for f.op != '=' {
		if len(f.args) == 0 {
			return nil
		}
		f = f.args[0]
	}
	return f.atom.ID
}

// single reports whether all atoms are about one identity.
func (f *formula) single(id *Identity) bool {
	if f.op == '=' {
		return f.atom.ID.Same(id)
	}
	return !slices.ContainsFunc(f.args, func(a *formula) bool { return !a.single(id) })
}

func (t *truthTable) rows() int {
	rows := 1
	for _, d := range t.domains {
		rows *= len(d)
	}
	return rows
}

// rewrite is the guard that holds in some rows. Only the identities up to last vary in them, the last one slowest.
func (t *truthTable) rewrite(holds []bool, last int) Guard {
	if !slices.Contains(holds, !holds[0]) {
		if holds[0] {
			return Always()
		}
		return Never()
	}
	size := len(holds) / len(t.domains[last])
	var blocks [][]bool   // the different behaviours
	var values [][]string // the values of the last identity that lead to each
	for i, v := range t.domains[last] {
		block := holds[i*size : (i+1)*size]
		j := slices.IndexFunc(blocks, func(b []bool) bool { return slices.Equal(b, block) })
		if j < 0 {
			j = len(blocks)
			blocks, values = append(blocks, block), append(values, nil)
		}
		values[j] = append(values[j], v)
	}
	if len(blocks) == 1 {
		return t.rewrite(blocks[0], last-1)
	}
	var either []*formula
	for j, block := range blocks {
		rest := Always()
		if last > 0 {
			rest = t.rewrite(block, last-1)
		} else if !block[0] {
			rest = Never()
		}
		if rest.never() {
			continue
		}
		is := t.among(last, values[j])
		if rest.f != nil {
			is = &formula{op: '&', args: []*formula{is, rest.f}}
		}
		either = append(either, is)
	}
	if len(either) == 1 {
		return Guard{either[0]}
	}
	return Guard{&formula{op: '|', args: either}}
}

// among says that an identity has one of some values, not all of those that it can have.
func (t *truthTable) among(i int, values []string) *formula {
	not := slices.Contains(values, other) || len(t.domains[i]) == 2 && values[0] == "false"
	if not {
		rest := make([]string, 0, len(t.domains[i]))
		for _, v := range t.domains[i] {
			if !slices.Contains(values, v) {
				rest = append(rest, v)
			}
		}
		values = rest
	}
	atoms := make([]*formula, len(values))
	for j, v := range values {
		atoms[j] = &formula{op: '=', atom: Atom{t.ids[i], v}}
	}
	f := atoms[0]
	if len(atoms) > 1 {
		f = &formula{op: '|', args: atoms}
	}
	if not {
		f = &formula{op: '!', args: []*formula{f}}
	}
	return f
}
