package finding

// Rule is what people read about a check: its stable names, and the documentation in Markdown that also appears in SARIF and in the
// terminal.
type Rule struct {
	ID       string   // "SMN-101"; stable, never reused
	Slug     string   // "domain-public-internet-access"; stable
	Title    string   // one sentence without a full stop
	Severity Severity // the default; a finding's own may be lower or higher
	Doc      string   // Markdown
	Tags     []string
	// Counterparts are the rules of other tools about the same setting.
	Counterparts []Counterpart
	// OffByDefault says that the check runs only when it is named.
	OffByDefault bool
}

// Counterpart is a rule of another tool about the setting that a rule is about. What the two say of it may differ.
type Counterpart struct {
	Tool string `json:"tool"` // "AWS Config"
	ID   string `json:"id"`   // as the tool calls it
}

// The tools that counterparts are of.
const (
	AWSConfig   = "AWS Config"
	SecurityHub = "AWS Security Hub"
	Checkov     = "Checkov"
	KICS        = "KICS"
)
