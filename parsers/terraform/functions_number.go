package terraform

import (
	"strconv"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
)

// fnParseInt is parseint(text, base), which wants text.
func fnParseInt(c *invocation) graph.Value {
	switch c.args[0].Kind() {
	case graph.KindNumber, graph.KindBool, graph.KindList, graph.KindMap:
		return c.invalid("the first argument must be text")
	}
	return c.whenKnown(func(args []graph.Value) graph.Value {
		const longest = 1 << 10
		if text, _ := args[0].Text(); len(text) > longest {
			return graph.Unknown("the number has more than " + strconv.Itoa(longest) + " digits")
		}
		return callCty(stdlib.ParseIntFunc, args...)
	})
}

// fnSum is sum(list).
func fnSum(c *invocation) graph.Value {
	elements, ok := c.args[0].Elements()
	if !ok && !undecidedKind(c.args[0]) || ok && len(elements) == 0 && !c.args[0].IsOpen() {
		return c.invalid("a list of at least one number is required")
	}
	return c.whenKnown(func(args []graph.Value) graph.Value {
		elements, _ := args[0].Elements()
		total := graph.Int(0)
		for _, e := range elements {
			if e.IsNull() || e.Kind() == graph.KindBool {
				return c.invalid("a list of numbers is required")
			}
			if total = callCty(stdlib.AddFunc, total, convertTo(e, cty.Number)); total.Kind() != graph.KindNumber {
				return total
			}
		}
		return total
	})
}
