package cloudformation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/iacscan/iacscan/source"
)

// A syntaxError is why a file is not JSON, and where.
type syntaxError struct {
	text string
	at   source.Span
}

// json reads the file as JSON. encoding/json gives the tokens and where each ends; where it begins follows from the bytes before.
func (r *reader) json() (*node, *syntaxError) {
	src := bytes.TrimPrefix(r.file.Src, []byte(byteOrderMark))
	j := &jsonReader{reader: r, base: len(r.file.Src) - len(src), src: src, decoder: json.NewDecoder(bytes.NewReader(src))}
	j.decoder.UseNumber()
	n, err := j.value(0)
	if err == nil {
		if _, err = j.decoder.Token(); errors.Is(err, io.EOF) {
			return n, nil
		}
		if err == nil {
			err = errors.New("something follows the end of the template")
		}
	}
	text, at := err.Error(), j.base+int(j.decoder.InputOffset())
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		at = max(j.base+int(syntax.Offset)-1, 0)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		text, at = "the file ends too early", len(r.file.Src)
	}
	at = min(at, len(r.file.Src))
	return nil, &syntaxError{"not valid JSON: " + text, r.file.Span(at, at)}
}

type jsonReader struct {
	*reader
	base    int // offset of src in the file: a byte order mark
	src     []byte
	decoder *json.Decoder
}

// start is where the token that comes next begins.
func (j *jsonReader) start() int {
	at := int(j.decoder.InputOffset())
	for at < len(j.src) && bytes.IndexByte([]byte(" \t\r\n,:"), j.src[at]) >= 0 {
		at++
	}
	return at
}

func (j *jsonReader) span(start int) source.Span {
	return j.file.Span(j.base+start, j.base+int(j.decoder.InputOffset()))
}

func (j *jsonReader) value(depth int) (*node, error) {
	start := j.start()
	token, err := j.decoder.Token()
	if err != nil {
		return nil, err
	}
	n := &node{style: plainStyle, size: 1}
	switch token := token.(type) {
	case json.Delim:
		if depth > maxDepth {
			return nil, fmt.Errorf("more than %d objects and lists inside each other", maxDepth)
		}
		if token == '{' {
			err = j.object(n, depth)
		} else {
			err = j.array(n, depth)
		}
		if err != nil {
			return nil, err
		}
	case string:
		n.text, n.style = token, doubleStyle
	case json.Number:
		n.text = token.String()
		if canonicalNumber(n.text) {
			n.scalar = numberScalar
		}
	case bool:
		n.text, n.scalar = strconv.FormatBool(token), boolScalar
	case nil:
		n.scalar = nullScalar
	}
	n.at = j.span(start)
	return n, nil
}

func (j *jsonReader) object(n *node, depth int) error {
	n.kind = mappingNode
	seen := map[string]bool{}
	for j.decoder.More() {
		key, err := j.value(depth + 1)
		if err != nil {
			return err
		}
		value, err := j.value(depth + 1)
		if err != nil {
			return err
		}
		if seen[key.text] {
			j.report(source.Warning, "template-duplicate-key", key.at, "the key %q stands here a second time: the last one counts", key.text)
			n.replace(key, value)
			continue
		}
		seen[key.text] = true
		n.pairs = append(n.pairs, pair{key, value})
		n.grow(value)
	}
	_, err := j.decoder.Token()
	return err
}

func (j *jsonReader) array(n *node, depth int) error {
	n.kind = sequenceNode
	for j.decoder.More() {
		item, err := j.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
		n.grow(item)
	}
	_, err := j.decoder.Token()
	return err
}
