package graph

import (
	"slices"
	"strconv"
	"strings"
)

// Guard is a condition: a formula over atoms that the files do not decide. The zero Guard always holds.
type Guard struct{ f *formula }

// Atom says that an identity has a value: a variable equals "prod", a condition equals "true".
type Atom struct {
	ID     *Identity
	Equals string
}

type formula struct {
	op   byte // '=', '!', '&', '|'
	atom Atom
	args []*formula
}

// Always holds.
func Always() Guard { return Guard{} }

// Never does not hold.
func Never() Guard { return Guard{&formula{op: '|'}} }

// When holds when an identity has a value, in text.
func When(id *Identity, equals string) Guard {
	if id.Allowed != nil && !slices.Contains(id.Allowed, equals) {
		return Never()
	}
	return Guard{&formula{op: '=', atom: Atom{id, equals}}}
}

// Holds holds when a boolean identity is true.
func Holds(id *Identity) Guard { return When(id, "true") }

func (g Guard) never() bool { return g.f != nil && g.f.op == '|' && len(g.f.args) == 0 }

// Not is the negation of g.
func Not(g Guard) Guard {
	switch {
	case g.f == nil:
		return Never()
	case g.never():
		return Always()
	case g.f.op == '!':
		return Guard{g.f.args[0]}
	}
	return Guard{&formula{op: '!', args: []*formula{g.f}}}
}

// And holds when all of the guards hold.
func And(guards ...Guard) Guard {
	var args []*formula
	for _, g := range guards {
		switch {
		case g.f == nil:
		case g.never():
			return g
		case g.f.op == '&':
			args = append(args, g.f.args...)
		default:
			args = append(args, g.f)
		}
	}
	switch args = distinct(args); len(args) {
	case 0:
		return Always()
	case 1:
		return Guard{args[0]}
	}
	return simplified(&formula{op: '&', args: args})
}

// Or holds when one of the guards holds.
func Or(guards ...Guard) Guard {
	var args []*formula
	for _, g := range guards {
		switch {
		case g.f == nil:
			return g
		case g.f.op == '|':
			args = append(args, g.f.args...)
		default:
			args = append(args, g.f)
		}
	}
	switch args = distinct(args); len(args) {
	case 0:
		return Never()
	case 1:
		return Guard{args[0]}
	}
	return simplified(&formula{op: '|', args: args})
}

// distinct drops repeated formulas; they are few.
func distinct(fs []*formula) []*formula {
	if len(fs) < 2 {
		return fs
	}
	out := make([]*formula, 0, len(fs))
	for _, f := range fs {
		if !slices.ContainsFunc(out, f.equal) {
			out = append(out, f)
		}
	}
	return out
}

// equal reports whether two formulas are the same, part for part.
func (f *formula) equal(g *formula) bool {
	switch {
	case f == g:
		return true
	case f.op != g.op || len(f.args) != len(g.args):
		return false
	case f.op == '=':
		return f.atom.Equals == g.atom.Equals && f.atom.ID.Same(g.atom.ID)
	}
	return slices.EqualFunc(f.args, g.args, (*formula).equal)
}

func (g Guard) equal(h Guard) bool {
	if g.f == nil || h.f == nil {
		return g.f == h.f
	}
	return g.f.equal(h.f)
}

// Decide says whether g holds in every world, in none, or in some.
func (g Guard) Decide() Truth {
	switch {
	case g.f == nil:
		return True
	case g.f.op == '=' && g.f.atom.ID.Allowed == nil:
		return Undecided
	}
	return Implies(Always(), g)
}

// Implies decides whether b holds wherever a does: True when it always does, False when a and b exclude each other, else Undecided,
// also when the formulas are too large to try every case. An a that never holds implies everything.
func Implies(a, b Guard) Truth {
	if b.f == nil || a.equal(b) {
		return True
	}
	var t truthTable
	f, g := t.compile(a.f), t.compile(b.f)
	if !t.close() {
		return Undecided
	}
	always, never, possible := true, true, false
	for more := true; more && (always || never); more = t.next() {
		if f != nil && !f.holds(t.row) {
			continue
		}
		possible = true
		if g.holds(t.row) {
			never = false
		} else {
			always = false
		}
	}
	switch {
	case always:
		return True
	case never && possible:
		return False
	}
	return Undecided
}

// maxRows bounds a truth table: twelve boolean atoms.
const maxRows = 1 << 12

