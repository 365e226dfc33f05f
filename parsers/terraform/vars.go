package terraform

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/source"
)

// variableFile is what a file says about the variables of a root module.
type variableFile struct {
	file   *source.File
	values map[string]assignment
	// partial says that the file may set other variables too, in text that could not be read.
	partial bool
}

// assignment is the value that a variable file gives to a variable.
type assignment struct {
	name       string
	at         source.Span // of the name
	expression hclsyntax.Expression
}

// variableFiles lists the paths of the variable files in a directory that Terraform loads by itself, in the order in which it does:
// what a later one says wins. Those that ignored says yes to are left out; a nil ignored leaves out none.
// https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
func (l *loader) variableFiles(dir string, ignored func(path string) bool) []string {
	dir = path.Clean(dir)
	entries, err := fs.ReadDir(l.files.FS(), dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.unreadable(dir, err)
		}
		return nil
	}
	var first, automatic []string
	for _, e := range entries { // in lexical order
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
		case !isVariableFile(e.Name()) || ignored != nil && ignored(name):
		case e.Name() == "terraform.tfvars", e.Name() == "terraform.tfvars.json":
			first = append(first, name)
		default:
			automatic = append(automatic, name)
		}
	}
	return slices.Concat(first, automatic)
}

// isVariableFile reports whether Terraform loads a file of this name by itself.
func isVariableFile(name string) bool {
	return name == "terraform.tfvars" || name == "terraform.tfvars.json" ||
		strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json")
}

// variableFile reads a variable file; nil when it cannot be read.
func (l *loader) variableFile(name string) *variableFile {
	file, err := l.files.Load(name)
	if err != nil {
		l.unreadable(name, err)
		return nil
	}
	v := &variableFile{file: file, values: map[string]assignment{}}
	if strings.HasSuffix(name, ".json") {
		l.readJSONVariables(v)
	} else {
		l.readVariables(v)
	}
	return v
}

// readVariables reads native syntax, each argument by itself, so that an error in one leaves the others.
func (l *loader) readVariables(v *variableFile) {
	s := newScanner(v.file.Src)
	s.arguments = true
	for e, ok := s.next(); ok; e, ok = s.next() {
		if a := l.parseArgument(v.file, e); a != nil {
			l.assign(v, assignment{a.Name, l.span(a.NameRange), a.Expr})
		} else {
			v.partial = true
		}
	}
}

// parseArgument parses an item that should be an argument; nil when it is none, which a diagnostic tells.
func (l *loader) parseArgument(file *source.File, e entry) *hclsyntax.Attribute {
	at := file.Span(e.start, firstLine(file.Src, e))
	if e.kind != "" {
		l.report(source.Error, "hcl-syntax", at, "a variable file has arguments only, no blocks; to declare a variable, use a .tf file")
		return nil
	}
	if excess := e.measure.excess(); excess != "" {
		l.report(source.Error, "hcl-limit", at, "the argument was not read: "+excess)
		return nil
	}
	text := file.Src[e.start:e.end]
	if rest := file.Src[e.end:]; bytes.HasPrefix(rest, []byte("\n")) || bytes.HasPrefix(rest, []byte("\r\n")) {
		text = file.Src[e.start : e.end+bytes.IndexByte(rest, '\n')+1] // without its line end, the marker of a heredoc does not count
	}
	body, diags := parseBody(file, &e, text)
	if l.reportSyntax(file, diags) >= 0 {
		return nil
	}
	for _, a := range body.Attributes {
		return a
	}
	l.report(source.Error, "hcl-syntax", at, "this is not an argument; it was skipped")
	return nil
}

func (l *loader) readJSONVariables(v *variableFile) {
	root, err := readJSON(v.file.Src)
	if err != nil {
		l.reportJSON(v.file, err)
	}
	j := &jsonTranslation{loader: l, file: v.file}
	for _, m := range j.bodyMembers(root) {
		if m.value.cut {
			continue
		}
		l.assign(v, assignment{m.name.text, v.file.Span(m.name.start, m.name.end), j.expression(m.value, jsonVerbatim)})
	}
	v.partial = err != nil || j.failures > 0
}

func (l *loader) assign(v *variableFile, a assignment) {
	if earlier, ok := v.values[a.name]; ok {
		l.report(source.Error, "duplicate-argument", a.at,
			fmt.Sprintf("%s is set at %s already, so Terraform rejects the file; the earlier value was used", a.name, l.files.Location(earlier.at)))
		return
	}
	v.values[a.name] = a
}
