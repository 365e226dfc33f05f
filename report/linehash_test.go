package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The hashes are those that the algorithm as published in github/codeql-action (src/fingerprints.ts) computes; but for the last case they
// are the ones that its own tests expect.
func TestLineHashes(t *testing.T) {
	greetings := []string{
		"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
		"c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
	}
	for _, test := range []struct {
		name, src string
		want      []string
	}{
		{"empty", "", []string{"c129715d7a2bc9a3:1"}},
		{
			"blanks do not count", " a\nb\n  \t\tc\n d",
			[]string{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"},
		},
		{
			"no line end at the end", " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
			[]string{
				"8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1",
				"e6ceba753e1a442:1",
			},
		},
		{"line feeds", " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", greetings},
		{"carriage returns", " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", greetings},
		{"both", " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", greetings},
		{"a mixture", " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", greetings},
		{
			"repeated lines are numbered", strings.Repeat("Lorem ipsum dolor sit amet.\n", 10),
			[]string{
				"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5",
				"a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1",
				"c129715d7a2bc9a3:1",
			},
		},
		{
			"bytes that are no UTF-8, as JavaScript decodes them",
			"caf\xe9 \xe9\xbb x \U0001F600 \xf0\x9f\x98 y\n\xe0\x80\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xc0\xaf\xff\xe2\x82\n\ufeffz \x00 a\r \nq\xf0\x9f",
			[]string{"c976e58f624d1b44:1", "a81007b43a57d4af:1", "90ac8b4bd156e83f:1", "5fb248d340aa41fb:1", "dca46082597af6dd:1"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lineHashes([]byte(test.src))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
