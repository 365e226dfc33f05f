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

// glob lists files for fileset; see [functionContext]. As Terraform does, it joins the directory and the pattern first, so that `..` in
// the pattern leads out of the directory.
func (e *evaluator) glob(dir, pattern string) ([]string, graph.Value) {
	name, why := e.resolve(graph.String(dir))
	if name == "" {
		return nil, why
	}
	full := path.Join(name, strings.ReplaceAll(pattern, `\`, "/"))
	if !fs.ValidPath(full) {
		return nil, e.outside(path.Join(dir, pattern))
	}
	key := name + "\x00" + full
	if found, ok := e.globbed[key]; ok {
		return found, graph.Value{}
	}
	below := &linkedFS{FS: e.Files.FS()}
	found := []string{}
	err := doublestar.GlobWalk(below, full, func(p string, entry fs.DirEntry) error {
		if entry.Type()&fs.ModeSymlink != 0 {
			if info, err := fs.Stat(below, p); err != nil || !info.Mode().IsRegular() {
				return err
			}
		}
		if found = append(found, relative(name, p)); len(found) > maxGlob {
			return errTooMany
		}
		return nil
	}, doublestar.WithFilesOnly(), doublestar.WithNoFollow(), doublestar.WithFailOnIOErrors())
	switch {
	case errors.Is(err, errTooMany):
		return nil, e.exceeded(e.calling, fmt.Sprintf("the pattern %q matches more than %d files", pattern, maxGlob))
	case errors.Is(err, doublestar.ErrBadPattern):
		return nil, graph.Invalid("the pattern is malformed: " + pattern)
	case errors.Is(err, fs.ErrNotExist):
		return nil, graph.Unknown("a symbolic link that matches the pattern leads nowhere: " + pattern)
	case err != nil:
		e.report("unreadable-file", e.calling, fmt.Sprintf("cannot list the files that match %q in %s: %v", pattern, name, err))
		return nil, graph.Unknown("the files in " + name + " cannot be listed")
	case below.linked && strings.ContainsAny(path.Dir(full), "*?[{") || below.linked && strings.Contains(full, "**"):
		return nil, graph.Unknown("iacscan does not look for files behind symbolic links to directories")
	}
	if e.globbed == nil {
		e.globbed = map[string][]string{}
	}
	e.globbed[key] = found
	return found, graph.Value{}
}

// linkedFS notes whether a symbolic link to something else than a file, which a pattern may lead through, is in a directory that is listed.
type linkedFS struct {
	fs.FS
	linked bool
}

// ReadDir lists a directory; see [linkedFS].
func (f *linkedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.FS, name)
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink == 0 || f.linked {
			continue
		}
		info, err := fs.Stat(f.FS, path.Join(name, e.Name()))
		f.linked = err == nil && !info.Mode().IsRegular() || err != nil && !errors.Is(err, fs.ErrNotExist)
	}
	return entries, err
}
