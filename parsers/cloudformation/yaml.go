package cloudformation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/internal/yamlerror"
	"github.com/iacscan/iacscan/source"
)

// Bounds of what is read. A template past one of them is an error with a place, and what lies past it is not evaluated.
const (
	maxDepth = 200       // mappings and lists inside each other
	maxNodes = 1_000_000 // nodes when every alias is written out
	maxLoops = 200_000   // nodes that Fn::ForEach writes out
)

// A reader turns the bytes of a file into nodes.
type reader struct {
	file  *source.File
	files *source.Set
	diags *source.Diagnostics
	place func(source.Span) source.Span // where a place in the file is for people; nil when that is the same

	lines   []int                // offset of the first byte of each line, as YAML counts lines
	anchors map[*yaml.Node]*node // those that have been read: an alias to one that has not is inside of it
}

// read returns the top of a template, nil when it cannot be read. The diagnostics say why.
func read(files *source.Set, file *source.File, diags *source.Diagnostics) *node {
	return (&reader{file: file, files: files, diags: diags}).read()
}

func (r *reader) read() *node {
	file := r.file
	src := bytes.TrimPrefix(file.Src, []byte(byteOrderMark))
	if bytes.HasPrefix(src, []byte{0xFE, 0xFF}) || bytes.HasPrefix(src, []byte{0xFF, 0xFE}) {
		r.report(source.Error, "template-encoding", file.Span(0, 0), "the file is UTF-16: save it as UTF-8")
		return nil
	}
	if body := bytes.TrimLeft(src, " \t\r\n"); len(body) > 0 && body[0] == '{' {
		top, err := r.json()
		if err == nil {
			return top
		}
		if strings.HasSuffix(file.Path, ".json") || !r.isYAML() {
			r.report(source.Error, "json-syntax", err.at, "%s", err.text)
			return nil
		}
	}
	return r.yaml()
}

const byteOrderMark = "\xEF\xBB\xBF"

func (r *reader) report(level source.Level, code string, at source.Span, format string, args ...any) {
	if r.place != nil {
		at = r.place(at)
	}
	r.diags.Add(source.Diagnostic{Level: level, Code: code, Message: fmt.Sprintf(format, args...), Location: r.files.Location(at)})
}

// isYAML reports whether the file, which begins like JSON, is YAML in flow style.
func (r *reader) isYAML() bool {
	_, _, err := documents(r.file.Src)
	return err == nil
}

func (r *reader) yaml() *node {
	src := r.file.Src
	document, second, err := documents(src)
	if err != nil {
		mended, ok := r.mend()
		if ok {
			document, second, err = documents(mended)
		}
		if !ok || err != nil {
			r.index()
			text, line := yamlerror.Read(err)
			at := r.lines[min(line, len(r.lines))-1]
			r.report(source.Error, "yaml-syntax", r.file.Span(at, at), "not valid YAML: %s", text)
			return nil
		}
	}
	if document == nil {
		return nil
	}
	r.index()
	r.anchors = map[*yaml.Node]*node{}
	top := r.node(document, 0)
	if second != nil {
		at := r.offset(second)
		r.report(source.Warning, "template-documents", r.file.Span(at, at),
			"only the first YAML document of a file is the template: move the others to files of their own")
	}
	if top.size > maxNodes {
		r.report(source.Error, "template-size", top.at, "with its aliases written out the template has more than %d nodes: use fewer aliases", maxNodes)
		return nil
	}
	return top
}

