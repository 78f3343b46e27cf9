package pane

import "github.com/wmidoctor/wmidoctor/probe"

// Copyable is one line that can be copied. Command is what is copied, never
// what is drawn.
type Copyable struct {
	Number  int // 1 to 9, 0 beyond
	Command string
	Title   string // of the fix
	Place   string // where it is run
}

// Start asks for a run with what the form says.
type Start struct {
	Host, Account   string
	Password        probe.Secret
	Auth            probe.AuthChoice
	Callback        probe.CallbackChoice
	Namespace, WQL  string
	Remember, Steps bool
}

// Practise asks for a fault to be played; "" is the healthy host.
type Practise struct {
	Fault    string
	Surprise bool
}

// OpenPicker asks for the list of faults.
type OpenPicker struct{}

// CopyLine asks for a line to be copied.
type CopyLine struct{ Line Copyable }

// Chosen is an answer of a question, from 1.
type Chosen struct{ Answer int }

// Typed is the password typed into a question.
type Typed struct{ Password probe.Secret }

// Close asks for the drawer to be closed.
type Close struct{}

// ShowEvidence asks for the evidence of the marked step.
type ShowEvidence struct{}

// SaveAs asks for the report to be written, or printed when Print is set.
type SaveAs struct {
	Kind, Path string // kind: ticket or report
	Redacted   bool
	Print      bool
}

// Console is a line typed at the practice host.
type Console struct{ Line string }

// Hint asks for the next hint of a practice fault.
type AskHint struct{}

// Reveal asks for the verdict of a surprise.
type Reveal struct{}

// Say asks for a line above the footer until the next key.
type Say struct{ Text string }

func (Start) action()        {}
func (Practise) action()     {}
func (OpenPicker) action()   {}
func (CopyLine) action()     {}
func (Chosen) action()       {}
func (Typed) action()        {}
func (Close) action()        {}
func (ShowEvidence) action() {}
func (SaveAs) action()       {}
func (Console) action()      {}
func (AskHint) action()      {}
func (Reveal) action()       {}
func (Say) action()          {}
