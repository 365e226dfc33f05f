package scan

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Boundary is what a scan may read: nothing outside it is opened, and symbolic links do not lead out of it.
type Boundary struct {
	// Dir is its absolute path.
	Dir string
	// FS reads it.
	FS fs.FS
	// Paths are the paths of [Open] relative to it, with forward slashes.
	Paths []string
	// Git says that it is the work tree of a git repository.
	Git bool

	root *os.Root
}

// Close releases the directory.
func (b *Boundary) Close() error { return b.root.Close() }

// Open finds the boundary of some paths: the git work tree that holds the first one, without one the working directory if it holds the
// path, else the path's directory. A path that does not exist, or that lies outside, is an error; with mayBeGone it need not exist.
func Open(paths []string, mayBeGone bool) (*Boundary, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	b := &Boundary{}
	for i, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", p, err)
		}
		resolved, err := resolve(abs, mayBeGone)
		if err != nil {
			return nil, fmt.Errorf("cannot scan %s: %w", p, err)
		}
		if i == 0 {
			if b.Dir, b.Git, err = boundaryOf(resolved); err != nil {
				return nil, err
			}
		}
		rel, err := filepath.Rel(b.Dir, resolved)
		if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return nil, fmt.Errorf("cannot scan %s together with %s: it lies outside %s; scan it on its own", p, paths[0], b.Dir)
		}
		b.Paths = append(b.Paths, filepath.ToSlash(rel))
	}
	var err error
	if b.root, err = os.OpenRoot(b.Dir); err != nil {
		return nil, fmt.Errorf("open %s: %w", b.Dir, err)
	}
	b.FS = b.root.FS()
	return b, nil
}

// resolve follows symbolic links in a path that somebody named. Of a file that is gone, what is left of the path is resolved.
func resolve(abs string, mayBeGone bool) (string, error) {
	resolved, err := filepath.EvalSymlinks(abs)
	if err == nil || !mayBeGone || !os.IsNotExist(err) {
		return resolved, err
	}
	parent := filepath.Dir(abs)
	if parent == abs {
		return abs, nil
	}
	resolved, err = resolve(parent, true)
	return filepath.Join(resolved, filepath.Base(abs)), err
}

func boundaryOf(abs string) (dir string, git bool, err error) {
	start := abs
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		start = filepath.Dir(abs)
	}
	for d := start; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			return d, true, nil
		}
		if filepath.Dir(d) == d {
			break
		}
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", false, fmt.Errorf("find the working directory: %w", err)
	}
	if wd, err = filepath.EvalSymlinks(wd); err != nil {
		return "", false, fmt.Errorf("find the working directory: %w", err)
	}
	if rel, err := filepath.Rel(wd, start); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return wd, false, nil
	}
	return start, false, nil
}

// within reports whether a slash path is dir or below it.
func within(name, dir string) bool {
	return dir == "." || name == dir || strings.HasPrefix(name, dir+"/")
}

// parents calls visit for name's directory and each one above it, up to ".".
func parents(name string, visit func(dir string) bool) {
	for d := path.Dir(name); visit(d) && d != "."; d = path.Dir(d) {
	}
}
