package tui

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// summaryLines are left on the ordinary screen after quitting: the verdict,
// the raw first command, who must act and whether it was saved.
func (m *model) summaryLines() []string {
	run := m.summary
	if run == nil || run.Report == nil || run.Hidden {
		return nil
	}
	rep, th := run.Report, m.shared.Theme
	host := page.Clean(run.Target.Host)
	kept := "Not saved."
	if m.saved != "" {
		kept = "Saved in " + page.Clean(m.saved) + "."
	}
	v := rep.Verdict
	switch {
	case rep.Outcome == probe.Cancelled:
		return []string{th.Stop + " " + host + ": stopped by you, no verdict", "  " + kept}
	case v.Layer == probe.LayerNone:
		head := th.Symbols.Pass + " " + host + ": " + page.Visible(v.Headline)
		if rep.Outcome == probe.Incomplete {
			head = th.Symbols.Warn + " " + host + ": " + page.Visible(v.Headline)
		}
		return append([]string{head}, append(firstRow(run), "  "+kept)...)
	}
	head := th.Symbols.Fail + " " + host + " failed at layer " + string(rune('0'+v.Layer)) + ", " + page.Visible(v.Headline)
	if run.Open() || len(run.Fixes) == 0 || run.Fixes[0].Run == "" || len(v.Causes) == 0 {
		out := []string{head}
		if names := titles(v.Possible); names != "" {
			out = append(out, "  Possible: "+names)
		}
		if len(v.Decide) > 0 {
			out = append(out, "  To decide: "+page.Visible(v.Decide[0].Title)+". "+kept)
		} else {
			out = append(out, "  "+kept)
		}
		return out
	}
	f := run.Fixes[0]
	first, _, _ := strings.Cut(f.Run, "\n")
	owner := strings.TrimPrefix(report.Who(v.Causes[0].Owner, run.Host()), "the ")
	who := "  " + owner + " runs it"
	switch {
	case f.Elevated && f.Shell != "":
		who += ", in an elevated " + f.Shell
	case f.Shell == "gui":
		who = "  " + owner + " does it, by mouse"
	}
	return []string{head, page.Visible(first), who + ". " + kept}
}

func titles(s []probe.Suspect) string {
	var out []string
	for _, x := range s {
		out = append(out, page.Visible(x.Title))
	}
	return strings.Join(out, ", ")
}

func firstRow(run *pane.Run) []string {
	rows, ok := probe.Learnt[*probe.Rows](run.Report.Result(probe.StepNext))
	if !ok || len(rows.First) == 0 {
		return nil
	}
	var parts []string
	for _, c := range rows.First[0] {
		parts = append(parts, page.Clean(c.Name)+" "+page.Clean(c.Value))
	}
	return []string{"  " + strings.Join(parts, ", ")}
}
