package plain

import (
	"fmt"
	"io"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Narrate writes the verdict of a run as sentences, one thing a line, and
// numbers the lines that can be copied. It returns those lines in order.
func Narrate(out io.Writer, r *probe.Report, fixes []probe.Fix) (lines []string, err error) {
	w := newWriter(out)
	w.verdict(r)
	number := func(word, command string) {
		if command == "" {
			return
		}
		lines = append(lines, command)
		w.command(fmt.Sprintf("Line %d, %s: %s", len(lines), word, command))
	}
	host := report.HostName(r)
	for i, f := range fixes {
		w.prose(fmt.Sprintf("Fix %d of %d: %s.", i+1, len(fixes), f.Title))
		w.prose(fmt.Sprintf("Where: %s. Risk: %s.", strings.TrimSuffix(report.Place(f, host), ", "+report.Risk(f)), strings.TrimSuffix(report.Risk(f), " risk")))
		number("run", f.Run)
		number("undo", f.Undo)
		if f.Undo == "" && f.NoUndo != "" {
			w.prose("No undo: " + f.NoUndo)
		}
		number("verify", f.Verify)
	}
	w.rows(r)
	return lines, w.flush()
}

func (w *writer) verdict(r *probe.Report) {
	v := r.Verdict
	if v.Layer == probe.LayerNone || r.Outcome == probe.Cancelled {
		w.prose("Verdict: " + sentence(headline(r)))
	} else {
		w.prose("Verdict: " + sentence(strings.Replace(headline(r), "FAILED", "failed", 1)))
		if v.Summary != "" {
			w.prose(v.Summary)
		}
	}
	for _, c := range v.Causes {
		w.prose(title(c.Confidence.String()) + ": " + sentence(c.Title))
	}
	if len(v.Causes) > 0 && len(v.Causes[0].Because) > 0 {
		w.prose("Known by: " + sentence(strings.Join(v.Causes[0].Because, "; ")))
	}
	w.each("Ruled out", v.RuledOut)
	w.each("Possible", v.Possible)
	for _, d := range v.Decide {
		w.prose("Would decide: " + sentence(decision(d)))
	}
	if len(v.Causes) > 0 {
		w.prose("Who acts: " + sentence(report.Who(v.Causes[0].Owner, report.HostName(r))))
	}
	for _, x := range v.Warnings {
		w.prose("Warning: " + sentence(x.Title) + " " + oneParagraph(x.Text))
		w.prose("Who acts: " + sentence(report.Who(x.Owner, report.HostName(r))))
	}
}

func (w *writer) each(label string, list []probe.Suspect) {
	var names []string
	for i, s := range list {
		name := sentence(or(s.Title, string(s.Fault)))
		if i > 0 {
			name = title(name)
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		w.prose(label + ": " + strings.Join(names, " "))
	}
}

func sentence(s string) string {
	s = oneParagraph(s)
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// Evidence writes what every step that was taken brought, as sentences.
func Evidence(out io.Writer, r *probe.Report) error {
	w := newWriter(out)
	for _, s := range r.Results {
		if s.Outcome == probe.NotRun || s.Outcome == probe.Skipped {
			continue
		}
		w.prose(fmt.Sprintf("Layer %d, step %s: %s, %s, %s.", s.Layer, s.Label, outcomeWord(s.Outcome),
			page.Took(s.Took), page.Plural(s.RoundTrips, "round trip", "round trips")))
		for _, i := range report.Describe(s) {
			w.prose(fmt.Sprintf("%s: %s. %s.", title(i.Title), page.Clean(i.Value), title(i.Meaning)))
		}
	}
	return w.flush()
}
