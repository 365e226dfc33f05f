package report

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// srcRoot is the base that every URI is relative to: the boundary of the scan.
const srcRoot = "%SRCROOT%"

// sarifSeverities says how SARIF and GitHub code scanning grade a severity. GitHub shows the level of a rule that has no
// security-severity, so that INFO is a note there and no security alert.
var sarifSeverities = map[finding.Severity]struct {
	level    string // of results, and of the rule by default
	problem  string // problem.severity, which CodeQL's consumers read
	security string // security-severity, a number from 0 to 10 as text
	rank     float32
}{
	finding.Critical: {"error", "error", "9.5", 95},
	finding.High:     {"error", "error", "8.0", 80},
	finding.Medium:   {"warning", "warning", "5.5", 55},
	finding.Low:      {"note", "recommendation", "3.0", 30},
	finding.Info:     {"note", "recommendation", "", 10},
}

// sarifLimits bound a SARIF file.
type sarifLimits struct {
	results   int // of the run
	locations int // related to a result
	steps     int // of a code flow
	tags      int // of a rule
	gzipped   int // bytes of the file, compressed
}

// githubLimits are what GitHub code scanning takes: more results or steps than these it drops, more of the others it refuses
// ("SARIF results exceed one or more limits" in its documentation). Of the 1,000 locations of a result one is its own.
var githubLimits = sarifLimits{results: 5_000, locations: 999, steps: 1_000, tags: 20, gzipped: 10 << 20}

// writeSARIF writes SARIF 2.1.0 as GitHub code scanning reads it.
func writeSARIF(w io.Writer, r *Report, o Options) error {
	return writeLimitedSARIF(w, r, o, githubLimits)
}

// writeLimitedSARIF leaves out the least severe findings where there are more than the limits allow, and says so in a notification.
func writeLimitedSARIF(w io.Writer, r *Report, o Options, limits sarifLimits) error {
	kept := len(r.Findings)
	for {
		kept = min(kept, limits.results)
		doc, err := newSARIF(r, o, limits, kept)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := encodeJSON(&text, doc); err != nil { // the library's own Write escapes <, > and &
			return err
		}
		size := gzippedSize(text.Bytes(), limits.gzipped)
		if size <= limits.gzipped || kept == 0 {
			_, err := text.WriteTo(w)
			return err
		}
		kept = min(kept-1, int(int64(kept)*int64(limits.gzipped)/int64(size)))
	}
}

// gzippedSize is the size of text compressed, or less than limit when text is smaller than that already.
func gzippedSize(text []byte, limit int) int {
	if len(text) <= limit {
		return len(text)
	}
	var size counter
	z := gzip.NewWriter(&size)
	_, _ = z.Write(text) // a counter does not fail
	_ = z.Close()
	return int(size)
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// The library's objects, except that a result can have an empty list of suppressions: either all results of a run have a list, or none has
// (SARIF 3.27.23).
type (
	sarifReport struct {
		*sarif.Report
		Runs []sarifRun `json:"runs"`
	}
	sarifRun struct {
		*sarif.Run
		Results []sarifResult `json:"results"`
	}
	sarifResult struct {
		*sarif.Result
		Suppressions []*sarif.Suppression `json:"suppressions,omitzero"`
	}
)

// sarifWriter builds one run.
type sarifWriter struct {
	limits     sarifLimits
	baselined  bool
	suppressed bool // some of the results are
	sources    *sources
	rules      map[string]int // index by id
	cut        map[string]int // how many related locations, steps and tags were left out
}

// newSARIF is the document with the kept worst findings.
func newSARIF(r *Report, o Options, limits sarifLimits, kept int) (*sarifReport, error) {
	doc, err := sarif.New(sarif.Version210)
	if err != nil {
		return nil, err
	}
	s := &sarifWriter{limits: limits, baselined: r.Baselined, sources: newSources(r.Sources), rules: map[string]int{}, cut: map[string]int{}}
	run := sarif.NewRun(sarif.Tool{Driver: s.driver(r)})
	run.ColumnKind = "utf16CodeUnits"
	run.OriginalUriBaseIDs = map[string]*sarif.ArtifactLocation{srcRoot: rootLocation(r.Root)}
	if o.Category != "" {
		run.AutomationDetails = &sarif.RunAutomationDetails{ID: new(strings.TrimSuffix(o.Category, "/") + "/")}
	}
	if v := r.Repository; v != nil && v.URI != "" {
		run.VersionControlProvenance = []*sarif.VersionControlDetails{{
			RepositoryURI: &v.URI, RevisionID: nonEmpty(v.Revision), Branch: nonEmpty(v.Branch),
			MappedTo: &sarif.ArtifactLocation{URIBaseId: new(srcRoot)},
		}}
	}
	findings := worst(r.Findings, kept)
	s.suppressed = slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Suppression != nil })
	results := make([]sarifResult, len(findings))
	for i := range findings {
		results[i] = s.result(&findings[i])
	}
	run.Invocations = []*sarif.Invocation{s.invocation(r, len(r.Findings)-kept)}
	return &sarifReport{Report: doc, Runs: []sarifRun{{Run: run, Results: results}}}, nil
}

