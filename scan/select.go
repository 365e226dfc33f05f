package scan

import (
	"fmt"
	"path"
	"slices"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
)

// names reports whether an id, a slug or a glob over either names a rule.
func names(pattern string, rule finding.Rule) bool {
	if pattern == rule.ID || pattern == rule.Slug {
		return true
	}
	id, _ := path.Match(pattern, rule.ID)
	slug, _ := path.Match(pattern, rule.Slug)
	return id || slug
}

// UnknownCheckError says that nothing is called as a check selection says.
type UnknownCheckError struct{ Pattern string }

func (e *UnknownCheckError) Error() string {
	return fmt.Sprintf("no check is called %s; `iacscan checks list` lists them", e.Pattern)
}

// selectChecks are the checks that run: those that are named, else those that the configuration or by default is on, less those that are
// skipped. A severity in the configuration is the rule's.
func (o Options) selectChecks() ([]*checks.Check, error) {
	all, only, skip := checks.All(), o.Checks, o.SkipChecks
	for _, pattern := range slices.Concat(only, skip) {
		if !slices.ContainsFunc(all, func(c *checks.Check) bool { return names(pattern, c.Rule) }) {
			return nil, &UnknownCheckError{pattern}
		}
	}
	named := func(patterns []string, c *checks.Check) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return names(p, c.Rule) })
	}
	var chosen []*checks.Check
	for _, c := range all {
		setting := o.Config.Checks[c.ID]
		on := !c.OffByDefault
		if setting.Enabled != nil {
			on = *setting.Enabled
		}
		if len(only) > 0 {
			on = named(only, c)
		}
		if !on || named(skip, c) {
			continue
		}
		if setting.Severity != "" {
			graded := *c
			graded.Severity = setting.Severity
			c = &graded
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}
