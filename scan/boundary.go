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
// path, else the path's directory. A path that does not exist, or that lies outside, is an error. Changed files need not exist, and their
// boundary is the outermost work tree that holds one of them, so that those of a repository and of its submodules can come in any order.
func Open(paths []string, changed bool) (*Boundary, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	resolved := make([]string, len(paths))
	for i, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", p, err)
		}
		if changed {
			resolved[i], err = resolveChanged(abs)
		} else {
			resolved[i], err = filepath.EvalSymlinks(abs)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot scan %s: %w", p, err)
		}
	}
	b := &Boundary{}
	var err error
	if b.Dir, b.Git, err = boundaryOf(resolved[0]); err != nil {
		return nil, err
	}
	for _, p := range resolved[1:] {
		if _, inside := relative(b.Dir, p); changed && !inside {
			if err := b.widen(p); err != nil {
				return nil, err
			}
		}
	}
	for i, p := range resolved {
		rel, inside := relative(b.Dir, p)
		if !inside {
			return nil, fmt.Errorf("cannot scan %s together with %s: it lies outside %s; scan it on its own", paths[i], paths[0], b.Dir)
		}
		b.Paths = append(b.Paths, rel)
	}
	if b.root, err = os.OpenRoot(b.Dir); err != nil {
		return nil, fmt.Errorf("open %s: %w", b.Dir, err)
	}
	b.FS = b.root.FS()
	return b, nil
}

// widen makes the boundary of another path the boundary if it holds this one.
func (b *Boundary) widen(abs string) error {
	dir, git, err := boundaryOf(abs)
	if err != nil {
		return err
	}
	if _, inside := relative(dir, b.Dir); inside {
		b.Dir, b.Git = dir, git
	}
	return nil
}

// relative is a path relative to a directory, with forward slashes; false when it lies outside.
func relative(dir, abs string) (string, bool) {
	rel, err := filepath.Rel(dir, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// resolveChanged follows symbolic links in the directories of a changed file, as far as they are there. The file itself is what changed,
// link or not.
func resolveChanged(abs string) (string, error) {
	parent := filepath.Dir(abs)
	if parent == abs {
		return abs, nil
	}
	resolved, err := filepath.EvalSymlinks(parent)
	if os.IsNotExist(err) {
		resolved, err = resolveChanged(parent)
	}
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
	if _, inside := relative(wd, start); inside {
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
