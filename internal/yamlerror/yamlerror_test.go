package yamlerror_test

import (
	"errors"
	"fmt"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/internal/yamlerror"
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		text, want string
		line       int
	}{
		{"]", "did not find expected node content", 1},
		{"a: 1\nb: ]", "did not find expected node content", 2},
		{"a: 1\n\nb: [x\nc: 1\n", "did not find expected ',' or ']'", 3},
		{"a: 1\nb: {x: 1\n c\n", "did not find expected ',' or '}'", 2},
		{"a: 1\n- b", "did not find expected key", 2},
		{"x:\n  - a\n  b: 1\n", "did not find expected '-' indicator", 2},
		{"a: 1\nb: !x!y z", "found undefined tag handle", 2},
		{"%YAML 1.1\nb\n", "did not find expected <document start>", 2},
		{"a: @x", "found character that cannot start any token", 1},
		{"a: 1\nb: @x", "found character that cannot start any token", 2},
		{"a: 1\nb: 1\n c: 1\n", "mapping values are not allowed in this context", 3},
		{"a: 1\nb: \"x\n\n", "found unexpected end of stream", 2},
		{"a: *b", "unknown anchor 'b' referenced", 1},
	} {
		var v any
		err := yaml.Unmarshal([]byte(c.text), &v)
		if err == nil {
			t.Errorf("%q is YAML", c.text)
			continue
		}
		if text, line := yamlerror.Read(fmt.Errorf("parse: %w", err)); text != c.want || line != c.line {
			t.Errorf("%q: got %q at line %d, want %q at line %d; the error is %v", c.text, text, line, c.want, c.line, err)
		}
	}
	if text, line := yamlerror.Read(errors.New("broken")); text != "broken" || line != 1 {
		t.Errorf("another error is %q at line %d", text, line)
	}
}
