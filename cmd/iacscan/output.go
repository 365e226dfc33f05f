package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/iacscan/iacscan/report"
)

// destination is one --format F or F=FILE.
type destination struct {
	format string
	file   string // empty: standard output
}

// parseDestinations reads --format. One format at most goes to standard output, and one to a file.
func parseDestinations(texts []string) ([]destination, error) {
	var destinations []destination
	for _, text := range texts {
		format, file, toFile := strings.Cut(text, "=")
		switch {
		case !slices.Contains(report.Formats(), format):
			return nil, fmt.Errorf("--format %s: use one of %s", text, strings.Join(report.Formats(), ", "))
		case toFile && file == "":
			return nil, fmt.Errorf("--format %s: write F=FILE, or F alone for standard output", text)
		case slices.ContainsFunc(destinations, func(d destination) bool { return d.file == file }):
			where := file
			if !toFile {
				where = "standard output"
			}
			return nil, fmt.Errorf("--format %s: another format goes to %s already", text, where)
		}
		destinations = append(destinations, destination{format, file})
	}
	return destinations, nil
}

// write prints a report to a destination.
func (d destination) write(stdout io.Writer, r *report.Report, o report.Options) error {
	if d.file == "" {
		return report.Write(stdout, d.format, r, o)
	}
	o.Colour, o.Width = false, 0
	var text bytes.Buffer
	if err := report.Write(&text, d.format, r, o); err != nil {
		return err
	}
	if err := writeFile(d.file, text.Bytes()); err != nil {
		return fmt.Errorf("--format %s=%s: %w", d.format, d.file, err)
	}
	return nil
}

// writeFile replaces a file in one step: a reader sees the old text or all of the new one. What is no regular file, such as a device, is
// written to as it is.
func writeFile(name string, text []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	mode := fs.FileMode(0o666) // less what the umask takes
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		return errors.New("it is a directory")
	case err == nil && !info.Mode().IsRegular():
		return os.WriteFile(name, text, mode)
	case err == nil:
		mode = info.Mode().Perm()
	}
	temporary := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d.tmp", filepath.Base(name), os.Getpid()))
	if err := writeNew(temporary, text, mode); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	if err := os.Rename(temporary, name); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	return nil
}

// writeNew writes a file that must not exist yet.
func writeNew(name string, text []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the user names it
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// maxWidth is the most columns that text is wrapped at: longer lines are hard to read.
const maxWidth = 110

// forReader says how to print for whoever reads w: in colour and wrapped for a terminal, plain for everybody else.
func forReader(w io.Writer, noColor bool) report.Options {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return report.Options{}
	}
	o := report.Options{Colour: !noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		o.Width = min(width, maxWidth)
	}
	return o
}
