package verdict

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// identityProven: the same logon made a call that needs no right, and the
// answer carried the signature of the shared key.
func identityProven() Clue {
	return clue(func(r *probe.Report) Answer {
		l, ok := probe.Learnt[*probe.Logon](r.Result(probe.StepIdentity))
		if passed(r, probe.StepIdentity) && ok && l != nil && l.Verified {
			return yes("the same logon made a signed call one step earlier")
		}
		return Answer{}
	})
}

// notAcceptedBefore: a credential is only in doubt while no answer took it.
func notAcceptedBefore() Clue {
	return clue(func(r *probe.Report) Answer {
		f, _ := r.FirstFailed()
		l, ok := probe.Learnt[*probe.Logon](f)
		switch {
		case f.Step == probe.StepSPNEGO, f.Step == probe.StepKerbAS:
			return yes("no step before had accepted the logon")
		case ok && l != nil && l.Package == "raw":
			return yes("with raw NTLM the first call shows what became of the logon")
		case passed(r, probe.StepSPNEGO):
			return no("the host accepted the logon in the step before")
		}
		return Answer{}
	})
}

func passport(r *probe.Report) (*probe.Passport, bool) {
	p, ok := probe.Learnt[*probe.Passport](r.Result(probe.StepNTLM))
	return p, ok && p != nil && p.Computer != ""
}

// accountOfTheHost: the account is kept by the host itself. A domain
// controller has no such accounts, and a name alone does not say.
func accountOfTheHost() Clue { return clue(localAccount) }

func localAccount(r *probe.Report) Answer {
	p, known := passport(r)
	a := r.Account.Authority
	switch {
	case known && (a == "." || strings.EqualFold(a, p.Computer)):
		return yes("the account is one of the host's own")
	case known && p.Domain != "" && !strings.EqualFold(p.Domain, p.Computer) && (strings.EqualFold(a, p.Domain) || strings.EqualFold(a, p.DNSDomain)):
		return no(a + " is a domain; only the host's own accounts are filtered")
	}
	return Answer{}
}

// notBuiltinAdministrator: RID 500 is not filtered. Its name can be changed, so
// the usual name leaves the question open.
func notBuiltinAdministrator() Clue {
	return clue(func(r *probe.Report) Answer {
		if rid, known := numberFact(r, factRID); known {
			if rid == 500 {
				return no("the host's facts say it is the built-in Administrator")
			}
			return yes("the host's facts say it is not the built-in Administrator")
		}
		user := strings.ToLower(r.Account.User)
		if user == "" || strings.HasPrefix(user, "admin") {
			return Answer{}
		}
		return yes("the account does not bear the built-in Administrator's name")
	})
}

func builtinAdministrator() Clue {
	return clue(func(r *probe.Report) Answer {
		switch rid, known := numberFact(r, factRID); {
		case known && rid == 500:
			return yes("the host's facts say it is the built-in Administrator")
		case known:
			return no("the host's facts say it is not the built-in Administrator")
		}
		return Answer{}
	})
}

// statement is what a second channel said of the account.
type statement struct {
	code code.Code
	by   string
}

func statements(r *probe.Report) []statement {
	var out []statement
	add := func(c code.Code, by string) {
		if !c.IsZero() {
			out = append(out, statement{c, by})
		}
	}
	kdc := func(x probe.Result) {
		if k, ok := probe.Learnt[*probe.KDCAnswer](x); ok && k != nil {
			add(k.NTStatus, "the domain controller")
			if k.NTStatus.IsZero() {
				add(k.Code, "the domain controller")
			}
		}
	}
	kdc(r.TrialResult("kdc-without-password", probe.StepAccountState))
	kdc(r.TrialResult("kerberos-logon", probe.StepKerbAS))
	kdc(r.Result(probe.StepKerbAS))
	if s, ok := probe.Learnt[*probe.SMBSession](smbTrial(r)); ok && s != nil {
		add(s.Status, "SMB")
	}
	return out
}

func smbTrial(r *probe.Report) probe.Result { return r.TrialResult("smb-logon", probe.StepSMBLogon) }

// acceptedBySMB: a session as the account itself, not as Guest.
func acceptedBySMB(r *probe.Report) bool {
	x := smbTrial(r)
	s, ok := probe.Learnt[*probe.SMBSession](x)
	return x.Outcome == probe.Passed && ok && s != nil && s.Status.Number == 0 && !s.Guest
}

