package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// FileID numbers a file within its [Set]. Zero is no file.
type FileID uint32

// Span is a range of bytes in one file of a [Set]; the end is exclusive. The zero Span is no place.
type Span struct {
	File       FileID
	Start, End uint32
}

// IsZero reports whether s is no place.
func (s Span) IsZero() bool { return s.File == 0 }

// Contains reports whether t lies within s.
func (s Span) Contains(t Span) bool {
	return !s.IsZero() && s.File == t.File && s.Start <= t.Start && t.End <= s.End
}

// Location is a place as reports print it. Path is relative to the boundary and always has forward slashes. Lines and columns count
// from 1, columns in UTF-16 code units (SARIF's default), and the end is exclusive. The zero Location is no place.
type Location struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	StartColumn int    `json:"start_column"`
	EndLine     int    `json:"end_line"`
	EndColumn   int    `json:"end_column"`
}

// IsZero reports whether l is no place.
func (l Location) IsZero() bool { return l.Path == "" }

// String is path:line:column.
func (l Location) String() string {
	if l.StartLine == 0 {
		return l.Path
	}
	return fmt.Sprintf("%s:%d:%d", l.Path, l.StartLine, l.StartColumn)
}

// Compare orders locations by path, line and column.
func (l Location) Compare(m Location) int {
	if c := strings.Compare(l.Path, m.Path); c != 0 {
		return c
	}
	for _, d := range [...]int{l.StartLine - m.StartLine, l.StartColumn - m.StartColumn, l.EndLine - m.EndLine, l.EndColumn - m.EndColumn} {
		if d != 0 {
			return d
		}
	}
	return 0
}

// File is one file of a [Set]. Its bytes do not change.
type File struct {
	ID   FileID
	Path string // relative to the boundary, with forward slashes
	Src  []byte

	linesOnce sync.Once
	lines     []uint32 // offset of the first byte of each line
	unitsOnce sync.Once
	units     []uint32 // UTF-16 code units before each stretch of unitStretch bytes
}

// Span is the range [start, end) of f.
func (f *File) Span(start, end int) Span {
	return Span{File: f.ID, Start: uint32(start), End: uint32(end)} //nolint:gosec // MaxFileSize keeps offsets far below 4 GiB
}

// Line is the number, from 1, of the line that holds the byte at offset.
func (f *File) Line(offset int) int {
	f.index()
	return sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > offset })
}

// LineStart is the offset of the first byte of a line that the file has, counted from 1.
func (f *File) LineStart(line int) int {
	f.index()
	return int(f.lines[line-1])
}

// LineText is the text of a line, counted from 1, without its line end; empty when there is no such line.
func (f *File) LineText(line int) string {
	f.index()
	if line < 1 || line > len(f.lines) {
		return ""
	}
	end := len(f.Src)
	if line < len(f.lines) {
		end = int(f.lines[line])
	}
	return string(bytes.TrimRight(f.Src[f.lines[line-1]:end], "\r\n"))
}

func (f *File) index() {
	f.linesOnce.Do(func() {
		f.lines = append(f.lines, 0)
		for i := 0; ; {
			n := bytes.IndexByte(f.Src[i:], '\n')
			if n < 0 {
				return
			}
			i += n + 1
			f.lines = append(f.lines, uint32(i)) //nolint:gosec // as in Span
		}
	})
}

// position is the line and the column in UTF-16 code units, both from 1, of a byte offset.
func (f *File) position(offset int) (line, column int) {
	offset = min(offset, len(f.Src))
	line = f.Line(offset)
	column = 1
	start := int(f.lines[line-1])
	if offset-start > unitStretch {
		column += f.unitsBefore(offset) - f.unitsBefore(start)
	} else {
		for b := f.Src[start:offset]; len(b) > 0; {
			r, n := utf8.DecodeRune(b)
			column++
			if r > 0xFFFF {
				column++
			}
			b = b[n:]
		}
	}
	if line == 1 && bytes.HasPrefix(f.Src, []byte("\xEF\xBB\xBF")) && offset >= 3 {
		column-- // a byte order mark is not a column
	}
	return line, column
}

