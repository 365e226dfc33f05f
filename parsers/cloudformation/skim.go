package cloudformation

import (
	"bytes"
	"slices"
	"strings"
)

// Recognise reports whether a file looks like a CloudFormation template, without parsing it: it has a top-level Resources mapping, or
// says AWSTemplateFormatVersion at the top level. It is meant for looking over many files; only [Load] tells whether the template is
// sound.
func Recognise(name string, src []byte) bool {
	if !bytes.Contains(src, []byte("Resources")) && !bytes.Contains(src, []byte("AWSTemplateFormatVersion")) {
		return false
	}
	src = bytes.TrimPrefix(src, []byte(byteOrderMark))
	if body := bytes.TrimLeft(src, " \t\r\n"); len(body) > 0 && body[0] == '{' {
		return recogniseFlow(body)
	}
	return !strings.HasSuffix(name, ".json") && recogniseBlock(src)
}

// recogniseFlow looks for the keys of the outermost braces.
func recogniseFlow(src []byte) bool {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '#': // a comment of YAML
			if end := bytes.IndexByte(src[i:], '\n'); end > 0 && i > 0 && src[i-1] <= ' ' {
				i += end
			}
		case '"', '\'':
			end := endOfQuoted(src, i, src[i])
			if depth == 1 && isTopKey(bytes.Trim(src[i:end], `"'`), src[end:]) {
				return true
			}
			i = end - 1
		default:
			if depth == 1 && (src[i] == 'R' || src[i] == 'A') {
				if end := bytes.IndexByte(src[i:], ':'); end > 0 && isTopKey(src[i:i+end], src[i+end:]) {
					return true
				}
			}
		}
	}
	return false
}

// isTopKey reports whether a key with what follows it begins what only a template has.
func isTopKey(key, rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if len(rest) == 0 || rest[0] != ':' {
		return false
	}
	rest = rest[1:]
	rest = rest[skipBlank(rest, 0):]
	switch string(key) {
	case "Resources":
		return len(rest) > 0 && rest[0] == '{'
	case "AWSTemplateFormatVersion":
		return true
	}
	return false
}

// recogniseBlock looks at the lines of the first document that are indented as its first line is.
func recogniseBlock(src []byte) bool {
	indent := -1
	for len(src) > 0 {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		src = rest
		content := bytes.TrimLeft(line, " ")
		at := len(line) - len(content)
		content = bytes.TrimRight(content, " \t\r")
		switch {
		case len(content) == 0, content[0] == '#', content[0] == '%', at == 0 && indent < 0 && isDocumentMark(line):
			continue
		case at == 0 && isDocumentMark(line):
			return false
		case indent < 0:
			indent = at
		case at != indent:
			continue
		}
		key, value, ok := bytes.Cut(content, []byte(":"))
		if !ok {
			continue
		}
		switch string(bytes.Trim(bytes.TrimSpace(key), `"'`)) {
		case "AWSTemplateFormatVersion":
			return true
		case "Resources":
			if isMappingBelow(value, src, indent) {
				return true
			}
		}
	}
	return false
}

// isMappingBelow reports whether a mapping follows a key: in braces, or on lines with more indentation.
func isMappingBelow(value, src []byte, indent int) bool {
	value = bytes.TrimSpace(value)
	if len(value) > 0 && value[0] != '#' && value[0] != '&' && value[0] != '!' {
		return value[0] == '{'
	}
	at := 0
	for at < len(src) {
		line, rest, _ := bytes.Cut(src[at:], []byte("\n"))
		content := bytes.TrimSpace(line)
		if len(content) > 0 && content[0] != '#' {
			isItem := content[0] == '-' && (len(content) == 1 || content[1] == ' ')
			return leading(string(line)) > indent && !isItem
		}
		at = len(src) - len(rest)
	}
	return false
}

// An Outline is what a look at the bytes of a template tells.
type Outline struct {
	// Types are the resource types that are named, distinct and in order: "AWS::EC2::VPC". Some may be named in text only.
	Types []string
	// Templates are the locations of nested templates and inclusions, as written: "./vpc.yaml",
	// "https://${Bucket}.s3.amazonaws.com/templates/vpc.yaml". Of a location that is put together from pieces, these are the pieces that
	// look like a file.
	Templates []string
	// Exports and Imports report whether the template names exports, or values of other stacks or of the parameter store.
	Exports, Imports bool
	// Stored reports whether the template reads the parameter store.
	Stored bool
}

