package cloudformation

import (
	"fmt"
	"maps"

	"github.com/iacscan/iacscan/internal/nearest"
)

// suggest completes a message about an unknown name with the known one that it most resembles, if any does.
func suggest[V any](name string, known map[string]V) string {
	if near := nearest.Name(name, maps.Keys(known)); near != "" {
		return fmt.Sprintf(": did you mean %s?", near)
	}
	return ""
}
