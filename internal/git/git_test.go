package git

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const hash = "0123456789abcdef0123456789abcdef01234567"

func TestRead(t *testing.T) {
	const remote = "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:acme/infra.git\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		want  Head
	}{
		{"no repository", nil, Head{}},
		{
			"a branch",
			map[string]string{"HEAD": "ref: refs/heads/feature/x\n", "refs/heads/feature/x": hash + "\n", "config": remote},
			Head{Remote: "https://github.com/acme/infra", Revision: hash, Branch: "feature/x"},
		},
		{
			"a packed branch",
			map[string]string{"HEAD": "ref: refs/heads/main", "packed-refs": "# pack-refs with: peeled\n" + hash + " refs/heads/main\n"},
			Head{Revision: hash, Branch: "main"},
		},
		{"a detached head", map[string]string{"HEAD": hash + "\n"}, Head{Revision: hash}},
		{"a branch without commits", map[string]string{"HEAD": "ref: refs/heads/main\n"}, Head{Branch: "main"}},
		{"a reference that leads out", map[string]string{"HEAD": "ref: ../../secret\n", "config": "[broken"}, Head{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range test.files {
				files[".git/"+name] = &fstest.MapFile{Data: []byte(text)}
			}
			if diff := cmp.Diff(test.want, Read(files)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWebAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/acme/infra.git":            "https://github.com/acme/infra",
		"https://user:token@github.com/acme/infra":     "https://github.com/acme/infra",
		"git@github.com:acme/infra.git":                "https://github.com/acme/infra",
		"ssh://git@gitlab.example:2222/a/b.git":        "https://gitlab.example/a/b",
		"http://gitlab.example:8080/a/b/":              "http://gitlab.example:8080/a/b",
		"git://example.org/x.git":                      "https://example.org/x",
		"/srv/git/infra.git":                           "",
		"../infra":                                     "",
		"file:///srv/git/infra.git":                    "",
		"C:/git/infra":                                 "",
		"":                                             "",
		"codecommit::eu-central-1://profile@infra-net": "",
	} {
		if got := webAddress(remote); got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
	}
}
