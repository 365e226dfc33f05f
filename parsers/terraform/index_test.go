package terraform

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
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
	file, diags := hclsyntax.ParseConfig(src, "x.tf", hcl.InitialPos)
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
func corpus(t testing.TB, f func(path string, src []byte), suffixes ...string) {
	t.Helper()
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
			t.Fatal(err)
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
