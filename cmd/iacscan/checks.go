package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/report"
)

func newChecksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "checks",
		Short: "List the checks, or show one",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newChecksListCommand(), newChecksShowCommand())
	return cmd
}

func newChecksListCommand() *cobra.Command {
	format := choice{value: "text", allowed: []string{"text", "json"}}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List every check",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			if format.value == "json" {
				return report.RulesJSON(out, rules())
			}
			return report.Rules(out, rules(), forReader(out, false))
		},
	}
	format.declare(cmd, "format", "print as `F`")
	return cmd
}

func newChecksShowCommand() *cobra.Command {
	format := choice{value: "text", allowed: []string{"text", "json"}}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show what a check flags, why, examples, and how to fix it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := slices.IndexFunc(rules(), func(r finding.Rule) bool { return strings.EqualFold(args[0], r.ID) || args[0] == r.Slug })
			if i < 0 {
				return fmt.Errorf("no check is called %s; `iacscan checks list` lists them", args[0])
			}
			out := cmd.OutOrStdout()
			if format.value == "json" {
				return report.RuleJSON(out, rules()[i])
			}
			return report.Rule(out, rules()[i], forReader(out, false))
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return checkNames(cmd, args, start)
		},
	}
	format.declare(cmd, "format", "print as `F`")
	return cmd
}

// rules are the checks as people read about them, in order of id.
func rules() []finding.Rule {
	all := checks.All()
	rules := make([]finding.Rule, len(all))
	for i, c := range all {
		rules[i] = c.Rule
	}
	return rules
}

// checkNames offers the ids of the checks with their titles to the shell.
func checkNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all := rules()
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = cobra.CompletionWithDesc(r.ID, r.Title)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeChecks offers the checks as values of a flag.
func completeChecks(cmd *cobra.Command, flag string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, checkNames); err != nil {
		panic(err) // no such flag
	}
}
