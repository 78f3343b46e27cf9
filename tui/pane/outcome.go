package pane

import (
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// stopped is what a cancelled run knows; it is no verdict.
func (v *Verdict) stopped(t *text, w int) {
	w84 := prose(w)
	var at probe.Result
	for _, s := range v.Run.Report.Results {
		if s.Outcome == probe.Cancelled {
			at = s
		}
	}
	head := "Stopped by you"
	if at.Step != "" {
		head += " in layer " + itoa(int(at.Layer)) + ", " + at.Label
	}
	for i, l := range page.Wrap(head, max(w84-2, 6)) {
		if i == 0 {
			t.add(page.Paint(v.Strong, v.Stop+" "+l))
		} else {
			t.add(page.Paint(v.Strong, "  "+l))
		}
	}
	said := "This is not a verdict."
	if at.Step != "" {
		said += " Nothing here says that layer " + itoa(int(at.Layer)) + " is broken."
	}
	t.add(page.Wrap(said, w84)...)
	t.add("")
	label := "Known"
	for _, k := range v.known() {
		t.add(v.labelled(label, k, w)...)
		label = ""
	}
	if at.Step != "" {
		open := "whether " + at.Label + " works: it was asked, but had not answered after " + span(at.Took)
		if at.Took < time.Second {
			open = "whether " + at.Label + " works: it had just begun"
		}
		t.add(v.labelled("Open", open, w)...)
	}
	t.add(v.labelled("Sent", v.sent(), w)...)
	t.add(v.labelled("Left over", "nothing: no connection, no listener", w)...)
}

// known lists what the layers that passed have shown.
func (v *Verdict) known() []string {
	r := v.Run
	says := map[probe.Layer]string{
		probe.LayerEndpointMapper: "port 135 and RPC answer",
		probe.LayerAuthentication: "the logon of " + r.Account + " is accepted",
		probe.LayerActivation:     "WMI starts and its port answers",
		probe.LayerNamespace:      "the namespace " + r.Target.Namespace + " opens",
		probe.LayerQuery:          "the query brings rows",
	}
	var out []string
	for _, l := range probe.Layers() {
		if o := r.Outcome(l); (o == probe.Passed || o == probe.Warned) && says[l] != "" {
			if l == probe.LayerAuthentication && r.Report.Account.AcceptedCount == 0 {
				continue
			}
			out = append(out, says[l])
		}
	}
	if len(out) == 0 {
		return []string{"nothing yet"}
	}
	return out
}

func (v *Verdict) sent() string {
	a := v.Run.Report.Account
	if a.SentCount == 0 {
		return "no credential"
	}
	s := "the credential " + page.Plural(a.SentCount, "time", "times")
	switch {
	case a.RejectedCount > 0:
		s += ", refused " + itoa(a.RejectedCount)
	case a.AcceptedCount >= a.SentCount:
		s += ", accepted"
	case a.AcceptedCount > 0:
		s += ", accepted " + itoa(a.AcceptedCount)
	default:
		s += ", no answer seen"
	}
	return s
}

// lower makes a title part of a sentence, unless it begins with a name.
func lower(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

// sentenceCase makes a phrase a heading.
func sentenceCase(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// healed says what the person's line changed.
func (v *Verdict) healed(t *text, w, marked int) {
	h := v.Run.Heal
	head := "Healed: layer " + itoa(int(h.Layer)) + " lets " + h.Account + " in"
	if h.Account == "" {
		head = "Healed: layer " + itoa(int(h.Layer)) + " passes"
	}
	for i, l := range page.Wrap(head, max(prose(w)-2, 6)) {
		sign := v.Symbols.Pass + " "
		if i > 0 {
			sign = "  "
		}
		t.add(page.Paint(v.Theme.Pass.Bold(true), sign+l))
	}
	t.add(page.Wrap("The step that failed before passes now. Nothing else about the host was changed but by the lines you typed.", prose(w))...)
	t.add("")
	was := v.Symbols.Fail
	if h.Before.Failure != nil {
		was += "  " + page.Clean(failureWords(h.Before.Failure))
	}
	t.add(v.labelled("Before", h.Before.Label+"  "+was, w)...)
	t.add(v.labelled("Now", h.Before.Label+"  "+v.Symbols.Pass+"  "+page.TookFine(h.Now.Took), w)...)
	hint := "no hint"
	if h.Hints > 0 {
		hint = page.Plural(h.Hints, "hint", "hints")
	}
	t.add(v.labelled("You took", page.Plural(h.Runs, "run", "runs")+", "+page.Plural(h.Lines, "line", "lines")+", "+hint, w)...)
	for _, f := range v.Run.Fixes {
		if f.Undo != "" {
			v.command(t, w, marked, f, "undo", f.Undo, "")
		}
	}
	if v.Run.Report != nil {
		v.works(t, w)
	}
}

// failureWords is a failure in a few words: the code never alone.
func failureWords(f *probe.Failure) string {
	if f == nil {
		return ""
	}
	if f.Text != "" {
		return f.Text
	}
	s := kindPhrase(f.Kind)
	if c := f.Code.String(); c != "" {
		s += " " + c
	}
	return s
}

// yourTurn stands in place of the verdict of a surprise.
func (v *Verdict) yourTurn(t *text, w int) {
	t.add(page.Paint(v.Strong, v.Wait+" Your turn"))
	t.add(page.Wrap("Something is wrong with this host. Evidence, Wire and Facts hold all there is to know; the verdict waits until you ask for it.", prose(w))...)
	t.add("")
	for i, l := range []string{"a hint, " + itoa(max(v.HintsLeft, 0)) + " left", "show the verdict"} {
		t.rows = append(t.rows, row{" " + page.Paint(v.Key, "["+itoa(i+1)+"]") + " " + l, i})
		t.items = append(t.items, Copyable{Number: i + 1})
	}
	for _, h := range v.HintsGiven {
		t.add("")
		t.add(page.Wrap("Hint: "+h, prose(w))...)
	}
}

// stages is the table of a callback that stopped on its way.
func (v *Verdict) stages(t *text, w int) {
	if v.Run.Report.Verdict.Layer != probe.LayerCallback {
		return
	}
	rows := []string{page.Pad("stage", 17) + "  what arrived here"}
	for i, id := range []probe.StepID{probe.StepTCP135Back, probe.StepResolve, probe.StepTCPSink, probe.StepRQI, probe.StepIndicate, probe.StepSetStatus} {
		res := v.Run.Result(id)
		if res.Step == "" {
			continue
		}
		stage, _ := probe.Learnt[*probe.CallbackStage](res)
		rows = append(rows, page.Pad(itoa(i+1)+" "+res.Label, 17)+"  "+stageWords(id, stage))
	}
	if len(rows) == 1 {
		return
	}
	for i, r := range rows {
		r = " " + page.Cut(r, prose(w)-1, v.Symbols.Cut)
		if i == 0 {
			r = page.Paint(v.Faint, r)
		}
		t.add(r)
	}
	t.add("")
}

// stageWords is what arrived at one stage of the way back.
func stageWords(id probe.StepID, s *probe.CallbackStage) string {
	if s == nil || !s.Seen {
		return "nothing"
	}
	var parts []string
	if s.From.IsValid() && id == probe.StepTCP135Back {
		parts = append(parts, "from "+s.From.Addr().String())
	}
	switch id {
	case probe.StepIndicate:
		parts = append(parts, page.Plural(s.Rows, "row", "rows"))
	case probe.StepSetStatus:
		if !s.Status.IsZero() {
			parts = append(parts, "status "+s.Status.String())
		}
	}
	if n := len(s.Tries); n > 0 {
		last := s.Tries[n-1]
		w := page.Plural(n, "try", "tries")
		if last.Call != "" {
			w += ", " + page.Clean(last.Call)
		}
		parts = append(parts, w)
	}
	if len(parts) == 0 {
		return "arrived"
	}
	return strings.Join(parts, ", ")
}
