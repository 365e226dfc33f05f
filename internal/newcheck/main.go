// Newcheck writes the parts of a new check: its Go file, its documentation, and the cases that every check must have.
//
//	go run ./internal/newcheck SMN-999 my-check
package main

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var templates embed.FS

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: newcheck ID SLUG, as in SMN-999 my-check")
		os.Exit(2)
	}
	written, err := scaffold("checks", os.Args[1], os.Args[2])
	for _, path := range written {
		fmt.Println(path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "newcheck:", err)
		os.Exit(1)
	}
	fmt.Println("Complete them; `go test ./checks` says what is missing, and with -update writes what the cases find.")
}

// part is one file to write, and what its template is filled with.
type part struct {
	template, path  string
	ID, Slug, Title string
	Shows           string // what a case shows
}

// cases says what each case of a check shows, by the end of its name.
var cases = []struct{ kind, shows string }{
	{"fail", "What is wrong is written."},
	{"pass", "What is right is written."},
	{"unknown", "The files do not decide it: the reason says what would."},
	{"default", "The attribute is left out, or comes from the default of a variable or parameter."},
	{"nested", "The resource and what it refers to are in different modules or stacks."},
	{"suppressed", "A comment suppresses the finding, with a reason."},
}

var (
	idForm   = regexp.MustCompile(`^SMN-[1-9]\d\d$`)
	slugForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)+$`)
)

// scaffold writes the parts of one check below dir and returns their paths. It overwrites nothing.
func scaffold(dir, id, slug string) (written []string, err error) {
	if !idForm.MatchString(id) {
		return nil, fmt.Errorf("%q is no id: use one like SMN-999", id)
	}
	if !slugForm.MatchString(slug) {
		return nil, fmt.Errorf("%q is no slug: use several words in lower case, joined by hyphens", slug)
	}
	// The templates hold HCL, which has braces of its own.
	all, err := template.New("").Delims("<<", ">>").ParseFS(templates, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	for _, p := range parts(dir, id, slug) {
		if err := write(p, all.Lookup(p.template)); err != nil {
			return written, err
		}
		written = append(written, p.path)
	}
	return written, nil
}

// parts lists the files of a check.
func parts(dir, id, slug string) []part {
	words := strings.ReplaceAll(slug, "-", " ")
	base := filepath.Join(dir, strings.ReplaceAll(slug, "-", "_"))
	p := part{ID: id, Slug: slug, Title: strings.ToUpper(words[:1]) + words[1:]}
	var all []part
	add := func(template, path, shows string) {
		p.template, p.path, p.Shows = template, path, shows
		all = append(all, p)
	}
	add("check.go.tmpl", base+".go", "")
	add("check.md.tmpl", base+".md", "")
	for _, language := range []string{"terraform", "cloudformation"} {
		for _, c := range cases {
			add(language+".txtar.tmpl", filepath.Join(dir, "testdata", slug, language+"_"+c.kind+".txtar"), c.shows)
		}
	}
	return all
}

// write fills the template of a part into a new file, and makes the folder that it is in.
func write(p part, t *template.Template) (err error) {
	if err := os.MkdirAll(filepath.Dir(p.path), 0o750); err != nil {
		return fmt.Errorf("make the folder of %s: %w", p.path, err)
	}
	f, err := os.OpenFile(p.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // a source file, readable as the others are
	if err != nil {
		return fmt.Errorf("create %s: %w", p.path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := t.Execute(f, p); err != nil {
		return fmt.Errorf("write %s: %w", p.path, err)
	}
	return nil
}
