package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/source"
)

// encoded is the data of text that remembers more than its bytes: the structure which it is the text of, or where it is written. parts
// is set for a template only.
type encoded struct {
	value *Value // see Encoded
	runs  []Run  // see Placed
	parts []Part
}

// Encoded is text that remembers the value which it encodes, so that decoding it gives that value back, with the places where its
// literals are written, its choices and its open collections. Text is a string, a template or unknown; other values are returned
// as they are.
func Encoded(text, value Value) Value {
	switch text.kind {
	case KindString, KindUnknown:
		text.data = &encoded{value: &value}
	case KindTemplate:
		text.data = &encoded{value: &value, parts: text.parts()}
	}
	return text
}

// Encodes is the value that text v was made from by [Encoded] or [JSON].
func (v Value) Encodes() (Value, bool) {
	if e, ok := v.data.(*encoded); ok && e.value != nil {
		return *e.value, true
	}
	return Value{}, false
}

// parts are the parts of a template.
func (v Value) parts() []Part {
	if e, ok := v.data.(*encoded); ok {
		return e.parts
	}
	return v.data.([]Part)
}

// MaxText bounds text that is made from other values, in bytes.
const MaxText = 1 << 20

// JSON is the JSON text of v, as Terraform's jsonencode writes it, and remembers v ([Encoded]). What is undecided inside v is a hole
// of the text: within quotes where it is part of a string, else a hole that [ParseJSON] turns back into the value. A hole within
// quotes is taken to hold no character that JSON escapes. Text of something invalid is invalid, text of more than [MaxText] bytes
// unknown.
func JSON(v Value) Value {
	if bad, ok := v.invalidPart(); ok {
		return bad
	}
	var w jsonWriter
	w.value(v)
	if w.size > MaxText {
		return Encoded(Unknown("its JSON text is larger than 1 MiB"), v)
	}
	return Encoded(Template(append(w.parts, Part{Literal: w.text.String()})...), v)
}

// invalidPart is something inside v that is invalid in every world: a case of a choice is not.
func (v Value) invalidPart() (Value, bool) {
	var parts []Value
	switch v.kind {
	case KindInvalid:
		return v, true
	case KindList:
		parts = v.data.([]Value)
	case KindMap:
		parts = v.data.(*Object).values
	}
	for _, p := range parts {
		if bad, ok := p.invalidPart(); ok {
			return bad, true
		}
	}
	return Value{}, false
}

// jsonWriter writes JSON text with holes.
type jsonWriter struct {
	parts []Part
	text  strings.Builder // literal text since the last hole
	size  int             // of all literal text
}

func (w *jsonWriter) write(s string) {
	if w.size += len(s); w.size <= MaxText {
		w.text.WriteString(s)
	}
}

func (w *jsonWriter) hole(id *Identity) {
	w.parts = append(w.parts, Part{Literal: w.text.String()}, Part{Hole: id})
	w.text.Reset()
}

func (w *jsonWriter) value(v Value) {
	if w.size > MaxText {
		return
	}
	if v.open || v.IsSet() && len(v.data.([]Value)) > 1 && !v.Known() { // nobody knows how many elements there are, or in which order
		w.hole(encodedIdentity(v))
		return
	}
	switch v.kind {
	case KindNull:
		w.write("null")
	case KindBool, KindNumber:
		w.write(v.text)
	case KindString:
		w.write(quoteJSON(v.text))
	case KindTemplate:
		w.write(`"`)
		for _, p := range v.parts() {
			if p.Hole != nil {
				w.hole(p.Hole)
				continue
			}
			q := quoteJSON(p.Literal)
			w.write(q[1 : len(q)-1])
		}
		w.write(`"`)
	case KindList:
		w.write(`[`)
		for i, e := range v.data.([]Value) {
			if i > 0 {
				w.write(`,`)
			}
			w.value(e)
		}
		w.write(`]`)
	case KindMap:
		o := v.data.(*Object)
		w.write(`{`)
		for i, k := range o.keys {
			if i > 0 {
				w.write(`,`)
			}
			w.write(quoteJSON(k) + ":")
			w.value(o.values[i])
		}
		w.write(`}`)
	default: // a hole, a reference, a choice, something unknown
		w.hole(encodedIdentity(v))
	}
}