// documents are the first and the second document of a YAML file, nil where there is none.
func documents(src []byte) (first, second *yaml.Node, err error) {
	var one, two yaml.Node
	if !bytes.Contains(src, []byte("\n---")) && !bytes.Contains(src, []byte("\n...")) {
		err = yaml.Unmarshal(src, &one)
	} else {
		decoder := yaml.NewDecoder(bytes.NewReader(src))
		if err = decoder.Decode(&one); err == nil && decoder.Decode(&two) == nil && len(two.Content) > 0 {
			second = two.Content[0]
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("parse YAML: %w", err)
	}
	if len(one.Content) > 0 {
		first = one.Content[0]
	}
	return first, second, nil
}

// index finds the lines as YAML counts them: at CR, LF, CR LF, NEL, LS and PS.
func (r *reader) index() {
	src := r.file.Src
	start := 0
	if bytes.HasPrefix(src, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	r.lines = append(r.lines[:0], start)
	for i := start; i < len(src); i++ {
		switch src[i] {
		case '\n':
		case '\r':
			if i+1 < len(src) && src[i+1] == '\n' {
				i++
			}
		case 0xC2:
			if !bytes.HasPrefix(src[i:], []byte("\u0085")) {
				continue
			}
			i++
		case 0xE2:
			if !bytes.HasPrefix(src[i:], []byte("\u2028")) && !bytes.HasPrefix(src[i:], []byte("\u2029")) {
				continue
			}
			i += 2
		default:
			continue
		}
		r.lines = append(r.lines, i+1)
	}
}

// offset is where a YAML node begins. Its column counts characters from 1.
func (r *reader) offset(y *yaml.Node) int {
	if y.Line < 1 || y.Line > len(r.lines) {
		return len(r.file.Src)
	}
	src := r.file.Src
	at := r.lines[y.Line-1]
	for column := 1; column < y.Column && at < len(src); column++ {
		if src[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRune(src[at:])
		at += size
	}
	return at
}

// node converts a YAML node. An alias becomes the node that it names.
func (r *reader) node(y *yaml.Node, depth int) *node {
	if y.Kind == yaml.AliasNode {
		if n := r.anchors[y.Alias]; n != nil {
			return n
		}
		at := r.offset(y)
		span := r.file.Span(at, min(len(r.file.Src), at+1+len(y.Value)))
		r.report(source.Error, "template-cycle", span, "the alias *%s stands inside what it names", y.Value)
		return &node{scalar: nullScalar, at: span, size: 1}
	}
	start := r.content(y, r.offset(y))
	n := &node{tag: r.tag(y, start), at: r.file.Span(start, start), size: 1}
	if depth > maxDepth {
		r.report(source.Error, "template-depth", n.at, "more than %d mappings and lists inside each other", maxDepth)
		n.scalar, n.tag = nullScalar, ""
		return n
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mappingNode
		r.mapping(n, y, depth)
		r.close(n, y, '}')
	case yaml.SequenceNode:
		n.kind = sequenceNode
		n.items = make([]*node, 0, len(y.Content))
		for _, c := range y.Content {
			item := r.node(c, depth+1)
			n.items = append(n.items, item)
			n.grow(item)
			n.at.End = max(n.at.End, r.endOf(c, item))
		}
		r.close(n, y, ']')
	default:
		r.scalar(n, y)
	}
	if y.Anchor != "" {
		r.anchors[y] = n
	}
	return n
}

// grow counts an alias's content at each use, without overflowing.
func (n *node) grow(child *node) { n.size = min(n.size+child.size, maxNodes+1) }

// endOf is where a child ends in the text of its parent.
func (r *reader) endOf(y *yaml.Node, child *node) uint32 {
	if y.Kind == yaml.AliasNode {
		return uint32(r.offset(y) + 1 + len(y.Value)) //nolint:gosec // files are small
	}
	return child.at.End
}

func (r *reader) mapping(n *node, y *yaml.Node, depth int) {
	n.pairs = make([]pair, 0, len(y.Content)/2)
	var seen map[string]bool
	if len(y.Content) > 16 {
		seen = make(map[string]bool, len(y.Content)/2)
	}
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		ky, vy := y.Content[i], y.Content[i+1]
		key := r.node(ky, depth+1)
		value := r.node(vy, depth+1)
		n.at.End = max(n.at.End, r.endOf(vy, value), r.endOf(ky, key))
		if ky.Kind == yaml.ScalarNode && ky.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if key.kind != scalarNode || key.tag != "" {
			r.report(source.Warning, "template-key", key.at, "a key must be text, this is %s: it is ignored", key.kindName())
			continue
		}
		if ky.Tag != "!!str" && ky.Tag != "!!int" && ky.Tag != "!!float" && ky.Tag != "!!timestamp" {
			r.report(source.Warning, "template-key", key.at, "the key %q is not text in YAML: write it in quotes", ky.Value)
		}
		key.scalar = stringScalar
		if seen[key.text] || seen == nil && n.has(key.text) {
			r.report(source.Warning, "template-duplicate-key", key.at, "the key %q stands here a second time: the last one counts", key.text)
			n.replace(key, value)
			continue
		}
		if seen != nil {
			seen[key.text] = true
		}
		n.pairs = append(n.pairs, pair{key, value})
		n.grow(value)
	}
	for _, m := range merged {
		r.merge(n, m)
	}
}

func (n *node) has(key string) bool {
	k, _ := n.entry(key)
	return k != nil
}

func (n *node) replace(key, value *node) {
	for i := range n.pairs {
		if n.pairs[i].key.text == key.text {
			n.pairs[i] = pair{key, value}
		}
	}
}

// merge adds the entries of `<<: *m` that n does not have.
func (r *reader) merge(n, m *node) {
	switch {
	case m.isMapping():
		for _, p := range m.pairs {
			if !n.has(p.key.text) {
				n.pairs = append(n.pairs, p)
				n.grow(p.value)
			}
		}
	case m.isSequence():
		for _, item := range m.items {
			if !item.isMapping() {
				r.report(source.Warning, "template-merge", item.at, "only mappings can be merged, this is %s", item.kindName())
				continue
			}
			r.merge(n, item)
		}
	default:
		r.report(source.Warning, "template-merge", m.at, "only mappings can be merged, this is %s", m.kindName())
	}
}

// shortForms are the tags of intrinsics.
var shortForms = map[string]bool{
	"!Ref": true, "!Condition": true, "!GetAtt": true, "!Sub": true, "!Join": true, "!Select": true, "!Split": true, "!If": true, "!And": true,
	"!Or": true, "!Not": true, "!Equals": true, "!FindInMap": true, "!ImportValue": true, "!GetStackOutput": true, "!GetAZs": true, "!Cidr": true, "!Base64": true,
	"!Length": true, "!ToJsonString": true, "!Transform": true, "!Contains": true, "!EachMemberEquals": true, "!EachMemberIn": true,
	"!RefAll": true, "!ValueOf": true, "!ValueOfAll": true,
}

// tag is the short form of an intrinsic that y carries, or the tag that nobody knows with a diagnostic. The tags of YAML itself are none.
func (r *reader) tag(y *yaml.Node, start int) string {
	if y.Tag == "" || y.Tag == "!" || strings.HasPrefix(y.Tag, "!!") || strings.HasPrefix(y.Tag, "tag:yaml.org,") {
		return ""
	}
	if !shortForms[y.Tag] {
		r.report(source.Warning, "template-tag", r.file.Span(start, start), "CloudFormation has no %s%s", y.Tag, suggest(y.Tag, shortForms))
	}
	return y.Tag
}

// content skips the tag and the anchor before the content of y.
func (r *reader) content(y *yaml.Node, at int) int {
	if y.Anchor == "" && y.Style&yaml.TaggedStyle == 0 && !strings.HasPrefix(y.Tag, "!") {
		return at
	}
	src := r.file.Src
	for at < len(src) && (src[at] == '!' || src[at] == '&') {
		after := at
		for after < len(src) && !strings.ContainsRune(" \t\r\n,]}", rune(src[after])) {
			after++
		}
		at = skipBlank(src, after)
		if at >= len(src) || y.Kind == yaml.ScalarNode && y.Value == "" && y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			return after
		}
	}
	return at
}

// skipBlank skips white space, line breaks and comments.
func skipBlank(src []byte, at int) int {
	for at < len(src) {
		switch src[at] {
		case ' ', '\t', '\r', '\n':
			at++
		case '#':
			end := bytes.IndexByte(src[at:], '\n')
			if end < 0 {
				return len(src)
			}
			at += end
		default:
			return at
		}
	}
	return at
}

// close ends the span of a collection in flow style after its bracket.
func (r *reader) close(n *node, y *yaml.Node, bracket byte) {
	src := r.file.Src
	if y.Style&yaml.FlowStyle == 0 {
		return
	}
	at := max(int(n.at.End), int(n.at.Start)+1)
	for at < len(src) {
		at = skipBlank(src, at)
		if at < len(src) && src[at] == ',' {
			at++
			continue
		}
		break
	}
	if at < len(src) && src[at] == bracket {
		n.at.End = uint32(at + 1) //nolint:gosec // files are small
	}
}

func (r *reader) scalar(n *node, y *yaml.Node) {
	n.text = y.Value
	src, start := r.file.Src, int(n.at.Start)
	var end int
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.style, end = doubleStyle, endOfQuoted(src, start, '"')
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.style, end = singleStyle, endOfQuoted(src, start, '\'')
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		n.style, end = blockStyle, endOfBlock(src, start, y.Value)
	default:
		n.style, end = plainStyle, endOfPlain(src, start, y.Value)
		n.scalar = plainKind(y)
	}
	n.at = r.file.Span(start, min(end, len(src)))
}

