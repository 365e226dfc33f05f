// Package nearest finds the name that somebody meant who wrote another.
package nearest

import (
	"iter"
	"strings"
)

// Name is the known name that differs least from name, empty when none differs in a third of its letters or fewer. Of equally near
// ones it is the first in order.
func Name(name string, known iter.Seq[string]) string {
	best, least := "", len(name)/3+1
	for k := range known {
		d := distance(strings.ToLower(name), strings.ToLower(k), least)
		if d < least || d == least && best != "" && k < best {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete, change or swap with their neighbour that makes b of a; bound+1 when it is more
// than bound.
func distance(a, b string, bound int) int {
	if len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