// encodedIdentity identifies the JSON text of a value that has no literal text.
func encodedIdentity(v Value) *Identity {
	id := Derived("jsonencode", v)
	id.Encodes = &v
	return id
}

func quoteJSON(s string) string {
	b, _ := json.Marshal(s) // a string always encodes
	return string(b)
}

// MaxJSONDepth bounds how deep JSON text may nest.
const MaxJSONDepth = 250

// A SyntaxError says where text that should be JSON is not. At is the place when the text is a literal of some file, else where
// the text as a whole was written.
type SyntaxError struct {
	Message string
	At      source.Span
}

func (e *SyntaxError) Error() string { return e.Message }

// ParseJSON is the value that JSON text stands for. Text made by [JSON] gives back what it was made from. A hole inside a JSON string
// makes that string a template; it is taken to hold no character that JSON escapes. A hole outside quotes stands for one whole value
// when it is what an entry or the text consists of; where it might be several elements or entries, or none, the list or object is open.
// A key with a hole opens its object, too. A choice is parsed case by case: a case that is no JSON is invalid.
//
// Inner values are placed at their bytes when text is a literal whose place covers just its bytes (a file, a heredoc), or [Placed]; else
// at the place of the text. The error is a [*SyntaxError].
func ParseJSON(text Value) (Value, error) {
	if v, ok := text.Encodes(); ok {
		return v, nil
	}
	switch text.kind {
	case KindUnknown, KindInvalid:
		return text, nil
	case KindChoice:
		return text.Map(func(c Value) Value {
			v, err := ParseJSON(c)
			if err != nil {
				return Invalid(err.Error()).WithSpan(c.at)
			}
			return v
		}), nil
	}
	parts, ok := text.Parts()
	if !ok {
		return Value{}, &SyntaxError{Message: "JSON text expected", At: text.at}
	}
	p := jsonParser{at: text.at, runs: text.Runs(), holes: map[int]*Identity{}}
	var src strings.Builder
	for _, part := range parts {
		if part.Hole != nil {
			p.holes[src.Len()] = part.Hole
			src.WriteByte(holeByte)
			continue
		}
		if strings.IndexByte(part.Literal, holeByte) >= 0 || !utf8.ValidString(part.Literal) {
			return Value{}, &SyntaxError{Message: "invalid JSON: the text holds bytes that JSON does not allow", At: text.at}
		}
		src.WriteString(part.Literal)
	}
	p.src = src.String()
	if p.runs == nil && text.kind == KindString && !text.at.IsZero() && int(text.at.End)-int(text.at.Start) == len(p.src) {
		p.runs = []Run{{Length: len(p.src), At: text.at}}
	}
	v, err := p.document()
	if errors.Is(err, errUndecided) {
		return Unknown("its JSON text has a part that is not known, and it does not say what kind of part").WithSpan(text.at), nil
	}
	return v, err
}

// jsonParser is a recursive-descent parser of JSON text in which holeByte stands for each hole.
type jsonParser struct {
	src   string
	pos   int
	depth int
	holes map[int]*Identity // by offset in src
	at    source.Span       // of the text
	runs  []Run             // where the bytes of src are written
}

// holeByte is no character of JSON text.
const holeByte = 0

// errUndecided says that a hole stands where it might be anything.
var errUndecided = errors.New("undecided")

func (p *jsonParser) span(start, end int) source.Span {
	if at, ok := PlaceOf(p.runs, start, end); ok {
		return at
	}
	return p.at
}

