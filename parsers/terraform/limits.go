package terraform

import "fmt"

// The limits keep hostile input away from hclsyntax: deep nesting overflows the stack there, which nothing can recover from, and it
// joins the pieces of a template in quadratic time. Nothing that people write comes near them.
const (
	// maxDepth is how deep brackets and template sequences may nest.
	maxDepth = 250
	// maxOperators is how many operators may be pending at once, which bounds how deep a syntax tree is: `!!!!x`, `a + b + c + d`,
	// `a ? b : c ? d : e`.
	maxOperators = 5000
	// maxJoin is the work of joining the templates of a block, in bytes that are moved; a second or two. A heredoc of 5,000 lines of 60
	// bytes comes near it.
	maxJoin = 2_000_000_000
)

// measure is what the limits apply to.
type measure struct {
	depth     int // of brackets and template sequences
	operators int // most operators that are pending at once
	join      int // see maxJoin
}

// add counts a template of so many literal pieces (lines of a heredoc, text between dollar signs). For each piece the parser copies
// the text so far, and moves the slice of what is left.
func (m *measure) add(pieces, bytes int) { m.join += pieces * (bytes + 16*pieces) }

// excess says which limit is exceeded; empty when none is.
func (m measure) excess() string {
	switch {
	case m.depth > maxDepth:
		return fmt.Sprintf("brackets nest deeper than %d levels", maxDepth)
	case m.operators > maxOperators:
		return fmt.Sprintf("an expression has more than %d operators", maxOperators)
	case m.join > maxJoin:
		return "a template is too long"
	}
	return ""
}
