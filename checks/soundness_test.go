package checks_test

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// TestUnsetValuesChangeNoVerdict takes a value away from every case: a literal, or a word within one, becomes a variable or parameter that
// nobody sets. What a check says then must hold whatever that is, so also for the value that was there: it is what the check said before,
// or unknown. IACSCAN_MUTATIONS=all takes away every value in turn, instead of some for each case.
func TestUnsetValuesChangeNoVerdict(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			holdsWithout(t, archive, slices.Concat(terraformValues(archive), cloudFormationValues(archive)))
		})
	}
}

// value is a place in a file of a case, and what stands there when the value is taken away.
type value struct {
	file       string
	start, end int
	taken      string
	without    string
	existence  bool // in the count of a resource
}

// unset is the name of the variable or parameter that stands for a value that was taken away.
const unset = "IacscanUnset"

func holdsWithout(t *testing.T, archive *txtar.Archive, values []value) {
	t.Helper()
	before := verdictsOf(t, filesOf(archive))
	if os.Getenv("IACSCAN_MUTATIONS") != "all" && len(values) > 3 {
		hash := fnv.New64a()
		hash.Write(txtar.Format(archive))
		random := rand.New(rand.NewPCG(hash.Sum64(), 0))
		random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		values = values[:3]
	}
	for _, v := range values {
		files := filesOf(archive)
		text := string(files[v.file].Data)
		after := text[:v.start] + v.without + text[v.end:]
		if parameters := "\nParameters:\n"; path.Ext(v.file) == ".yaml" {
			parameter := "  " + unset + ":\n    Type: String\n"
			if before, rest, ok := strings.Cut("\n"+after, parameters); ok {
				after = before[min(1, len(before)):] + parameters + parameter + rest
			} else {
				after += parameters[1:] + parameter
			}
		}
		files[v.file] = &fstest.MapFile{Data: []byte(after)}
		if path.Ext(v.file) == ".tf" && strings.Contains(v.without, unset) {
			files[path.Join(path.Dir(v.file), unset+".tf")] = &fstest.MapFile{Data: []byte("variable \"" + unset + "\" {}\n")}
		}
		for resource, after := range verdictsOf(t, files) {
			was, there := before[resource]
			switch {
			case !there && !before.declares(resource): // it was decided that it does not exist; if it does, it is judged
			case presumed(resource.check, v, before.misnamed()):
			case v.existence && len(was) < len(after): // an instance that may be there is judged, too
			case slices.Contains(after, finding.Fail) && !slices.Contains(was, finding.Fail),
				slices.Equal(after, []finding.Verdict{finding.Pass}) && slices.Equal(was, []finding.Verdict{finding.Fail}):
				t.Errorf("without %s:%d %q: %s is %v, and was %v", v.file, 1+strings.Count(text[:v.start], "\n"), v.taken,
					resource, after, was)
			}
		}
	}
}

// presumed reports whether a check takes a value that the files do not decide to be what it mostly is.
func presumed(check string, v value, misnamed bool) bool {
	if misnamed { // an endpoint's service name is one that AWS has
		return true
	}
	switch check {
	case "SMN-102", "SMN-601": // two values that are written differently are two subnets, and two subnets two zones
		return strings.Contains(v.taken, "subnet-") || strings.Contains(v.taken, "eu-west-1a")
	case "SMN-206": // a Region that is not decided is the one of the endpoint
		return strings.Contains(v.taken, "us-west-2")
	case "SMN-209": // two values that are written differently are two networks
		return strings.Contains(v.taken, "vpc-")
	case "SMN-301", "SMN-304", "SMN-305", "SMN-308": // a part of an ARN is a name, not a wildcard
		return strings.Contains(v.taken, "*")
	case "SMN-303": // the service takes a policy
		return strings.Contains(v.taken, "com") || strings.Contains(v.taken, "sagemaker") || strings.Contains(v.taken, "fips")
	case "SMN-101": // what is not in the files is no setting
		return strings.Contains(v.taken, "{{resolve:")
	case "SMN-802": // what is not decided is no sign of Amazon Forecast
		return true
	case "SMN-801": // a role that the caller is asked for is one
		return v.taken == "default = null"
	}
	return false
}

// judged is what a check judged: a declaration in a module or template.
type judged struct{ check, directory, declared string }

type verdicts map[judged][]finding.Verdict

// misnamed reports whether an endpoint has a service name that AWS rejects.
func (all verdicts) misnamed() bool {
	for j, verdicts := range all {
		if j.check == "SMN-206" && slices.Contains(verdicts, finding.Fail) {
			return true
		}
	}
	return false
}

// declares reports whether any check judged a declaration.
func (all verdicts) declares(j judged) bool {
	for other := range all {
		if other.directory == j.directory && other.declared == j.declared {
			return true
		}
	}
	return false
}

