package steps

import (
	"context"
	"errors"
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/wire/kerberos"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/smb"
)

// kdcWithoutPassword asks for the state of the account where it costs nothing.
func (w *walk) kdcWithoutPassword() probe.Experiment {
	return probe.Experiment{
		ID: "kdc-without-password", Title: "Ask the domain about the account, without the password",
		Words: probe.ExperimentWords{
			Does:  "asks a Kerberos server of the domain for a ticket, without proof",
			Sends: "the account's name, no password", Costs: "up to 3 s; no failed logon is counted",
			Tells: "whether the account is unknown, or locked, disabled or expired",
		},
		Steps: []probe.Step{w.row(probe.LayerAuthentication, probe.StepAccountState, callWithin, w.accountState)},
	}
}

// accountState passes with every answer of the server: each is what was asked
// for.
func (w *walk) accountState(ctx context.Context) (probe.Evidence, error) {
	if w.purse.Account().Anonymous() {
		return nil, &probe.Skip{Because: "no account was given"}
	}
	client, realm, err := w.principal()
	if err != nil {
		return nil, &probe.Skip{Because: "the account is one of the host itself; no domain knows it"}
	}
	e := &probe.KDCAnswer{Realm: realm, Client: client.String(), Service: "krbtgt/" + realm, NoPassword: true}
	r, err := w.findRealm(ctx, realm)
	if err != nil {
		return e, err
	}
	answer, err := r.Probe(ctx, client)
	fill(e, answer, err)
	var told *kerberos.KDCError
	if errors.As(err, &told) {
		err = nil
	}
	return e, err
}

// smbLogon spends one logon for the exact reason of a refusal.
func (w *walk) smbLogon() probe.Experiment {
	return probe.Experiment{
		ID: "smb-logon", Title: "Log on once over SMB for the exact reason", SendsAgain: true,
		Words: probe.ExperimentWords{
			Does:  "logs on to port 445 once and reads the status; nothing is opened there",
			Sends: "the credential once more",
			Costs: "one more failed logon if it is wrong, which counts towards a lockout",
			Tells: "wrong password, locked, disabled, expired, wrong hours: each has its own number",
		},
		Steps: []probe.Step{w.row(probe.LayerAuthentication, probe.StepSMBLogon, callWithin, w.smbStatus, probe.StepTCP135)},
	}
}

func (w *walk) smbStatus(ctx context.Context) (probe.Evidence, error) {
	if w.target.OnlyAnonymous {
		return nil, &probe.Skip{Because: "no credential may be sent (--only-anonymous)"}
	}
	if w.purse.OnlyFiles() {
		return nil, &probe.Skip{Because: "there is no password, and NTLM needs one"}
	}
	before := w.whoAsks()
	at := netip.AddrPortFrom(w.found.address, smb.Port)
	s, err := smb.Status(ctx, w.network, at, func(c ntlm.Challenge) (ntlm.Credential, error) {
		cred, err := w.spend(probe.StepSMBLogon, c)
		cred.TargetName = "cifs/" + w.target.Host
		return cred, err
	})
	w.mu.Lock()
	w.account.Protocol, w.account.Package = before.Protocol, before.Package
	w.mu.Unlock()
	if err != nil {
		return &probe.SMBSession{Dialect: s.Dialect}, err
	}
	switch {
	case s.Sent && s.Status.Number == 0:
		w.purse.Accepted()
	case s.Sent:
		w.purse.Rejected()
	}
	return &probe.SMBSession{Status: s.Status, Dialect: s.Dialect, Guest: s.Guest}, nil
}
