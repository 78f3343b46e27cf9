package plain

import (
	"fmt"
	"io"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Text writes a finished report: what check prints. Words come first on a
// line, commands begin in column 1. sections may be nil.
func Text(out io.Writer, r *probe.Report, fixes []probe.Fix, sections func(probe.FaultID) []string) error {
	w := newWriter(out)
	w.who(r)
	w.line()
	w.layers(r)
	w.line()
	w.judgement(r, sections)
	w.fixes(r, fixes)
	w.warnings(r)
	w.rows(r)
	return w.flush()
}

func (w *writer) who(r *probe.Report) {
	parts := []string{r.Target.Host}
	if d, ok := probe.Learnt[*probe.Dial](r.Result(probe.StepTCP135)); ok && d.To.IsValid() && d.To.Addr().String() != r.Target.Host {
		parts = append(parts, d.To.Addr().String())
	}
	parts = append(parts, or(r.Account.Name(), "no account"), r.Target.Namespace)
	for i := range parts {
		parts[i] = page.Clean(parts[i])
	}
	w.line(strings.Join(parts, "  "))
}

// layers writes one line a layer: word, number, title, time, what is worth
// knowing.
func (w *writer) layers(r *probe.Report) {
	const indent = 9 + 2 + 15 + 8 + 2
	for _, l := range probe.Layers() {
		head := page.Pad(outcomeWord(r.LayerOutcome(l)), 9) + fmt.Sprintf("%d ", l) + page.Pad(l.Title(), 15) + page.PadLeft(took(r, l), 8) + "  "
		for _, part := range page.Wrap(note(r, l), Width-indent) {
			w.line(head, part)
			head = strings.Repeat(" ", indent)
		}
	}
}

func (w *writer) judgement(r *probe.Report, sections func(probe.FaultID) []string) {
	w.prose(headline(r))
	v := r.Verdict
	if v.Summary != "" && r.Outcome != probe.Passed && r.Outcome != probe.Cancelled {
		w.prose(v.Summary)
	}
	if len(v.Causes)+len(v.Possible)+len(v.RuledOut)+len(v.Decide) == 0 {
		return
	}
	w.line()
	for _, c := range v.Causes {
		w.labelled(title(c.Confidence.String()), c.Title)
		w.labelled("", "fault "+string(c.Fault))
	}
	if len(v.Causes) > 0 {
		w.labelled("Known by", strings.Join(v.Causes[0].Because, "; "))
	}
	w.suspects("Ruled out", v.RuledOut, false)
	w.suspects("Possible", v.Possible, true)
	for _, d := range v.Decide {
		w.labelled("Decide", decision(d))
	}
	if len(v.Causes) == 0 {
		return
	}
	w.labelled("Who acts", report.Who(v.Causes[0].Owner, report.HostName(r)))
	if sections != nil {
		for _, id := range sections(v.Causes[0].Fault) {
			w.labelled("Read", "wmidoctor guide show "+id)
		}
	}
}

func (w *writer) suspects(label string, list []probe.Suspect, ids bool) {
	var names []string
	for _, s := range list {
		name := or(s.Title, string(s.Fault))
		if ids && s.Title != "" {
			name += " (" + string(s.Fault) + ")"
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		w.labelled(label, strings.Join(names, ", "))
	}
}

func decision(d probe.Decision) string {
	s := or(d.Title, string(d.Experiment))
	if d.Tells != "" {
		s += ": tells " + d.Tells
	}
	if d.SendsCredential {
		s += ". It sends the credential again; --experiments allows it."
	}
	return s
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// fixes writes the fixes of the first cause in full and names the rest.
func (w *writer) fixes(r *probe.Report, fixes []probe.Fix) {
	var first probe.FaultID
	if len(r.Verdict.Causes) > 0 {
		first = r.Verdict.Causes[0].Fault
	} else if len(r.Verdict.Warnings) > 0 {
		return
	}
	n := 0
	for _, f := range fixes {
		if f.Fault != first {
			continue
		}
		n++
		w.fix(n, f, report.HostName(r))
	}
}

func (w *writer) fix(n int, f probe.Fix, host string) {
	w.line()
	w.labelled(fmt.Sprintf("Fix %d", n), f.Title)
	w.labelled("", report.Place(f, host))
	for _, part := range []struct{ word, text string }{{"run", f.Run}, {"undo", f.Undo}, {"verify", f.Verify}} {
		if part.text != "" {
			w.line(part.word)
			w.command(part.text)
		}
	}
	if f.Undo == "" && f.NoUndo != "" {
		w.labelled("No undo", f.NoUndo)
	}
}

func (w *writer) warnings(r *probe.Report) {
	for _, x := range r.Verdict.Warnings {
		w.line()
		w.labelled("Warning", x.Title)
		if x.Text != "" {
			w.labelled("", x.Text)
		}
		if who := report.Who(x.Owner, report.HostName(r)); who != "" {
			w.labelled("Who acts", who)
		}
		w.labelled("Read", "wmidoctor guide --for "+string(x.Fault))
	}
}

// rows writes the first row, since it is the proof that WMI answers.
func (w *writer) rows(r *probe.Report) {
	got, ok := probe.Learnt[*probe.Rows](r.Result(probe.StepNext))
	if !ok || len(got.First) == 0 || r.Result(probe.StepNext).Outcome == probe.Failed {
		return
	}
	w.line()
	count := page.Count(got.Count)
	if got.More {
		count += " or more"
	}
	w.line("First row of ", count, ", from the host")
	widest := 0
	for _, c := range got.First[0] {
		widest = max(widest, page.Width(page.Clean(c.Name)))
	}
	for _, c := range got.First[0] {
		value := page.Clean(c.Value)
		if c.Null {
			value = "(no value)"
		}
		w.line(page.Pad(page.Clean(c.Name), min(widest, 30)), "  ", value)
	}
}