// driver describes iacscan and the rules that the run checked, or that a finding names.
func (s *sarifWriter) driver(r *Report) *sarif.ToolComponent {
	version := driverVersion(r.Version)
	driver := &sarif.ToolComponent{
		Name: "iacscan", Organization: new("iacscan"), InformationURI: new(homepage),
		Version: &version, Rules: []*sarif.ReportingDescriptor{},
	}
	if semanticVersion.MatchString(version) {
		driver.SemanticVersion = &version
	}
	add := func(rule finding.Rule) {
		if _, ok := s.rules[rule.ID]; !ok {
			s.rules[rule.ID] = len(driver.Rules)
			driver.Rules = append(driver.Rules, s.rule(rule))
		}
	}
	for _, rule := range r.Rules {
		add(rule)
	}
	for _, f := range r.Findings {
		add(finding.Rule{ID: f.CheckID, Slug: f.Check, Title: f.Message, Severity: f.Severity, Doc: f.Message})
	}
	return driver
}

// driverVersion is a version as SARIF consumers compare them: it begins with a number, also where a build has only a name or a commit.
func driverVersion(version string) string {
	version = strings.TrimPrefix(version, "v")
	if version == "" || version[0] < '0' || version[0] > '9' || !strings.Contains(version, ".") {
		return strings.TrimSuffix("0.0.0-"+version, "-")
	}
	return version
}

var semanticVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

func (s *sarifWriter) rule(rule finding.Rule) *sarif.ReportingDescriptor {
	grade := sarifSeverities[rule.Severity]
	tags := append([]string{"security"}, rule.Tags...)
	slices.Sort(tags)
	tags = slices.Compact(tags)
	properties := sarif.Properties{
		"precision": "high", "problem.severity": grade.problem, "tags": atMost(s, "tags of a rule", tags, s.limits.tags),
	}
	if grade.security != "" {
		properties["security-severity"] = grade.security
	}
	return &sarif.ReportingDescriptor{
		ID:                   rule.ID,
		Name:                 new(pascalCase(rule.Slug)),
		ShortDescription:     &sarif.MultiformatMessageString{Text: new(sentence(rule.Title))},
		FullDescription:      &sarif.MultiformatMessageString{Text: new(sentence(cmp.Or(firstParagraph(rule.Doc), rule.Title)))},
		Help:                 &sarif.MultiformatMessageString{Text: &rule.Doc, Markdown: &rule.Doc},
		HelpURI:              new(documentation(rule.ID)),
		DefaultConfiguration: &sarif.ReportingConfiguration{Level: grade.level},
		Properties:           properties,
	}
}

// pascalCase turns "domain-public-internet-access" into "DomainPublicInternetAccess".
func pascalCase(slug string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(slug, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// firstParagraph is the first paragraph of a Markdown text that is not a heading, on one line.
func firstParagraph(markdown string) string {
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n\n") {
		lines := strings.Split(strings.TrimSpace(paragraph), "\n")
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "#") })
		if text := strings.Join(strings.Fields(strings.Join(lines, " ")), " "); text != "" {
			return text
		}
	}
	return ""
}

// atMost are the first n of what a result or a rule has, and it is noted how many that leaves out.
func atMost[T any](s *sarifWriter, what string, list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	s.cut[what] += len(list) - n
	return list[:n]
}

