// Package cli is the command line: one file for each subcommand, and
// assemble.go, the only place where network, steps, verdict, guide and the
// practice host meet.
package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe"
)

// The exit codes of the outside contract.
const (
	exitPassed      = 0
	exitInternal    = 1
	exitUsage       = 2
	exitFailed      = 3
	exitIncomplete  = 4
	exitInterrupted = 130
)

// app is one call of the program.
type app struct {
	in       *os.File
	out, err io.Writer
	env      func(string) (string, bool)
	password string // of the environment, taken out of it at once
	code     int    // what a finished command ends with
}

// Main runs the program and returns its exit code.
func Main() int {
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv}
	a.takePassword()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends the program at once
	return a.run(ctx, os.Args[1:])
}

func (a *app) run(ctx context.Context, args []string) int {
	if err := refusePasswordFlag(args); err != nil {
		return a.complain(err)
	}
	root := a.root()
	root.SetArgs(arrange(args))
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return a.code
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return a.complain(err)
}

// codeOf is the exit code that a report ends with.
func codeOf(r *probe.Report) int {
	if f, ok := r.FirstFailed(); ok && f.Failure != nil && f.Failure.Kind == probe.KindInternal {
		return exitInternal
	}
	switch r.Outcome {
	case probe.Passed:
		return exitPassed
	case probe.Failed:
		return exitFailed
	case probe.Cancelled:
		return exitInterrupted
	}
	return exitIncomplete
}

// newCommand is a command that leaves complaints to the one place that writes them.
func newCommand(use, short string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, SilenceErrors: true, SilenceUsage: true, DisableFlagsInUseLine: true}
}
