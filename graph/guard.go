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
	return Guard{&formula{op: '&', args: args}}
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
	return Guard{&formula{op: '|', args: args}}
}

// distinct drops repeated formulas; they are few.
func distinct(fs []*formula) []*formula {
	if len(fs) < 2 {
		return fs
	}
	seen := make(map[string]bool, len(fs))
	out := fs[:0:0]
	for _, f := range fs {
		if k := (Guard{f}).text((*Identity).key); !seen[k] {
			seen[k] = true
			out = append(out, f)
		}
	}
	return out
}

// Decide says whether g holds in every world, in none, or in some.
func (g Guard) Decide() Truth {
	if g.f == nil {
		return True
	}
	return Implies(Always(), g)
}

// Implies decides whether b holds wherever a does: True when it always does, False when a and b exclude each other, else Undecided,
// also when the formulas are too large to try every case. An a that never holds implies everything.
func Implies(a, b Guard) Truth {
	if b.f == nil {
		return True
	}
	t := newTruthTable(a, b)
	if t == nil {
		return Undecided
	}
	always, never, any := true, true, false
	t.each(func(assign map[string]string) {
		if !a.holds(assign) {
			return
		}
		any = true
		if b.holds(assign) {
			never = false
		} else {
			always = false
		}
	})
	switch {
	case always:
		return True
	case never && any:
		return False
	}
	return Undecided
}

// maxRows bounds a truth table: twelve boolean atoms.
const maxRows = 1 << 12

// truthTable lists the identities in some guards, and the values that tell their atoms apart.
type truthTable struct {
	keys    []string
	domains [][]string
}

// other stands for every value that no atom mentions.
const other = "\x00other"

// newTruthTable returns nil when there are too many rows.
func newTruthTable(guards ...Guard) *truthTable {
	t := &truthTable{}
	at := map[string]int{}
	allowed := map[string][]string{}
	var collect func(f *formula)
	collect = func(f *formula) {
		if f.op == '=' {
			k := f.atom.ID.key()
			i, ok := at[k]
			if !ok {
				i = len(t.keys)
				at[k] = i
				t.keys = append(t.keys, k)
				t.domains = append(t.domains, nil)
				allowed[k] = f.atom.ID.Allowed
			}
			if !slices.Contains(t.domains[i], f.atom.Equals) {
				t.domains[i] = append(t.domains[i], f.atom.Equals)
			}
		}
		for _, a := range f.args {
			collect(a)
		}
	}
	for _, g := range guards {
		if g.f != nil {
			collect(g.f)
		}
	}
	rows := 1
	for i, k := range t.keys {
		mentioned := len(t.domains[i])
		isBool := !slices.ContainsFunc(t.domains[i], func(s string) bool { return s != "true" && s != "false" })
		switch {
		case allowed[k] != nil && len(allowed[k]) > mentioned, allowed[k] == nil && !isBool:
			t.domains[i] = append(t.domains[i], other)
		case allowed[k] == nil && isBool:
			t.domains[i] = []string{"true", "false"}
		}
		if rows *= len(t.domains[i]); rows > maxRows {
			return nil
		}
	}
	return t
}

// each calls f with every assignment, one map that changes.
func (t *truthTable) each(f func(assign map[string]string)) {
	assign := make(map[string]string, len(t.keys))
	var rec func(i int)
	rec = func(i int) {
		if i == len(t.keys) {
			f(assign)
			return
		}
		for _, v := range t.domains[i] {
			assign[t.keys[i]] = v
			rec(i + 1)
		}
	}
	rec(0)
}

func (g Guard) holds(assign map[string]string) bool { return g.f == nil || g.f.holds(assign) }

func (f *formula) holds(assign map[string]string) bool {
	switch f.op {
	case '=':
		return assign[f.atom.ID.key()] == f.atom.Equals
	case '!':
		return !f.args[0].holds(assign)
	case '&':
		for _, a := range f.args {
			if !a.holds(assign) {
				return false
			}
		}
		return true
	}
	for _, a := range f.args {
		if a.holds(assign) {
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