// fail says what was expected at the current byte.
func (p *jsonParser) fail(expected string) error {
	line := 1 + strings.Count(p.src[:min(p.pos, len(p.src))], "\n")
	found := "the end"
	if p.pos < len(p.src) {
		r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
		if found = strconv.QuoteRune(r); r == holeByte {
			found = "${" + p.holes[p.pos].Name + "}"
		}
	}
	return &SyntaxError{
		Message: fmt.Sprintf("invalid JSON: %s expected at line %d of the text, found %s", expected, line, found),
		At:      p.span(p.pos, p.pos),
	}
}

// next skips white space and is the byte that follows, -1 at the end.
func (p *jsonParser) next() int {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; c {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return int(c)
		}
	}
	return -1
}

func (p *jsonParser) document() (Value, error) {
	hole := p.next() == holeByte
	v, err := p.value()
	if err != nil {
		return v, err
	}
	switch c := p.next(); {
	case c == -1:
		return v, nil
	case hole || c == holeByte: // `${x}{…}`
		return v, errUndecided
	}
	return v, p.fail("the end")
}

func (p *jsonParser) value() (Value, error) {
	if p.depth++; p.depth > MaxJSONDepth {
		return Value{}, &SyntaxError{Message: "invalid JSON: it nests too deep", At: p.span(p.pos, p.pos)}
	}
	defer func() { p.depth-- }()
	c := p.next()
	start := p.pos
	switch {
	case c == holeByte:
		p.pos++
		return p.holeValue(p.holes[start]), nil
	case c == '{':
		return p.object()
	case c == '[':
		return p.list()
	case c == '"':
		return p.string()
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	for word, v := range map[string]Value{"true": Bool(true), "false": Bool(false), "null": Null()} {
		if strings.HasPrefix(p.src[p.pos:], word) {
			p.pos += len(word)
			return v.WithSpan(p.span(start, p.pos)), nil
		}
	}
	return Value{}, p.fail("a value")
}

// holeValue is the value of a hole outside quotes: what it encodes, or what decoding its text yields.
func (p *jsonParser) holeValue(id *Identity) Value {
	if id.Encodes != nil {
		return *id.Encodes
	}
	return Hole(Derived("jsondecode", Hole(id))).WithSpan(p.at)
}

func (p *jsonParser) list() (Value, error) {
	start := p.pos
	p.pos++
	var elements []Value
	open := false
	for after := byte('['); ; { // the token before
		c := p.next()
		switch {
		case c == holeByte && p.holes[p.pos].Encodes == nil:
			// The text of the hole may be no element, one or several.
			open, after = true, holeByte
			p.pos++
		case c == ']' && (after != ',' || open):
			p.pos++
			v := List(elements...)
			v.open = open
			return v.WithSpan(p.span(start, p.pos)), nil
		case c == ',' && (after == 'v' || after == holeByte || open):
			after = ','
			p.pos++
		case after == 'v':
			return Value{}, p.fail("a comma or the end of the list")
		default:
			e, err := p.value()
			if err != nil {
				return e, err
			}
			elements = append(elements, e)
			after = 'v'
		}
	}
}

func (p *jsonParser) object() (Value, error) {
	start := p.pos
	p.pos++
	entries := map[string]Value{}
	open := false
	for after := byte('{'); ; { // the token before
		c := p.next()
		switch {
		case c == holeByte:
			open, after = true, holeByte
			p.pos++
		case c == '}' && (after != ',' || open):
			p.pos++
			v := Map(NewObject(entries))
			v.open = open
			return v.WithSpan(p.span(start, p.pos)), nil
		case c == ',' && (after == 'v' || after == holeByte || open):
			after = ','
			p.pos++
		case after == 'v':
			return Value{}, p.fail("a comma or the end of the object")
		case c == '"':
			key, v, err := p.entry()
			if err != nil {
				return v, err
			}
			if name, ok := key.Text(); ok {
				entries[name] = v
			} else {
				open = true
				override(entries, key)
			}
			after = 'v'
		case after == holeByte:
			return Value{}, errUndecided
		default:
			return Value{}, p.fail("a name in quotes")
		}
	}
}

// override forgets the values that an entry with an undecided key may replace.
func override(entries map[string]Value, key Value) {
	for name := range entries {
		if Equal(String(name), key) != False {
			entries[name] = Unknown("the key " + key.String() + " may be " + strconv.Quote(name) + ", too")
		}
	}
}

func (p *jsonParser) entry() (key, v Value, err error) {
	if key, err = p.string(); err != nil {
		return key, v, err
	}
	switch p.next() {
	case ':':
		p.pos++
	case holeByte:
		return key, v, errUndecided
	default:
		return key, v, p.fail("a colon")
	}
	hole := p.next() == holeByte
	if v, err = p.value(); err != nil {
		return key, v, err
	}
	if c := p.next(); hole && c != ',' && c != '}' {
		return key, v, errUndecided // `"a": ${x}${y}`
	}
	return key, v, nil
}

// string reads a string in quotes.
func (p *jsonParser) string() (Value, error) {
	start := p.pos
	p.pos++
	var parts []Part
	literal := p.pos // start of the literal run
	flush := func() error {
		s, err := unquoteJSON(p.src[literal:p.pos])
		if err != nil {
			p.pos = literal
			return p.fail("a valid string")
		}
		parts = append(parts, Part{Literal: s})
		return nil
	}
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == holeByte:
			if err := flush(); err != nil {
				return Value{}, err
			}
			parts = append(parts, Part{Hole: p.holes[p.pos]})
			p.pos++
			literal = p.pos
		case c == '"':
			if err := flush(); err != nil {
				return Value{}, err
			}
			p.pos++
			return Template(parts...).WithSpan(p.span(start, p.pos)), nil
		case c == '\\' && p.pos+1 < len(p.src) && p.src[p.pos+1] != holeByte:
			p.pos += 2
		default:
			p.pos++
		}
	}
	return Value{}, p.fail("a closing quote")
}

