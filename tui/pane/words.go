package pane

import (
	"fmt"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// where is on which machine a fix is carried out, short.
func where(f probe.Fix, host string) string {
	w := report.Where(f, host)
	if w == "on this machine" {
		return "here"
	}
	return w
}

func kindPhrase(k probe.Kind) string {
	switch k {
	case probe.KindTimeout:
		return "no answer"
	case probe.KindDNS:
		return "name not found"
	case probe.KindProhibited:
		return "forbidden by a device"
	case probe.KindLocalDenied:
		return "denied on this machine"
	case probe.KindNotRPC:
		return "something else answers"
	}
	return string(k)
}

// skew says how far the clock of the host is from ours.
func skew(d time.Duration, fine bool) string {
	a := d.Abs()
	switch {
	case a < time.Second:
		return "clock as ours"
	case fine && a < time.Minute:
		return "clock " + page.Took(a) + side(d)
	}
	return "clock " + span(a) + side(d)
}

func side(d time.Duration) string {
	if d > 0 {
		return " ahead"
	}
	return " behind"
}

func span(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return page.Took(d)
}

// ConfidenceWord is the label of a cause.
func ConfidenceWord(c probe.Confidence) string {
	switch c {
	case probe.Certain:
		return "Certain"
	case probe.Likely:
		return "Likely"
	}
	return "Possible"
}

// prose is how wide text runs in a pane of w cells.
func prose(w int) int { return min(w, page.Prose) }
