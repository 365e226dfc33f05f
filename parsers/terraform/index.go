package terraform

import (
	"bytes"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// entry is one item of a body as the bytes show it, before any expression is parsed: a block or, when kind is empty, something else
// (an argument, or text that is neither).
type entry struct {
	kind   string
	labels []string
	// start is the keyword's first byte, header the byte after the last label, body the one after the opening brace, end the one after
	// the closing brace.
	start, header, body, end int

	fault fault
	// measured is where measuring ended, because nothing matches from there on: what is parsed must not go farther. It is end for an
	// entry without fault.
	measured int
	measure  measure
}

// fault says why the end of an [entry] is not certain.
type fault uint8

const (
	sound    fault = iota
	unclosed       // brackets, quotes or heredocs do not match: the entry ends where the next one seems to start
	lost           // as unclosed, and the search for the next one was given up: the entry is the rest of the file
	followed       // what follows is no item, and may have been meant to be part of this one
)

// index lists the blocks of a file in the order of the bytes.
type index struct {
	blocks []entry
	// strays are no blocks: arguments at the top level, which Terraform rejects, and text that cannot be read.
	strays []entry
}

// indexFile finds the top-level blocks of a file from its bytes. It knows comments, quoted and heredoc templates and brackets, and
// nothing of what is between them. Where these do not match, one block is lost, not the file: the next line that looks like the
// header of a top-level block starts anew.
func indexFile(src []byte) index {
	var x index
	s := newScanner(src)
	for {
		e, ok := s.next()
		switch {
		case !ok:
			return x
		case e.kind != "":
			if len(s.labels) > 0 {
				e.labels = make([]string, len(s.labels))
			}
			for i, label := range s.labels {
				e.labels[i] = string(label)
			}
			x.blocks = append(x.blocks, e)
			continue
		}
		x.strays = append(x.strays, e)
		if n := len(x.blocks); n > 0 && x.blocks[n-1].fault == sound {
			x.blocks[n-1].fault = followed
		}
	}
}

// maxReread bounds how often a file is read over again, because blocks do not end, so that no file takes quadratic time.
const maxReread = 8

// scanner walks over the bytes of native syntax. On what hclsyntax accepts, it agrees with hclsyntax.
type scanner struct {
	src []byte
	i   int
	// arguments says that the items are arguments, not blocks, which matters for recovery.
	arguments bool
	labels    [][]byte // of the block that next has read

	levels  [maxDepth + 1]level // of the open brackets; levels[0] is outside of all
	depth   int
	pending int // operators on all levels
	measure measure
	broken  bool // brackets, quotes or heredocs do not match

	reread  int // bytes that were read in vain, because a block did not end
	comment commentEnd
}

// commentEnd is where the first "*/" at or after a position is, past the end when there is none. It is kept so that looking for it from
// every line of a file does not take quadratic time.
type commentEnd struct{ from, end int }

// level is what is known about an open bracket.
type level struct {
	open      byte // '{', '[', '(', or '$' for a template sequence
	lines     bool // line ends separate items
	operators int  // since the last separator
}

func newScanner(src []byte) *scanner {
	s := &scanner{src: src}
	if bytes.HasPrefix(src, []byte("\xEF\xBB\xBF")) {
		s.i = 3
	}
	return s
}

// next reads the next item of a body, and returns false at the end of the bytes.
func (s *scanner) next() (entry, bool) {
	s.space(true)
	if s.i >= len(s.src) {
		return entry{}, false
	}
	e := entry{start: s.i}
	s.depth, s.pending, s.levels[0].operators, s.measure, s.broken = 0, 0, 0, measure{}, false
	if s.head(&e) {
		e.body = s.i + 1
		s.step()
		s.run(1, false)
	} else {
		s.i = e.start
		s.broken = s.argument() == nil
		e.header, e.body = s.i, s.i
		if !s.broken {
			s.run(0, true)
		}
	}
	e.end, e.measured, e.measure = s.i, s.i, s.measure
	if s.broken {
		s.recover(&e)
		e.measureAgain(s.src)
	}
	return e, true
}

// measureAgain measures an entry that ends before what did not match: a comment, for one, may have begun within it.
func (e *entry) measureAgain(src []byte) {
	s := &scanner{src: src[:e.end], i: e.start}
	for s.i < len(s.src) && !s.broken {
		s.step()
	}
	e.measure, e.measured = s.measure, min(s.i+1, e.end)
}

// head reads a block header up to its opening brace, and returns false when this is none.
func (s *scanner) head(e *entry) bool {
	word := s.identifier()
	if word == nil {
		return false
	}
	e.header = s.i
	s.labels = s.labels[:0]
	for {
		s.space(false)
		if s.i >= len(s.src) {
			return false
		}
		switch c := s.src[s.i]; {
		case c == '{':
			e.kind = intern(word)
			return true
		case c == '"':
			label, ok := s.literal()
			if !ok {
				return false
			}
			s.labels = append(s.labels, label)
		case classes[c] == letter:
			label := s.identifier()
			if label == nil {
				return false
			}
			s.labels = append(s.labels, label)
		default:
			return false
		}
		e.header = s.i
	}
}

// literal reads a quoted string without template sequences.
func (s *scanner) literal() ([]byte, bool) {
	start := s.i + 1
	for s.i = start; s.i < len(s.src); s.i++ {
		switch c := s.src[s.i]; c {
		case '"':
			raw := s.src[start:s.i]
			s.i++
			if bytes.IndexByte(raw, '\\') < 0 && bytes.IndexByte(raw, '{') < 0 {
				return raw, true
			}
			text, diags := parse(parseLiteral, raw, len(raw), "", hcl.Pos{})
			return []byte(text), !diags.HasErrors()
		case '\\':
			if s.peek(1) == '\n' {
				return nil, false
			}
			s.i++
		case '$', '%':
			if s.peek(1) == '{' {
				return nil, false
			}
			if s.peek(1) == c && s.peek(2) == '{' {
				s.i += 2
			}
		case '\n':
			return nil, false
		}
	}
	return nil, false
}

// parseLiteral decodes what is between the quotes of a string without template sequences.
func parseLiteral(raw []byte, _ string, _ hcl.Pos) (string, hcl.Diagnostics) {
	return hclsyntax.ParseStringLiteralToken(hclsyntax.Token{Type: hclsyntax.TokenQuotedLit, Bytes: raw})
}

// argument reads a name and the equals sign after it, and returns the name, nil when this is none.
func (s *scanner) argument() []byte {
	name := s.identifier()
	s.space(false)
	if name == nil || s.peek(0) != '=' || s.peek(1) == '=' {
		return nil
	}
	s.i++
	return name
}

// recover ends e where a line looks like the next item.
func (s *scanner) recover(e *entry) {
	read, from := s.i, max(e.start, e.body)
	if s.reread > maxReread*len(s.src) {
		e.fault, s.i = lost, len(s.src)
	} else {
		e.fault, s.i = unclosed, s.nextItem(e.start, from)
		s.reread += max(read-s.i, 0)
	}
	e.end = max(from, len(bytes.TrimRight(s.src[:s.i], " \t\r\n")))
	e.header = min(e.header, e.end)
}

// labelCounts is how many labels the blocks have that Terraform knows at the top level.
var labelCounts = map[string]int{
	"check": 1, "data": 2, "ephemeral": 2, "import": 0, "locals": 0, "module": 1, "moved": 0, "output": 1, "provider": 1,
	"removed": 0, "resource": 2, "terraform": 0, "variable": 1,
}

// nextItem is where the next line after from starts that is no more indented than the line of start and begins as an item does; the
// end of the bytes when there is none.
func (s *scanner) nextItem(start, from int) int {
	s.broken = false
	deepest := s.indentation(bytes.LastIndexByte(s.src[:start], '\n') + 1)
	for i := from; ; {
		n := bytes.IndexByte(s.src[i:], '\n')
		if n < 0 {
			return len(s.src)
		}
		i += n + 1
		indentation := s.indentation(i)
		if indentation > deepest {
			continue
		}
		if s.i = i + indentation; s.begins() {
			return i + indentation
		}
	}
}

// begins reports whether the rest of the line starts what an item starts with. It may move.
func (s *scanner) begins() bool {
	start := s.i
	if s.arguments {
		return s.argument() != nil && bytes.IndexByte(s.src[start:s.i], '\n') < 0
	}
	labels := s.labels
	defer func() { s.labels = labels }()
	s.labels = nil
	var e entry
	if !s.known() || !s.head(&e) || bytes.IndexByte(s.src[start:s.i], '\n') >= 0 {
		return false
	}
	return labelCounts[e.kind] == len(s.labels)
}

// known reports whether the word here is the keyword of a top-level block, without moving.
func (s *scanner) known() bool {
	at := s.i
	_, ok := labelCounts[string(s.identifier())]
	s.i = at
	return ok
}

// indentation is how many blanks there are at i.
func (s *scanner) indentation(i int) int {
	n := 0
	for i+n < len(s.src) && (s.src[i+n] == ' ' || s.src[i+n] == '\t') {
		n++
	}
	return n
}

// class groups bytes by what they may begin.
type class uint8

const (
	plain class = iota
	letter
	digit
	operator
	special // each its own
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c >= 0x80:
			t[c] = letter
		case c >= '0' && c <= '9':
			t[c] = digit
		}
	}
	for _, c := range "+-*%!=>&|?:" {
		t[c] = operator
	}
	for _, c := range "\r\n,\"#/<{[(}])" {
		t[c] = special
	}
	return t
}()