func (s *sarifWriter) result(f *finding.Finding) sarifResult {
	grade := sarifSeverities[f.Severity]
	result := &sarif.Result{
		RuleID: &f.CheckID, RuleIndex: new(uint(s.rules[f.CheckID])),
		Kind: new("fail"), Level: &grade.level, Rank: &grade.rank,
		Locations:           []*sarif.Location{s.primary(f)},
		PartialFingerprints: map[string]any{"iacscan/v1": f.Fingerprint},
	}
	switch f.Verdict {
	case finding.Fail:
	case finding.Unknown:
		result.Kind, result.Level = new("open"), new("none")
	case finding.Pass:
		result.Kind, result.Level = new("pass"), new("none")
	}
	if hash := s.sources.lineHash(f.Location.Path, max(f.Location.StartLine, 1)); hash != "" {
		result.PartialFingerprints["primaryLocationLineHash"] = hash
	}
	text := statement(f)
	result.RelatedLocations, text = s.related(f.Related, text)
	result.Message = sarif.Message{Text: &text}
	result.CodeFlows = s.codeFlows(f)
	if s.baselined {
		result.BaselineState = new("new")
		if f.Suppression != nil && f.Suppression.Kind == "baseline" {
			result.BaselineState = new("unchanged")
		}
	}
	result.Properties = properties(f)
	if !s.suppressed {
		return sarifResult{Result: result}
	}
	return sarifResult{Result: result, Suppressions: suppressions(f)}
}

// primary is where the finding is. GitHub needs a line, so a finding about a whole file is about its first.
func (s *sarifWriter) primary(f *finding.Finding) *sarif.Location {
	at := f.Location
	if at.StartLine == 0 {
		at = source.Location{Path: at.Path, StartLine: 1, EndLine: 1}
	}
	return &sarif.Location{
		PhysicalLocation: physicalLocation(at),
		LogicalLocations: []*sarif.LogicalLocation{{FullyQualifiedName: &f.Resource, Kind: new("resource")}},
	}
}

// physicalLocation is a place as SARIF has it: a region of one line, since viewers mark all the lines of a longer one.
func physicalLocation(at source.Location) *sarif.PhysicalLocation {
	location := &sarif.PhysicalLocation{
		ArtifactLocation: &sarif.ArtifactLocation{URI: new(relativeURI(at.Path)), URIBaseId: new(srcRoot)},
	}
	if at.StartLine == 0 {
		return location
	}
	location.Region = &sarif.Region{StartLine: &at.StartLine}
	if at.StartColumn > 0 {
		location.Region.StartColumn = &at.StartColumn
	}
	if at.EndLine == at.StartLine && at.EndColumn > at.StartColumn {
		location.Region.EndLine, location.Region.EndColumn = &at.EndLine, &at.EndColumn
	}
	return location
}

// relativeURI is a path relative to the boundary as a percent-encoded URI reference. A colon in its first segment would make that a
// scheme, which String prevents with "./".
func relativeURI(name string) string { return (&url.URL{Path: name}).String() }

