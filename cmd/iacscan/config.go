package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/iacscan/iacscan/internal/config"
	"github.com/iacscan/iacscan/scan"
)

func newConfigCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Write a configuration, or check one",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigInitCommand(), newConfigValidateCommand())
	return cmd
}

func newConfigInitCommand() *cobra.Command {
	var output string
	var force bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a configuration with every key, its default and what it means",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write := func(name string, text []byte) error { return writeNew(name, text, 0o666) } // less what the umask takes
			if force {
				write = writeFile
			}
			switch err := write(output, config.Initial); {
			case errors.Is(err, fs.ErrExist):
				return fmt.Errorf("%s is there already: --force overwrites it", output)
			case err != nil:
				return fmt.Errorf("write %s: %w", output, err)
			}
			cmd.PrintErrln("iacscan: wrote", output)
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", scan.ConfigFile, "write to `FILE`")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite a file that is there")
	return cmd
}

func newConfigValidateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FILE]",
		Short: "Check a configuration: by default the one that holds for the working directory",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			boundary, err := scan.Open(nil, false)
			if err != nil {
				return err
			}
			defer boundary.Close() //nolint:errcheck // it is only read
			named := ""
			if len(args) > 0 {
				named = args[0]
			}
			c, err := loadConfig(boundary, named)
			switch {
			case err != nil:
				return err
			case c == nil:
				return fmt.Errorf("there is no %s here: `iacscan config init` writes one", scan.ConfigFile)
			}
			cmd.PrintErrln("iacscan:", c.Path, "is valid")
			return nil
		},
	}
}

// loadConfig reads the configuration that is named, else the one that holds for the first path of a boundary; nil when there is none.
func loadConfig(b *scan.Boundary, named string) (*scan.Config, error) {
	if named == "" {
		if name := scan.FindConfig(b.FS, b.Paths[0]); name != "" {
			return scan.LoadConfig(b.FS, name)
		}
		return nil, nil
	}
	if inside, err := within(b, []string{named}); err == nil {
		return scan.LoadConfig(b.FS, inside[0])
	}
	text, err := os.ReadFile(named) //nolint:gosec // the user names it
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration: %w", err)
	}
	return scan.ParseConfig(filepath.ToSlash(named), ".", text)
}

// override lets what the command line says win over a configuration.
func (f *inputFlags) override(c *scan.Config) {
	if c == nil || !f.given("assume-closed") {
		return
	}
	c.AWS.AssumeClosed = f.assumeClosed
	for name, vpc := range c.AWS.VPCs {
		if f.assumeClosed && vpc.Closed != nil && !*vpc.Closed {
			vpc.Closed = nil
			c.AWS.VPCs[name] = vpc
		}
	}
}
