// Package git reads what a report says of the checkout that it is about: remote, commit and branch. It reads files of the .git directory
// and runs nothing.
package git

import (
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// Head is the state of a checkout. What cannot be read is empty.
type Head struct {
	Remote   string // web address of the remote "origin", without credentials: "https://github.com/acme/infra"
	Revision string // commit hash
	Branch   string // empty when the head is detached
}

// Read reads the git directory of a work tree, given as files and as an absolute path.
func Read(worktree fs.FS, root string) Head {
	dir, err := fs.Sub(worktree, ".git")
	if err != nil {
		return Head{}
	}
	common := dir
	if link, ok := strings.CutPrefix(read(worktree, ".git"), "gitdir: "); ok {
		if dir, common = linked(root, link); dir == nil {
			return Head{}
		}
	}
	h := Head{Remote: remote(common)}
	head := read(dir, "HEAD")
	ref, symbolic := strings.CutPrefix(head, "ref: ")
	if !symbolic {
		h.Revision = commit(head)
		return h
	}
	if branch, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		h.Branch = branch
	}
	h.Revision = resolve(common, ref)
	return h
}

// linked is the git directory that the .git file of a work tree names, and the one that holds references and configuration: another one
// where git worktree made the work tree. They lie outside the work tree, so they are read only if they name it in turn, as those of git
// worktree and of submodules do: a repository cannot have somebody else's read by a file.
func linked(root, link string) (dir, common fs.FS) {
	absolute := func(base, name string) string {
		if filepath.IsAbs(name) || name == "" {
			return name
		}
		return filepath.Join(base, name)
	}
	at := absolute(root, filepath.FromSlash(link))
	dir = os.DirFS(at)
	if back := read(dir, "gitdir"); back != "" && same(absolute(at, back), filepath.Join(root, ".git")) {
		return dir, os.DirFS(absolute(at, read(dir, "commondir")))
	}
	if back := option(dir, "core", "", "worktree"); back != "" && same(absolute(at, back), root) {
		return dir, dir
	}
	return nil, nil
}

// same reports whether two paths are of one file.
func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// resolve is the commit that a reference names: in a file of its own, else among the packed ones.
func resolve(dir fs.FS, ref string) string {
	if hash := commit(read(dir, ref)); hash != "" {
		return hash
	}
	for line := range strings.Lines(read(dir, "packed-refs")) {
		if hash, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == ref {
			return commit(hash)
		}
	}
	return ""
}

// read is the text of a file without the space around it, empty when there is none.
func read(dir fs.FS, name string) string {
	if !fs.ValidPath(name) {
		return ""
	}
	text, err := fs.ReadFile(dir, name)
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(text))
}

var hashPattern = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

func commit(text string) string { return hashPattern.FindString(text) }

func remote(dir fs.FS) string { return webAddress(option(dir, "remote", "origin", "url")) }

// option is a value of the configuration; empty when there is none.
func option(dir fs.FS, section, subsection, name string) string {
	text, err := fs.ReadFile(dir, "config")
	if err != nil {
		return ""
	}
	c := config.New()
	if err := config.NewDecoder(bytes.NewReader(text)).Decode(c); err != nil {
		return ""
	}
	if subsection == "" {
		return c.Section(section).Option(name)
	}
	return c.Section(section).Subsection(subsection).Option(name)
}

// scpLike is the short form of an SSH address: git@github.com:acme/infra.git.
var scpLike = regexp.MustCompile(`^(?:[^@/:]+@)?([^@/:]+\.[^@/:]+):([^/].*)$`)

// webAddress is the address of a remote as a browser opens it; empty for one on disk.
func webAddress(remote string) string {
	if m := scpLike.FindStringSubmatch(remote); m != nil {
		remote = "ssh://" + m[1] + "/" + m[2]
	}
	u, err := url.Parse(remote)
	if err != nil || u.Host == "" {
		return ""
	}
	switch u.Scheme {
	case "http", "https":
	case "ssh", "git", "git+ssh":
		u.Scheme, u.Host = "https", u.Hostname() // the port is that of the other protocol
	default:
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimSuffix(path.Clean(u.Path), ".git")}).String()
}
