package terraform

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/source"
)

// place is what index and hclsyntax must agree on.
type place struct {
	Kind                     string
	Labels                   []string
	Start, Header, Body, End int
}

func indexed(src []byte) []place {
	var out []place
	for _, e := range indexFile(src).blocks {
		out = append(out, place{e.kind, e.labels, e.start, e.header, e.body, e.end})
	}
	return out
}

// parsed lists the blocks that hclsyntax finds, and returns false when it rejects the file.
func parsed(src []byte) ([]place, bool) {
	file, diags := parse(hclsyntax.ParseConfig, src, len(src), "x.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, false
	}
	var out []place
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		header := b.TypeRange
		if n := len(b.LabelRanges); n > 0 {
			header = b.LabelRanges[n-1]
		}
		out = append(out, place{b.Type, b.Labels, b.TypeRange.Start.Byte, header.End.Byte, b.OpenBraceRange.End.Byte, b.CloseBraceRange.End.Byte})
	}
	return out, true
}

// corpus calls f for every file with one of some suffixes below testdata/corpus, and below the directories in IACSCAN_CORPUS, a list
// like PATH.
func corpus(tb testing.TB, f func(path string, src []byte), suffixes ...string) {
	tb.Helper()
	for _, root := range append([]string{"testdata/corpus"}, filepath.SplitList(os.Getenv("IACSCAN_CORPUS"))...) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			for _, suffix := range suffixes {
				if strings.HasSuffix(path, suffix) {
					src, err := os.ReadFile(path)
					if err != nil {
						return err
					}
					f(path, src)
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func TestIndexAgreesWithParser(t *testing.T) {
	files, blocks, rejected := 0, 0, 0
	var most measure
	corpus(t, func(path string, src []byte) {
		want, ok := parsed(src)
		if !ok {
			rejected++
			return
		}
		files++
		blocks += len(want)
		if diff := cmp.Diff(want, indexed(src)); diff != "" {
			t.Errorf("%s: (-hclsyntax +index)\n%s", path, diff)
		}
		for _, e := range indexFile(src).blocks {
			most.depth, most.operators, most.join = max(most.depth, e.measure.depth), max(most.operators, e.measure.operators), max(most.join, e.measure.join)
			if x := e.measure.excess(); x != "" {
				t.Errorf("%s: %s", path, x)
			}
		}
	}, ".tf", ".tofu")
	if files == 0 {
		t.Error("no files")
	}
	t.Logf("%d files with %d blocks; %d more do not parse; largest measures: %+v", files, blocks, rejected, most)
}

func FuzzIndex(f *testing.F) {
	corpus(f, func(_ string, src []byte) { f.Add(src) }, ".tf")
	for _, seed := range []string{
		"a {\n x = <<-E\n ${b}\n E\n}\n", "a \"b\" c {}\n", "\xEF\xBB\xBFa {\r\n}\r\n", "a { b = \"$${x} %%{y} ${\"}\"}\" }",
		"a {\n b = [\n}\nresource \"x\" \"y\" {\n}\n", "/* a */ b /* c */ { } // d", "a = { for x in y : x => 1 +\n 2 }\n",
		"a {\n x = \"b\n}\nlocals {\n}", "a {\n x = <<E\n\xffE\n[[[\nE\n}", "resource \"a\" \"b\"\n{\n}\n", "a { /* }",
		"a {\xed0\"(", "a \xff\"b\n", "a \"\\u000X\" { b = \"\\u000X\" }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 {
			return
		}
		x := indexFile(src)
		at := 0
		for _, e := range x.blocks {
			if e.start < at || e.header < e.start || e.body < e.header || e.end < e.body || e.end > len(src) || e.measured > e.end {
				t.Fatalf("ranges after %d are out of order: %+v", at, e)
			}
			at = e.end
			if depth := tokenDepth(src[e.start:e.measured]); depth > e.measure.depth {
				t.Fatalf("%+v: the parser sees %d levels", e, depth)
			}
		}
		if bytes.Count(src, []byte("[")) > 1000 || bytes.Count(src, []byte("{")) > 1000 || bytes.Count(src, []byte("(")) > 1000 {
			return
		}
		if want, ok := parsed(src); ok && utf8.Valid(src) { // the parser takes any bytes after some for part of an identifier
			if diff := cmp.Diff(want, indexed(src)); diff != "" {
				t.Errorf("(-hclsyntax +index)\n%s", diff)
			}
		}
		l := newLoader(source.NewSet(fstest.MapFS{"x.tf": {Data: src}}), &source.Diagnostics{})
		if d := l.directory("."); d != nil {
			for _, b := range d.blocks {
				b.body()
			}
		}
		Skim("x.tf", src)
	})
}

// tokenDepth is how deep brackets nest, as the parser sees them.
func tokenDepth(src []byte) int {
	tokens, _ := hclsyntax.LexConfig(src, "x.tf", hcl.InitialPos)
	depth, most := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
			most = max(most, depth)
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd:
			depth = max(depth-1, 0)
		}
	}
	return most
}

func BenchmarkIndex(b *testing.B) {
	var files [][]byte
	size := 0
	corpus(b, func(_ string, src []byte) {
		files = append(files, src)
		size += len(src)
	}, ".tf")
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range files {
			indexFile(src)
		}
	}
}
