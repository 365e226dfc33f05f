package finding

import (
	"cmp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/source"
)

// Verdict is a check's answer for one resource.
type Verdict string

// The verdicts. Unknown means that the files do not decide it; the reason says what would.
const (
	Fail    Verdict = "fail"
	Unknown Verdict = "unknown"
	Pass    Verdict = "pass"
)

// Finding is one verdict of one check, for one resource or for instances of one declaration that share it. Its JSON form is a contract.
type Finding struct {
	CheckID  string   `json:"check_id"`
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	Verdict  Verdict  `json:"verdict"`
	// Resource is the address inside its root module or stack, of the first instance.
	Resource string `json:"resource"`
	// ResourceType is the canonical (CloudFormation) type.
	ResourceType string `json:"resource_type"`
	Language     string `json:"language"`
	// Message is made from check, verdict and details alone, so that instances of one declaration share it.
	Message string `json:"message"`
	// Reason says why the verdict is unknown and what would decide it.
	Reason      string          `json:"reason,omitempty"`
	Location    source.Location `json:"location"`
	Declaration source.Location `json:"declaration"`
	Related     []Related       `json:"related,omitempty"`
	// Instances are all addresses that share the finding, sorted.
	Instances []string `json:"instances,omitempty"`
	// Roots are the roots that they were found in.
	Roots     []string       `json:"roots,omitempty"`
	Scenarios []string       `json:"scenarios,omitempty"`
	Details   map[string]any `json:"details,omitempty"`
	// Fingerprint stays the same when lines move, files are renamed or instances change.
	Fingerprint string       `json:"fingerprint"`
	Suppression *Suppression `json:"suppression,omitempty"`

	// Trace is the way of the value that decided the finding, from the attribute to where it is written. It is there when the scan was
	// asked for it. It holds all that the attribute depends on.
	Trace []Related `json:"-"`
	// Way is the part of Trace that leads straight from the attribute to where the deciding value is written, or as far as it does not
	// fork: each step continues the one before.
	Way []Related `json:"-"`
	// Declared is the address inside the module or template, without keys; the fingerprint is made from it.
	Declared string `json:"-"`
}

// Related is another place that matters to a finding.
type Related struct {
	Message  string          `json:"message"`
	Location source.Location `json:"location"`
}

// Suppression says why a finding does not count.
type Suppression struct {
	Kind    string `json:"kind"` // "inline", "config" or "baseline"
	Reason  string `json:"reason,omitempty"`
	Expires string `json:"expires,omitempty"` // the last day, 2027-01-31
}

// Compare orders findings as reports print them: path, line, check, resource.
func Compare(a, b Finding) int {
	return cmp.Or(
		a.Location.Compare(b.Location),
		strings.Compare(a.CheckID, b.CheckID),
		strings.Compare(a.Resource, b.Resource),
		strings.Compare(string(a.Verdict), string(b.Verdict)),
		strings.Compare(string(a.Severity), string(b.Severity)),
		strings.Compare(a.Message, b.Message),
		slices.Compare(a.Roots, b.Roots),
		slices.Compare(a.Scenarios, b.Scenarios),
	)
}
