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
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/tools/txtar"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// TestUnsetVariablesChangeNoVerdict takes a value away from the Terraform of every case: a literal, or a word within one, becomes a
// variable that nobody sets. What a check says then must hold whatever the variable is, so also for the value that was there: it is what
// the check said before, or unknown. IACSCAN_MUTATIONS=all takes away every value in turn, instead of some for each case.
func TestUnsetVariablesChangeNoVerdict(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "terraform_*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			holdsWithout(t, archive, valuesIn(archive))
		})
	}
}

// value is a place in a file of a case, and what stands there when the value is taken away.
type value struct {
	file       string
	start, end int
	taken      string
	without    string
}

// unset is the name of the variable that stands for a value that was taken away.
const unset = "iacscan_unset"

func holdsWithout(t *testing.T, archive *txtar.Archive, values []value) {
	t.Helper()
	before := verdictsOf(t, filesOf(archive))
	if os.Getenv("IACSCAN_MUTATIONS") != "all" && len(values) > 3 {
		hash := fnv.New64a()
		hash.Write(txtar.Format(archive))
		random := rand.New(rand.NewPCG(hash.Sum64(), 0)) //nolint:gosec // which values a test takes is no secret
		random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		values = values[:3]
	}
	for _, v := range values {
		files := filesOf(archive)
		text := string(files[v.file].Data)
		files[v.file] = &fstest.MapFile{Data: []byte(text[:v.start] + v.without + text[v.end:])}
		if strings.Contains(v.without, unset) {
			files[path.Join(path.Dir(v.file), unset+".tf")] = &fstest.MapFile{Data: []byte("variable \"" + unset + "\" {}\n")}
		}
		for resource, after := range verdictsOf(t, files) {
			was, there := before[resource]
			switch {
			case !there && !before.declares(resource): // it was decided that it does not exist; if it does, it is judged
			case presumed(resource.check, v):
			case slices.Contains(after, finding.Fail) && !slices.Contains(was, finding.Fail),
				slices.Contains(after, finding.Pass) && slices.Equal(was, []finding.Verdict{finding.Fail}):
				t.Errorf("without %s:%d %q: %s is %v, and was %v", v.file, 1+strings.Count(text[:v.start], "\n"), v.taken,
					resource, after, was)
			}
		}
	}
}

// presumed reports whether a check takes a value that the files do not decide to be what it mostly is, and passes.
func presumed(check string, v value) bool {
	switch check {
	case "SMN-102", "SMN-601": // two values that are written differently are two subnets, and two subnets two zones
		return strings.Contains(v.taken, "subnet-") || strings.Contains(v.taken, "eu-west-1a")
	case "SMN-206": // a Region that is not decided is the one of the endpoint
		return strings.Contains(v.taken, "us-west-2")
	case "SMN-209": // two values that are written differently are two networks
		return strings.Contains(v.taken, "vpc-")
	}
	return false
}

// judged is what a check judged: a declaration in a module or template.
type judged struct{ check, directory, declared string }

type verdicts map[judged][]finding.Verdict

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

// valuesIn are the values in the Terraform files of a case that a variable can stand for.
func valuesIn(archive *txtar.Archive) []value {
	var values []value
	for _, f := range archive.Files {
		if path.Ext(f.Name) != ".tf" {
			continue
		}
		parsed, diags := hclsyntax.ParseConfig(f.Data, f.Name, hcl.InitialPos)
		if diags.HasErrors() {
			continue
		}
		take := func(r hcl.Range, without string) {
			values = append(values, value{file: f.Name, start: r.Start.Byte, end: r.End.Byte, taken: string(r.SliceBytes(f.Data)), without: without})
		}
		for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
			switch block.Type {
			case "variable":
				if a := block.Body.Attributes["default"]; a != nil {
					take(a.SrcRange, "")
				}
			case "resource", "data", "module", "locals", "output":
				valuesInBody(block.Body, f.Data, take)
			}
		}
	}
	slices.SortFunc(values, func(a, b value) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.start, b.start)) })
	return values
}

func valuesInBody(body *hclsyntax.Body, text []byte, take func(r hcl.Range, without string)) {
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
				take(x.SrcRange, "var."+unset)
				r := x.Parts[0].Range()
				for _, m := range word.FindAllIndex(r.SliceBytes(text), -1) {
					at := hcl.Range{Start: hcl.Pos{Byte: r.Start.Byte + m[0]}, End: hcl.Pos{Byte: r.Start.Byte + m[1]}}
					take(at, "${var."+unset+"}")
				}
			case *hclsyntax.LiteralValueExpr:
				if start := x.SrcRange.Start.Byte; start > 0 && (text[start-1] == '"' || x.SrcRange.End.Byte < len(text) && text[x.SrcRange.End.Byte] == '"') {
					return nil // the inside of a string
				}
				if word.MatchString(string(x.SrcRange.SliceBytes(text))) && !strings.Contains(string(x.SrcRange.SliceBytes(text)), "\n") {
					take(x.SrcRange, "var."+unset)
				}
			}
			return nil
		})
	}
	for _, b := range body.Blocks {
		if b.Type != "lifecycle" && b.Type != "provisioner" {
			valuesInBody(b.Body, text, take)
		}
	}
}