// truthTable lists the identities in some formulas, and the values that tell their atoms apart.
type truthTable struct {
	ids     []*Identity
	domains [][]string
	row     []int // the value of each identity, as an index into its domain
}

// other stands for every value that no atom mentions.
const other = "\x00other"

// term is a formula whose atoms are positions in a truth table.
type term struct {
	op        byte
	id, value int
	args      []*term
}

// compile adds the atoms of a formula to the table; nil stays nil.
func (t *truthTable) compile(f *formula) *term {
	if f == nil {
		return nil
	}
	c := &term{op: f.op}
	if f.op == '=' {
		c.id, c.value = t.position(f.atom)
		return c
	}
	c.args = make([]*term, len(f.args))
	for i, a := range f.args {
		c.args[i] = t.compile(a)
	}
	return c
}

func (t *truthTable) position(a Atom) (id, value int) {
	id = slices.IndexFunc(t.ids, a.ID.Same)
	if id < 0 {
		id = len(t.ids)
		t.ids = append(t.ids, a.ID)
		t.domains = append(t.domains, nil)
	}
	value = slices.Index(t.domains[id], a.Equals)
	if value < 0 {
		value = len(t.domains[id])
		t.domains[id] = append(t.domains[id], a.Equals)
	}
	return id, value
}

// close completes the domains after the last formula and goes to the first row. It returns false when there are too many rows.
func (t *truthTable) close() bool {
	rows := 1
	for i, id := range t.ids {
		switch domain := t.domains[i]; {
		case id.Allowed != nil:
			if len(id.Allowed) > len(domain) {
				t.domains[i] = append(domain, other)
			}
		case len(domain) == 1 && domain[0] == "true":
			t.domains[i] = append(domain, "false")
		case len(domain) == 1 && domain[0] == "false":
			t.domains[i] = append(domain, "true")
		case slices.ContainsFunc(domain, func(s string) bool { return s != "true" && s != "false" }):
			t.domains[i] = append(domain, other)
		}
		if rows *= len(t.domains[i]); rows > maxRows {
			return false
		}
	}
	t.row = make([]int, len(t.ids))
	return true
}

// next goes to the next row, and returns false after the last one.
func (t *truthTable) next() bool {
	for i := range t.row {
		if t.row[i]++; t.row[i] < len(t.domains[i]) {
			return true
		}
		t.row[i] = 0
	}
	return false
}

func (c *term) holds(row []int) bool {
	switch c.op {
	case '=':
		return row[c.id] == c.value
	case '!':
		return !c.args[0].holds(row)
	case '&':
		for _, a := range c.args {
			if !a.holds(row) {
				return false
			}
		}
		return true
	}
	for _, a := range c.args {
		if a.holds(row) {
			return true
		}
	}
	return false
}

// Atoms calls visit for every atom in g.
func (g Guard) Atoms(visit func(Atom)) {
	var rec func(f *formula)
	rec = func(f *formula) {
		if f.op == '=' {
			visit(f.atom)
		}
		for _, a := range f.args {
			rec(a)
		}
	}
	if g.f != nil {
		rec(g.f)
	}
}

// String is g as a formula: `var.on && !(var.env == "prod")`.
func (g Guard) String() string { return g.text(func(id *Identity) string { return id.Name }) }

func (g Guard) text(name func(*Identity) string) string {
	if g.f == nil {
		return "true"
	}
	var b strings.Builder
	g.f.write(&b, name, 0)
	return b.String()
}

// write writes f; within is the operator around it.
func (f *formula) write(b *strings.Builder, name func(*Identity) string, within byte) {
	switch f.op {
	case '=':
		switch f.atom.Equals {
		case "true":
			b.WriteString(name(f.atom.ID))
		case "false":
			b.WriteString("!" + name(f.atom.ID))
		default:
			if within == '!' {
				b.WriteByte('(')
			}
			b.WriteString(name(f.atom.ID) + " == " + strconv.Quote(f.atom.Equals))
			if within == '!' {
				b.WriteByte(')')
			}
		}
		return
	case '!':
		b.WriteByte('!')
		f.args[0].write(b, name, '!')
		return
	}
	if len(f.args) == 0 {
		b.WriteString("false")
		return
	}
	open := within == '!' || within == '&' && f.op == '|'
	if open {
		b.WriteByte('(')
	}
	for i, a := range f.args {
		if i > 0 {
			b.WriteString(map[byte]string{'&': " && ", '|': " || "}[f.op])
		}
		a.write(b, name, f.op)
	}
	if open {
		b.WriteByte(')')
	}
}