// telling are the codes that name a reason; each excludes every other.
// 0xC000006D is not among them: it is said of a wrong password on an account
// in any state.
var telling = []code.Code{
	krb(6), krb(12), krb(18), krb(23), krb(24), krb(37), krb(68),
	ntstatus(0xC0000064), ntstatus(0xC000006A), ntstatus(0xC000006E), ntstatus(0xC000006F), ntstatus(0xC0000070),
	ntstatus(0xC0000071), ntstatus(0xC0000072), ntstatus(0xC0000193), ntstatus(0xC0000224), ntstatus(0xC0000234),
	ntstatus(0xC000015B), ntstatus(0xC000018D), ntstatus(0xC000005E), ntstatus(0xC0000413), ntstatus(0xC0000418),
	ntstatus(0xC00002FA),
}

// said asks what a KDC or SMB answered: yes, one of these; no, a status that
// excludes them; unknown, nothing or a code that does not tell.
func said(codes ...code.Code) Clue {
	return clue(func(r *probe.Report) Answer {
		var found Answer
		for _, s := range statements(r) {
			switch {
			case slices.Contains(codes, s.code):
				found = yes(s.by + " answered " + s.code.String())
			case slices.Contains(telling, s.code):
				return no(s.by + " answered " + s.code.String() + ", which means something else")
			}
		}
		if found.Truth == Unknown && acceptedBySMB(r) {
			return no("SMB accepted the same name and password")
		}
		return found
	}, "kdc-without-password", "smb-logon")
}

// saidNot rules out when one of the codes was said, and otherwise is silent.
func saidNot(because string, codes ...code.Code) Clue {
	return clue(func(r *probe.Report) Answer {
		for _, s := range statements(r) {
			if slices.Contains(codes, s.code) {
				return no(because)
			}
		}
		return yes("")
	})
}

// packageFailed: 0x721 is said when the package or the signing fails, 5 when
// it says no.
func packageFailed() Clue {
	return clue(func(r *probe.Report) Answer {
		if f, _ := r.FirstFailed(); f.Failure != nil && f.Failure.Code.Number == 0x721 {
			return yes("the fault 0x721 speaks of the package, not of the password")
		}
		return Answer{}
	})
}

// authorityUnknown: the part left of the backslash is neither the host nor its
// domain.
func authorityUnknown() Clue {
	return clue(func(r *probe.Report) Answer {
		p, known := passport(r)
		a := r.Account.Authority
		if !known || a == "" || a == "." {
			return Answer{}
		}
		for _, n := range []string{p.Computer, p.Domain, p.DNSComputer, p.DNSDomain} {
			if n != "" && strings.EqualFold(a, n) {
				return Answer{}
			}
		}
		if !p.Member() {
			return yes("the host is in no domain, and " + a + " is not its name")
		}
		return Answer{}
	}, "kdc-without-password", "smb-logon")
}

// member asks whether the host says that it belongs to a domain.
func member(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		p, known := passport(r)
		switch {
		case !known:
			return Answer{}
		case p.Member() == want && want:
			return yes("the host is a member of " + p.Domain)
		case p.Member() == want:
			return yes("the host is in no domain")
		case want:
			return no("the host is in no domain")
		}
		return no("the host is a member of " + p.Domain)
	})
}

// notLocal rules out what only concerns domain accounts.
func notLocal() Clue {
	return clue(func(r *probe.Report) Answer {
		switch a := localAccount(r); a.Truth {
		case Yes:
			return no(a.Because)
		case No:
			return yes("the account belongs to a domain")
		}
		return Answer{}
	})
}

func bareName() Clue {
	return clue(func(r *probe.Report) Answer {
		a := r.Account
		if a.Typed == "" {
			return Answer{}
		}
		if strings.ContainsAny(a.Typed, `\@`) {
			return no("the account was given with its authority")
		}
		return yes("the name was given without its authority and sent as " + a.Name())
	})
}

func slowRefusal() Clue {
	return clue(func(r *probe.Report) Answer {
		f, _ := r.FirstFailed()
		l, ok := probe.Learnt[*probe.Logon](f)
		switch {
		case !ok || l == nil || l.Waited == 0:
			return Answer{}
		case l.Waited.Seconds() >= 5:
			return yes("the refusal took " + roughly(l.Waited))
		}
		return Answer{}
	}, "smb-logon")
}

// exactly is the proof by a code that names this one reason. Other codes prove
// nothing.
func exactly(codes ...code.Code) Clue {
	return clue(func(r *probe.Report) Answer {
		for _, s := range statements(r) {
			if slices.Contains(codes, s.code) {
				return yes(s.by + " answered " + s.code.String() + ", which has this one meaning")
			}
		}
		return Answer{}
	})
}
