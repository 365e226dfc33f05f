package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExcerpt(t *testing.T) {
	for _, test := range []struct {
		name, line        string
		start, end, width int
		want, underline   string
	}{
		{"a word", "  a = b", 7, 8, 0, "  a = b", "      ^"},
		{"to the end of the line", "a = [", 5, 0, 0, "a = [", "    ^"},
		{"tabs are four columns", "\ta\tb", 4, 5, 0, "    a    b", "         ^"},
		{"wide characters are two columns", "東京 = x", 1, 3, 0, "東京 = x", "^^^^"},
		{"characters beyond the BMP are two code units", "😀 = x", 6, 7, 0, "😀 = x", "     ^"},
		{"combining marks take no column", "e\u0301 = x", 6, 7, 0, "e\u0301 = x", "    ^"},
		{"control characters cannot steer the terminal", "a\x1b[31m", 2, 3, 0, "a�[31m", " ^"},
		{"a long line is cut right", "key: " + strings.Repeat("v", 50), 1, 4, 20, "key: vvvvvvvvvvvvvv…", "^^^"},
		{"and left", strings.Repeat("x", 50) + " key", 52, 55, 30, "…" + strings.Repeat("x", 25) + " key", strings.Repeat(" ", 27) + "^^^"},
		{"and on both sides", strings.Repeat("x", 50) + "key" + strings.Repeat("y", 50), 51, 54, 30, "…" + strings.Repeat("x", 14) + "key" + strings.Repeat("y", 11) + "…", strings.Repeat(" ", 15) + "^^^"},
		{"far into a very long line", strings.Repeat("😀", 50_000) + "key" + strings.Repeat("y", 50_000), 100_001, 100_004, 9, "… 😀keyy…", "    ^^^"},
		{"what is too long is underlined as far as it shows", strings.Repeat("x", 80), 1, 81, 10, "xxxxxxxxx…", "^^^^^^^^^^"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, from, to := excerpt(test.line, test.start, test.end, test.width)
			got := []string{text, strings.Repeat(" ", from) + strings.Repeat("^", to-from)}
			if diff := cmp.Diff([]string{test.want, test.underline}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("\tvpc_id = \"東京\"", 2, 8, 12)
	f.Fuzz(func(t *testing.T, line string, start, end, width int) {
		text, from, to := excerpt(strings.ReplaceAll(line, "\n", ""), start, end, width)
		if from < 0 || to < from || to > cells(text) {
			t.Errorf("columns %d to %d of %q", from, to, text)
		}
		if width > 1 && cells(text) > width {
			t.Errorf("%q is wider than %d", text, width)
		}
	})
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 0, []string{"one two three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"a-word-that-does-not-fit it", 5, []string{"a-word-that-does-not-fit", "it"}},
		{"first\nsecond line", 20, []string{"first", "second line"}},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, test.width)); diff != "" {
			t.Errorf("wrap(%q, %d):\n%s", test.text, test.width, diff)
		}
	}
}

func TestPrintable(t *testing.T) {
	if got, want := printable("a\x1b]0;title\a\u202eb\u009b\tc"), "a�]0;title��b�\tc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
