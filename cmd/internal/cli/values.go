package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// valueError says what a flag's value should have been, without repeating it.
type valueError string

func (e valueError) Error() string { return string(e) }

// choice is a flag with a few words to choose from.
type choice struct {
	value   string
	choices []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.choices, "|") }
func (c *choice) Set(s string) error {
	if !slices.Contains(c.choices, s) {
		return valueError("it must be one of " + strings.Join(c.choices, ", "))
	}
	c.value = s
	return nil
}

// choose adds a choice, the first word being the default.
func choose(cmd *cobra.Command, set *pflag.FlagSet, name, help string, words ...string) *choice {
	c := &choice{value: words[0], choices: words}
	set.Var(c, name, help)
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// port is a TCP port, 1 to 65535.
type port uint16

func (p *port) String() string {
	if *p == 0 {
		return ""
	}
	return strconv.Itoa(int(*p))
}
func (*port) Type() string { return "N" }
func (p *port) Set(s string) error {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return valueError("a port is a number from 1 to 65535")
	}
	*p = port(n)
	return nil
}

// span is a duration above zero.
type span time.Duration

func (d *span) String() string {
	if *d == 0 {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(time.Duration(*d).String(), "0s"), "0m")
}
func (*span) Type() string { return "D" }
func (d *span) Set(s string) error {
	v, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return valueError("a duration is a number with its unit, such as 500ms, 3s or 2m")
	case v <= 0:
		return valueError("a duration must be more than zero")
	}
	*d = span(v)
	return nil
}