// Skim looks over a template without parsing it. Like [Recognise] it is meant for looking over many files.
func Skim(_ string, src []byte) Outline {
	o := Outline{Types: types(src)}
	for _, key := range []string{"TemplateURL", "Location", "aws:asset:path"} {
		for rest := src; ; {
			i := bytes.Index(rest, []byte(key))
			if i < 0 {
				break
			}
			before, after := rest[:i], rest[i+len(key):]
			if start := bytes.LastIndexByte(before, '\n') + 1; isKey(before[start:], after) {
				column := len(src) - len(rest) + i
				column -= bytes.LastIndexByte(src[:column], '\n') + 1
				o.Templates = append(o.Templates, locations(after, column)...)
			}
			rest = after
		}
	}
	slices.Sort(o.Templates)
	o.Templates = slices.Compact(o.Templates)
	o.Exports = bytes.Contains(src, []byte("Export")) || bytes.Contains(src, []byte("AWS::SSM::Parameter"))
	o.Stored = bytes.Contains(src, []byte("{{resolve:ssm:")) || bytes.Contains(src, []byte("AWS::SSM::Parameter::Value<"))
	o.Imports = o.Stored || bytes.Contains(src, []byte("ImportValue"))
	return o
}

// types finds what looks like a resource type: three names with colons between, or a module.
func types(src []byte) []string {
	seen := map[string]bool{}
	for {
		i := bytes.Index(src, []byte("AWS::"))
		if i < 0 {
			break
		}
		end := i
		for end < len(src) && (src[end] == ':' || isAlphanumeric(src[end])) {
			end++
		}
		name := bytes.TrimRight(src[i:end], ":")
		if n := bytes.Count(name, []byte("::")); n == 2 || n == 3 && bytes.HasSuffix(name, []byte("::MODULE")) {
			if !seen[string(name)] {
				seen[string(name)] = true
			}
		}
		src = src[end:]
	}
	all := make([]string, 0, len(seen))
	for name := range seen {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// isKey reports whether what stands between before and after on its line is a key.
func isKey(before, after []byte) bool {
	before = bytes.TrimRight(before, `"'`)
	if n := len(before); n > 0 && bytes.IndexByte([]byte(" \t{,"), before[n-1]) < 0 {
		return false
	}
	after = bytes.TrimLeft(bytes.TrimLeft(after, `"'`), " ")
	return len(after) > 0 && after[0] == ':'
}

// locations are the words that end as the name of a template does in the value of a key.
func locations(after []byte, column int) []string {
	var found []string
	words := bytes.FieldsFunc(valueAfter(after, column), func(r rune) bool { return strings.ContainsRune(" \t\r\n\"',[]", r) })
	for _, w := range words {
		w = bytes.TrimLeft(w, ":{")
		switch ext := bytes.ToLower(w[bytes.LastIndexByte(w, '.')+1:]); string(ext) {
		case "yaml", "yml", "json", "template", "cfn", "txt":
			if len(ext) < len(w) {
				found = append(found, string(w))
			}
		}
	}
	return found
}

// valueAfter is the value of the key in a column that after follows: a scalar, what brackets hold, or in YAML the lines below that are
// indented more.
func valueAfter(after []byte, column int) []byte {
	after = bytes.TrimLeft(after, "\"' \t")
	after = after[min(1, len(after)):] // the colon
	at := skipBlank(after, 0)
	for at < len(after) && after[at] == '!' { // the tag of an intrinsic
		for at < len(after) && after[at] > ' ' {
			at++
		}
		at = skipBlank(after, at)
	}
	if at == len(after) {
		return nil
	}
	switch after[at] {
	case '"', '\'':
		return after[at:endOfQuoted(after, at, after[at])]
	case '{', '[':
		return after[at:endOfBrackets(after, at)]
	}
	end := at
	for end < len(after) && bytes.IndexByte([]byte(",}\n"), after[end]) < 0 {
		end++
	}
	if bytes.IndexByte(after[:at], '\n') < 0 {
		return after[at:end]
	}
	// A block below the key.
	start := bytes.LastIndexByte(after[:at], '\n') + 1
	end = start
	for end < len(after) {
		line, rest, _ := bytes.Cut(after[end:], []byte("\n"))
		if len(bytes.TrimSpace(line)) > 0 && leading(string(line)) <= column {
			break
		}
		end = len(after) - len(rest)
	}
	return after[start:end]
}

// endOfBrackets is where the bracket at src[at] is closed.
func endOfBrackets(src []byte, at int) int {
	depth := 0
	for ; at < len(src); at++ {
		switch src[at] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		case '"':
			at = endOfQuoted(src, at, '"') - 1
		}
	}
	return at
}

// isDocumentMark reports whether a line begins or ends a YAML document.
func isDocumentMark(line []byte) bool {
	return bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("..."))
}
