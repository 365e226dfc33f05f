package scan

import (
	"io/fs"

	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/source"
)

// Options say what to scan and how. The zero value of every field but FS is a sensible default.
type Options struct {
	// FS is the boundary: everything that a scan may read. See [Open] for the one of a path on disk.
	FS fs.FS
	// Paths are files and directories in FS, as [fs.ValidPath] describes them; "." by default. One that is not there is an error.
	Paths []string
	// Changed says that Paths are changed files, gone ones too: what reaches them is scanned, all over FS.
	Changed bool
	// Checks and SkipChecks choose checks by id or slug; globs are allowed. Without Checks, all run that are on by default.
	Checks, SkipChecks []string
	// Config is what the project decides: the other options add to it or win over it. Nil decides nothing; see [FindConfig].
	Config *Config
	// VarFiles and Vars are Terraform input, ParameterFiles and Parameters CloudFormation's. They bind roots that Paths name.
	VarFiles       []string
	Vars           map[string]string
	ParameterFiles []string
	Parameters     map[string]string
	// Scenarios evaluates each root once more for every committed var or parameter file that nothing loads by itself.
	Scenarios bool
	// AssumeClosed takes the endpoint inventories of VPCs that the files only refer to as complete, of which the configuration says
	// nothing else.
	AssumeClosed bool
	// Exclude are globs of paths in FS that are not looked at unless Paths name them or something calls them; ** crosses directories.
	Exclude []string
	// NoGitignore looks at files that git ignores, too.
	NoGitignore bool
	// Jobs bounds how many goroutines work; the number of processors by default.
	Jobs int
	// Progress, if set, is told now and then how many of how many groups of linked roots have been evaluated. It is called by several
	// goroutines.
	Progress func(done, total int)
	// Trace asks for the way of each value that decided a finding.
	Trace bool
}

// Result is what a scan found: findings of every verdict, sorted, suppressed ones included and marked.
type Result struct {
	Findings    []finding.Finding
	Diagnostics []source.Diagnostic
	Rules       []finding.Rule // of the checks that ran
	Files       int            // looked at
	Resources   int            // evaluated
}
