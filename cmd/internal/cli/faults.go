package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/verdict"
	"github.com/wmidoctor/wmidoctor/probe/winhost/scenario"
	"github.com/wmidoctor/wmidoctor/tui"
)

// scenariosOf finds the scenarios of faults named on the command line.
func scenariosOf(names []string) ([]scenario.Scenario, error) {
	var list []scenario.Scenario
	for _, name := range names {
		s, ok := scenario.ByFault(probe.FaultID(name))
		if !ok {
			return nil, misuse("See wmidoctor practice list.", "there is no fault of this name to play: %.60q", name)
		}
		list = append(list, s)
	}
	return list, nil
}

// addFaultFlag adds --fault and its other name.
func addFaultFlag(cmd *cobra.Command) *[]string {
	var names []string
	cmd.Flags().StringArrayVar(&names, "fault", nil, "`FAULT` to set the host up with; may be given more than once")
	cmd.Flags().StringArrayVar(&names, "scenario", nil, "another name of --fault")
	_ = cmd.Flags().MarkHidden("scenario") // fails for unknown flags only
	return &names
}

// playable is a line of practice list, in the shape of the outside contract.
type playable struct {
	Fault   probe.FaultID `json:"fault"`
	Layer   string        `json:"layer"`
	Step    probe.StepID  `json:"step"`
	Title   string        `json:"title"`
	Story   string        `json:"story"`
	Learn   string        `json:"learn"`
	Level   int           `json:"level"`
	Hints   int           `json:"hints"`
	Needs   string        `json:"needs"`
	Fixable bool          `json:"fixable"`
}

func playables() []playable {
	var list []playable
	for _, s := range scenario.All() {
		f, _ := verdict.ByID(s.Fault)
		p := playable{Fault: s.Fault, Layer: f.Layer().ID(), Step: f.Step, Title: f.Title, Story: s.Story, Learn: s.Learn,
			Level: s.Level, Hints: len(s.Hints), Needs: s.Needs, Fixable: fixable(s.Fault)}
		if p.Title == "" {
			p.Title = string(s.Fault)
		}
		list = append(list, p)
	}
	return list
}

// fixable reports whether the guide has a command for the fault that is typed
// on the host, and so in the practice host's console.
func fixable(id probe.FaultID) bool {
	for _, s := range guide.For(id) {
		for _, c := range s.Commands() {
			if c.Where == "host" && c.Risk != "none" && (c.Shell == "cmd" || c.Shell == "powershell") && slices.Contains(c.Faults, id) {
				return true
			}
		}
	}
	return false
}

func (a *app) listCommand() *cobra.Command {
	cmd := newCommand("list [flags]", "the faults that can be played")
	cmd.Long = `list names the faults that the practice host can be set up with, in the order in
which a client meets them.`
	cmd.Example = "  wmidoctor practice list\n  wmidoctor practice list --json | jq -r '.[].fault'"
	cmd.Args = exactly(0, "no argument")
	asJSON := cmd.Flags().Bool("json", false, "as JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		list := playables()
		if *asJSON {
			e := json.NewEncoder(a.out)
			e.SetIndent("", "  ")
			e.SetEscapeHTML(false)
			return e.Encode(list)
		}
		layer := ""
		for _, p := range list {
			if p.Layer != layer {
				layer = p.Layer
				fmt.Fprintf(a.out, "\n%s\n", probe.LayerByID(layer).Title())
			}
			fmt.Fprintf(a.out, "  %-28s level %d  %s\n", p.Fault, p.Level, p.Title)
		}
		return nil
	}
	return cmd
}

// pickable are the faults as the picker of the interface lists them.
func pickable() []tui.Fault {
	var list []tui.Fault
	for _, p := range playables() {
		f, _ := verdict.ByID(p.Fault)
		list = append(list, tui.Fault{ID: string(p.Fault), Layer: probe.LayerByID(p.Layer), Title: capital(cmp.Or(f.Name, p.Title)), Story: p.Story,
			Learn: p.Learn, Level: p.Level, Hints: p.Hints, Heals: p.Fixable})
	}
	return list
}

// capital begins a line of a list with a capital letter.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func hintsOf(fault string) []string {
	s, _ := scenario.ByFault(probe.FaultID(fault))
	return s.Hints
}
