// Package tui is the terminal interface: one program around the panes of
// package pane, and the one bridge to the engine. It speaks no protocol and
// judges nothing; what it needs of either comes as functions of Config.
package tui

import (
	"context"
	"os"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/clip"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// Request is what a run is asked to do.
type Request struct {
	Target   probe.Target
	Account  string // as typed; empty: anonymous steps only
	Password probe.Secret
	// Retyped says that Password was typed anew after a refusal.
	Retyped bool
	// SendAgain says that the person was told the price of sending a refused
	// credential once more, and agreed.
	SendAgain bool
	// Remember asks to keep host, account and namespace for next time.
	Remember bool
	// From is the report to run on from, nil to walk every step.
	From *probe.Report
	// Agreed lists experiments whose price was accepted beforehand.
	Agreed []probe.ExperimentID
	// Watch looks until the port is open, then runs.
	Watch bool
	// Practice says that the host is the practice host, set up with Fault.
	Practice bool
	Fault    string
	// Note is said above the footer when the run starts, "" for nothing.
	Note string
}

// Fault is one row of the practice picker.
type Fault = pane.Fault

// Practice is the practice host, as functions.
type Practice struct {
	Faults func() []Fault
	// Play sets the host up with a fault, "" for a healthy one, and returns the
	// request that meets it.
	Play func(fault string) (Request, error)
	// Console runs one command line on the host and returns its output.
	Console func(line string) string
	// Hints of a fault, from the gentlest on.
	Hints func(fault string) []string
	// Fault to begin with, "" for the picker or the healthy host.
	Fault string
	// Begin says that practice was asked for: it starts at once.
	Begin bool
}

// Config is all the interface is given.
type Config struct {
	Version string
	// Start carries one run out and returns its report. It blocks; it ends
	// soon after ctx is done.
	Start    func(ctx context.Context, r Request, f probe.Front) *probe.Report
	Practice *Practice     // nil where it is not offered
	Opened   *probe.Report // a saved report to show
	// OpenedAt is when the opened report was saved.
	OpenedAt time.Time
	Texts    pane.Texts
	// Save writes a ticket or a report; it never overwrites a file.
	Save func(kind, path string, redacted bool, r *probe.Report) error
	// Render is what Save would write, for the preview and for printing.
	Render func(kind string, redacted bool, r *probe.Report) string

	Request Request
	// Go starts Request at once instead of showing it in the form.
	Go bool
	// Steps starts in step mode.
	Steps bool

	In, Out  *os.File
	Renderer *lipgloss.Renderer
	Env      func(string) string
	Clip     *clip.Board
	ASCII    bool
	NoColor  bool
	Now      func() time.Time
}
