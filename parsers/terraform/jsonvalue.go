package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
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
		if r.eof = errors.Is(err, io.EOF); r.eof || errors.Is(err, io.ErrUnexpectedEOF) {
			r.fail(len(r.src), "the file ends within a JSON value")
		}
		r.fail(t.start, err.Error())
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
		v.kind, v.text = jsonBool, strconv.FormatBool(token)
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

// jsonOffsets says for each byte of a decoded string, and for its end, where in the file it was written.
type jsonOffsets struct {
	start int   // of the string
	table []int // relative to start; nil when nothing in the string is escaped
}

func (o jsonOffsets) of(i int) int {
	if o.table == nil {
		return o.start + i
	}
	return o.start + o.table[min(i, len(o.table)-1)]
}

// decodeJSON decodes what is between the quotes of a JSON string.
func decodeJSON(src []byte, start, end int) ([]byte, jsonOffsets) {
	raw := src[start:end]
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw, jsonOffsets{start: start}
	}
	text, table := make([]byte, 0, len(raw)), make([]int, 0, len(raw)+1)
	for i := 0; i < len(raw); {
		r, n := decodeOne(raw[i:])
		text = append(text, r...)
		for range r {
			table = append(table, i)
		}
		i += n
	}
	return text, jsonOffsets{start, append(table, len(raw))}
}

// decodeOne decodes the character that raw begins with, and says how many bytes it takes.
func decodeOne(raw []byte) (text []byte, n int) {
	if raw[0] != '\\' || len(raw) == 1 {
		return raw[:1], 1
	}
	switch c := raw[1]; c {
	case 'u':
		r, n := codeUnit(raw), min(6, len(raw))
		if pair := utf16.DecodeRune(r, codeUnit(raw[n:])); pair != utf8.RuneError {
			r, n = pair, min(12, len(raw))
		}
		return utf8.AppendRune(nil, r), n
	case 'b':
		return []byte{'\b'}, 2
	case 'f':
		return []byte{'\f'}, 2
	case 'n':
		return []byte{'\n'}, 2
	case 'r':
		return []byte{'\r'}, 2
	case 't':
		return []byte{'\t'}, 2
	default:
		return raw[1:2], 2
	}
}

// codeUnit is the value of the \u escape that raw begins with, -1 when it begins with none.
func codeUnit(raw []byte) rune {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
