package cli

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/plain"
)

func (a *app) openCommand() *cobra.Command {
	cmd := withExitCodes(newCommand("open FILE [FILE] [flags]", "a saved report, judged again; of two, what changed"))
	cmd.GroupID = groupKeep
	cmd.Long = `open reads a report that check --report or the interface saved, judges it again
by the rules of this version, and ends with the exit code of that run. Of two
reports it says what changed from the first to the second; the exit code is then
that of the second. No host is asked.`
	cmd.Example = `  wmidoctor open report.json
  wmidoctor open before.json after.json
  wmidoctor open report.json --host-facts srv01.json`
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 2 {
			return nil
		}
		return exactly(1, "one FILE or two")(cmd, args)
	}
	var asJSON bool
	var facts string
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&facts, "host-facts", "", "judge with `FILE`, which the script of host-facts printed")
	cmd.RunE = func(_ *cobra.Command, args []string) error { return a.open(args, facts, asJSON) }
	return cmd
}

func (a *app) open(paths []string, factsFile string, asJSON bool) error {
	facts, err := readHostFacts(factsFile)
	if err != nil {
		return err
	}
	var reports []*probe.Report
	for _, path := range paths {
		r, err := readReport(path)
		if err != nil {
			return err
		}
		if facts != nil {
			r.HostFacts = facts
		}
		judgeAgain(r)
		reports = append(reports, r)
	}
	a.code = codeOf(reports[len(reports)-1])
	if len(reports) == 1 {
		return a.print(reports[0], asJSON)
	}
	return a.printChanges(reports[0], reports[1], asJSON)
}

func readReport(path string) (*probe.Report, error) {
	const todo = "Give a file that wmidoctor check --report or the interface saved."
	f, err := os.Open(path)
	if err != nil {
		return nil, &complaint{code: exitUsage, what: path + " cannot be read", todo: todo, err: reasonOf(err)}
	}
	defer f.Close()
	r, err := report.Read(f)
	if err != nil {
		if !errors.Is(err, report.ErrNotReport) {
			err = reasonOf(err)
		}
		return nil, &complaint{code: exitUsage, what: path + " cannot be opened", todo: todo, err: err}
	}
	return r, nil
}

func (a *app) printChanges(before, after *probe.Report, asJSON bool) error {
	c := report.Compare(before, after)
	var err error
	if asJSON {
		err = report.WriteComparison(a.out, c)
	} else {
		err = plain.Changes(a.out, c)
	}
	if err != nil {
		return &complaint{code: exitInternal, what: "the result could not be written", err: err}
	}
	return nil
}