// wordBytes are the bytes that an identifier may go on with.
var wordBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = classes[c] == letter || classes[c] == digit || c == '-'
	}
	return t
}()

func (s *scanner) peek(n int) byte {
	if s.i+n < len(s.src) {
		return s.src[s.i+n]
	}
	return 0
}

// identifier reads an identifier; nil when there is none.
func (s *scanner) identifier() []byte {
	start := s.i
	if start >= len(s.src) || classes[s.src[start]] != letter {
		return nil
	}
	bits := byte(0)
	for s.i < len(s.src) && wordBytes[s.src[s.i]] {
		bits |= s.src[s.i]
		s.i++
	}
	word := s.src[start:s.i]
	if bits >= utf8.RuneSelf && !utf8.Valid(word) { // hclsyntax reads on over what follows, whatever it is
		s.i, s.broken = start, true
		return nil
	}
	return word
}

// space skips blanks and comments, and line ends if it may.
func (s *scanner) space(lines bool) {
	for s.i < len(s.src) {
		switch c := s.src[s.i]; {
		case c == ' ', c == '\t', c == '\r', c == '\n' && lines:
			s.i++
		case c == '#', c == '/' && s.peek(1) == '/':
			if !lines {
				return
			}
			s.toLineEnd()
		case c == '/' && s.peek(1) == '*':
			if s.skipComment(); s.broken {
				return
			}
		default:
			return
		}
	}
}

