package iam

import "github.com/iacscan/iacscan/graph"

// answer is a three-valued answer that also follows the guards of choices: must is a condition under which the answer is yes for sure,
// may one without which it is no. must implies may.
type answer struct{ must, may graph.Guard }

func yes() answer    { return answer{graph.Always(), graph.Always()} }
func no() answer     { return answer{graph.Never(), graph.Never()} }
func unsure() answer { return answer{graph.Never(), graph.Always()} }

func answerOf(t graph.Truth) answer {
	switch t {
	case graph.True:
		return yes()
	case graph.False:
		return no()
	default:
		return unsure()
	}
}

func (a answer) and(b answer) answer {
	return answer{graph.And(a.must, b.must), graph.And(a.may, b.may)}
}

func (a answer) or(b answer) answer {
	return answer{graph.Or(a.must, b.must), graph.Or(a.may, b.may)}
}

func (a answer) not() answer { return answer{graph.Not(a.may), graph.Not(a.must)} }

// when is a under a condition, else no.
func (a answer) when(g graph.Guard) answer {
	return answer{graph.And(g, a.must), graph.And(g, a.may)}
}

// unless is a under a condition, else yes.
func (a answer) unless(g graph.Guard) answer {
	return answer{graph.Or(graph.Not(g), a.must), graph.Or(graph.Not(g), a.may)}
}

// truth is the answer whatever the guards turn out to be.
func (a answer) truth() graph.Truth {
	switch {
	case a.must.Decide() == graph.True:
		return graph.True
	case a.may.Decide() == graph.False:
		return graph.False
	}
	return graph.Undecided
}
