// Command iacscan scans Terraform and CloudFormation for problems of Amazon SageMaker's private networking.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/source"
)

// version is set when a release is linked. A build by `go install` knows its version otherwise.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is iacscan with its arguments; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(orScan(root, args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var status exitStatus
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &status):
		return int(status)
	case ctx.Err() != nil:
		root.PrintErrln("iacscan: interrupted")
		return exitInterrupted
	}
	root.PrintErrln("iacscan:", err)
	return exitUsage
}

// The exit statuses are a contract.
const (
	exitClean       = 0
	exitFindings    = 1 // findings at or above --fail-on; wins over exitIncomplete
	exitUsage       = 2 // usage or configuration error
	exitIncomplete  = 3 // a diagnostic of level error was given
	exitInterrupted = 130
)

// exitStatus is the error of a command that did its work and has an exit status to give; there is nothing to print.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// statusOf is nil when a scan is clean, else its exit status. The severity is a word of --fail-on.
func statusOf(r *report.Report, failOn string, failOnUnknown bool) error {
	bound, err := finding.ParseSeverity(failOn)
	never := err != nil
	for _, f := range r.Findings {
		failed := f.Verdict == finding.Fail || failOnUnknown && f.Verdict == finding.Unknown
		if failed && f.Suppression == nil && !never && f.Severity.AtLeast(bound) {
			return exitStatus(exitFindings)
		}
	}
	return incomplete(r.Diagnostics)
}

// incomplete is the exit status for diagnostics alone.
func incomplete(diagnostics []source.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Level == source.Error {
			return exitStatus(exitIncomplete)
		}
	}
	return nil
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "iacscan",
		Short: "Check the private networking of Amazon SageMaker in Terraform and CloudFormation",
		Long: `iacscan reads Terraform and CloudFormation into one resource graph and checks the private networking of
Amazon SageMaker on it. What the files do not decide is unknown, never a guess. Without a command it scans:
` + "`iacscan .`" + ` is ` + "`iacscan scan .`" + `.

Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage or configuration error; 3 something that
mattered could not be read, parsed or evaluated (findings are reported all the same, and 1 wins).`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see `%s --help`", err, cmd.CommandPath())
	})
	root.AddCommand(newScanCommand(), newExplainCommand(), newChecksCommand(), newGraphCommand(), newBaselineCommand(), newConfigCommand(), newVersionCommand())
	return root
}

// orScan makes a scan of arguments that name no command but begin with what a scan takes, a flag or something that exists: `iacscan .`,
// `iacscan --format json infra`. So Trivy, which gives a plugin its arguments as they are, scans with `trivy iacscan .`.
func orScan(root *cobra.Command, args []string) []string {
	if len(args) == 0 || args[0] == "--help" || args[0] == "-h" {
		return args
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	named := func(c *cobra.Command) bool { return c.Name() == args[0] || c.HasAlias(args[0]) }
	if slices.ContainsFunc(root.Commands(), named) {
		return args
	}
	_, err := os.Stat(args[0]) //nolint:gosec // what it is does not matter
	if err != nil && !strings.HasPrefix(args[0], "-") {
		return args
	}
	return append([]string{"scan"}, args...)
}

// currentVersion is the release that was linked or installed, "devel" for any other build.
func currentVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