// rootLocation is the boundary. The URI lets viewers find the files; without one they resolve them against the checkout.
func rootLocation(root string) *sarif.ArtifactLocation {
	location := &sarif.ArtifactLocation{Description: &sarif.Message{Text: new("The root of the scanned work tree.")}}
	if root = strings.ReplaceAll(root, `\`, "/"); root != "" {
		location.URI = new((&url.URL{Scheme: "file", Path: strings.TrimSuffix("/"+strings.TrimPrefix(root, "/"), "/") + "/"}).String())
	}
	return location
}

// related gives the related places ids, and the text links to them, which is how GitHub shows them.
func (s *sarifWriter) related(places []finding.Related, text string) ([]*sarif.Location, string) {
	places = atMost(s, "related locations of a result", placed(places), s.limits.locations)
	locations := make([]*sarif.Location, len(places))
	links := make([]string, len(places))
	for i, place := range places {
		id := uint(i + 1)
		locations[i] = &sarif.Location{
			Id: &id, PhysicalLocation: physicalLocation(place.Location), Message: &sarif.Message{Text: new(sentence(place.Message))},
		}
		links[i] = fmt.Sprintf("[%s](%d)", linkText.Replace(strings.TrimSuffix(place.Message, ".")), id)
	}
	if len(links) > 0 {
		text += " See " + strings.Join(links, ", ") + "."
	}
	return locations, text
}

// placed are those that are places in a file, which a step of a value's way may not be.
func placed(places []finding.Related) []finding.Related {
	return slices.DeleteFunc(slices.Clone(places), func(p finding.Related) bool { return p.Location.IsZero() })
}

// linkText escapes what would end a link in a plain text message early (SARIF 3.11.6).
var linkText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)

// codeFlows is the way of the value that decided the finding, from where it is written to where it acts. One place alone is no way.
func (s *sarifWriter) codeFlows(f *finding.Finding) []*sarif.CodeFlow {
	way := placed(f.Way)
	if len(way) < 2 {
		return nil
	}
	flow := &sarif.ThreadFlow{}
	for _, step := range slices.Backward(atMost(s, "steps of a code flow", way, s.limits.steps)) {
		flow.Locations = append(flow.Locations, &sarif.ThreadFlowLocation{Location: &sarif.Location{
			PhysicalLocation: physicalLocation(step.Location), Message: &sarif.Message{Text: new(sentence(step.Message))},
		}})
	}
	return []*sarif.CodeFlow{{ThreadFlows: []*sarif.ThreadFlow{flow}}}
}

// suppressions says why a finding does not count, empty when it does. Every field is set: the library writes null for those that are not, which SARIF
// forbids.
func suppressions(f *finding.Finding) []*sarif.Suppression {
	if f.Suppression == nil {
		return []*sarif.Suppression{}
	}
	kind := "external"
	if f.Suppression.Kind == "inline" {
		kind = "inSource"
	}
	reason := cmp.Or(sentence(f.Suppression.Reason), "No reason was given.")
	if f.Suppression.Expires != "" {
		reason += " Until " + f.Suppression.Expires + "."
	}
	guid := uuid.NewSHA1(uuid.NameSpaceURL, []byte(homepage+"/suppression/"+f.Fingerprint)).String()
	return []*sarif.Suppression{{
		Kind: kind, Status: new("accepted"), Justification: &reason, Guid: &guid,
		Location: &sarif.Location{PhysicalLocation: physicalLocation(f.Location)},
	}}
}

// properties carries what SARIF has no field for.
func properties(f *finding.Finding) sarif.Properties {
	p := sarif.Properties{"severity": f.Severity, "resourceType": f.ResourceType, "language": f.Language}
	for key, list := range map[string][]string{"instances": f.Instances, "roots": f.Roots, "scenarios": f.Scenarios} {
		if len(list) > 0 {
			p[key] = list
		}
	}
	if len(f.Details) > 0 {
		p["details"] = f.Details
	}
	return p
}

// invocation says how the run went: every diagnostic is a notification, and an error among them means that it did not succeed.
func (s *sarifWriter) invocation(r *Report, dropped int) *sarif.Invocation {
	ok := !slices.ContainsFunc(r.Diagnostics, func(d source.Diagnostic) bool { return d.Level == source.Error })
	invocation := &sarif.Invocation{ExecutionSuccessful: &ok}
	for _, d := range r.Diagnostics {
		n := notification(d.Code, string(d.Level), d.Message)
		if !d.Location.IsZero() {
			n.Locations = []*sarif.Location{{PhysicalLocation: physicalLocation(d.Location)}}
		}
		if strings.HasPrefix(d.Code, "config") {
			invocation.ToolConfigurationNotifications = append(invocation.ToolConfigurationNotifications, n)
		} else {
			invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, n)
		}
	}
	if dropped > 0 {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, notification("sarif-limit", "warning",
			fmt.Sprintf("%d findings, the least severe ones, are left out of this file: GitHub code scanning takes %d results and %d bytes.",
				dropped, s.limits.results, s.limits.gzipped)))
	}
	for _, what := range slices.Sorted(maps.Keys(s.cut)) {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, notification("sarif-limit", "warning",
			fmt.Sprintf("What exceeds the limits of GitHub code scanning is left out of this file: %s (%d).", what, s.cut[what])))
	}
	return invocation
}

func notification(code, level, text string) *sarif.Notification {
	return &sarif.Notification{
		Descriptor: &sarif.ReportingDescriptorReference{Id: &code}, Level: level, Message: &sarif.Message{Text: new(sentence(text))},
	}
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
