package scan_test

import (
	"context"
	"slices"
	"testing"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/scan"
)

// TestOffByDefault: a check that is off by default runs when it is named, by itself or by a glob, and not otherwise.
func TestOffByDefault(t *testing.T) {
	for _, c := range checks.All() {
		for _, test := range []struct {
			only, skip []string
			want       bool
		}{
			{nil, nil, !c.OffByDefault},
			{[]string{c.ID}, nil, true},
			{[]string{c.Slug}, nil, true},
			{[]string{"*"}, nil, true},
			{[]string{"*"}, []string{c.ID}, false},
			{nil, []string{c.Slug}, false},
		} {
			result, err := scan.Run(context.Background(), scan.Options{FS: files(nil), Checks: test.only, SkipChecks: test.skip})
			if err != nil {
				t.Fatal(err)
			}
			got := slices.ContainsFunc(result.Rules, func(r finding.Rule) bool { return r.ID == c.ID })
			if got != test.want {
				t.Errorf("checks %v without %v: %s runs: %v, want %v", test.only, test.skip, c.ID, got, test.want)
			}
		}
	}
}
