package verdict

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/wmidoctor/wmidoctor/probe"
)

// word writes headline and summary: what happened before what it means. An
// honest "cannot tell" has no cause and says so.
func word(r *probe.Report, failed probe.Result, v *probe.Verdict) {
	what, plain := rawClass(failed.Failure), ""
	if len(v.Causes) > 0 {
		f, _ := ByID(v.Causes[0].Fault)
		what, plain = f.Head, fill(r, f.Plain)
	}
	v.Headline = failed.Layer.Title() + ": " + what
	switch {
	case len(v.Causes) == 0:
		v.Summary = fmt.Sprintf("Step %q failed: %s. We cannot tell the cause from this.", failed.Label, rawClass(failed.Failure))
	case v.Causes[0].Confidence == probe.Possible && len(v.Possible) > 0:
		v.Summary = plain
		if full := plain + " Other causes look the same from here; we do not guess between them."; lines(full, summaryWidth) <= summaryLines {
			v.Summary = full
		}
	default:
		v.Summary = plain
		if other := otherOwner(v.Causes); other != "" {
			if full := plain + " Equally likely, it is a matter for " + other + "."; lines(full, summaryWidth) <= summaryLines {
				v.Summary = full
			}
		}
	}
}

// otherOwner names who must act if the second cause, as sure as the first, is
// the true one, where that is somebody else.
func otherOwner(causes []probe.Cause) string {
	if len(causes) < 2 || causes[1].Confidence != causes[0].Confidence || causes[1].Owner == causes[0].Owner {
		return ""
	}
	switch causes[1].Owner {
	case probe.OwnerUser:
		return "the person at the keyboard"
	case probe.OwnerJumpBox:
		return "whoever runs this machine"
	case probe.OwnerWindows:
		return "the host's administrator"
	case probe.OwnerDirectory:
		return "the domain's administrator"
	case probe.OwnerNetwork:
		return "the network team"
	}
	return "the developer of this program"
}

// rawClass names the class of an event in plain words.
func rawClass(f *probe.Failure) string {
	if f == nil {
		return "no reason recorded"
	}
	switch f.Kind {
	case probe.KindDNS:
		return "no address for the name"
	case probe.KindRefused:
		return "connection refused"
	case probe.KindTimeout:
		return "no answer"
	case probe.KindUnreachable:
		return "not reachable"
	case probe.KindProhibited:
		return "prohibited on the way"
	case probe.KindLocalDenied:
		return "denied on this machine"
	case probe.KindReset:
		return "connection reset"
	case probe.KindClosed:
		return "closed without an answer"
	case probe.KindNotRPC:
		return "the answer is not RPC"
	case probe.KindTruncated:
		return "answer cut short"
	case probe.KindMalformed:
		return "answer not readable"
	case probe.KindBindNak:
		return fmt.Sprintf("bind_nak reason %d", f.Reason)
	case probe.KindContextRejected:
		return "interface not offered"
	case probe.KindFault:
		return "fault " + f.Code.String()
	case probe.KindHResult, probe.KindWBEM:
		return "error " + f.Code.String()
	case probe.KindAuthLeg:
		return "logon broken off"
	case probe.KindKRBError:
		return "Kerberos error " + f.Code.String()
	case probe.KindSignature:
		return "signature not valid"
	case probe.KindInUse:
		return "the port is in use here"
	case probe.KindCancelled:
		return "stopped"
	}
	return "our own mistake"
}

// judgeUnfailed words a run in which no step failed.
func judgeUnfailed(r *probe.Report) probe.Verdict {
	v := probe.Verdict{Warnings: warnings(r, nil)}
	name, host := r.Account.Name(), r.Target.Host
	switch {
	case r.Outcome == probe.Cancelled || cancelled(r):
		v.Headline = "Stopped before the end"
		v.Summary = "This is not a verdict. Nothing here says that a layer is broken."
	case r.Result(probe.StepNext).Outcome == probe.Passed || r.Result(probe.StepNext).Outcome == probe.Warned:
		v.Headline = "WMI works for " + name
		v.Summary = fmt.Sprintf("%s answered the query of %s.", host, name)
	case r.Account.Anonymous() || r.Target.OnlyAnonymous:
		v.Headline = "Incomplete: no credential was sent"
		v.Summary = "The steps that need no logon passed. Whether the account may use WMI was not tried."
	default:
		v.Headline = "Incomplete"
		v.Summary = "Nothing failed, but not every layer was reached."
	}
	return v
}

func cancelled(r *probe.Report) bool {
	for _, s := range r.Results {
		if s.Outcome == probe.Cancelled {
			return true
		}
	}
	return false
}

// The room a summary has on the smallest screen it is made for.
const (
	summaryWidth = 49
	summaryLines = 4
)

// fill puts host and account into a sentence.
func fill(r *probe.Report, text string) string {
	host, account := r.Target.Host, r.Account.Name()
	if host == "" {
		host = "the host"
	}
	if account == "" {
		account = "this account"
	}
	text = strings.NewReplacer("{host}", host, "{account}", account).Replace(text)
	if rest, ok := strings.CutPrefix(text, "the "); ok {
		text = "The " + rest
	}
	return text
}

// lines is how many lines a text takes when it is broken at its spaces.
func lines(text string, width int) int {
	n, used := 1, 0
	for _, w := range strings.Fields(text) {
		l := utf8.RuneCountInString(w)
		switch {
		case used == 0:
			used = l
		case used+1+l > width:
			n, used = n+1, l
		default:
			used += 1 + l
		}
	}
	return n
}
