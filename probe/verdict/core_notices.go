package verdict

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// noticeRows never stop a run by themselves; they are warnings.
func noticeRows() []Fault {
	return []Fault{
		{ID: "dns-stale-address", Step: probe.StepName, Name: "other computer", Head: "another computer answers",
			Title: "another computer than the one you named answers", Plain: "The computer that answers calls itself by another name.",
			Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely, Notice: &otherName},
		{ID: "q-uac-partial", Step: probe.StepNext, Name: "answer incomplete", Head: "answer may be incomplete",
			Title: "UAC may have taken rows or values out of the answer", Plain: "The answer may be incomplete: UAC filters local administrators.",
			Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Possible},
	}
}

// otherName compares the typed name with what the host calls itself.
var otherName = Clue{Ask: func(r *probe.Report) Answer {
	p, typed := passport(r), strings.ToLower(strings.TrimSuffix(r.Target.Host, "."))
	if _, err := netip.ParseAddr(typed); err == nil || p == nil || p.Computer == "" || typed == "localhost" {
		return Answer{}
	}
	short, _, _ := strings.Cut(typed, ".")
	own, _, _ := strings.Cut(strings.ToLower(p.DNSComputer), ".")
	if short == own || strings.EqualFold(short, p.Computer) || len(short) > 15 && strings.EqualFold(short[:15], p.Computer) {
		return no("the host goes by the name you typed")
	}
	return yes(fmt.Sprintf("You typed %s, but the computer that answers calls itself %s. DNS may hold an old address, or it is an alias.", r.Target.Host, p.Computer))
}}

// clocksApart is a warning once Kerberos would refuse (RFC 4120 1.6: five
// minutes unless configured otherwise).
var clocksApart = Clue{Ask: func(r *probe.Report) Answer {
	p := passport(r)
	if p == nil || !p.HasTime {
		return Answer{}
	}
	apart := p.ClockSkew.Round(time.Second)
	if apart.Abs() < 5*time.Minute {
		return no("the clocks agree well enough")
	}
	word := "ahead"
	if apart < 0 {
		word = "behind"
	}
	return yes(fmt.Sprintf("The host's clock is %v %s. Kerberos refuses 5 min or more; which of the two clocks is wrong is not known.", apart.Abs(), word))
}}
