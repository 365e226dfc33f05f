package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag that takes one of some words, in any case.
type choice struct {
	value   string // the default, until Set
	allowed []string
}

func (c *choice) String() string { return c.value }

// Type is what help shows the value as when the usage does not name it.
func (c *choice) Type() string { return "string" }

// Set takes a word.
func (c *choice) Set(text string) error {
	text = strings.ToLower(text)
	if !slices.Contains(c.allowed, text) {
		return fmt.Errorf("use %s", strings.Join(c.allowed, ", "))
	}
	c.value = text
	return nil
}

// declare makes it a flag of a command; the words are added to the usage.
func (c *choice) declare(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(c, name, usage+": "+strings.Join(c.allowed, ", "))
	complete(cmd, name, c.allowed...)
}

// choices is a flag that takes a list of some words.
type choices struct {
	values  []string // the default, until Set
	allowed []string
	set     bool
}

func (c *choices) String() string { return strings.Join(c.values, ",") }

// Type is what help shows the value as when the usage does not name it.
func (c *choices) Type() string { return "strings" }

// Set takes words with commas between them; it adds to what an earlier flag gave.
func (c *choices) Set(text string) error {
	if !c.set {
		c.values, c.set = nil, true
	}
	for word := range strings.SplitSeq(strings.ToLower(text), ",") {
		if !slices.Contains(c.allowed, word) {
			return fmt.Errorf("use %s", strings.Join(c.allowed, ", "))
		}
		c.values = append(c.values, word)
	}
	return nil
}

func (c *choices) declare(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(c, name, usage+": "+strings.Join(c.allowed, ", "))
	complete(cmd, name, c.allowed...)
}

// complete offers a flag's values to the shell.
func complete(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // no such flag
	}
}
