package guide

import "github.com/wmidoctor/wmidoctor/probe"

// Command is one command of a page with what takes it back and what checks it.
// Its texts are templates until Fill is called. The JSON names are those of the
// outside contract, section 5.
type Command struct {
	Section  string          `json:"section"`
	ID       string          `json:"id"`
	Title    string          `json:"title"` // at most 39 cells
	Faults   []probe.FaultID `json:"faults"`
	Shell    Shell           `json:"shell"`
	Where    string          `json:"where"` // host, jump-box, domain-controller, network
	Elevated bool            `json:"elevated"`
	Risk     string          `json:"risk"`    // none, low, medium, high, last-resort
	Windows  string          `json:"windows"` // "all", or which builds: "5.x", "6.0+" …
	Run      string          `json:"run"`
	Undo     string          `json:"undo"`
	NoUndo   string          `json:"no_undo,omitempty"`
	Verify   string          `json:"verify"`

	roles      []Role
	class      string // it helps with classes whose names begin so, "" for all
	shortNames bool   // the program takes names of 20 characters at most
}

// Fill puts values into run, undo and verify, quoted for the command's shell.
// The error wraps ErrValue.
func (c Command) Fill(v Values) (Command, error) {
	for _, text := range []*string{&c.Run, &c.Undo, &c.Verify} {
		filled, err := Fill(c.Shell, *text, v)
		if err != nil {
			return c, err
		}
		*text = filled
	}
	return c, nil
}

// readsOnly reports whether a command is typed and changes nothing.
func (c Command) readsOnly() bool { return c.Risk == "none" && c.Shell != GUI && c.Shell != None }

// fix is the command as part of a report.
func (c Command) fix(fault probe.FaultID) probe.Fix {
	return probe.Fix{
		Fault: fault, Section: c.Section, ID: c.ID, Title: c.Title, Shell: string(c.Shell), Where: c.Where,
		Elevated: c.Elevated, Risk: c.Risk, Windows: c.Windows, Run: c.Run, Undo: c.Undo, NoUndo: c.NoUndo, Verify: c.Verify,
	}
}

// risks, the least first.
var risks = []string{"none", "low", "medium", "high", "last-resort"}

var places = []string{"host", "jump-box", "domain-controller", "network"}
