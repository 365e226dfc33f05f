package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/source"
)

func newExplainCommand() *cobra.Command {
	var input inputFlags
	var noColor bool
	cmd := &cobra.Command{
		Use:   "explain FINGERPRINT [PATH…]",
		Short: "Print one finding with the way of every value that decided it",
		Long: `Print one finding with the way of every value that decided it and, where it is unknown, what would decide it.

The fingerprint is the one that a scan of the same paths prints; its beginning will do.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			boundary, options, err := input.open(args[1:])
			if err != nil {
				return err
			}
			defer boundary.Close() //nolint:errcheck // it is only read
			options.Trace = true
			r, err := input.scan(cmd.Context(), boundary, options)
			if err != nil {
				return err
			}
			f, err := findFinding(r.Findings, args[0])
			if err != nil {
				report.Warn(cmd.ErrOrStderr(), r.Diagnostics, source.Error)
				return err
			}
			out := cmd.OutOrStdout()
			return report.Explain(out, r, f, forReader(out, noColor))
		},
	}
	cmd.Flags().BoolVar(&noColor, "no-color", false, "do not use colours (NO_COLOR in the environment does the same)")
	input.declare(cmd)
	return cmd
}

// findFinding is the one finding whose fingerprint begins so. The number of a repeat ("3f2a:2") is no beginning: without one, the first
// is meant.
func findFinding(findings []finding.Finding, fingerprint string) (*finding.Finding, error) {
	prefix, repeat, _ := strings.Cut(strings.ToLower(fingerprint), ":")
	var found []*finding.Finding
	for i := range findings {
		digest, n, _ := strings.Cut(findings[i].Fingerprint, ":")
		if strings.HasPrefix(digest, prefix) && n == repeat {
			found = append(found, &findings[i])
		}
	}
	switch {
	case len(found) == 0 || prefix == "":
		return nil, fmt.Errorf("no finding here has the fingerprint %s; `iacscan scan --verdicts all --suppressed` lists them", fingerprint)
	case len(found) > 1:
		var all []string
		for _, f := range found {
			all = append(all, f.Fingerprint)
		}
		slices.Sort(all)
		return nil, fmt.Errorf("the fingerprints of %d findings begin with %s: %s", len(found), fingerprint, strings.Join(all, ", "))
	}
	return found[0], nil
}
