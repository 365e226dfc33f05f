package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/internal/git"
	"github.com/iacscan/iacscan/report"
	"github.com/iacscan/iacscan/scan"
)

// inputFlags say what is read; every command that evaluates has them.
type inputFlags struct {
	changed      bool
	varFiles     []string
	vars         []string
	parameters   []string
	paramFiles   []string
	scenarios    bool
	assumeClosed bool
	exclude      []string
	noGitignore  bool
	jobs         int
	timeout      time.Duration
	config       string

	given func(flag string) bool // on the command line
}

func (f *inputFlags) declare(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.given = flags.Changed
	flags.StringVar(&f.config, "config", "", "read the configuration from `FILE` (default: the nearest "+scan.ConfigFile+" upwards from the first path)")
	flags.StringArrayVar(&f.varFiles, "var-file", nil, "Terraform variable `FILE`, for roots named on the command line; repeatable")
	flags.StringArrayVar(&f.vars, "var", nil, "Terraform variable `NAME=VALUE`, for roots named on the command line; repeatable")
	flags.StringArrayVar(&f.parameters, "parameter", nil, "CloudFormation parameter `NAME=VALUE`, for templates named on the command line; repeatable")
	flags.StringArrayVar(&f.paramFiles, "parameters", nil, "CloudFormation parameter `FILE`, for templates named on the command line; repeatable")
	flags.BoolVar(&f.scenarios, "scenarios", false, "evaluate each committed var or parameter file that nothing loads by itself, too")
	flags.BoolVar(&f.assumeClosed, "assume-closed", false, "take the endpoints that the files show in a VPC as all that it has")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "leave out paths that match `GLOB`, as findings print them; ** crosses directories; repeatable")
	flags.BoolVar(&f.noGitignore, "no-gitignore", false, "look at files that git ignores, too")
	flags.IntVar(&f.jobs, "jobs", 0, "work on `N` roots at a time (default: the number of processors)")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after a `DURATION` like 90s (default: never)")
}

// open finds the boundary of the paths and says what to scan in it. The caller closes the boundary.
func (f *inputFlags) open(paths []string) (*scan.Boundary, scan.Options, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	if f.jobs < 0 || f.timeout < 0 {
		return nil, scan.Options{}, errors.New("--jobs and --timeout cannot be negative")
	}
	vars, err := assignments("--var", f.vars)
	if err != nil {
		return nil, scan.Options{}, err
	}
	parameters, err := assignments("--parameter", f.parameters)
	if err != nil {
		return nil, scan.Options{}, err
	}
	boundary, err := scan.Open(paths, f.changed)
	if err != nil {
		return nil, scan.Options{}, err
	}
	varFiles, err := within(boundary, f.varFiles)
	if err != nil {
		_ = boundary.Close()
		return nil, scan.Options{}, err
	}
	parameterFiles, err := within(boundary, f.paramFiles)
	if err != nil {
		_ = boundary.Close()
		return nil, scan.Options{}, err
	}
	c, err := loadConfig(boundary, f.config)
	if err != nil {
		_ = boundary.Close()
		return nil, scan.Options{}, err
	}
	f.override(c)
	return boundary, scan.Options{
		FS: boundary.FS, Config: c, Paths: boundary.Paths, Changed: f.changed, VarFiles: varFiles, Vars: vars,
		ParameterFiles: parameterFiles, Parameters: parameters, Scenarios: f.scenarios, AssumeClosed: f.assumeClosed,
		Exclude: f.exclude, NoGitignore: f.noGitignore, Jobs: f.jobs,
	}, nil
}

// limit bounds a scan by --timeout.
func (f *inputFlags) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if f.timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, f.timeout)
}

// scan runs a scan and makes a report of it.
func (f *inputFlags) scan(ctx context.Context, boundary *scan.Boundary, o scan.Options) (*report.Report, error) {
	ctx, cancel := f.limit(ctx)
	defer cancel()
	started := time.Now()
	result, err := scan.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &report.Report{
		Version: currentVersion(), Rules: result.Rules, Findings: result.Findings, Diagnostics: result.Diagnostics,
		Summary: report.Summary{Files: result.Files, Resources: result.Resources, DurationMS: time.Since(started).Milliseconds()},
		Started: started, Sources: boundary.FS, Root: boundary.Dir,
	}
	r.Summary.Count(r.Findings)
	if boundary.Git {
		head := git.Read(boundary.FS, boundary.Dir)
		r.Repository = &report.Repository{URI: head.Remote, Revision: head.Revision, Branch: head.Branch}
	}
	return r, nil
}

// assignments reads the values of a flag that takes NAME=VALUE.
func assignments(flag string, texts []string) (map[string]string, error) {
	values := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%s %s: write NAME=VALUE", flag, text)
		}
		values[name] = value
	}
	return values, nil
}

// within gives files that a flag names as paths in the boundary.
func within(b *scan.Boundary, files []string) ([]string, error) {
	var inside []string
	for _, file := range files {
		abs, err := filepath.Abs(file)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", file, err)
		}
		resolved, err := filepath.EvalSymlinks(abs)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", file, err)
		}
		rel, err := filepath.Rel(b.Dir, resolved)
		if err != nil || !filepath.IsLocal(rel) {
			return nil, fmt.Errorf("cannot read %s: it lies outside %s, which the scan is bound to", file, b.Dir)
		}
		inside = append(inside, filepath.ToSlash(rel))
	}
	return inside, nil
}
