package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Ticket writes a report as Markdown to paste for whoever must act: verdict,
// owner, how we know, commands, addresses and the actual ports.
func Ticket(r *probe.Report, fixes []probe.Fix) string {
	t := &ticket{}
	t.head(r)
	t.causes(r)
	t.fixes(r, fixes)
	t.way(r)
	t.evidence(r)
	t.line("")
	t.line("Written by wmidoctor %s at %s. It holds no password, ticket or hash.",
		md(r.Tool.Version), r.Started.UTC().Format("2006-01-02 15:04 UTC"))
	return naming(r.StandIns).text(t.String())
}

type ticket struct{ strings.Builder }

func (t *ticket) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *ticket) section(title string) { t.line("\n## %s\n", title) }

func (t *ticket) head(r *probe.Report) {
	host := md(HostName(r))
	headline := r.Verdict.Headline
	switch {
	case headline != "":
	case r.Outcome == probe.Passed, r.Outcome == probe.Warned:
		headline = "WMI works"
	default:
		headline = "no verdict, the run is " + r.Outcome.String()
	}
	t.line("# %s: %s\n", host, md(headline))
	if v := r.Verdict; v.Layer != probe.LayerNone {
		t.line("Layer %d, %s, step *%s*, outcome **%s**.\n", v.Layer, v.Layer.Title(), md(stepLabel(r, v.Step)), r.Outcome)
	} else {
		t.line("Outcome **%s**.\n", r.Outcome)
	}
	if r.Verdict.Summary != "" {
		t.line("%s\n", md(strings.ReplaceAll(r.Verdict.Summary, "\n", " ")))
	}
	if len(r.Verdict.Causes) > 0 {
		t.line("**Who acts:** %s", md(Who(r.Verdict.Causes[0].Owner, HostName(r))))
	}
}

func stepLabel(r *probe.Report, id probe.StepID) string {
	if l := r.Result(id).Label; l != "" {
		return l
	}
	return string(id)
}

func (t *ticket) causes(r *probe.Report) {
	v := r.Verdict
	if len(v.Causes)+len(v.Possible)+len(v.RuledOut)+len(v.Decide) > 0 {
		t.section("Cause")
	}
	for _, c := range v.Causes {
		t.line("- **%s**: %s (`%s`)", c.Confidence, md(c.Title), c.Fault)
		for _, b := range c.Because {
			t.line("  - %s", md(b))
		}
	}
	for _, s := range v.Possible {
		t.line("- still possible: %s (`%s`)%s", md(s.Title), s.Fault, reason(s.Because))
	}
	for _, s := range v.RuledOut {
		t.line("- ruled out: %s%s", md(s.Title), reason(s.Because))
	}
	for _, d := range v.Decide {
		t.line("- would decide: %s", md(or(d.Title, string(d.Experiment))))
	}
	if len(v.Warnings) > 0 {
		t.section("Warnings")
	}
	for _, w := range v.Warnings {
		t.line("- **%s** %s *Who acts:* %s", md(w.Title), md(strings.ReplaceAll(w.Text, "\n", " ")), md(Who(w.Owner, HostName(r))))
	}
}

func reason(s string) string {
	if s == "" {
		return ""
	}
	return ": " + md(s)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (t *ticket) fixes(r *probe.Report, fixes []probe.Fix) {
	for i, f := range fixes {
		t.section(fmt.Sprintf("Fix %d: %s", i+1, md(f.Title)))
		t.line("%s. Guide page `%s`.\n", md(Place(f, HostName(r))), f.Section)
		t.command(f.Shell, "", f.Run)
		t.command(f.Shell, "Undo:", f.Undo)
		if f.Undo == "" && f.NoUndo != "" {
			t.line("Undo: %s\n", md(f.NoUndo))
		}
		t.command(f.Shell, "Verify:", f.Verify)
	}
}

// command writes a command as a fenced block whose fence is longer than any
// run of backticks inside.
func (t *ticket) command(shell, title, text string) {
	if text == "" {
		return
	}
	fence := strings.Repeat("`", max(3, longestRun(text)+1))
	language := map[string]string{"cmd": "bat", "powershell": "powershell", "sh": "sh"}[shell]
	if title != "" {
		t.line("%s\n", title)
	}
	t.line("%s%s\n%s\n%s\n", fence, language, harmless(text, true), fence)
}

func longestRun(s string) (most int) {
	run := 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		most = max(most, run)
	}
	return most
}

func (t *ticket) way(r *probe.Report) {
	t.section("Host, addresses, ports")
	for _, f := range Facts(r) {
		t.line("- %s: %s (from %s)", md(f.Title), md(f.Value), md(f.From))
	}
	t.line("- Namespace: %s", md(r.Target.Namespace))
}

func (t *ticket) evidence(r *probe.Report) {
	t.section("Steps")
	t.line("| layer | step | outcome | time |\n|---|---|---|---|")
	for _, s := range r.Results {
		t.line("| %d | %s | %s | %s |", s.Layer, md(s.Label), s.Outcome, Span(s.Took))
	}
	if len(r.Results) == 0 || r.Verdict.Step == "" {
		return
	}
	t.section("Evidence of " + md(stepLabel(r, r.Verdict.Step)))
	t.line("| what | value | meaning |\n|---|---|---|")
	for _, i := range Describe(r.Result(r.Verdict.Step)) {
		t.line("| %s | %s | %s |", md(i.Title), md(i.Value), md(i.Meaning))
	}
}

var special = regexp.MustCompile("[\\\\`*_<>|\\[\\]#]")

// md makes a text harmless within a line of Markdown.
func md(s string) string { return special.ReplaceAllString(harmless(s, false), `\$0`) }

// harmless makes control, bidirectional and invisible characters visible; lines
// are kept where they belong to a command.
func harmless(s string, lines bool) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(s, `\xff`) {
		switch {
		case r == '\n' && lines, r == '\t' && lines:
			out.WriteRune(r)
		case r == '\n', r == '\t':
			out.WriteByte(' ')
		case r < 0x100 && unicode.IsControl(r):
			fmt.Fprintf(&out, `\x%02x`, r)
		case unicode.Is(unicode.Cf, r), r == 0x2028, r == 0x2029:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
