package terraform

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// evaluator is what the modules of one root share.
type evaluator struct {
	Options
	ctx    context.Context
	loader *loader

	nesting     int    // evaluations that are under way
	steps       int    // evaluations so far
	spent       string // why evaluation has ended before its time
	doubts      int    // see doubt
	strict      bool   // what has a part that fails fails, as in try; elsewhere the other parts are of use
	loops       int    // for expressions that are under way
	iterations  int    // of the outermost of them
	names       int    // that fresh has given
	modulesMade int
	pending     []*instance // whose Region nobody has evaluated yet
	calling     source.Span // the function call that is under way
	templates   map[string]hclsyntax.Expression
	globbed     map[string][]string      // see glob
	manifest    map[string]string        // see installed
	spare       []map[string]graph.Value // see entryMap

	varFiles     []*variableFile // see variableFiles
	varFilesRead bool
}

// The bounds of one evaluation. They are far beyond what people write; whoever meets one gets a diagnostic, and the rest goes on.
const (
	maxNesting = 20_000    // of expressions, references included
	maxSteps   = 1 << 22   // expressions of one root
	maxWeight  = 1_000_000 // values inside one value
)

// enter begins the evaluation of an expression, and says why if it must not.
func (e *evaluator) enter(s *scope, x hclsyntax.Expression) string {
	switch e.steps++; {
	case e.spent != "":
		return e.spent
	case e.steps > maxSteps:
		e.spent = "the evaluation of this root takes more than " + strconv.Itoa(maxSteps) + " steps"
		e.exceeded(s.place(x.Range()), e.spent)
		return e.spent
	case e.steps%4096 == 0 && e.ctx.Err() != nil:
		e.spent = "the evaluation was interrupted"
		return e.spent
	case e.nesting >= maxNesting:
		why := "expressions refer to each other more than " + strconv.Itoa(maxNesting) + " times in a row"
		e.exceeded(s.place(x.Range()), why)
		return why
	}
	e.nesting++
	return ""
}

func (e *evaluator) leave() { e.nesting-- }

// exceeded tells that a bound was exceeded, and is what such a value is worth.
func (e *evaluator) exceeded(at source.Span, message string) graph.Value {
	e.report("limit", at, message)
	return graph.Unknown(message)
}

func (e *evaluator) report(code string, at source.Span, message string) {
	e.loader.report(source.Error, code, at, message)
}

// weighed is v unless it holds so many values that nobody can go through them.
func (e *evaluator) weighed(v graph.Value) graph.Value {
	n := 0
	if v.Walk(func(graph.Value) bool { n++; return n <= maxWeight }) {
		return v
	}
	return e.exceeded(v.At(), "a value holds more than "+strconv.Itoa(maxWeight)+" others")
}

// doubt says that the expression that is being evaluated may fail, as far as the files decide: an attribute of a hole may not exist.
// try and can ask for it.
func (e *evaluator) doubt() { e.doubts++ }

// doubtUnless says so of an operation unless what it works on is wholly known.
func (e *evaluator) doubtUnless(values ...graph.Value) {
	for _, v := range values {
		if !v.Known() {
			e.doubt()
			return
		}
	}
}

// fresh is an identity for something of which nothing is known, not even whether it is always the same.
func (e *evaluator) fresh(name, why string) *graph.Identity {
	e.names++
	return &graph.Identity{Root: e.Dir, Name: name + "#" + strconv.Itoa(e.names), Hint: why}
}

// unnamed is the value of an expression of which nothing is known, as a hole that is like no other.
func (e *evaluator) unnamed(x hclsyntax.Expression, why string) graph.Value {
	return graph.Hole(e.fresh(e.text(x.Range()), why))
}

// maxName bounds the text of an expression in a name.
const maxName = 60

// oneLine is the text of an expression as part of a name.
func oneLine(src []byte) string {
	text := strings.Join(strings.Fields(string(src[:min(len(src), 4*maxName)])), " ")
	if r := []rune(text); len(r) > maxName {
		return string(r[:maxName-1]) + "…"
	}
	return text
}
