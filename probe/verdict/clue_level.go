package verdict

import (
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Authentication levels of MS-RPCE 2.2.1.1.8 that decide something.
const (
	pktIntegrity = 5
	pktPrivacy   = 6
)

// askedBelowIntegrity: hardened hosts refuse an unsigned activation.
func askedBelowIntegrity() Clue {
	return clue(func(r *probe.Report) Answer {
		a, ok := probe.Learnt[*probe.Activation](r.Result(probe.StepActivate))
		switch {
		case !ok || a == nil || a.Level == 0:
			return Answer{}
		case a.Level < pktIntegrity:
			return yes("the request was sent at level " + strconv.Itoa(int(a.Level)) + ", below signing")
		}
		return no("the request was signed (level " + strconv.Itoa(int(a.Level)) + ")")
	})
}

// hardened is the notice that unsigned activation is refused where signed
// activation works; it rests on the trial alone.
func hardened() *Clue {
	c := clue(func(r *probe.Report) Answer {
		t := r.TrialResult("activate-at-connect", probe.StepActivate)
		if passed(r, probe.StepActivate) && t.Outcome == probe.Failed && t.Failure != nil && t.Failure.Kind == probe.KindFault && t.Failure.Code.Number == 5 {
			return yes("The host starts WMI only for signed requests. This program signs; old clients do not.")
		}
		return Answer{}
	})
	return &c
}

// accessLimit is what SimplePing tells of MachineAccessRestriction: denied, or
// past it (0x778, no such set).
func accessLimit(refuses bool) Clue {
	return clue(func(r *probe.Report) Answer {
		t := r.TrialResult("simple-ping", probe.StepSimplePing)
		denied, past := false, false
		if p, ok := probe.Learnt[*probe.Ping](t); ok && p != nil {
			denied, past = p.Status.Number == 5, p.Status.Number == 0x778
		}
		if f := t.Failure; f != nil && f.Code.Space == code.RPC {
			denied, past = denied || f.Code.Number == 5, past || f.Code.Number == 0x778
		}
		switch {
		case denied && refuses:
			return yes("a call that only the access limit guards was refused as well")
		case denied:
			return no("the access limit already refuses the account")
		case past && refuses:
			return no("a call guarded by the access limit passed")
		case past:
			return yes("a call guarded by the access limit passed, so it is the launch side")
		}
		return Answer{}
	}, "simple-ping")
}

func login(r *probe.Report) (*probe.Login, bool) {
	l, ok := probe.Learnt[*probe.Login](r.Result(probe.StepNTLMLogin))
	return l, ok && l != nil
}

// needsEncryption: what stays refused under PKT_PRIVACY is not a matter of
// encryption.
func needsEncryption(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		answer := func(is bool, because string) Answer {
			if is == want {
				return yes(because)
			}
			return no(because)
		}
		t := r.TrialResult("login-at-privacy", probe.StepNTLMLogin)
		l, ok := login(r)
		switch {
		case ok && l.Level >= pktPrivacy:
			return answer(false, "the session was already encrypted")
		case t.Outcome == probe.Passed:
			return answer(true, "the same logon opened it when encrypted")
		case t.Outcome == probe.Failed && t.Failure != nil && t.Failure.Kind == probe.KindWBEM:
			return answer(false, "it stays refused when encrypted")
		}
		return Answer{}
	}, "login-at-privacy")
}

func impersonationLow() Clue {
	return clue(func(r *probe.Report) Answer {
		l, ok := login(r)
		switch {
		case !ok || l.Imp == 0:
			return Answer{}
		case l.Imp < 3:
			return yes("the request allowed less than impersonation")
		}
		return no("the request allowed impersonation")
	})
}

