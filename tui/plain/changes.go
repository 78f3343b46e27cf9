package plain

import (
	"io"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Changes writes what changed from one report to another.
func Changes(out io.Writer, c report.Comparison) error {
	w := newWriter(out)
	for _, s := range []struct {
		word string
		side report.Side
	}{{"Before", c.Before}, {"After", c.After}} {
		text := strings.Join([]string{time.Time(s.side.Started).Format("2006-01-02 15:04 UTC"), s.side.Host, or(s.side.Account, "no account"), outcomeWord(s.side.Outcome)}, "  ")
		w.line(page.Pad(s.word, 11), page.Visible(text))
		if s.side.Headline != "" {
			w.labelled("", s.side.Headline)
		}
	}
	w.line()
	if len(c.Changes) == 0 {
		w.line("Nothing changed but times.")
	}
	for _, x := range c.Changes {
		name := x.ID
		if x.What == "target" || x.What == "account" || x.What == "outcome" {
			name = x.Title
		} else {
			name = x.What + " " + name
		}
		w.line(page.Visible(name), ": ", page.Visible(or(x.Before, "nothing")), " -> ", page.Visible(or(x.After, "nothing")))
	}
	return w.flush()
}