// verdictsOf are the verdicts of all checks on each declaration.
func verdictsOf(t *testing.T, files fstest.MapFS) verdicts {
	t.Helper()
	result, err := scan.Run(t.Context(), scan.Options{FS: files, Checks: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	all := verdicts{}
	for _, f := range result.Findings {
		key := judged{f.CheckID, path.Dir(f.Declaration.Path), f.Declared}
		if !slices.Contains(all[key], f.Verdict) {
			all[key] = append(all[key], f.Verdict)
		}
	}
	return all
}

var word = regexp.MustCompile(`[A-Za-z0-9_*-]+`)

// terraformValues are the values in the Terraform files of a case that a variable can stand for.
func terraformValues(archive *txtar.Archive) []value {
	var values []value
	for _, f := range archive.Files {
		if path.Ext(f.Name) != ".tf" {
			continue
		}
		parsed, diags := hclsyntax.ParseConfig(f.Data, f.Name, hcl.InitialPos)
		if diags.HasErrors() {
			continue
		}
		take := func(r hcl.Range, attribute, without string) {
			existence := attribute == "count" || attribute == "for_each"
			values = append(values, value{existence: existence, file: f.Name, start: r.Start.Byte, end: r.End.Byte, taken: string(r.SliceBytes(f.Data)), without: without})
		}
		for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
			switch block.Type {
			case "variable":
				if a := block.Body.Attributes["default"]; a != nil {
					take(a.SrcRange, "default", "")
				}
			case "resource", "data", "module", "locals", "output":
				terraformValuesIn(block.Body, f.Data, take)
			}
		}
	}
	slices.SortFunc(values, func(a, b value) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.start, b.start)) })
	return values
}

func terraformValuesIn(body *hclsyntax.Body, text []byte, take func(r hcl.Range, attribute, without string)) {
	for _, a := range body.Attributes {
		if slices.Contains([]string{"source", "version", "depends_on", "provider", "providers"}, a.Name) {
			continue
		}
		_ = hclsyntax.VisitAll(a.Expr, func(n hclsyntax.Node) hcl.Diagnostics {
			switch x := n.(type) {
			case *hclsyntax.ObjectConsKeyExpr: // a bare key is text; a variable in its place needs parentheses
				return nil
			case *hclsyntax.TemplateExpr:
				if !x.IsStringLiteral() {
					return nil
				}
				take(x.SrcRange, a.Name, "var."+unset)
				r := x.Parts[0].Range()
				for _, m := range word.FindAllIndex(r.SliceBytes(text), -1) {
					at := hcl.Range{Start: hcl.Pos{Byte: r.Start.Byte + m[0]}, End: hcl.Pos{Byte: r.Start.Byte + m[1]}}
					take(at, a.Name, "${var."+unset+"}")
				}
			case *hclsyntax.LiteralValueExpr:
				if start := x.SrcRange.Start.Byte; start > 0 && (text[start-1] == '"' || x.SrcRange.End.Byte < len(text) && text[x.SrcRange.End.Byte] == '"') {
					return nil // the inside of a string
				}
				if word.MatchString(string(x.SrcRange.SliceBytes(text))) && !strings.Contains(string(x.SrcRange.SliceBytes(text)), "\n") {
					take(x.SrcRange, a.Name, "var."+unset)
				}
			}
			return nil
		})
	}
	for _, b := range body.Blocks {
		if b.Type != "lifecycle" && b.Type != "provisioner" {
			terraformValuesIn(b.Body, text, take)
		}
	}
}

// cloudFormationValues are the values in the resources of the YAML templates of a case that a parameter can stand for.
func cloudFormationValues(archive *txtar.Archive) []value {
	var values []value
	for _, f := range archive.Files {
		var document yaml.Node
		if path.Ext(f.Name) != ".yaml" || yaml.Unmarshal(f.Data, &document) != nil || len(document.Content) == 0 {
			continue
		}
		lines := lineStarts(f.Data)
		take := func(n *yaml.Node) {
			start := lines[n.Line-1] + n.Column - 1
			text := n.Value
			switch n.Style {
			case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
				text = string(f.Data[start:start+1]) + text + string(f.Data[start:start+1])
			case 0:
			default:
				return
			}
			if !strings.HasPrefix(string(f.Data[start:]), text) || strings.ContainsAny(text, "\\$") {
				return // escapes, or over several lines
			}
			add := func(without string) {
				values = append(values, value{file: f.Name, start: start, end: start + len(text), taken: text, without: without})
			}
			add("!Ref " + unset)
			for _, m := range word.FindAllStringIndex(n.Value, -1) {
				add(strconv.Quote(n.Value[:m[0]] + "${" + unset + "}" + n.Value[m[1]:]))
				values[len(values)-1].without = "!Sub " + values[len(values)-1].without
			}
		}
		root := document.Content[0]
		for i := 0; i+1 < len(root.Content); i += 2 {
			if root.Content[i].Value == "Resources" {
				cloudFormationValuesIn(root.Content[i+1], take)
			}
		}
	}
	return values
}

func cloudFormationValuesIn(n *yaml.Node, take func(*yaml.Node)) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!str" || n.Tag == "!!bool" || n.Tag == "!!int" {
			take(n)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if slices.Contains([]string{"Type", "DependsOn", "Condition", "DeletionPolicy", "Metadata", "Ref", "Version", "TemplateURL"}, key) ||
				strings.HasPrefix(key, "Fn::") {
				continue
			}
			cloudFormationValuesIn(n.Content[i+1], take)
		}
	case yaml.SequenceNode:
		if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
			return // an intrinsic
		}
		for _, element := range n.Content {
			cloudFormationValuesIn(element, take)
		}
	case yaml.DocumentNode, yaml.AliasNode: // neither is within a resource of the cases
	}
}

func lineStarts(text []byte) []int {
	starts := []int{0}
	for i, b := range text {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}
