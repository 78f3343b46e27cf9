package pane

import (
	"fmt"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// OwnerPhrase says who must act, at most 39 cells for an ordinary host name.
func OwnerPhrase(o probe.Owner, host string) string {
	switch o {
	case probe.OwnerUser:
		return "you, with what was typed"
	case probe.OwnerJumpBox:
		return "whoever runs this machine"
	case probe.OwnerWindows:
		return "the Windows administrator of " + host
	case probe.OwnerDirectory:
		return "the administrator of the domain"
	case probe.OwnerNetwork:
		return "the network team"
	case probe.OwnerDeveloper:
		return "the maker of the client program"
	}
	return string(o)
}

// Place says where and how a fix is run.
func Place(f probe.Fix, host string) string {
	s := where(f.Where, host)
	if sh := shell(f.Shell); sh != "" {
		s += ", "
		if f.Elevated {
			s += "administrator "
		}
		s += sh
	}
	switch f.Risk {
	case "none":
		s += ", reads only"
	case "":
	case "last-resort":
		s += ", last resort"
	default:
		s += ", " + f.Risk + " risk"
	}
	return s
}

func where(w, host string) string {
	switch w {
	case "host":
		return "on " + host
	case "jump-box":
		return "here"
	case "domain-controller":
		return "on a domain controller"
	case "network":
		return "in the network"
	}
	return w
}

func shell(s string) string {
	switch s {
	case "powershell":
		return "PowerShell"
	case "gui":
		return "by mouse"
	case "none":
		return ""
	}
	return s
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
