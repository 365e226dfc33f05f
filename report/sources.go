package report

import (
	"io/fs"
	"strings"

	"github.com/iacscan/iacscan/source"
)

// sources reads the files that findings point into, each once. What cannot be read is empty.
type sources struct {
	files  *source.Set // nil when there are none
	hashes map[string][]string
}

func newSources(fsys fs.FS) *sources {
	s := &sources{hashes: map[string][]string{}}
	if fsys != nil {
		s.files = source.NewSet(fsys)
	}
	return s
}

func (s *sources) load(name string) *source.File {
	if s.files == nil {
		return nil
	}
	f, err := s.files.Load(name)
	if err != nil {
		return nil
	}
	return f
}

// line is the text of the line where a place begins, without its line end; false when there is none to show.
func (s *sources) line(at source.Location) (string, bool) {
	f := s.load(at.Path)
	if f == nil {
		return "", false
	}
	text := f.LineText(at.StartLine)
	return text, strings.TrimSpace(text) != ""
}

// lineHash is the primaryLocationLineHash of a line, counted from 1; empty when there is none.
func (s *sources) lineHash(name string, n int) string {
	hashes, ok := s.hashes[name]
	if !ok {
		if f := s.load(name); f != nil {
			hashes = lineHashes(f.Src)
		}
		s.hashes[name] = hashes
	}
	if n < 1 || n > len(hashes) {
		return ""
	}
	return hashes[n-1]
}