// plainKind is what a plain scalar is. A number whose text is not how JSON would write it stays text, because text is what most
// properties want, and 010 is nowhere read as written.
func plainKind(y *yaml.Node) scalarKind {
	switch y.Tag {
	case "!!null":
		return nullScalar
	case "!!bool":
		return boolScalar
	case "!!int", "!!float":
		if canonicalNumber(y.Value) {
			return numberScalar
		}
	}
	return stringScalar
}

var canonical = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$`)

func canonicalNumber(s string) bool { return len(s) < 40 && s != "-0" && canonical.MatchString(s) }

// endOfQuoted is where the scalar in quotes that begins at src[at] ends: after the closing quote, at the end of src when there is none.
func endOfQuoted(src []byte, at int, quote byte) int {
	for at++; at < len(src); at++ {
		switch {
		case src[at] == '\\' && quote == '"':
			at++
		case src[at] == quote && quote == '\'' && at+1 < len(src) && src[at+1] == quote:
			at++
		case src[at] == quote:
			return at + 1
		}
	}
	return len(src)
}

// endOfBlock is the end of the last line of the block scalar whose header is at src[at], without the line break.
func endOfBlock(src []byte, at int, text string) int {
	if runs := blockRuns(src, at, text); len(runs) > 0 {
		last := runs[len(runs)-1]
		return last.file + last.width
	}
	return at + 1
}

// endOfPlain is the end of a plain scalar, which may be folded over several lines.
func endOfPlain(src []byte, at int, text string) int {
	if bytes.HasPrefix(src[at:], []byte(text)) {
		return at + len(text)
	}
	runs := flowRuns(src, at, text, plainStyle)
	if len(runs) == 0 {
		return at
	}
	last := runs[len(runs)-1]
	return last.file + last.width
}
