package cloudformation

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// RecogniseParameters reports whether a file looks like values for the parameters of a template, without parsing it. Like [Recognise] it
// is meant for looking over many files.
func RecogniseParameters(name string, src []byte) bool {
	if Recognise(name, src) {
		return false
	}
	return bytes.Contains(src, []byte("ParameterKey")) && bytes.Contains(src, []byte("ParameterValue")) ||
		bytes.Contains(src, []byte("Parameters"))
}

// LoadParameters reads a file with values for the parameters of a template, by name. It reads what the AWS CLI takes, a list of
// {"ParameterKey": …, "ParameterValue": …} or of "Name=Value", and what CodePipeline takes, an object "Parameters" beside "Tags" and
// "StackPolicy", in JSON and in YAML. It returns false when the file is none of these; when it cannot be parsed a diagnostic says so.
func LoadParameters(files *source.Set, name string, diagnostics *source.Diagnostics) (map[string]graph.Value, bool) {
	file, err := files.Load(name)
	if err != nil {
		diagnostics.Add(source.Diagnostic{
			Level: source.Error, Code: "parameters-missing", Message: "the parameter file cannot be read: " + err.Error(), Location: source.Location{Path: name},
		})
		return nil, false
	}
	top := read(files, file, diagnostics)
	// Nothing in a parameter file refers to anything, so that an empty stack evaluates it.
	s := newStack(&world{options: Options{Files: files, Diagnostics: diagnostics}}, template{file: file}, nil)
	values := map[string]graph.Value{}
	switch {
	case top.isSequence():
		for _, item := range top.items {
			if !s.assignment(item, values) {
				return nil, false
			}
		}
	case top.get("Parameters").isMapping() && top.get("Resources") == nil:
		for _, p := range top.get("Parameters").pairs {
			values[p.key.text] = s.passed(p.value)
		}
	default:
		return nil, false
	}
	return values, true
}

// assignment notes one value of a list as the AWS CLI takes it.
func (s *Stack) assignment(n *node, values map[string]graph.Value) bool {
	if text, ok := n.literal(); ok {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return false
		}
		v := graph.String(value)
		values[name] = v.WithSpan(within(graph.String(text).WithSpan(n.at), len(name)+1, len(text)))
		return true
	}
	name, ok := n.get("ParameterKey").literal()
	if !ok {
		return false
	}
	if value := n.get("ParameterValue"); !value.isNull() {
		values[name] = s.passed(value)
	}
	return true
}

// passed is a value as written: text, a list of text, or what a pipeline makes of its artifacts.
func (s *Stack) passed(n *node) graph.Value {
	if _, ok := n.call(); ok {
		return graph.Unknown("the pipeline decides it").WithSpan(n.at)
	}
	return s.eval(n)
}

// MatchParameters finds the template that a parameter file is for, by what the file sets and by the names of the files. Templates are
// the parameters that each declares, by path. All that the file sets must be declared, and all that has no default must be set, or else
// the names must agree: "network.dev.json" and "params/network-dev.json" are for network.yaml. Of several such templates it is the one
// whose name agrees best; when none is best there is no match.
func MatchParameters(file string, values map[string]graph.Value, templates map[string][]Parameter) (template string, ok bool) {
	best, ties := -1, 0
	for name, declared := range templates {
		score := agreement(file, name)
		if len(values) == 0 || !declares(declared, values) || score == 0 && !complete(declared, values) {
			continue
		}
		switch {
		case score > best:
			template, best, ties = name, score, 1
		case score == best:
			ties++
		}
	}
	return template, ties == 1
}

// declares reports whether a template declares all that is set.
func declares(declared []Parameter, values map[string]graph.Value) bool {
	for name := range values {
		if !slices.ContainsFunc(declared, func(p Parameter) bool { return p.Name == name }) {
			return false
		}
	}
	return true
}

// complete reports whether all that has no default is set.
func complete(declared []Parameter, values map[string]graph.Value) bool {
	for _, p := range declared {
		if _, ok := values[p.Name]; !ok && !p.HasDefault {
			return false
		}
	}
	return true
}

// agreement says how well the names of a parameter file and a template agree: zero when they do not, more for a longer common name, and
// more when both stand in one directory.
func agreement(file, template string) int {
	stem := func(name string) string {
		name, _, _ = strings.Cut(path.Base(name), ".")
		return strings.ToLower(name)
	}
	s := stem(template)
	if i := strings.Index(stem(file), s); i < 0 || s == "" {
		return 0
	}
	score := 2 * len(s)
	if path.Dir(file) == path.Dir(template) {
		score++
	}
	return score
}
