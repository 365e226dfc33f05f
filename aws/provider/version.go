package provider

import (
	"regexp"
	"strconv"
	"strings"
)

// version is a release of a module: major, minor, patch.
type version [3]int

func (v version) compare(w version) int {
	for i := range v {
		if d := v[i] - w[i]; d != 0 {
			return d
		}
	}
	return 0
}

// release is the newest release that a call may get. Terraform takes the newest one that a constraint allows, and behaviour changes
// from one release on, so that the upper bound of the constraint is all that matters.
type release struct {
	below  bool // the bound itself is excluded
	bound  version
	newest bool // there is no bound
}

// since reports whether the release has what a version introduced.
func (r release) since(major, minor int) bool {
	d := r.bound.compare(version{major, minor})
	return r.newest || d > 0 || d == 0 && !r.below
}

// releaseOf reads the version constraint of a registry call, and the ref of a git source. A tag is a version; a branch, a commit and
// whatever is not understood is the newest release.
func releaseOf(constraint, ref string) release {
	if ref != "" {
		v, n, ok := parseVersion(strings.TrimPrefix(ref[strings.LastIndexByte(ref, '/')+1:], "v"))
		if !ok || n < 2 {
			return release{newest: true}
		}
		return release{bound: v}
	}
	r := release{newest: true}
	for _, condition := range strings.Split(constraint, ",") {
		if c := upperBound(strings.TrimSpace(condition)); !c.newest && (r.newest || c.lower(r)) {
			r = c
		}
	}
	return r
}

// lower reports whether r ends before s.
func (r release) lower(s release) bool {
	d := r.bound.compare(s.bound)
	return d < 0 || d == 0 && r.below && !s.below
}

var condition = regexp.MustCompile(`^(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+)*)`)

// upperBound is the end of the range that one condition of a constraint allows.
func upperBound(text string) release {
	m := condition.FindStringSubmatch(text)
	if m == nil {
		return release{newest: true}
	}
	v, n, _ := parseVersion(m[2])
	switch m[1] {
	case "", "=", "<=":
		return release{bound: v}
	case "<":
		return release{bound: v, below: true}
	case "~>": // the last part that is written may grow
		if n < 2 {
			return release{newest: true}
		}
		next := version{}
		copy(next[:n-1], v[:n-1])
		next[n-2]++
		return release{bound: next, below: true}
	}
	return release{newest: true}
}

// parseVersion reads a version and says how many parts of it are written.
func parseVersion(text string) (v version, parts int, ok bool) {
	text, _, _ = strings.Cut(text, "-")
	for _, part := range strings.Split(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || parts == len(v) {
			return version{}, 0, false
		}
		v[parts] = n
		parts++
	}
	return v, parts, parts > 0
}
