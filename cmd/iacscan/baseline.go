package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/scan"
	"github.com/iacscan/iacscan/source"
)

func newBaselineCommand() *cobra.Command {
	var input inputFlags
	var output string
	var unknown, prune bool
	cmd := &cobra.Command{
		Use:   "baseline [PATH…]",
		Short: "Accept today's findings, so that scans are about new ones",
		Long: `Write the findings of a scan as a baseline. ` + "`iacscan scan --baseline FILE`" + ` leaves them out, however their code moves.

With --prune, the findings below the paths that are gone are dropped from an existing baseline and nothing is added to it.`,
		Example: `  iacscan baseline infra
  iacscan scan infra --baseline .iacscan-baseline.json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, paths []string) error {
			boundary, options, err := input.open(paths)
			if err != nil {
				return err
			}
			defer boundary.Close() //nolint:errcheck // it is only read
			r, err := input.scan(cmd.Context(), boundary, options)
			if err != nil {
				return err
			}
			verdicts := []finding.Verdict{finding.Fail}
			if unknown {
				verdicts = append(verdicts, finding.Unknown)
			}
			baseline, told := scan.NewBaseline(r.Findings, verdicts...), ""
			if prune {
				if baseline, err = readBaseline(output); err != nil {
					return err
				}
				if incomplete(r.Diagnostics) != nil {
					report.Warn(cmd.ErrOrStderr(), r.Diagnostics, source.Error)
					cmd.PrintErrf("iacscan: %s stays as it is: what could not be read may be why findings are gone\n", output)
					return incomplete(r.Diagnostics)
				}
				told = fmt.Sprintf("; %d dropped", baseline.Prune(r.Findings, boundary.Paths, r.Rules))
			}
			var text bytes.Buffer
			if err := baseline.Write(&text); err != nil {
				return err
			}
			if err := writeFile(output, text.Bytes()); err != nil {
				return fmt.Errorf("write %s: %w", output, err)
			}
			report.Warn(cmd.ErrOrStderr(), r.Diagnostics, source.Error)
			cmd.PrintErrf("iacscan: %s accepts %d%s\n", output, len(baseline.Findings), told)
			return incomplete(r.Diagnostics)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&output, "output", "o", ".iacscan-baseline.json", "write to `FILE`")
	flags.BoolVar(&unknown, "unknown", false, "accept unknown findings, too")
	flags.BoolVar(&prune, "prune", false, "drop from the file what is gone, and add nothing")
	input.declare(cmd)
	return cmd
}

func readBaseline(name string) (*scan.Baseline, error) {
	f, err := os.Open(name) //nolint:gosec // the user names it
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it is only read
	baseline, err := scan.ReadBaseline(f)
	if err != nil {
		return nil, fmt.Errorf("cannot use %s: %w", name, err)
	}
	return baseline, nil
}
