package defsec

import (
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/aquasecurity/defsec/pkg/scan"
	"github.com/aquasecurity/defsec/pkg/terraform"
	"github.com/aquasecurity/defsec/pkg/types"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/iacscan/iacscan/finding"
	iacscan "github.com/iacscan/iacscan/scan"
	"github.com/iacscan/iacscan/source"
)

// host is what a host decides about a root module: where it is, and what its variables are.
type host struct {
	files     fs.FS
	key       string // of files, as defsec makes it
	dir       string // of the root module, with forward slashes
	variables []byte // in the syntax of a variable file
}

func hostOf(root *terraform.Module) host {
	at := root.GetBlocks()[0].GetMetadata().Range()
	return host{
		files: at.GetFS(), key: at.GetFSKey(), dir: filepath.ToSlash(filepath.Clean(root.RootPath())), variables: variablesOf(root),
	}
}

// variablesOf writes the variables to which the host has given another value than the default.
func variablesOf(root *terraform.Module) []byte {
	file := hclwrite.NewEmptyFile()
	for _, block := range root.GetBlocks() {
		if block.Type() != "variable" || len(block.Labels()) != 1 {
			continue
		}
		name := block.Label()
		if v, ok := bound(block, name); ok {
			file.Body().SetAttributeValue(name, v)
		}
	}
	return file.Bytes()
}

// bound is the value that the host's evaluation gives a variable; false when it has none, or the default, whose place the files tell.
func bound(block *terraform.Block, name string) (cty.Value, bool) {
	v := valueIn(block, "var", name)
	if v == cty.NilVal || !v.IsWhollyKnown() {
		return cty.NilVal, false
	}
	if attribute := block.GetAttribute("default"); attribute.IsNotNil() {
		fallback := attribute.NullableValue()
		if converted, err := convert.Convert(fallback, v.Type()); fallback != cty.NilVal && err == nil && converted.RawEquals(v) {
			return cty.NilVal, false
		}
	}
	return v, true
}

// valueIn is a value in the scope of a block's module. The zero value that defsec has for what it cannot evaluate is no value of cty, whose
// operations panic on it.
func valueIn(block *terraform.Block, path ...string) (v cty.Value) {
	defer func() {
		if recover() != nil {
			v = cty.NilVal
		}
	}()
	return block.Context().Root().Get(path...)
}

// add adds a judgement to the results of its check. What is unknown is no result.
func (h host) add(results scan.Results, j iacscan.Judgement) scan.Results {
	switch {
	case j.Verdict == finding.Unknown:
		return results
	case j.Verdict == finding.Pass:
		results.AddPassed(h.metadata(j), j.Message)
	case j.Suppression != nil:
		results.AddIgnored(h.metadata(j), j.Message)
	default:
		results.Add(j.Message, h.metadata(j))
	}
	results[len(results)-1].OverrideSeverity(severityOf(j.Severity))
	return results
}

// metadata is that of the attribute that decided or else of the resource, within that of the module calls on the way, as the host makes it
// for its own results.
func (h host) metadata(j iacscan.Judgement) types.Metadata {
	var within *types.Metadata
	caller := ""
	nest := func(at source.Location, reference string) {
		m := types.NewMetadata(h.lines(at), reference)
		if within != nil {
			m = m.WithParent(*within)
		}
		within = &m
	}
	for _, call := range j.Calls {
		nest(call.At, strings.TrimPrefix(call.Address, caller))
		caller = call.Address + "."
	}
	resource := strings.TrimPrefix(j.Resource, caller)
	nest(j.Declaration, resource)
	if !j.AttributeAt.IsZero() {
		nest(j.AttributeAt, resource+"."+j.Attribute)
	}
	return *within
}

// lines are the lines of a location, as defsec counts them: the last one is the one with the last character.
func (h host) lines(at source.Location) types.Range {
	last := at.EndLine
	if at.EndColumn == 1 && last > at.StartLine {
		last--
	}
	return types.NewRangeWithFSKey(filepath.FromSlash(at.Path), at.StartLine, last, "", h.key, h.files)
}
