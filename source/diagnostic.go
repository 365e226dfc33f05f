package source

import (
	"slices"
	"strings"
	"sync"
)

// Level grades a [Diagnostic].
type Level string

// The levels. An error means that something which mattered could not be read, parsed or evaluated within bounds: it makes the exit
// status 3. A warning or a note never does.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Note    Level = "note"
)

// Diagnostic is a problem with the input, as opposed to a finding about what the input declares. The message says what is wrong and
// what to do about it.
type Diagnostic struct {
	Level    Level    `json:"level"`
	Code     string   `json:"code"` // short and stable, "hcl-syntax"
	Message  string   `json:"message"`
	Location Location `json:"location,omitzero"`
}

// Diagnostics collects problems; the same one is kept once. The zero value is ready, a nil one swallows what it is told, and both are
// safe for concurrent use.
type Diagnostics struct {
	mu   sync.Mutex
	list []Diagnostic
	seen map[Diagnostic]bool
}

// Add keeps a diagnostic.
func (d *Diagnostics) Add(diagnostic Diagnostic) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen[diagnostic] {
		return
	}
	if d.seen == nil {
		d.seen = map[Diagnostic]bool{}
	}
	d.seen[diagnostic] = true
	d.list = append(d.list, diagnostic)
}

// Any reports whether one of a level was added.
func (d *Diagnostics) Any(level Level) bool {
	return slices.ContainsFunc(d.All(), func(diagnostic Diagnostic) bool { return diagnostic.Level == level })
}

// All returns what was added, ordered by place, code and message.
func (d *Diagnostics) All() []Diagnostic {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	all := slices.Clone(d.list)
	slices.SortFunc(all, func(a, b Diagnostic) int {
		if c := a.Location.Compare(b.Location); c != 0 {
			return c
		}
		if c := strings.Compare(a.Code, b.Code); c != 0 {
			return c
		}
		return strings.Compare(a.Message, b.Message)
	})
	return all
}