func (s *scanner) toLineEnd() {
	if n := bytes.IndexByte(s.src[s.i:], '\n'); n >= 0 {
		s.i += n
	} else {
		s.i = len(s.src)
	}
}

// skipComment skips the comment that starts here with "/*".
func (s *scanner) skipComment() {
	from := s.i + 2
	if c := &s.comment; from < c.from || from > c.end {
		c.from, c.end = from, len(s.src)+1
		if n := bytes.Index(s.src[from:], []byte("*/")); n >= 0 {
			c.end = from + n
		}
	}
	if s.comment.end+2 > len(s.src) {
		s.broken = true
		return
	}
	s.i = s.comment.end + 2
}

// run reads until the bracket on level base is closed or, for a line, until the line ends on that level.
func (s *scanner) run(base int, line bool) {
	for s.i < len(s.src) && !s.broken {
		if line && s.depth == base {
			switch c := s.src[s.i]; {
			case c == '\n', c == '}', c == ']', c == ')', c == '\r' && s.peek(1) == '\n':
				return
			}
		}
		s.step()
		if s.depth < base {
			return
		}
	}
	s.broken = s.broken || !line || s.depth > base
}

// step reads one token.
func (s *scanner) step() {
	switch c := s.src[s.i]; classes[c] {
	case plain:
		for s.i++; s.i < len(s.src) && classes[s.src[s.i]] == plain; s.i++ {
		}
	case letter:
		s.identifier()
	case digit:
		for s.i < len(s.src) && wordBytes[s.src[s.i]] && s.src[s.i] != '-' && s.src[s.i] < utf8.RuneSelf {
			s.i++ // an exponent too; its sign counts as an operator
		}
	case operator:
		s.operator()
		s.i++
	case special:
		s.special(c)
	}
}

// special reads a token that begins with a byte which is unlike all others.
func (s *scanner) special(c byte) {
	switch c {
	case '\r':
		s.i++
	case '\n':
		if s.levels[s.depth].lines {
			s.separate()
		}
		s.i++
	case ',':
		s.separate()
		s.i++
	case '"':
		s.quoted()
	case '#':
		s.toLineEnd()
	case '/':
		switch s.peek(1) {
		case '/':
			s.toLineEnd()
		case '*':
			s.skipComment()
		default:
			s.operator()
			s.i++
		}
	case '<':
		if s.peek(1) != '<' || !s.heredoc() {
			s.operator()
			s.i++
		}
	case '{', '[', '(':
		s.operator() // an index or a call takes a level of the tree too
		s.open(c)
	case '}', ']', ')':
		s.close(c)
	}
}

func (s *scanner) operator() {
	s.levels[s.depth].operators++
	s.pending++
	s.measure.operators = max(s.measure.operators, s.pending)
}

func (s *scanner) separate() {
	l := &s.levels[s.depth]
	s.pending -= l.operators
	l.operators = 0
}

// open reads an opening bracket, or what opens a template sequence.
func (s *scanner) open(bracket byte) {
	if bracket == '$' {
		s.i++
	}
	s.i++
	s.measure.depth = max(s.measure.depth, s.depth+1)
	if s.depth+1 >= len(s.levels) {
		s.broken = true
		return
	}
	s.depth++
	s.levels[s.depth] = level{open: bracket}
	if bracket == '{' {
		at := s.i
		s.space(true) // lines do not separate anything in { for x in y: … }
		s.levels[s.depth].lines = string(s.identifier()) != "for"
		s.i = at
	}
}

