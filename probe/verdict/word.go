package verdict

import (
	"fmt"

	"github.com/wmidoctor/wmidoctor/probe"
)

// word writes headline and summary: what happened before what it means. An
// honest "cannot tell" has no cause and says so.
func word(r *probe.Report, failed probe.Result, v *probe.Verdict) {
	what, plain := rawClass(failed.Failure), ""
	if len(v.Causes) > 0 {
		f, _ := ByID(v.Causes[0].Fault)
		what, plain = f.Head, f.Plain
	}
	v.Headline = failed.Layer.Title() + ": " + what
	switch {
	case len(v.Causes) == 0:
		v.Summary = fmt.Sprintf("Step %q failed: %s. We cannot tell the cause from this.", failed.Label, rawClass(failed.Failure))
	case v.Causes[0].Confidence == probe.Possible && len(v.Possible) > 0:
		v.Summary = plain + " Other causes look the same from here; we do not guess between them."
	default:
		v.Summary = plain
	}
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
	}
	return "our own mistake"
}

// judgeUnfailed words a run in which no step failed.
func judgeUnfailed(r *probe.Report) probe.Verdict {
	v := probe.Verdict{Warnings: warnings(r)}
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
