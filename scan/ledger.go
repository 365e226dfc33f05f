package scan

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/internal/config"
	"github.com/iacscan/iacscan/internal/nearest"
	"github.com/iacscan/iacscan/source"
)

// ledger keeps what the suppressions of one scan do, in whichever world: what the configuration says of them, and which of them
// suppressed something. It is safe for concurrent use.
type ledger struct {
	diagnostics *source.Diagnostics
	policy      config.Policy
	today       string // 2026-11-21
	latest      string // the last day that the policy lets a suppression end on; empty without a bound
	entries     []*entry
	runs        []*checks.Check

	mu    sync.Mutex
	marks map[mark]*use
	noted bool            // some world was judged
	vpcs  map[string]bool // names in the configuration that some network has
}

// mark is one check that one suppression names. Line and path are where it is written.
type mark struct {
	path  string
	line  int
	check string
}

// use is what became of a mark.
type use struct {
	at         source.Location
	suppressed bool // a finding, or would have had it not expired
	doubtful   bool // another input that the scan does not look at may need it
}

// entry is a suppression of the configuration.
type entry struct {
	config.Suppression
	resource *regexp.Regexp
	works    bool
}

func newLedger(o Options, chosen []*checks.Check, diagnostics *source.Diagnostics) *ledger {
	now := time.Now()
	l := &ledger{
		diagnostics: diagnostics, policy: o.Config.Policy, today: now.Format(time.DateOnly), runs: chosen,
		marks: map[mark]*use{}, vpcs: map[string]bool{},
	}
	if l.policy.MaxAge > 0 {
		l.latest = now.AddDate(0, 0, l.policy.MaxAge).Format(time.DateOnly)
	}
	for _, s := range o.Config.Suppressions {
		e := &entry{Suppression: s, resource: addressPattern(s.Resource)}
		for _, check := range s.Checks {
			l.name(check, s.At)
		}
		e.works = l.works(strings.Join(s.Checks, ", "), s.Until, s.Reason, s.At)
		l.entries = append(l.entries, e)
	}
	return l
}

// addressPattern matches addresses; * stands for any text, since the address of an instance holds brackets and slashes. Nil for none.
func addressPattern(text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, ".*") + "$")
}

// warn names a problem with a suppression.
func (l *ledger) warn(code string, at source.Location, format string, args ...any) {
	l.diagnostics.Add(source.Diagnostic{Level: source.Warning, Code: code, Message: fmt.Sprintf(format, args...), Location: at})
}

// name warns when no check is called as a suppression says.
func (l *ledger) name(check string, at source.Location) {
	var known []string
	for _, c := range checks.All() {
		if names(check, c.Rule) {
			return
		}
		known = append(known, c.ID, c.Slug)
	}
	advice := "`iacscan checks list` lists them"
	if near := nearest.Name(check, slices.Values(known)); near != "" {
		advice = "did you mean " + near + "?"
	}
	l.warn("suppression-unknown-check", at, "no check is called %s: %s", check, advice)
}

// works reports whether a suppression has not ended and fulfils the policy, and warns when it does not.
func (l *ledger) works(of, until, reason string, at source.Location) bool {
	switch {
	case until != "" && until < l.today:
		l.warn("suppression-expired", at, "the suppression of %s ended on %s and no longer works: renew it or mend what it hides", of, until)
	case l.policy.RequireReason && reason == "":
		l.warn("suppression-reason", at, "the suppression of %s gives no reason, which the configuration requires, and does not work: say why", of)
	case l.latest != "" && until == "":
		l.warn("suppression-age", at, "the suppression of %s has no end, which the configuration requires, and does not work: end it on %s at the latest",
			of, l.latest)
	case l.latest != "" && until > l.latest:
		l.warn("suppression-age", at, "the suppression of %s ends on %s, later than the configuration allows, and does not work: end it on %s at the latest",
			of, until, l.latest)
	default:
		return true
	}
	return false
}

// use keeps that a suppression of a check did something, or that it could have.
func (l *ledger) use(check string, at source.Location, change func(*use)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := mark{at.Path, at.StartLine, check}
	if l.marks[m] == nil {
		l.marks[m] = &use{at: at}
	}
	change(l.marks[m])
}

func suppressed(u *use) { u.suppressed = true }

