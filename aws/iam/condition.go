package iam

import (
	"math/big"
	"net/netip"
	"strings"
	"time"

	"github.com/iacscan/iacscan/graph"
)

// operator is a condition operator: what compares, and the modifiers around it.
type operator struct {
	test      *test
	negated   bool // …NotEquals, …NotLike, NotIpAddress
	ifExists  bool // …IfExists
	forAll    bool // ForAllValues:
	forAny    bool // ForAnyValue:
	checkNull bool // Null
}

// test is what an operator compares by, without its modifiers.
type test struct {
	// variables says that policy variables in the value are expanded.
	variables bool
	// wild says that the value has wildcards.
	wild bool
	// compare decides whether a value of the request passes the test against a value of the policy.
	compare func(e *evaluator, t *test, policy, request graph.Value) graph.Truth
	// same says that a value passes the test against itself.
	same bool
	// probe lists values that tell the outcomes of the test against known text apart, for a requester who chooses.
	probe func(text string) []string
}

var tests = map[string]*test{
	"stringequals":             {compare: compareText, variables: true, same: true},
	"stringequalsignorecase":   {compare: compareFolded, variables: true, same: true},
	"stringlike":               {compare: compareText, variables: true, wild: true, same: true},
	"arnequals":                {compare: compareARN, variables: true, wild: true, same: true},
	"arnlike":                  {compare: compareARN, variables: true, wild: true, same: true},
	"bool":                     {compare: compareKnown(equalBool), same: true, probe: probeBool},
	"binaryequals":             {compare: compareText, same: true},
	"ipaddress":                {compare: compareKnown(inNetwork), same: true, probe: probeAddress},
	"numericequals":            {compare: compareKnown(compareNumbers(0)), same: true, probe: probeNumber},
	"numericlessthan":          {compare: compareKnown(compareNumbers(-1)), probe: probeNumber},
	"numericlessthanequals":    {compare: compareKnown(compareNumbers(-1, 0)), same: true, probe: probeNumber},
	"numericgreaterthan":       {compare: compareKnown(compareNumbers(1)), probe: probeNumber},
	"numericgreaterthanequals": {compare: compareKnown(compareNumbers(1, 0)), same: true, probe: probeNumber},
	"dateequals":               {compare: compareKnown(compareDates(0)), same: true, probe: probeDate},
	"datelessthan":             {compare: compareKnown(compareDates(-1)), probe: probeDate},
	"datelessthanequals":       {compare: compareKnown(compareDates(-1, 0)), same: true, probe: probeDate},
	"dategreaterthan":          {compare: compareKnown(compareDates(1)), probe: probeDate},
	"dategreaterthanequals":    {compare: compareKnown(compareDates(1, 0)), same: true, probe: probeDate},
}

// negations are the operators that are the negation of another one.
var negations = map[string]string{
	"stringnotequals": "stringequals", "stringnotequalsignorecase": "stringequalsignorecase", "stringnotlike": "stringlike",
	"arnnotequals": "arnequals", "arnnotlike": "arnlike", "notipaddress": "ipaddress",
	"numericnotequals": "numericequals", "datenotequals": "dateequals",
}

// parseOperator reads an operator: [ForAllValues:|ForAnyValue:]name[IfExists], in any case.
func parseOperator(name string) (operator, bool) {
	var op operator
	name = strings.ToLower(name)
	if rest, ok := strings.CutPrefix(name, "forallvalues:"); ok {
		name, op.forAll = rest, true
	} else if rest, ok := strings.CutPrefix(name, "foranyvalue:"); ok {
		name, op.forAny = rest, true
	}
	if name == "null" {
		op.checkNull = true
		return op, true
	}
	name, op.ifExists = strings.CutSuffix(name, "ifexists")
	if positive, ok := negations[name]; ok {
		name, op.negated = positive, true
	}
	op.test = tests[name]
	return op, op.test != nil
}

// condition decides a condition for the request.
func (e *evaluator) condition(c Condition) answer {
	op, ok := parseOperator(c.Operator)
	if !ok {
		return unsure()
	}
	operand := e.operand(c.Key)
	if op.checkNull {
		return e.null(operand, c.Values)
	}
	switch operand.State {
	case absent:
		return answerOf(graph.TruthOf(op.ifExists || op.forAll || op.negated && !op.forAny))
	case given:
	default:
		return unsure()
	}
	if op.forAll && operand.Optional {
		return yes()
	}
	if len(operand.Values) == 0 { // a key without values
		return answerOf(graph.TruthOf(op.forAll || op.negated && !op.forAny))
	}
	// A negated operator holds when no value of the policy matches. Over several values of the request, ForAllValues asks for every
	// one, ForAnyValue for one; without either, a negated operator asks for every one and another one for one.
	every := op.forAll || op.negated && !op.forAny
	result := answerOf(graph.TruthOf(every))
	for _, request := range operand.Values {
		passes := e.passes(op, c.Values, request)
		if every {
			result = result.and(passes)
		} else {
			result = result.or(passes)
		}
	}
	return result
}