func standardNamespace(name string) bool {
	return strings.EqualFold(strings.Trim(strings.ReplaceAll(name, "/", `\`), `\`), probe.DefaultNamespace)
}

// standardWorks: root\cimv2 opens while the namespace asked for does not.
func standardWorks() Clue {
	return clue(func(r *probe.Report) Answer {
		if standardNamespace(r.Target.Namespace) {
			return no(`root\cimv2 itself was asked for, which every host has`)
		}
		switch t := r.TrialResult("cimv2-namespace", probe.StepNTLMLogin); t.Outcome {
		case probe.Passed:
			return yes(`root\cimv2 opens for the same logon`)
		case probe.Failed:
			return no(`root\cimv2 does not open either`)
		}
		return Answer{}
	}, "cimv2-namespace")
}

// standardMissing: root\cimv2 is not found.
func standardMissing() Clue {
	return clue(func(r *probe.Report) Answer {
		if standardNamespace(r.Target.Namespace) {
			return yes(`root\cimv2, which every host has, was not found`)
		}
		switch t := r.TrialResult("cimv2-namespace", probe.StepNTLMLogin); t.Outcome {
		case probe.Passed:
			return no(`root\cimv2 opens for the same logon`)
		case probe.Failed:
			return yes(`root\cimv2 does not open either`)
		}
		return Answer{}
	}, "cimv2-namespace")
}

// levelBelowHint: the exporter said which level it wants.
func levelBelowHint() Clue {
	return clue(func(r *probe.Report) Answer {
		o, ok := probe.Learnt[*probe.ObjectCall](r.Result(probe.StepCallObject))
		switch {
		case !ok || o == nil || o.Level == 0 || o.AuthnHint == 0:
			return Answer{}
		case o.Level < o.AuthnHint:
			return yes("the host asked for a higher level than was used")
		}
		return no("the call used the level the host asked for")
	})
}

// skewed asks whether the clocks differ by more than Kerberos allows.
func skewed() *Clue {
	c := clue(func(r *probe.Report) Answer {
		p, known := passport(r)
		if !known || !p.HasTime || p.ClockSkew.Abs().Minutes() < 2 {
			return Answer{}
		}
		text := "The host's clock is " + roughly(p.ClockSkew.Abs()) + map[bool]string{true: " ahead", false: " behind"}[p.ClockSkew > 0]
		if p.ClockSkew.Abs().Minutes() >= 5 {
			return yes(text + ". Kerberos refuses 5 minutes; which clock is wrong is not known.")
		}
		return yes(text + ". Kerberos refuses 5 minutes or more; which clock is wrong is not known.")
	})
	return &c
}

// anonymousRefused is the notice that RPC without a logon is refused although
// a logon passes.
func anonymousRefused() *Clue {
	c := clue(func(r *probe.Report) Answer {
		a := r.Result(probe.StepAlive)
		if a.Outcome == probe.Warned && a.Failure != nil && a.Failure.Kind == probe.KindFault && passed(r, probe.StepIdentity) {
			return yes("The host refuses RPC without a logon. WMI with a logon is not touched by that.")
		}
		return Answer{}
	})
	return &c
}

// encryptionHelps is the proof by trial.
func encryptionHelps() Clue {
	return clue(func(r *probe.Report) Answer {
		if r.TrialResult("login-at-privacy", probe.StepNTLMLogin).Outcome == probe.Passed {
			return yes("the same logon opened it when encrypted")
		}
		return Answer{}
	}, "login-at-privacy")
}

// encryptionNotAtIssue: root\cimv2 asks for none unless somebody changed it, so
// there the question keeps no other cause waiting. A trial that shows the
// opposite still decides.
func encryptionNotAtIssue() Clue {
	asked := needsEncryption(false)
	return clue(func(r *probe.Report) Answer {
		if a := asked.Ask(r); a.Truth != Unknown {
			return a
		}
		if _, ok := login(r); ok && standardNamespace(r.Target.Namespace) {
			return yes(`root\cimv2 asks for no encryption unless that was changed`)
		}
		return Answer{}
	}, asked.Settles...)
}

// maxNamespace is how long a namespace path may be (MS-WMI 2.2.2).
const maxNamespace = 8192

// malformedNamespace looks at the name that was sent: an empty part, another
// machine's name, or far too long.
func malformedNamespace() Clue {
	return clue(func(r *probe.Report) Answer {
		name := strings.ReplaceAll(r.Target.Namespace, "/", `\`)
		f, _ := r.FirstFailed()
		switch {
		case f.Failure != nil && f.Failure.Code.Number == 0x80041008:
			return yes("the host calls a parameter of the request invalid")
		case name == "":
			return Answer{}
		case strings.Contains(name, `\\`), strings.HasSuffix(name, `\`), !strings.HasPrefix(strings.ToLower(strings.TrimPrefix(name, `\`)), "root"), len(name) > maxNamespace:
			return yes("the name that was typed is not of the form root\\part")
		}
		return no("the name that was typed is well formed")
	})
}