func (s *scanner) close(bracket byte) {
	s.i++
	l := &s.levels[s.depth]
	switch {
	case s.depth == 0,
		bracket == ']' && l.open != '[',
		bracket == ')' && l.open != '(',
		bracket == '}' && l.open != '{' && l.open != '$':
		s.broken = true
		return
	}
	s.separate()
	s.depth--
}

// quoted reads a quoted template.
func (s *scanner) quoted() {
	s.i++
	start, pieces, closed := s.i, 1, false
	for s.i < len(s.src) && !s.broken && !closed {
		switch c := s.src[s.i]; c {
		case '"':
			closed = true
		case '\n':
			s.broken = true
		case '$', '%':
			pieces++
			s.sequence(c)
		case '\\':
			if s.i++; s.peek(0) != '\n' {
				s.i++
			}
		default:
			s.i++
		}
	}
	s.measure.add(pieces, s.i-start)
	if closed {
		s.i++
	} else {
		s.broken = true
	}
}

// sequence reads what starts with a dollar or percent sign in a template: a sequence, an escaped one, or just the sign.
func (s *scanner) sequence(sign byte) {
	switch {
	case s.peek(1) == '{':
		if sign == '%' {
			s.operator() // directives nest
		}
		s.open('$')
		if !s.broken {
			s.run(s.depth, false)
		}
	case s.peek(1) == sign && s.peek(2) == '{':
		s.i += 3
	default:
		s.i++
	}
}

// heredoc reads a heredoc, and returns false when this is none.
func (s *scanner) heredoc() bool {
	marker := s.marker()
	if marker == nil {
		return false
	}
	start, pieces, closed := s.i, 0, false
	for s.i < len(s.src) && !s.broken && !closed {
		line, _, complete := bytes.Cut(s.src[s.i:], []byte("\n"))
		text := bytes.TrimSpace(line)
		switch {
		case !complete:
			s.broken = true
		case bytes.Equal(text, marker):
			closed = true
			s.i += len(line) // the line end belongs to what is around
		case bytes.HasSuffix(text, marker) && !utf8.Valid(text):
			s.broken = true // hclsyntax lets this line close the heredoc if all before the marker is invalid
		default:
			pieces += s.heredocLine()
		}
	}
	s.measure.add(pieces, s.i-start)
	s.broken = s.broken || !closed
	return true
}

// marker reads what introduces a heredoc, with its line end, and returns the marker. It returns nil and stays here when this is none.
func (s *scanner) marker() []byte {
	at := s.i
	s.i += len("<<")
	if s.peek(0) == '-' {
		s.i++
	}
	marker := s.identifier()
	if s.peek(0) == '\r' {
		s.i++
	}
	isASCII := bytes.IndexFunc(marker, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	if marker == nil || s.peek(0) != '\n' || !isASCII && !hclsyntax.ValidIdentifier(string(marker)) {
		s.i = at
		return nil
	}
	s.i++
	return marker
}

// heredocLine reads a line of a heredoc, and those that template sequences in it take up too, and returns of how many pieces it is.
func (s *scanner) heredocLine() (pieces int) {
	for pieces = 1; !s.broken; pieces++ {
		n := bytes.IndexAny(s.src[s.i:], "$%\n")
		if n < 0 {
			s.i = len(s.src)
			return pieces
		}
		s.i += n
		if s.src[s.i] == '\n' {
			s.i++
			return pieces
		}
		s.sequence(s.src[s.i])
	}
	return pieces
}

// measureExpression measures an expression, and gives where measuring ended, as in [entry].
func measureExpression(src []byte) (m measure, measured int) {
	s := &scanner{src: src}
	for s.i < len(src) && !s.broken {
		s.step()
	}
	return s.measure, min(s.i+1, len(src))
}

// measureTemplate measures a template without quotes, and gives where measuring ended, as in [entry].
func measureTemplate(src []byte) (m measure, measured int) {
	s := &scanner{src: src}
	pieces := 1
	for s.i < len(src) && !s.broken {
		switch c := src[s.i]; c {
		case '$', '%':
			pieces++
			s.sequence(c)
		case '\n':
			pieces++
			s.i++
		default:
			s.i++
		}
	}
	s.measure.add(pieces, len(src))
	return s.measure, min(s.i+1, len(src))
}

// words are the strings that nearly every file has.
var words = func() map[string]string {
	m := map[string]string{}
	for kind := range labelCounts {
		m[kind] = kind
	}
	return m
}()

// intern is the string of b, without an allocation for frequent words.
func intern(b []byte) string {
	if w, ok := words[string(b)]; ok {
		return w
	}
	return string(b)
}
