package report

import (
	"fmt"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Layer 6: the host calls us.

func (l *list) listening(e *probe.Listening) {
	l.add("listen-resolver", "resolver at", addrPort(e.Resolver), "where the host asks first; it always asks at port 135")
	l.add("listen-sink", "sink at", addrPort(e.Sink), "where the host then delivers rows")
	l.add("listen-reason", "but", e.Reason, "why this machine cannot be called back, or only in part")
	l.add("listen-holder", "port held by", e.Holder, "the program that has the port now")
	if e.Capture {
		l.add("listen-capture", "capture", "yes", "packets that a firewall of this machine drops would still be seen")
	} else {
		l.add("listen-capture", "capture", "no", "packets that a firewall of this machine drops cannot be seen; nothing arriving may have either cause")
	}
	l.add("listen-makes", "made possible by", e.Makes, "the command for whoever runs this machine")
}

func (l *list) stage(e *probe.CallbackStage) {
	if e.Seen {
		l.add("stage-seen", "seen", "yes", "the host came this far")
	} else {
		l.add("stage-seen", "seen", "no", "nothing of it arrived at this machine")
	}
	l.add("stage-from", "from", addrPort(e.From), "the address the host called from")
	for i, o := range e.Others {
		l.add(fmt.Sprintf("stage-other-%d", i+1), "somebody else", addrPort(o), "a caller that is not the host; it was not served as such")
	}
	for i, t := range e.Tries {
		n := i + 1
		value := fmt.Sprintf("%s at level %s", t.Call, Level(t.Level))
		if t.Identity != "" {
			value += ", as " + t.Identity
		}
		meaning := "what the host asked of us, and under which claimed name"
		if !t.Answer.IsZero() && t.Answer.Number != 0 {
			value += ": " + CodeName(t.Answer)
			meaning = codeText(t.Answer)
		}
		l.add(fmt.Sprintf("stage-try-%d", n), fmt.Sprintf("call %d", n), value, meaning)
	}
	if e.SYN != nil {
		if *e.SYN {
			l.add("stage-syn", "first packet", "arrived", "the host's packets reach this machine")
		} else {
			l.add("stage-syn", "first packet", "never arrived", "the host did not call, or something on the way dropped it")
		}
	}
	l.when(e.Pending, "stage-pending", "our call", "still open", "the host looks for us before it runs our query; it has not come back from that")
	l.code("stage-returned", "our call returned", e.Returned, "accepted")
	l.code("stage-status", "status sent to us", e.Status, "the query ended well")
	l.when(e.Rows > 0, "stage-rows", "rows delivered", fmt.Sprint(e.Rows), "objects the host brought to this machine")
	l.when(e.Waited > 0, "stage-waited", "waited", Span(e.Waited), "how long we listened for it")
}
