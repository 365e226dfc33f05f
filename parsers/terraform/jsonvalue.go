package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonValue is a JSON value with its place in the file.
type jsonValue struct {
	kind       jsonKind
	start, end int    // bytes
	text       string // of a string, decoded; of a number or boolean, as written
	members    []jsonMember
	items      []*jsonValue
	// cut says that the file is no JSON after some point in the value.
	cut bool
}

// jsonMember is one member of an object. An object may have several with one name.
type jsonMember struct {
	name  jsonValue
	value *jsonValue
}

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// jsonError is why a file, or the rest of it, could not be read.
type jsonError struct {
	offset int
	deep   bool // nests deeper than maxDepth
	reason string
}

// readJSON reads a file as far as it is JSON. The value is nil when there is nothing to read.
func readJSON(src []byte) (*jsonValue, *jsonError) {
	r := jsonReader{src: src}
	if bytes.HasPrefix(src, []byte("\xEF\xBB\xBF")) {
		r.base = 3
	}
	r.decoder = json.NewDecoder(bytes.NewReader(src[r.base:]))
	r.decoder.UseNumber()
	v := r.value(r.next(), 0)
	if r.err == nil {
		if t := r.next(); r.err == nil {
			r.fail(t.start, "there is text after the end of the JSON value")
		} else if r.eof {
			r.err = nil
		}
	}
	return v, r.err
}

type jsonReader struct {
	src     []byte
	base    int // where the decoder began
	decoder *json.Decoder
	err     *jsonError
	eof     bool
}

type jsonToken struct {
	token      json.Token
	start, end int
}

func (r *jsonReader) fail(offset int, reason string) {
	if r.err == nil {
		r.err = &jsonError{offset: min(max(offset, 0), len(r.src)), reason: reason}
	}
}

// next reads a token. The place of its first byte is what is left when the decoder's separators are skipped.
func (r *jsonReader) next() jsonToken {
	t := jsonToken{start: r.base + int(r.decoder.InputOffset())}
	for t.start < len(r.src) && bytes.IndexByte([]byte(" \t\r\n,:"), r.src[t.start]) >= 0 {
		t.start++
	}
	var err error
	if t.token, err = r.decoder.Token(); err != nil {
		r.eof = errors.Is(err, io.EOF)
		offset, reason := t.start, err.Error()
		var syntax *json.SyntaxError
		switch {
		case r.eof || errors.Is(err, io.ErrUnexpectedEOF):
			offset, reason = len(r.src), "the file ends within a JSON value"
		case errors.As(err, &syntax):
			offset = r.base + int(syntax.Offset) - 1
		}
		r.fail(offset, reason)
	}
	t.end = r.base + int(r.decoder.InputOffset())
	return t
}

// value reads the value that begins with a token; nil after an error.
func (r *jsonReader) value(t jsonToken, depth int) *jsonValue {
	if r.err != nil {
		return nil
	}
	v := &jsonValue{start: t.start, end: t.end}
	switch token := t.token.(type) {
	case nil:
		v.kind = jsonNull
	case bool:
		v.kind, v.text = jsonBool, fmt.Sprint(token)
	case json.Number:
		v.kind, v.text = jsonNumber, token.String()
	case string:
		v.kind, v.text = jsonString, token
	case json.Delim:
		if depth >= maxDepth {
			r.fail(t.start, fmt.Sprintf("values nest deeper than %d levels", maxDepth))
			r.err.deep = true
			return nil
		}
		v.kind = jsonArray
		if token == '{' {
			v.kind = jsonObject
		}
		r.content(v, depth+1)
	}
	return v
}

// content reads what is in an array or object, and its end.
func (r *jsonReader) content(v *jsonValue, depth int) {
	for {
		t := r.next()
		if r.err == nil {
			if d, ok := t.token.(json.Delim); ok && (d == ']' || d == '}') {
				v.end = t.end
				return
			}
		}
		name := jsonValue{kind: jsonString, start: t.start, end: t.end}
		if v.kind == jsonObject {
			name.text, _ = t.token.(string)
			t = r.next()
		}
		item := r.value(t, depth)
		if item != nil && v.kind == jsonObject {
			v.members = append(v.members, jsonMember{name, item})
		} else if item != nil {
			v.items = append(v.items, item)
		}
		if r.err != nil {
			v.cut, v.end = true, r.err.offset
			return
		}
	}
}

// decodeJSON decodes what is between the quotes of a JSON string, and gives for each byte of the result, and for its end, the offset of
// what it was written as.
func decodeJSON(raw []byte) (text []byte, offsets []int) {
	add := func(at int, b ...byte) {
		for range b {
			offsets = append(offsets, at)
		}
		text = append(text, b...)
	}
	simple := map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
	for i := 0; i < len(raw); {
		at := i
		switch {
		case raw[i] != '\\':
			add(at, raw[i])
			i++
		case i+1 < len(raw) && raw[i+1] == 'u':
			r := codeUnit(raw[i:])
			i = min(i+6, len(raw))
			if utf16.IsSurrogate(r) {
				if pair := utf16.DecodeRune(r, codeUnit(raw[i:])); pair != utf8.RuneError {
					r = pair
					i = min(i+6, len(raw))
				}
			}
			add(at, utf8.AppendRune(nil, r)...)
		case i+1 < len(raw):
			c := raw[i+1]
			if s, ok := simple[c]; ok {
				c = s
			}
			add(at, c)
			i += 2
		default:
			i++
		}
	}
	return text, append(offsets, len(raw))
}

// codeUnit is the value of the escape sequence that raw begins with, -1 when it begins with none.
func codeUnit(raw []byte) rune {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return -1
	}
	var r rune
	if _, err := fmt.Sscanf(string(raw[2:6]), "%04x", &r); err != nil {
		return -1
	}
	return r
}
