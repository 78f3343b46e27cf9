package plain

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// outcomeWord is the word a line begins with. What went wrong is in capitals,
// so that it can be searched for and heard.
func outcomeWord(o probe.Outcome) string {
	switch o {
	case probe.Failed:
		return "FAILED"
	case probe.Cancelled:
		return "stopped"
	case probe.NotRun:
		return "not run"
	case probe.Warned:
		return "WARNING"
	}
	return o.String()
}

// layerName is the title of a layer within a sentence.
func layerName(l probe.Layer) string {
	t := l.Title()
	if strings.HasPrefix(t, "DCOM") {
		return t
	}
	return strings.ToLower(t[:1]) + t[1:]
}

// note is what is worth saying beside a layer.
func note(r *probe.Report, l probe.Layer) string {
	switch r.LayerOutcome(l) {
	case probe.Skipped:
		return because(r, l)
	case probe.Cancelled:
		return because(r, l)
	case probe.Failed, probe.Warned:
		for _, s := range r.Results {
			if s.Layer == l && (s.Outcome == probe.Failed || s.Outcome == probe.Warned) && s.Failure != nil {
				return s.Label + ": " + failure(s.Failure)
			}
		}
		return ""
	case probe.Passed:
		return passedNote(r, l)
	}
	return ""
}

func because(r *probe.Report, l probe.Layer) string {
	if b := r.LayerBecause(l); b != "" {
		return "because " + b
	}
	return ""
}

// failure is one line: the kind of event, its number and what that is called.
func failure(f *probe.Failure) string {
	parts := []string{string(f.Kind)}
	if c := report.CodeName(f.Code); c != "" {
		parts = append(parts, c)
	} else {
		parts[0] += ","
		parts = append(parts, report.KindMeaning(f.Kind))
	}
	return strings.Join(parts, " ")
}

func passedNote(r *probe.Report, l probe.Layer) string {
	switch l {
	case probe.LayerAuthentication:
		name := map[string]string{"ntlm": "NTLM", "kerberos": "Kerberos"}[r.Account.Protocol]
		return strings.TrimPrefix(name+", logon accepted", ", ")
	case probe.LayerActivation:
		if b, ok := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings)); ok && b.Chosen.IsValid() {
			return fmt.Sprintf("WMI port %d", b.Chosen.Port())
		}
	case probe.LayerQuery:
		if rows, ok := probe.Learnt[*probe.Rows](r.Result(probe.StepNext)); ok {
			return page.Plural(rows.Count, "row", "rows")
		}
	case probe.LayerCallback:
		if s, ok := probe.Learnt[*probe.CallbackStage](r.Result(probe.StepIndicate)); ok {
			return page.Plural(s.Rows, "row", "rows") + " delivered"
		}
	}
	return ""
}

// took is the time of a layer as a person reads it.
func took(r *probe.Report, l probe.Layer) string {
	switch r.LayerOutcome(l) {
	case probe.Skipped, probe.NotRun:
		return ""
	}
	return page.Took(report.LayerTook(r, l))
}

// headline says the outcome of a run in one line.
func headline(r *probe.Report) string {
	v := r.Verdict
	switch {
	case r.Outcome == probe.Cancelled:
		return stopped(r)
	case v.Layer != probe.LayerNone:
		return fmt.Sprintf("FAILED at layer %d, %s", v.Layer, or(v.Headline, layerName(v.Layer)+": "+string(v.Step)))
	case r.Outcome == probe.Passed:
		return fmt.Sprintf("PASSED: WMI works for %s. %s, %s.", r.Account.Name(), page.Plural(r.RoundTrips, "round trip", "round trips"), page.Took(r.Took))
	case r.Outcome == probe.Warned:
		return fmt.Sprintf("WORKS, %s: WMI works for %s. %s, %s.", page.Plural(warnings(r), "WARNING", "WARNINGS"), r.Account.Name(),
			page.Plural(r.RoundTrips, "round trip", "round trips"), page.Took(r.Took))
	}
	return "INCOMPLETE: " + incomplete(r)
}

func warnings(r *probe.Report) int {
	if n := len(r.Verdict.Warnings); n > 0 {
		return n
	}
	n := 0
	for _, s := range r.Results {
		if s.Outcome == probe.Warned {
			n++
		}
	}
	return n
}

func stopped(r *probe.Report) string {
	for _, s := range r.Results {
		if s.Outcome == probe.Cancelled {
			return fmt.Sprintf("STOPPED in layer %d, %s. This is not a verdict.", s.Layer, s.Label)
		}
	}
	return "STOPPED. This is not a verdict."
}

func incomplete(r *probe.Report) string {
	switch {
	case r.Account.Anonymous():
		return "no account was given, so only the steps without a logon were taken. Nothing failed in them."
	case r.Target.OnlyAnonymous:
		return "only anonymous steps were allowed. Nothing failed in them."
	}
	for _, s := range r.Results {
		if s.Outcome == probe.Cancelled {
			return fmt.Sprintf("%s while layer %d, %s, was under way. Nothing had failed before.", s.Because, s.Layer, s.Label)
		}
	}
	for _, l := range probe.Layers() {
		if o := r.LayerOutcome(l); o == probe.Skipped || o == probe.NotRun {
			return strings.TrimSpace(fmt.Sprintf("layer %d was not tested %s", l, because(r, l))) + ". Nothing failed before it."
		}
	}
	return "not every layer was tested. Nothing failed."
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