// unitStretch is how many bytes of a line are decoded to find a column. What generates JSON on one line generates megabytes of it, so that
// lines that are longer are counted once.
const unitStretch = 4096

// unitsBefore counts the UTF-16 code units of valid UTF-8 before an offset.
func (f *File) unitsBefore(offset int) int {
	f.unitsOnce.Do(func() {
		total := 0
		for start := 0; start < len(f.Src); start += unitStretch {
			f.units = append(f.units, uint32(total))
			total += codeUnits(f.Src[start:min(start+unitStretch, len(f.Src))])
		}
		f.units = append(f.units, uint32(total))
	})
	stretch := offset / unitStretch
	return int(f.units[stretch]) + codeUnits(f.Src[stretch*unitStretch:offset])
}

// codeUnits counts one unit for the first byte of each character, and one more where that begins four bytes.
func codeUnits(b []byte) int {
	n := 0
	for _, c := range b {
		if c&0xC0 != 0x80 {
			n++
		}
		if c >= 0xF0 {
			n++
		}
	}
	return n
}

// MaxFileSize is the largest file that is read, in bytes. A larger one is an error that [errors.Is] ErrTooLarge.
const MaxFileSize = 16 << 20

// ErrTooLarge says that a file has more than [MaxFileSize] bytes.
var ErrTooLarge = errors.New("file is larger than 16 MiB")

// Set is the files that one evaluation has read. Evaluations that have nothing to do with each other have a Set each, so that their
// bytes can be dropped with them. A Set is safe for concurrent use.
type Set struct {
	fsys fs.FS

	mu     sync.Mutex
	files  []*File // files[i].ID == i+1
	byPath map[string]*File
}

// NewSet returns an empty Set over a file system whose root is the boundary of the scan.
func NewSet(fsys fs.FS) *Set { return &Set{fsys: fsys, byPath: map[string]*File{}} }

// FS is the file system of the Set.
func (s *Set) FS() fs.FS { return s.fsys }

// Load reads the file at a path relative to the boundary, once. A path that leaves the boundary is an error that [errors.Is]
// fs.ErrInvalid.
func (s *Set) Load(name string) (*File, error) {
	name = path.Clean(name)
	s.mu.Lock()
	f := s.byPath[name]
	s.mu.Unlock()
	if f != nil {
		return f, nil
	}
	src, err := ReadFile(s.fsys, name)
	if err != nil {
		return nil, err
	}
	return s.Add(name, src), nil
}

// Add puts a file whose bytes are at hand into the Set, or returns the one that has this path already.
func (s *Set) Add(name string, src []byte) *File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.byPath[name]; f != nil {
		return f
	}
	f := &File{ID: FileID(len(s.files) + 1), Path: name, Src: src} //nolint:gosec // nobody has 2³² files
	s.files = append(s.files, f)
	s.byPath[name] = f
	return f
}

// File is the file with a number, nil when there is none.
func (s *Set) File(id FileID) *File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == 0 || int(id) > len(s.files) {
		return nil
	}
	return s.files[id-1]
}

// Location is where a span is.
func (s *Set) Location(at Span) Location {
	f := s.File(at.File)
	if f == nil {
		return Location{}
	}
	l := Location{Path: f.Path}
	l.StartLine, l.StartColumn = f.position(int(at.Start))
	l.EndLine, l.EndColumn = f.position(int(max(at.Start, at.End)))
	return l
}

// ReadFile reads a file of at most [MaxFileSize] bytes from a boundary.
func ReadFile(fsys fs.FS, name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("stat %s: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	if info.Size() > MaxFileSize {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	buf := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := buf.ReadFrom(f); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return buf.Bytes(), nil
}
