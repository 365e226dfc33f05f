// Package git reads what a report says of the checkout that it is about: remote, commit and branch. It reads files of the .git directory
// and runs nothing.
package git

import (
	"bytes"
	"io/fs"
	"net/url"
	"path"
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

// Read reads the .git directory of a work tree. A work tree whose .git is elsewhere (of git worktree, a submodule) has none here.
func Read(worktree fs.FS) Head {
	dir, err := fs.Sub(worktree, ".git")
	if err != nil {
		return Head{}
	}
	h := Head{Remote: remote(dir)}
	head := read(dir, "HEAD")
	ref, symbolic := strings.CutPrefix(head, "ref: ")
	if !symbolic {
		h.Revision = commit(head)
		return h
	}
	if branch, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		h.Branch = branch
	}
	h.Revision = resolve(dir, ref)
	return h
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

func remote(dir fs.FS) string {
	text, err := fs.ReadFile(dir, "config")
	if err != nil {
		return ""
	}
	c := config.New()
	if err := config.NewDecoder(bytes.NewReader(text)).Decode(c); err != nil {
		return ""
	}
	return webAddress(c.Section("remote").Subsection("origin").Option("url"))
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
