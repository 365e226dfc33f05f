package graph

import (
	"testing"
	"unsafe"
)

func TestValueIsSmall(t *testing.T) {
	if got := unsafe.Sizeof(Value{}); got != 48 {
		t.Errorf("a Value has %d bytes, want 48: scans hold millions of them", got)
	}
}
