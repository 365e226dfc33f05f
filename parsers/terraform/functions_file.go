package terraform

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/iacscan/iacscan/graph"
)

// fnFile is file(path). The text is placed at the bytes of the file.
func fnFile(c *invocation) graph.Value {
	src, f, bad := c.context.readFile(c.args[0])
	switch {
	case f == nil:
		return bad
	case !utf8.Valid(src):
		return c.invalid("the contents of " + f.Path + " are not valid UTF-8")
	}
	return graph.String(string(src)).WithSpan(f.Span(0, len(src)))
}

// fileDigest is a function of the bytes of a file.
func fileDigest(digest func(string) (string, error)) builtin {
	return exactly(1, func(c *invocation) graph.Value {
		src, f, bad := c.context.readFile(c.args[0])
		if f == nil {
			return bad
		}
		out, err := digest(string(src))
		if err != nil {
			return c.invalid(err.Error())
		}
		return graph.String(out)
	})
}

func fnFileExists(c *invocation) graph.Value {
	_, f, bad := c.context.readFile(c.args[0])
	switch {
	case f != nil:
		return graph.Bool(true)
	case bad.Kind() == graph.KindInvalid:
		return graph.Bool(false)
	}
	return bad
}

// fnFileSet is fileset(directory, pattern).
func fnFileSet(c *invocation) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		dir, ok := convertText(args[0]).Text()
		pattern, ok2 := convertText(args[1]).Text()
		if !ok || !ok2 {
			return c.invalid("string required")
		}
		names, bad := c.context.glob(dir, pattern)
		if names == nil && (bad.Kind() == graph.KindInvalid || bad.Why() != "") {
			return bad
		}
		out := make([]graph.Value, len(names))
		for i, name := range names {
			out[i] = graph.String(name)
		}
		return setOf(out, false)
	})
}

func baseName(s string) (string, error) { return path.Base(s), nil }
func dirName(s string) (string, error)  { return path.Dir(s), nil }

// fnAbsPath is abspath(path). Where the working directory is the files do not say.
func fnAbsPath(c *invocation) graph.Value {
	if text, ok := c.args[0].Text(); ok && path.IsAbs(text) {
		return graph.String(path.Clean(text))
	}
	return c.derived()
}

// fnPathExpand is pathexpand(path). Where the home directory is the files do not say.
func fnPathExpand(c *invocation) graph.Value {
	v := convertText(c.args[0])
	head, _ := literalEnds(v)
	switch {
	case v.Kind() == graph.KindInvalid:
		return c.invalid("string required")
	case head != "" && !strings.HasPrefix(head, "~"), v.Known() && head == "":
		return v
	}
	return c.derived()
}
