package tfplan

import (
	"bytes"
	"slices"
)

var (
	byteOrderMark = []byte("\xEF\xBB\xBF")
	versionKeys   = [...][]byte{[]byte(`"format_version"`), []byte(`"terraform_version"`)}
)

// Recognise reports whether a file looks like what `terraform show -json` writes, without parsing it: its outermost object names the
// versions of the format and of Terraform, and planned values, changes or the values of a state. It is meant for looking over many files.
func Recognise(src []byte) bool {
	for _, key := range versionKeys {
		if !bytes.Contains(src, key) {
			return false
		}
	}
	src = bytes.TrimLeft(bytes.TrimPrefix(src, byteOrderMark), " \t\r\n")
	return len(src) > 0 && src[0] == '{' && hasPlanKeys(src)
}

// hasPlanKeys looks for the keys of the outermost object. It stops as soon as it has seen enough, which is soon: Terraform writes the
// versions first.
func hasPlanKeys(src []byte) bool {
	depth, version, terraform, content := 0, false, false, false
	for i := 0; i < len(src) && !(version && terraform && content); i++ {
		switch src[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := endOfString(src, i)
			if depth == 1 {
				switch key := src[i+1 : max(end-1, i+1)]; string(key) {
				case "format_version":
					version = true
				case "terraform_version":
					terraform = true
				case "planned_values", "resource_changes", "values":
					content = content || startsCollection(src[end:])
				}
			}
			i = end - 1
		}
	}
	return version && terraform && content
}

// startsCollection reports whether a colon and an object or list follow.
func startsCollection(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if len(rest) == 0 || rest[0] != ':' {
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '{' || rest[0] == '[')
}

// endOfString is where the string that begins at src[i] ends.
func endOfString(src []byte, i int) int {
	for i++; i < len(src); i++ {
		n := bytes.IndexAny(src[i:], `"\`)
		if n < 0 {
			return len(src)
		}
		if i += n; src[i] == '"' {
			return i + 1
		}
		i++
	}
	return len(src)
}

// An Outline is what a look at the bytes of a plan tells.
type Outline struct {
	// Types are the resource types that are named, distinct and in order: "aws_vpc". Some may belong to resources that are destroyed.
	Types []string
}

// Skim looks over a plan without parsing it. Like [Recognise] it is meant for looking over many files.
func Skim(src []byte) Outline {
	key := []byte(`"type"`)
	seen := map[string]bool{}
	for {
		i := bytes.Index(src, key)
		if i < 0 {
			break
		}
		src = src[i+len(key):]
		value := bytes.TrimLeft(src, " \t\r\n")
		if len(value) == 0 || value[0] != ':' {
			continue
		}
		value = bytes.TrimLeft(value[1:], " \t\r\n")
		if end := endOfString(value, 0); len(value) > 0 && value[0] == '"' && !seen[string(value[1:max(end-1, 1)])] {
			seen[string(value[1:max(end-1, 1)])] = true
		}
	}
	var o Outline
	for name := range seen {
		o.Types = append(o.Types, name)
	}
	slices.Sort(o.Types)
	return o
}

// IsLog reports whether a file is what `terraform plan -json` writes while it works: messages, a line each, which do not hold the plan.
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui
func IsLog(src []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimPrefix(src, byteOrderMark), []byte("\n"))
	return bytes.HasPrefix(first, []byte(`{"@level":`)) &&
		(bytes.Contains(first, []byte(`"@module":"terraform.ui"`)) || bytes.Contains(first, []byte(`"@module":"tofu.ui"`)))
}

// Advice says what to do about a file that is a plan in a form that cannot be read: the one that terraform plan -out saves, or JSON in
// UTF-16, as some shells write what they redirect. It is empty for every other file.
func Advice(src []byte) string {
	switch {
	case bytes.HasPrefix(src, []byte("PK\x03\x04")) && bytes.Contains(src, []byte("tfplan")) && bytes.Contains(src, []byte("tfstate")):
		return "this is a saved plan, which only Terraform can read: scan what `terraform show -json` says of it"
	case inUTF16(src, 0) || inUTF16(src, 1):
		return "this is a plan in UTF-16: write it in UTF-8"
	}
	return ""
}

// inUTF16 reports whether a file in UTF-16 names the version of a plan's format. Low is 0 for little-endian, 1 for big-endian.
func inUTF16(src []byte, low int) bool {
	mark := [...]string{"\xFF\xFE", "\xFE\xFF"}
	if !bytes.HasPrefix(src, []byte(mark[low])) {
		return false
	}
	wide := make([]byte, 2*len(versionKeys[0]))
	for i, c := range versionKeys[0] {
		wide[2*i+low] = c
	}
	return bytes.Contains(src, wide)
}
