package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/scan"
	"github.com/iacscan/iacscan/source"
)

// scanFlags are the flags of `iacscan scan`.
type scanFlags struct {
	input         inputFlags
	formats       []string
	verdicts      choices
	failOn        choice
	failOnUnknown bool
	checks        []string
	skipChecks    []string
	baseline      string
	suppressed    bool
	category      string
	quiet         bool
	noColor       bool
	progress      choice
}

func newScanCommand() *cobra.Command {
	f := &scanFlags{
		verdicts: choices{values: []string{"fail"}, allowed: []string{"fail", "unknown", "pass", "all"}},
		failOn:   choice{value: "medium", allowed: []string{"info", "low", "medium", "high", "critical", "never"}},
		progress: choice{value: "auto", allowed: []string{"auto", "always", "never"}},
	}
	cmd := &cobra.Command{
		Use:   "scan [PATH…]",
		Short: "Scan files and directories",
		Long: `Scan files and directories, "." by default.

A directory is scanned with every module and template below it that nothing there calls; what is called is
judged where it is called. Modules, templates and files are read anywhere in the git work tree that holds
the path, and nowhere outside.`,
		Example: `  iacscan scan
  iacscan scan infra/envs/prod --var-file prod.tfvars
  iacscan scan -f table -f sarif=results.sarif --fail-on high
  iacscan scan --checks 'SMN-2*' --verdicts fail,unknown`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, paths []string) error { return f.run(cmd, paths) },
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", []string{"table"}, "print as `F`, or write to a file as F=FILE; repeatable")
	f.verdicts.declare(cmd, "verdicts", "print the findings of a `LIST` of verdicts")
	f.failOn.declare(cmd, "fail-on", "exit 1 when a finding of at least this `SEVERITY` fails")
	flags.BoolVar(&f.failOnUnknown, "fail-on-unknown", false, "let unknown count as fail for the exit status")
	flags.StringSliceVar(&f.checks, "checks", nil, "run a `LIST` of checks alone: ids or slugs, globs allowed")
	flags.StringSliceVar(&f.skipChecks, "skip-checks", nil, "do not run a `LIST` of checks: ids or slugs, globs allowed")
	flags.BoolVar(&f.input.changed, "changed", false, "the paths are changed files, deleted ones too: scan what reaches them")
	flags.StringVar(&f.baseline, "baseline", "", "leave out the findings that a `FILE` written by iacscan baseline accepts")
	flags.BoolVar(&f.suppressed, "suppressed", false, "print suppressed findings too, marked as such")
	flags.StringVar(&f.category, "category", "", "`NAME` that tells this run's SARIF from others over the same commit")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print results and usage errors alone")
	flags.BoolVar(&f.noColor, "no-color", false, "do not use colours (NO_COLOR in the environment does the same)")
	f.progress.declare(cmd, "progress", "tell on standard error how far the scan is; auto does so on a terminal")
	f.input.declare(cmd)
	complete(cmd, "format", report.Formats()...)
	completeChecks(cmd, "checks")
	completeChecks(cmd, "skip-checks")
	return cmd
}

func (f *scanFlags) run(cmd *cobra.Command, paths []string) error {
	destinations, err := parseDestinations(f.formats)
	if err != nil {
		return err
	}
	if f.input.changed && len(paths) == 0 { // nothing changed
		return f.print(cmd, destinations, &report.Report{Version: currentVersion()})
	}
	var baseline *scan.Baseline
	if f.baseline != "" {
		if baseline, err = readBaseline(f.baseline); err != nil {
			return err
		}
	}
	boundary, options, err := f.input.open(paths)
	if err != nil {
		return err
	}
	defer boundary.Close() //nolint:errcheck // it is only read
	options.Checks, options.SkipChecks = f.checks, f.skipChecks
	options.Trace = slices.ContainsFunc(destinations, func(d destination) bool { return d.format == "sarif" })

	if c := options.Config; c != nil && c.FailOn != "" && !cmd.Flags().Changed("fail-on") {
		f.failOn.value = c.FailOn
	}
	if f.quiet {
		f.progress.value = "never"
	}
	if f.input.changed && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // somebody waits to commit: a few roots take little memory and most of the time goes into reading files
	}
	p := newProgress(cmd.ErrOrStderr(), f.progress.value)
	options.Progress = p.update
	r, err := f.input.scan(cmd.Context(), boundary, options)
	p.end()
	if err != nil {
		return err
	}
	if f.input.changed {
		r.Diagnostics = append(misplaced(paths, boundary.Dir), r.Diagnostics...)
	}
	if baseline != nil {
		baseline.Suppress(r.Findings)
		r.Baselined = true
		r.Summary.Count(r.Findings)
	}
	return f.print(cmd, destinations, r)
}

// misplaced warns of changed files that are not there, but would be in the top directory: `git diff` prints paths relative to it.
func misplaced(paths []string, top string) []source.Diagnostic {
	var diagnostics []source.Diagnostic
	for _, p := range paths {
		if _, err := os.Lstat(p); err == nil || filepath.IsAbs(p) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(top, p)); err == nil {
			diagnostics = append(diagnostics, source.Diagnostic{
				Level: source.Warning, Code: "changed-path",
				Message: p + " is taken as deleted, but it is there in " + top + ": paths are relative to the working directory, " +
					"as `git diff --relative` prints them",
			})
		}
	}
	return diagnostics
}

// print writes a report to wherever it goes, and returns the exit status.
func (f *scanFlags) print(cmd *cobra.Command, destinations []destination, r *report.Report) error {
	o := forReader(cmd.OutOrStdout(), f.noColor)
	o.Verdicts, o.Suppressed, o.Category = verdicts(f.verdicts.values), f.suppressed, f.category
	for _, d := range destinations {
		if err := d.write(cmd.OutOrStdout(), r, o); err != nil {
			return err
		}
	}
	if !f.quiet {
		tell(cmd, destinations, r)
	}
	return statusOf(r, f.failOn.value, f.failOnUnknown)
}

// tell says on standard error what somebody who sees no table would miss: what could not be read and, where all results go to files, what
// was found.
func tell(cmd *cobra.Command, destinations []destination, r *report.Report) {
	if !slices.Contains(destinations, destination{format: "table"}) {
		report.Warn(cmd.ErrOrStderr(), r.Diagnostics, source.Error)
	}
	if !slices.ContainsFunc(destinations, func(d destination) bool { return d.file == "" }) {
		cmd.PrintErrln("iacscan:", r.Summary)
	}
}

// verdicts are those that words name.
func verdicts(words []string) []finding.Verdict {
	var list []finding.Verdict
	for _, word := range words {
		if word == "all" {
			return []finding.Verdict{finding.Fail, finding.Unknown, finding.Pass}
		}
		list = append(list, finding.Verdict(word))
	}
	return list
}
