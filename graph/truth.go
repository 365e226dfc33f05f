package graph

// Truth is the answer to a question that the files may leave open.
type Truth uint8

// The answers. The zero Truth is Undecided.
const (
	Undecided Truth = iota
	False
	True
)

// TruthOf is the Truth of a known boolean.
func TruthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Not swaps true and false.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Undecided
}

// And is Kleene's conjunction: false when either is false.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == False || u == False:
		return False
	case t == True && u == True:
		return True
	}
	return Undecided
}

// Or is Kleene's disjunction: true when either is true.
func (t Truth) Or(u Truth) Truth { return t.Not().And(u.Not()).Not() }

// String is "true", "false" or "undecided".
func (t Truth) String() string { return [...]string{"undecided", "false", "true"}[t] }
