package finding

import (
	"fmt"
	"strings"

	"github.com/aquasecurity/defsec/pkg/severity"
)

// Severity grades a finding. The names are defsec's, and one of ours.
type Severity string

// The severities, worst first.
const (
	Critical = Severity(severity.Critical)
	High     = Severity(severity.High)
	Medium   = Severity(severity.Medium)
	Low      = Severity(severity.Low)
	Info     = Severity("INFO")
)

// Severities lists every severity, worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// rank is 0 for the worst severity, and past the last one for what is none.
func (s Severity) rank() int {
	for i, t := range Severities() {
		if s == t {
			return i
		}
	}
	return len(Severities())
}

// AtLeast reports whether s is as bad as t or worse.
func (s Severity) AtLeast(t Severity) bool { return s.rank() <= t.rank() }

// Lower is s some levels less bad; it stops at INFO.
func (s Severity) Lower(levels int) Severity {
	all := Severities()
	return all[min(s.rank()+levels, len(all)-1)]
}

// Worst is the worse of two severities; the empty Severity is less bad than any.
func Worst(s, t Severity) Severity {
	if s.AtLeast(t) {
		return s
	}
	return t
}

// ParseSeverity reads a severity in any case.
func ParseSeverity(text string) (Severity, error) {
	for _, s := range Severities() {
		if strings.EqualFold(text, string(s)) {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q is no severity: use one of info, low, medium, high, critical", text)
}
