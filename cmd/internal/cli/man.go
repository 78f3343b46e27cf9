package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) manCommand() *cobra.Command {
	cmd := newCommand("man", "the manual page, to be read with man")
	cmd.GroupID = groupKeep
	cmd.Long = "man prints the manual page of the whole program as roff."
	cmd.Example = "  wmidoctor man | man -l -\n  wmidoctor man > /usr/local/share/man/man1/wmidoctor.1"
	cmd.Args = exactly(0, "no argument")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		manual(a.out, cmd.Root())
		return nil
	}
	return cmd
}

// manual writes one page for the program and all its commands (man(7) macros).
func manual(out io.Writer, root *cobra.Command) {
	p := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	p(`.TH WMIDOCTOR 1 "" "wmidoctor %s" "User Commands"`, roff(tool().Version))
	p(".SH NAME\nwmidoctor \\- %s", roff(root.Short))
	p(".SH SYNOPSIS")
	for _, line := range strings.Split(root.Annotations[usageNote], "\n") {
		p(".B %s\n.br", roff(line))
	}
	p(".SH DESCRIPTION\n%s", roff(root.Long))
	manFlags(p, root)
	p(".SH COMMANDS")
	manCommands(p, root)
	p(".SH EXIT STATUS")
	for _, line := range strings.Split(exitCodes, "\n")[1:] {
		number, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		p(".TP\n.B %s\n%s", number, roff(strings.TrimSpace(text)))
	}
	p(".SH ENVIRONMENT")
	p(".TP\n.B %s\nthe password; it is taken out of the environment at once", passwordVariable)
	p(".TP\n.B NO_COLOR\nno colours\n.TP\n.B ACCESSIBLE\nplain mode")
}

func manCommands(p func(string, ...any), parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() || c.Name() == "completion" {
			continue
		}
		p(".SS %s", roff(c.CommandPath()))
		p("%s", roff(or(c.Long, c.Short)))
		p(".PP\n.B %s", roff(c.UseLine()))
		manFlags(p, c)
		if c.Example != "" {
			p(".PP\nExamples:\n.PP\n.nf\n%s\n.fi", roff(c.Example))
		}
		manCommands(p, c)
	}
}

func manFlags(p func(string, ...any), c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, meaning := pflag.UnquoteUsage(f)
		form := "--" + f.Name
		if f.Shorthand != "" {
			form = "-" + f.Shorthand + ", " + form
		}
		p(".TP\n.B %s\n%s", roff(strings.TrimSpace(form+" "+value)), roff(meaning))
	})
}

// roff writes a text so that roff shows it as it is.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
