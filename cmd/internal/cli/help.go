package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// The groups of commands in the help of the program.
const (
	groupRun   = "run"
	groupLearn = "learn"
	groupKeep  = "keep"
)

var commandGroups = []*cobra.Group{
	{ID: groupRun, Title: "Check a host"},
	{ID: groupLearn, Title: "Learn and look up"},
	{ID: groupKeep, Title: "Reports and this program"},
}

// exitCodes stands in the help of every command that runs or judges.
const exitCodes = `Exit codes
  0    every layer asked for passed
  1    a mistake of this program
  2    it was called wrongly; nothing was sent
  3    a layer failed
  4    incomplete, or passed with warnings
  130  interrupted`

const exitNote = "exit-codes"

// withExitCodes makes the help of a command end with the exit codes.
func withExitCodes(cmd *cobra.Command) *cobra.Command {
	cmd.Annotations = map[string]string{exitNote: "yes"}
	return cmd
}

// help writes the help of a command: what it is for, how it is called,
// examples, and then all there is, in groups.
func help(out io.Writer, cmd *cobra.Command) {
	p := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	p("%s", strings.TrimSpace(or(cmd.Long, cmd.Short)))
	p("\nUsage")
	for _, line := range strings.Split(cmd.Annotations[usageNote], "\n") {
		p("  %s", or(line, cmd.UseLine()))
	}
	if cmd.Example != "" {
		p("\nExamples\n%s", strings.TrimRight(cmd.Example, "\n"))
	}
	for _, g := range commandGroups {
		helpCommands(p, cmd, g.ID, g.Title)
	}
	helpCommands(p, cmd, "", "Commands")
	for _, heading := range headings(cmd) {
		p("\n%s", heading)
		everyFlag(cmd, func(f *pflag.Flag) {
			if headingOf(f) == heading && !f.Hidden {
				for _, l := range flagLines(f) {
					p("%s", l)
				}
			}
		})
	}
	if cmd.Annotations[exitNote] != "" {
		p("\n%s", exitCodes)
	}
	if cmd.HasAvailableSubCommands() {
		p("\n%s help COMMAND tells more about a command.", cmd.Root().Name())
	}
}

const usageNote = "usage"

// withUsage gives a command more than one line of usage.
func withUsage(cmd *cobra.Command, lines ...string) *cobra.Command {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[usageNote] = strings.Join(lines, "\n")
	return cmd
}

func helpCommands(p func(string, ...any), cmd *cobra.Command, id, title string) {
	first := true
	for _, c := range cmd.Commands() {
		if c.GroupID != id || !c.IsAvailableCommand() && c.Name() != "help" {
			continue
		}
		if first {
			p("\n%s", title)
			first = false
		}
		p("  %s  %s", page.Pad(c.Name(), 12), c.Short)
	}
}

// everyFlag visits the flags of a command and those it has from above.
func everyFlag(cmd *cobra.Command, visit func(*pflag.Flag)) {
	cmd.LocalFlags().VisitAll(visit)
	cmd.InheritedFlags().VisitAll(visit)
}

func headingOf(f *pflag.Flag) string {
	if h := f.Annotations[groupNote]; len(h) > 0 {
		return h[0]
	}
	return "Flags"
}

func headings(cmd *cobra.Command) (list []string) {
	seen := map[string]bool{}
	everyFlag(cmd, func(f *pflag.Flag) {
		if h := headingOf(f); !seen[h] && !f.Hidden {
			seen[h] = true
			list = append(list, h)
		}
	})
	return list
}

// flagLines is a flag in the help: its form on the left, its meaning wrapped
// on the right, its default at the end.
func flagLines(f *pflag.Flag) []string {
	const column, width = 32, 80
	value, meaning := pflag.UnquoteUsage(f)
	form := "      --" + f.Name
	if f.Shorthand != "" {
		form = "  -" + f.Shorthand + ", --" + f.Name
	}
	if value != "" {
		form += " " + value
	}
	if d := f.DefValue; d != "" && d != "false" && f.Value.Type() != "bool" && d != "[]" {
		meaning += " (default " + d + ")"
	}
	var out []string
	if page.Width(form) > column-2 {
		out, form = append(out, form), ""
	}
	for _, l := range page.Wrap(meaning, width-column) {
		out, form = append(out, page.Pad(form, column)+l), ""
	}
	return out
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// helpCommand is help COMMAND; a command that does not exist is a complaint.
func (a *app) helpCommand() *cobra.Command {
	cmd := newCommand("help [COMMAND]", "what a command does, with examples")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		about, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return misuse("See wmidoctor --help for the commands there are.", "there is no such command")
		}
		return about.Help()
	}
	cmd.ValidArgsFunction = func(cmd *cobra.Command, _ []string, _ string) (names []cobra.Completion, _ cobra.ShellCompDirective) {
		for _, c := range cmd.Root().Commands() {
			names = append(names, c.Name())
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}
