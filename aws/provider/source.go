package provider

import (
	"regexp"
	"strings"
)

// moduleSource is where a call takes a module from, in the registry's terms: "terraform-aws-modules/vpc/aws" and the path of the module
// inside it. The registry serves a module from the repository terraform-<provider>-<name> of its owner at GitHub, so that either names
// the same module. Empty for other sources.
type moduleSource struct {
	name string // owner/name/provider, in lower case
	path string // "modules/vpc-endpoints", empty for the root
	ref  string // of a git source, as written
}

var (
	registryName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*/[a-z0-9]+$`)
	repository   = regexp.MustCompile(`^(?:.*[/@])?github\.com[:/]([^/]+)/terraform-([a-z0-9]+)-([^/]+?)(?:\.git)?/?$`)
	registries   = []string{"registry.terraform.io/", "registry.opentofu.org/"}
)

// parseSource reads a module source as the "Module Sources" page of Terraform's documentation defines them. Sources are compared without
// regard to case.
func parseSource(source string) moduleSource {
	source = strings.TrimPrefix(source, "git::")
	var s moduleSource
	source, query, _ := strings.Cut(source, "?")
	for _, parameter := range strings.Split(query, "&") {
		if ref, ok := strings.CutPrefix(parameter, "ref="); ok {
			s.ref = ref
		}
	}
	scheme, rest, ok := strings.Cut(source, "://")
	if !ok {
		scheme, rest = "", source
	} else {
		scheme += "://"
	}
	rest, s.path, _ = strings.Cut(rest, "//")
	s.path = strings.Trim(s.path, "/")
	rest = strings.ToLower(rest)
	if m := repository.FindStringSubmatch(scheme + rest); m != nil {
		s.name = m[1] + "/" + m[3] + "/" + m[2]
		return s
	}
	if scheme != "" {
		return moduleSource{}
	}
	for _, host := range registries {
		rest = strings.TrimPrefix(rest, host)
	}
	if !registryName.MatchString(rest) {
		return moduleSource{}
	}
	s.name = rest
	return s
}
