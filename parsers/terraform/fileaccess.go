package terraform

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Functions that read files see what lies inside the boundary, and nothing else. Relative paths start at the root module, where
// Terraform is run.

// resolve is the path of a file relative to the boundary, or the reason why there is none.
func (e *evaluator) resolve(p graph.Value) (string, graph.Value) {
	text, ok := p.Text()
	if parts, _ := p.Parts(); !ok && len(parts) == 2 && parts[0].Hole != nil && parts[0].Hole.Name == "path.cwd" {
		text, ok = "./"+parts[1].Literal, true // wherever that is, Terraform is run there
	}
	switch {
	case !ok:
		return "", graph.Unknown("the files do not decide which file is read")
	case path.IsAbs(text) || strings.HasPrefix(text, "~"):
		return "", e.outside(text)
	}
	name := path.Join(e.Dir, strings.ReplaceAll(text, `\`, "/"))
	if !fs.ValidPath(name) {
		return "", e.outside(text)
	}
	return name, graph.Value{}
}

// outside tells that a file was not read because it is not inside the boundary.
func (e *evaluator) outside(name string) graph.Value {
	e.report("outside-boundary", e.calling, name+" is not inside the repository that is scanned, so it was not read")
	return graph.Unknown(name + " is not inside the repository that is scanned")
}

// readFile reads a file for a function; see [functionContext].
func (e *evaluator) readFile(p graph.Value) ([]byte, *source.File, graph.Value) {
	name, why := e.resolve(p)
	if name == "" {
		return nil, nil, why
	}
	file, err := e.Files.Load(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, graph.Invalid("there is no file " + name)
	case err != nil:
		e.report("unreadable-file", e.calling, fmt.Sprintf("cannot read %s: %v", name, err))
		return nil, nil, graph.Unknown(name + " cannot be read")
	}
	return file.Src, file, graph.Value{}
}

// maxGlob bounds the files that a pattern may match.
const maxGlob = 20_000

var errTooMany = errors.New("too many files")

// glob lists files for fileset; see [functionContext].
func (e *evaluator) glob(dir, pattern string) ([]string, graph.Value) {
	name, why := e.resolve(graph.String(dir))
	if name == "" {
		return nil, why
	}
	key := name + "\x00" + pattern
	if found, ok := e.globbed[key]; ok {
		return found, graph.Value{}
	}
	below, err := fs.Sub(e.Files.FS(), name)
	if err != nil {
		return nil, e.outside(dir)
	}
	found := []string{}
	err = doublestar.GlobWalk(below, path.Clean(pattern), func(p string, _ fs.DirEntry) error {
		if found = append(found, p); len(found) > maxGlob {
			return errTooMany
		}
		return nil
	}, doublestar.WithFilesOnly(), doublestar.WithNoFollow())
	switch {
	case errors.Is(err, errTooMany):
		return nil, e.exceeded(e.calling, fmt.Sprintf("the pattern %q matches more than %d files", pattern, maxGlob))
	case errors.Is(err, doublestar.ErrBadPattern):
		return nil, graph.Invalid("the pattern is malformed: " + pattern)
	case err != nil:
		return nil, graph.Unknown(fmt.Sprintf("cannot list the files in %s: %v", name, err))
	}
	if e.globbed == nil {
		e.globbed = map[string][]string{}
	}
	e.globbed[key] = found
	return found, graph.Value{}
}
