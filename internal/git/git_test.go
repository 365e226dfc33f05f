package git

import (
	"os"
	"path/filepath"
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
			if diff := cmp.Diff(test.want, Read(files, "/nowhere")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReadLinked reads work trees whose git directory is elsewhere, laid out as git does.
func TestReadLinked(t *testing.T) {
	const remote = "[remote \"origin\"]\n\turl = https://github.com/acme/infra.git\n"
	root := t.TempDir()
	for name, text := range map[string]string{
		"main/.git/config":                    remote,
		"main/.git/HEAD":                      "ref: refs/heads/main\n",
		"main/.git/packed-refs":               hash + " refs/heads/topic\n",
		"main/.git/worktrees/topic/HEAD":      "ref: refs/heads/topic\n",
		"main/.git/worktrees/topic/commondir": "../..\n",
		"main/.git/worktrees/topic/gitdir":    filepath.Join(root, "topic", ".git") + "\n",
		"topic/.git":                          "gitdir: " + filepath.Join(root, "main", ".git", "worktrees", "topic") + "\n",
		"main/.git/modules/library/HEAD":      hash + "\n",
		"main/.git/modules/library/config":    "[core]\n\tworktree = ../../../library\n" + remote,
		"main/library/.git":                   "gitdir: ../.git/modules/library\n",
		"stranger/.git":                       "gitdir: ../main/.git\n",
		"second/.git":                         "gitdir: ../main/.git/worktrees/topic\n",
		"gone/.git":                           "gitdir: ../none\n",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for worktree, want := range map[string]Head{
		"main":         {Remote: "https://github.com/acme/infra", Branch: "main"},
		"topic":        {Remote: "https://github.com/acme/infra", Revision: hash, Branch: "topic"},
		"main/library": {Remote: "https://github.com/acme/infra", Revision: hash},
		"stranger":     {}, // a git directory that is not its own
		"second":       {},
		"gone":         {},
	} {
		dir := filepath.Join(root, filepath.FromSlash(worktree))
		if diff := cmp.Diff(want, Read(os.DirFS(dir), dir)); diff != "" {
			t.Errorf("%s: %s", worktree, diff)
		}
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
