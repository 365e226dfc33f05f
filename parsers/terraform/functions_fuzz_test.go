package terraform

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// format reads a format as go-cty does.
func FuzzFormat(f *testing.F) {
	for _, s := range []string{"%s-%d%%", "%[2]v%q", "%05.2f|%-3s", "%", "%%%", "% +#x", "%.s", "%[0]s", "%é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = cty.NormalizeString(text)
		args := []graph.Value{graph.String(text), graph.String("a"), graph.Int(12)}
		got := callFunction("format", args, nil)
		if got.Kind() == graph.KindUnknown {
			return
		}
		want, err := stdlib.FormatFunc.Call([]cty.Value{cty.StringVal(text), cty.StringVal("a"), cty.NumberIntVal(12)})
		if (err != nil) != (got.Kind() == graph.KindInvalid) || err == nil && !got.Known() || err == nil && got.Key() != fromCty(want).Key() {
			t.Errorf("format(%q) is %v, go-cty says %#v, %v", text, got, want, err)
		}
	})
}

// yamldecode places what is in a text inside of it, whatever it is.
func FuzzYAMLDecode(f *testing.F) {
	for _, s := range []string{
		"a: 1", "- x\n- 'y'\n", "a: &b [1]\nc: *b\n", "é: {b: |\n x}", "<<: {a: 1}\n",
		"a: &a [*a]", "? [a]\n: b", "\xEF\xBB\xBFa: 1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := source.Span{File: 1, Start: 7, End: 7 + uint32(len(text))}
		callFunction("yamldecode", []graph.Value{graph.String(text).WithSpan(at)}, nil).Walk(func(v graph.Value) bool {
			if !v.At().IsZero() && !at.Contains(v.At()) {
				t.Errorf("%v of %q is at %v", v, text, v.At())
			}
			return true
		})
	})
}
