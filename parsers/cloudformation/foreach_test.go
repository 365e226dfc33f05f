package cloudformation

import "testing"

func TestAlphanumeric(t *testing.T) {
	for in, want := range map[rune]rune{'a': 'a', 'Z': 'Z', '7': '7', '.': -1, '-': -1, 'é': -1} {
		if got := alphanumeric(in); got != want {
			t.Errorf("alphanumeric(%q) = %q, want %q", in, got, want)
		}
	}
}
