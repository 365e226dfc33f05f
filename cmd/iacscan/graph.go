package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/scan"
	"github.com/iacscan/iacscan/source"
)

func newGraphCommand() *cobra.Command {
	var input inputFlags
	var types []string
	format := choice{value: "json", allowed: []string{"json"}}
	cmd := &cobra.Command{
		Use:   "graph [PATH…]",
		Short: "Print the resource graph that the checks see",
		Long: `Print the resource graph that the checks see: every resource with its attributes as far as the files decide them,
under their canonical names, and who refers to whom.`,
		Example: `  iacscan graph infra
  iacscan graph infra --types 'aws_iam_*' --types 'AWS::IAM::*'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, paths []string) error {
			boundary, options, err := input.open(paths)
			if err != nil {
				return err
			}
			defer boundary.Close() //nolint:errcheck // it is only read
			ctx, cancel := input.limit(cmd.Context())
			defer cancel()
			doc, err := scan.Graph(ctx, options, types)
			if err != nil {
				return err
			}
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			if err := e.Encode(doc); err != nil {
				return err
			}
			report.Warn(cmd.ErrOrStderr(), doc.Diagnostics, source.Error, source.Warning)
			return incomplete(doc.Diagnostics)
		},
	}
	cmd.Flags().StringArrayVar(&types, "types", nil, "resources whose native type matches `GLOB`, instead of those that checks need; repeatable")
	format.declare(cmd, "format", "print as `F`")
	input.declare(cmd)
	return cmd
}
