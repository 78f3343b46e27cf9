package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// complaint is an error with what a person can do about it.
type complaint struct {
	code int
	what string // what happened, and why
	todo string // what to do
	err  error
}

func (c *complaint) Error() string {
	if c.err != nil {
		return c.what + ": " + c.err.Error()
	}
	return c.what
}

func (c *complaint) Unwrap() error { return c.err }

// misuse is a complaint about how the program was called. Values are never
// repeated: one of them might be a password.
func misuse(todo, format string, args ...any) error {
	return &complaint{code: exitUsage, what: fmt.Sprintf(format, args...), todo: todo}
}

// complain writes an error to standard error and returns the exit code.
func (a *app) complain(err error) int {
	var c *complaint
	if !errors.As(err, &c) {
		c = &complaint{code: exitUsage, what: err.Error(), todo: "See wmidoctor --help."}
		err = c
	}
	fmt.Fprintln(a.err, "wmidoctor: "+page.Visible(err.Error()))
	if c.todo != "" {
		for _, l := range strings.Split(c.todo, "\n") {
			fmt.Fprintln(a.err, page.Visible(l))
		}
	}
	return c.code
}

var passwordFlag = regexp.MustCompile(`^(-p.*|--passw(or)?d(=.*)?|--pass(=.*)?)$`)

// refusePasswordFlag refuses every flag that would put a password where other
// users and the shell's history can see it.
func refusePasswordFlag(args []string) error {
	for _, arg := range args {
		if arg == "--" {
			return nil
		}
		if passwordFlag.MatchString(arg) {
			return misuse("Let it be asked for, or use --password-stdin, or the variable WMIDOCTOR_PASSWORD.",
				"there is no flag for a password: what stands on a command line is seen by others")
		}
	}
	return nil
}

// flagError puts what is wrong with a flag into words, without its value.
func flagError(cmd *cobra.Command, err error) error {
	help := "See " + cmd.CommandPath() + " --help."
	var (
		unknown  *pflag.NotExistError
		needs    *pflag.ValueRequiredError
		invalid  *pflag.InvalidValueError
		badShape *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		return misuse(help, "there is no flag %s", name)
	case errors.As(err, &needs):
		return misuse(help, "the flag --%s needs a value", needs.GetFlag().Name)
	case errors.As(err, &invalid):
		why := ""
		if inner := errors.Unwrap(invalid); inner != nil {
			why = ": " + reason(inner)
		}
		return misuse(help, "the value of --%s is not usable%s", invalid.GetFlag().Name, why)
	case errors.As(err, &badShape):
		return misuse(help, "a flag is not well written")
	}
	return misuse(help, "a flag cannot be read")
}

// reason is the sentence of one of our own values; others speak Go.
func reason(err error) string {
	var v valueError
	if errors.As(err, &v) {
		return string(v)
	}
	return "it has the wrong form"
}

// exactly asks for n arguments, named for the complaint.
func exactly(n int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return misuse("See "+cmd.CommandPath()+" --help.", "%s takes %s; %s", cmd.CommandPath(), names, given(len(args)))
	}
}

func given(n int) string {
	switch n {
	case 0:
		return "nothing was given"
	case 1:
		return "one argument was given"
	}
	return fmt.Sprintf("%d arguments were given", n)
}
