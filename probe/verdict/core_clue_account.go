package verdict

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

func passport(r *probe.Report) *probe.Passport {
	p, _ := probe.Learnt[*probe.Passport](r.Result(probe.StepNTLM))
	return p
}

var identityProven = Clue{Ask: func(r *probe.Report) Answer {
	l, _ := probe.Learnt[*probe.Logon](r.Result(probe.StepIdentity))
	if l != nil && l.Verified && r.Result(probe.StepIdentity).Outcome == probe.Passed {
		return yes("the same logon was accepted one call earlier")
	}
	return Answer{}
}}

var accountOfTheHost = Clue{Ask: func(r *probe.Report) Answer {
	p, a := passport(r), r.Account.Authority
	switch {
	case a == "." || p != nil && strings.EqualFold(a, p.Computer):
		return yes("the account is one of the host's own")
	case p == nil || a == "":
		return Answer{}
	}
	return no(a + " is a domain; only the host's own accounts are meant")
}}

var accountOfADomain = Clue{Ask: func(r *probe.Report) Answer {
	a := accountOfTheHost.Ask(r)
	switch a.Truth {
	case Yes:
		return no("the account is one of the host's own")
	case No:
		return yes("the account belongs to " + r.Account.Authority)
	}
	return Answer{}
}}

// unknownAuthority is yes where the host can hardly know the account's domain.
var unknownAuthority = Clue{Ask: func(r *probe.Report) Answer {
	p, a := passport(r), r.Account.Authority
	switch {
	case p == nil || a == "" || a == ".":
		return Answer{}
	case !p.Member() && !strings.EqualFold(a, p.Computer):
		return yes("the host belongs to no domain, but the account is sent as one of " + a)
	}
	return Answer{}
}}

var hostOfNoDomain = Clue{Ask: func(r *probe.Report) Answer {
	switch p := passport(r); {
	case p == nil:
		return Answer{}
	case p.Member():
		return no("the host belongs to the domain " + p.Domain)
	}
	return yes("the host belongs to no domain")
}}

var builtinAdministrator = Clue{Ask: func(r *probe.Report) Answer {
	if strings.EqualFold(r.Account.User, "Administrator") {
		return yes("the account is named Administrator")
	}
	return no("the account is not named Administrator")
}}

var notBuiltinAdministrator = Clue{Ask: func(r *probe.Report) Answer {
	if strings.EqualFold(r.Account.User, "Administrator") {
		return no("the account is named Administrator")
	}
	return yes("it is not the built-in Administrator, by its name")
}}

// statusOf is what another channel said about the account.
func accountStatus(r *probe.Report) (smb, kdc probe.Result) {
	return r.TrialResult("smb-logon", probe.StepSMBLogon), r.TrialResult("kdc-without-password", probe.StepAccountState)
}

// said asks what SMB answered: yes, this status; no, another that excludes it.
func said(status uint32, words string) Clue {
	return Clue{Settles: []probe.ExperimentID{"smb-logon"}, Ask: func(r *probe.Report) Answer {
		smb, _ := accountStatus(r)
		s, _ := probe.Learnt[*probe.SMBSession](smb)
		switch {
		case s == nil || s.Status.IsZero():
			return Answer{}
		case s.Status.Number == status:
			return yes("asked over SMB, the host says: " + words)
		}
		return no("asked over SMB, the host gives another reason")
	}}
}

// slowVerdict is yes where the answer to the logon took many seconds.
var slowVerdict = Clue{Ask: func(r *probe.Report) Answer {
	for _, id := range []probe.StepID{probe.StepSPNEGO, probe.StepIdentity} {
		if l, _ := probe.Learnt[*probe.Logon](r.Result(id)); l != nil && l.Answered && l.Waited > 0 {
			if l.Waited.Seconds() >= 5 {
				return yes("the host took many seconds to refuse")
			}
			return no("the host refused at once")
		}
	}
	return Answer{}
}}
