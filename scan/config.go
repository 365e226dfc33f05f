package scan

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/internal/config"
	"github.com/iacscan/iacscan/source"
)

// Config is what a project decides about its scans: the content of a [ConfigFile]. docs/configuration.md says what each key means.
type Config = config.Config

// ConfigFile is what the file is called that a project has its configuration in.
const ConfigFile = config.FileName

// FindConfig is the path of the configuration that holds for a path of a boundary: the nearest one upwards from it, within its repository.
// It is empty when there is none. One that cannot be read counts, so that [LoadConfig] says so: a scan without it would be another one.
func FindConfig(fsys fs.FS, name string) string {
	found := ""
	if info, err := fs.Stat(fsys, name); err == nil && info.IsDir() {
		name = path.Join(name, ConfigFile)
	}
	parents(name, func(dir string) bool {
		if there(fsys, path.Join(dir, ConfigFile)) {
			found = path.Join(dir, ConfigFile)
			return false
		}
		return !there(fsys, path.Join(dir, ".git"))
	})
	return found
}

// there reports whether something has a name, a symbolic link that leads nowhere included.
func there(fsys fs.FS, name string) bool {
	_, err := fs.Lstat(fsys, name)
	return err == nil
}

// LoadConfig reads a configuration in a boundary. Its globs are relative to its directory if it is called [ConfigFile], else to the
// boundary. Of one that is wrong, the error names every problem with its place.
func LoadConfig(fsys fs.FS, name string) (*Config, error) {
	text, err := source.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration: %w", err)
	}
	dir := "."
	if path.Base(name) == ConfigFile {
		dir = path.Dir(name)
	}
	return ParseConfig(name, dir, text)
}

// ParseConfig reads the text of a configuration. The name is for messages, and dir is the directory in the boundary that its globs are
// relative to.
func ParseConfig(name, dir string, text []byte) (*Config, error) {
	return config.Parse(name, dir, text)
}

// withConfig are the options with what the configuration adds to them. The error is of a glob that is none.
func (o Options) withConfig() (Options, error) {
	if o.Config == nil {
		o.Config = &Config{Dir: "."}
	}
	exclude := slices.Clone(o.Config.Exclude)
	for _, text := range o.Exclude {
		glob, err := config.Glob(".", text)
		if err != nil {
			return o, fmt.Errorf("cannot exclude: %w", err)
		}
		exclude = append(exclude, glob)
	}
	o.Exclude = exclude
	return o, nil
}

// aws is what the options say of the networks.
func (o Options) aws() aws.Config {
	c := o.Config.AWS
	c.AssumeClosed = c.AssumeClosed || o.AssumeClosed
	return c
}
