package terraform

import (
	"time"

	"github.com/iacscan/iacscan/graph"
)

// fnTimeCompare is timecmp(a, b): -1, 0 or 1.
func fnTimeCompare(c *invocation) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		var times [2]time.Time
		for i, a := range args {
			text, _ := convertText(a).Text()
			t, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return c.invalid("not a valid RFC 3339 timestamp: " + text)
			}
			times[i] = t
		}
		return graph.Int(times[0].Compare(times[1]))
	})
}