// passes decides an operator for one value of the request.
func (e *evaluator) passes(op operator, values Element, request graph.Value) answer {
	matches := no()
	for _, item := range values.Items {
		t := op.test.compare(e, op.test, item.Value, request)
		if op.test.same && t == graph.Undecided && sameHole(item.Value, request) {
			t = graph.True
		}
		if op.negated && t == graph.False && op.test.variables && e.unset(item.Value) {
			t = graph.Undecided // AWS does not say what differs from a variable without a value
		}
		matches = matches.or(answerOf(t).when(item.When))
	}
	if op.negated {
		return matches.not()
	}
	return matches
}

// null decides the operator Null.
func (e *evaluator) null(operand Operand, values Element) answer {
	var missing graph.Truth
	switch operand.State {
	case absent:
		missing = graph.True
	case given:
		missing = graph.False
	default:
	}
	result := no()
	for _, item := range values.Items {
		want, ok := item.Value.Bool()
		if !ok {
			result = result.or(unsure().when(item.When))
			continue
		}
		t := missing
		if !want {
			t = missing.Not()
		}
		result = result.or(answerOf(t).when(item.When))
	}
	return result
}

// sameHole reports whether two values are one and the same undecided thing.
func sameHole(v, w graph.Value) bool {
	a, b := v.Identity(), w.Identity()
	return a != nil && a.Same(b)
}

func compareText(e *evaluator, t *test, policy, request graph.Value) graph.Truth {
	return match(e.compile(policy, t.wild, t.variables, false), textOf(request, false))
}

func compareFolded(e *evaluator, t *test, policy, request graph.Value) graph.Truth {
	return match(e.compile(policy, t.wild, t.variables, true), textOf(request, true))
}

func compareARN(e *evaluator, t *test, policy, request graph.Value) graph.Truth {
	return matchARN(e.compile(policy, t.wild, t.variables, false), textOf(request, false))
}

// compareKnown makes a comparison that holes leave undecided. Text that the operator cannot read never passes.
func compareKnown(passes func(policy, request string) bool) func(*evaluator, *test, graph.Value, graph.Value) graph.Truth {
	return func(_ *evaluator, _ *test, policy, request graph.Value) graph.Truth {
		p, ok := policy.Text()
		r, ok2 := request.Text()
		if !ok || !ok2 {
			return graph.Undecided
		}
		return graph.TruthOf(passes(p, r))
	}
}

func equalBool(policy, request string) bool { return strings.EqualFold(policy, request) }

// inNetwork decides IpAddress: the value is an address or a block of them.
func inNetwork(policy, request string) bool {
	address, err := netip.ParseAddr(request)
	if err != nil {
		return false
	}
	network, err := parseNetwork(policy)
	return err == nil && network.Contains(address)
}

func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}

// compareNumbers passes where the comparison of the request's number with the policy's is one of some signs.
func compareNumbers(signs ...int) func(policy, request string) bool {
	return func(policy, request string) bool {
		p, ok := parseNumber(policy)
		r, ok2 := parseNumber(request)
		return ok && ok2 && contains(signs, r.Cmp(p))
	}
}

// parseNumber reads a decimal number without an exponent, so that no text makes a huge one.
func parseNumber(text string) (*big.Rat, bool) {
	const maxDigits = 64
	if len(text) > maxDigits || strings.Trim(text, "0123456789.+-") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// compareDates passes as compareNumbers does. A date is one of ISO 8601's forms or seconds since 1970.
func compareDates(signs ...int) func(policy, request string) bool {
	return func(policy, request string) bool {
		p, ok := parseDate(policy)
		r, ok2 := parseDate(request)
		return ok && ok2 && contains(signs, r.Compare(p))
	}
}

func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15Z07:00", time.DateOnly, "2006-01", "2006"} {
		if layout == "2006" && len(text) != len(layout) {
			continue
		}
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	if seconds, ok := parseNumber(text); ok && seconds.IsInt() && seconds.Num().IsInt64() {
		return time.Unix(seconds.Num().Int64(), 0), true
	}
	return time.Time{}, false
}

func contains(signs []int, sign int) bool {
	for _, s := range signs {
		if s == sign {
			return true
		}
	}
	return false
}

func probeBool(string) []string { return []string{"true", "false"} }

func probeAddress(text string) []string {
	network, err := parseNetwork(text)
	if err != nil {
		return nil
	}
	last := network.Addr()
	if outside := last.Prev(); outside.IsValid() {
		return []string{network.Addr().String(), outside.String()}
	}
	return []string{network.Addr().String()}
}

func probeNumber(text string) []string {
	n, ok := parseNumber(text)
	if !ok {
		return nil
	}
	one := big.NewRat(1, 1)
	const digits = 6
	return []string{text, new(big.Rat).Add(n, one).FloatString(digits), new(big.Rat).Sub(n, one).FloatString(digits)}
}

func probeDate(text string) []string {
	t, ok := parseDate(text)
	if !ok {
		return nil
	}
	return []string{text, t.AddDate(0, 0, 1).Format(time.RFC3339), t.AddDate(0, 0, -1).Format(time.RFC3339)}
}
