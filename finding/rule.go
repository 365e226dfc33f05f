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
	// OffByDefault says that the check runs only when it is named.
	OffByDefault bool
}