// unquoteJSON resolves the escapes of the inside of a JSON string.
func unquoteJSON(s string) (string, error) {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == '\\' || r < ' ' }) {
		return s, nil
	}
	var b bytes.Buffer
	b.WriteByte('"')
	b.WriteString(s)
	b.WriteByte('"')
	var out string
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		return "", fmt.Errorf("resolve escapes: %w", err)
	}
	return out, nil
}

// maxExponent bounds the exponents of numbers: canonical text has none.
const maxExponent = 1000

func (p *jsonParser) number() (Value, error) {
	start := p.pos
	for p.pos < len(p.src) && strings.IndexByte("+-.eE0123456789", p.src[p.pos]) >= 0 {
		p.pos++
	}
	if p.pos < len(p.src) && p.src[p.pos] == holeByte {
		return Value{}, errUndecided
	}
	text, ok := canonicalNumber(p.src[start:p.pos])
	if !ok {
		p.pos = start
		return Value{}, p.fail("a number")
	}
	return Number(text).WithSpan(p.span(start, p.pos)), nil
}

// canonicalNumber is the canonical text of a JSON number.
func canonicalNumber(s string) (string, bool) {
	if !json.Valid([]byte(s)) {
		return "", false
	}
	if !strings.ContainsAny(s, ".eE") {
		if s == "-0" {
			s = "0"
		}
		return s, true
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if n, err := strconv.Atoi(s[i+1:]); err != nil || n > maxExponent || n < -maxExponent {
			return "", false
		}
	}
	const precision = 512 // as Terraform's numbers have
	f, _, err := big.ParseFloat(s, 10, precision, big.ToNearestEven)
	if err != nil {
		return "", false
	}
	if f.Sign() == 0 {
		return "0", true
	}
	return f.Text('f', -1), true
}