// configured is the suppression of a rule's finding by the configuration, nil when there is none. The paths are those at which a comment
// would suppress it.
func (l *ledger) configured(rule finding.Rule, address string, paths []string) *finding.Suppression {
	var first *finding.Suppression
	for _, e := range l.entries {
		if e.resource != nil && !e.resource.MatchString(address) ||
			e.Path != "" && !slices.ContainsFunc(paths, func(p string) bool { return covers(e.Path, p) }) {
			continue
		}
		for _, check := range e.Checks {
			if !names(check, rule) {
				continue
			}
			l.use(check, e.At, suppressed)
			if e.works && first == nil {
				first = &finding.Suppression{Kind: "config", Reason: e.Reason, Expires: e.Until}
			}
		}
	}
	return first
}

// covers reports whether a glob matches a path or a directory above it.
func covers(glob, name string) bool {
	ok, _ := doublestar.Match(glob, name) // Parse has seen to it that it is a glob
	if !ok {
		ok, _ = doublestar.Match(glob+"/**", name)
	}
	return ok
}

// note keeps the suppressions that stand in what was judged in a world, and the networks that the configuration names. Doubtful says that
// there are inputs to its roots that the scan does not look at.
func (l *ledger) note(s *suppressor, w *world, view *aws.World, doubtful bool) {
	keep := func(check string, at source.Location) {
		l.use(check, at, func(u *use) { u.doubtful = u.doubtful || doubtful })
	}
	seen := map[source.Span]bool{}
	keepIn := func(block source.Span) {
		if block.IsZero() || seen[block] {
			return
		}
		seen[block] = true
		f := w.graph.Files.File(block.File)
		if comments := s.comments(f); len(comments) > 0 {
			last := f.Line(int(max(block.Start+1, block.End)) - 1)
			for line := f.Line(int(block.Start)); line <= last; line++ {
				for _, c := range comments[line] {
					for _, check := range c.checks {
						keep(check, c.at)
					}
				}
			}
		}
	}
	for _, r := range w.graph.Resources {
		if !w.judges(r) || r.Exists.Decide() == graph.False {
			continue
		}
		keepIn(r.Block)
		for _, c := range r.Calls {
			keepIn(c.Block)
		}
		for _, c := range s.metadata(r) {
			keep(c.checks[0], c.at)
		}
	}
	for _, e := range l.entries {
		for _, check := range e.Checks {
			keep(check, e.At)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noted = true
	for _, name := range view.NamedVPCs() {
		l.vpcs[name] = true
	}
}

// nameUnused warns of suppressions that suppressed nothing, although what they name was judged, and of networks that nothing is called
// after. Seen reports whether a scan saw everything that the suppressions in a file, or those of the configuration, can be for.
func (l *ledger) nameUnused(c *Config, seen func(name string) bool) {
	for m, u := range l.marks {
		if !u.suppressed && !u.doubtful && l.judged(m.check) && seen(m.path) {
			l.warn("suppression-unused", u.at, "the suppression of %s suppresses nothing: remove it", m.check)
		}
	}
	if !seen(c.Path) || !l.judged("*") || !l.noted {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(c.AWS.VPCs)) {
		if !l.vpcs[name] {
			l.warn("config-vpc", c.VPCsAt[name], "nothing that was judged is in a VPC called %s: call it as findings do", name)
		}
	}
}

// judged reports whether the checks that a pattern names ran. Those that are off by default do not count for a glob over several.
func (l *ledger) judged(pattern string) bool {
	some := false
	for _, c := range checks.All() {
		if !names(pattern, c.Rule) {
			continue
		}
		ran := slices.ContainsFunc(l.runs, func(r *checks.Check) bool { return r.ID == c.ID })
		if !ran && !c.OffByDefault {
			return false
		}
		some = some || ran
	}
	return some
}

// seesAll reports for a path whether a scan looks at everything in its repository, or for the configuration in the directory that it
// holds for, with no input but the files'.
func (e *evaluator) seesAll(name string) bool {
	o := e.options
	top := cmp.Or(o.Config.Dir, ".")
	if name != o.Config.Path {
		top = e.tree.repositoryOf(name)
	}
	return slices.ContainsFunc(o.Paths, func(p string) bool { return within(top, path.Clean(p)) })
}

// plain reports whether a scan is one of everything that its paths hold but for what the configuration says, so that what it did not find
// is not there.
func (o Options) plain() bool {
	inputs := len(o.VarFiles) + len(o.Vars) + len(o.ParameterFiles) + len(o.Parameters)
	return !o.Changed && len(o.Checks) == 0 && inputs == 0 && len(o.Exclude) == len(o.Config.Exclude)
}
