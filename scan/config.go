package scan

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/internal/config"
	"github.com/iacscan/iacscan/source"
)

// Config is what a project decides about its scans: the content of a [ConfigFile]. docs/configuration.md says what each key means.
type Config = config.Config

// ConfigFile is what the file is called that a project has its configuration in.
const ConfigFile = config.FileName

// FindConfig is the configuration that holds for a path of a boundary: the nearest file upwards from it, within its repository. It is
// empty when there is none.
func FindConfig(fsys fs.FS, name string) string {
	found := ""
	if info, err := fs.Stat(fsys, name); err == nil && info.IsDir() {
		name = path.Join(name, ConfigFile)
	}
	parents(name, func(dir string) bool {
		if info, err := fs.Stat(fsys, path.Join(dir, ConfigFile)); err == nil && info.Mode().IsRegular() {
			found = path.Join(dir, ConfigFile)
			return false
		}
		_, err := fs.Stat(fsys, path.Join(dir, ".git"))
		return err != nil
	})
	return found
}

// LoadConfig reads a configuration in a boundary. Its globs are relative to its directory if it is called [ConfigFile], else to the
// boundary. Of one that is wrong, the error names every problem with its place.
func LoadConfig(fsys fs.FS, name string) (*Config, error) {
	text, err := source.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
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

// withConfig are the options with what the configuration adds to them.
func (o Options) withConfig() Options {
	if o.Config == nil {
		o.Config = &Config{Dir: "."}
	}
	o.Exclude = append(o.Exclude[:len(o.Exclude):len(o.Exclude)], o.Config.Exclude...)
	return o
}

// aws is what the options say of the networks.
func (o Options) aws() aws.Config {
	c := o.Config.AWS
	c.AssumeClosed = c.AssumeClosed || o.AssumeClosed
	return c
}
