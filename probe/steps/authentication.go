package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// Reject reason of a bind_nak: the package is not known (MS-RPCE 2.2.2.5).
const nakUnknownPackage = 8

// challenge asks for the host's NTLM CHALLENGE. No credential is sent, and
// none is asked for before the answer has been read.
func (w *walk) challenge(ctx context.Context) (probe.Evidence, error) {
	in, err := w.begin(ctx, w.found.conn, !w.raw)
	told := err // the first refusal says more than that of the way round
	if refusesPackage(err) && w.target.Auth == probe.AuthAuto {
		// The host does not take SPNEGO; nothing was sent by which it could
		// know us. Windows closes after a bind_nak, so dial again.
		conn, dialErr := w.dial(ctx, w.found.conn.RemoteAddr())
		if dialErr != nil {
			return &probe.Passport{}, dialErr
		}
		in, err = w.begin(ctx, conn, false)
	}
	if refusesPackage(err) {
		w.refusal = told
		return nil, &probe.Skip{Because: "the host refused the package before it sent a challenge"}
	}
	if err != nil {
		return &probe.Passport{}, err
	}
	w.introduce = in
	return &in.passport, nil
}

// refusesPackage reports whether the host turned the package itself down,
// before any credential was sent.
func refusesPackage(err error) bool {
	var nak *rpc.BindNak
	if errors.As(err, &nak) {
		return nak.Reason == nakUnknownPackage
	}
	var rejected spnego.Rejected
	return errors.As(err, &rejected)
}

// begin starts a logon on a connection to 135 and reads the host's passport.
func (w *walk) begin(ctx context.Context, conn *rpc.Conn, wrapped bool) (*introduced, error) {
	auth := w.logonWith(w.level, wrapped, probe.StepSPNEGO)
	h, err := conn.Start(ctx, auth, dcom.IIDRemoteSCMActivator.Syntax())
	if err != nil {
		return nil, err
	}
	in := &introduced{conn: conn, handshake: h, spnego: wrapped}
	if in.passport, err = readPassport(h.Token(), wrapped, time.Now()); err != nil {
		return nil, &rpc.Error{Phase: rpc.PhaseAuth, Addr: conn.RemoteAddr(), Err: unreadablePassport(err)}
	}
	return in, nil
}

// unreadablePassport tells a host that turned every package down from one that
// sent something we cannot read.
func unreadablePassport(err error) error {
	if errors.As(err, new(spnego.Rejected)) {
		return &rpc.AuthLeg{Leg: 2, Err: err}
	}
	return &rpc.Malformed{What: "NTLM CHALLENGE", Err: err}
}

// readPassport reads what the host says of itself in its first token.
func readPassport(token []byte, wrapped bool, now time.Time) (probe.Passport, error) {
	p := probe.Passport{Package: "raw"}
	if wrapped {
		p.Package = "spnego"
		offer, err := spnego.ReadResponse(token)
		if err != nil {
			return p, err
		}
		if offer.State == spnego.Reject {
			return p, spnego.Rejected{Offer: offer}
		}
		token = offer.ResponseToken
	}
	c, err := ntlm.ReadChallenge(token)
	if err != nil {
		return p, err
	}
	p.Computer, p.Domain = c.NetBIOSComputer, c.NetBIOSDomain
	p.DNSComputer, p.DNSDomain, p.Forest = c.DNSComputer, c.DNSDomain, c.DNSTree
	if c.Major != 0 {
		p.Version, p.Build = fmt.Sprintf("%d.%d", c.Major, c.Minor), c.Build
	}
	p.Flags = c.Flags
	if p.HasTime = !c.Timestamp.IsZero(); p.HasTime {
		p.ClockSkew = c.Timestamp.Sub(now)
	}
	return p, nil
}

// logonWith prepares a logon. The credential leaves the purse only when the
// host's challenge is in.
func (w *walk) logonWith(level rpc.Level, wrapped bool, step probe.StepID) *rpc.Auth {
	get := func(c ntlm.Challenge) (ntlm.Credential, error) { return w.spend(step, c) }
	client := ntlm.NewClient(ntlm.ClientOptions{Sign: true, Seal: level == rpc.LevelPrivacy}, get)
	if !wrapped {
		return &rpc.Auth{Type: dcerpc.AuthTypeWinNT, Level: level, Mechanism: client, Redact: ntlm.Redact}
	}
	return &rpc.Auth{
		Type: dcerpc.AuthTypeGSSNegotiate, Level: level,
		Mechanism: spnego.NewClient(spnego.Mech{OID: spnego.NTLM, Mechanism: client}),
		Redact:    func(token []byte) []byte { return spnego.Redact(token, ntlm.Redact) },
	}
}

// spend takes the credential out of the purse and settles under which exact
// name it is sent. A bare name is never sent: the host and its domain may both
// know an account of that name.
func (w *walk) spend(step probe.StepID, c ntlm.Challenge) (ntlm.Credential, error) {
	cred, err := w.purse.Spend(step)
	if err != nil {
		return ntlm.Credential{}, err
	}
	a := cred.Account
	authority := a.Authority
	switch {
	case a.UPN():
		authority = ""
	case authority == ".":
		authority = c.NetBIOSComputer
	case authority == "":
		authority = c.NetBIOSComputer
		if c.NetBIOSDomain != "" {
			authority = c.NetBIOSDomain
		}
	}
	sent := ntlm.Credential{
		User: a.User, Domain: authority, Password: cred.Password.Reveal(),
		Workstation: workstation(), TargetName: w.spn(),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.account.Protocol, w.account.Package = "ntlm", "spnego"
	if w.introduce != nil && !w.introduce.spnego {
		w.account.Package = "raw"
	}
	w.account.Sent = sent.String()
	if authority != "" {
		w.account.Authority = authority
	}
	return sent, nil
}

func (w *walk) spn() string {
	if w.target.SPN != "" {
		return w.target.SPN
	}
	return "RPCSS/" + w.target.Host
}

// mayLogOn is the question before every step that spends the credential.
func (w *walk) mayLogOn() error {
	if w.target.OnlyAnonymous {
		return &probe.Skip{Because: "no credential may be sent (--only-anonymous)"}
	}
	switch {
	case w.withTicket():
		return nil
	case w.purse.OnlyFiles():
		return &probe.Skip{Because: "there is no password for NTLM, and no ticket for this host"}
	}
	return w.maySpend()
}

// maySpend asks the purse.
func (w *walk) maySpend() error {
	switch err := w.purse.Peek(); {
	case errors.Is(err, probe.ErrAnonymous):
		return &probe.Skip{Because: "no account was given"}
	case err != nil:
		return &probe.Skip{Because: "the host refused this credential before; it is not sent again"}
	}
	return nil
}

// negotiate sends the credential in the last SPNEGO token. The answer to
// alter_context is the verdict on the logon, before any call is made.
func (w *walk) negotiate(ctx context.Context) (probe.Evidence, error) {
	switch {
	case w.kerberos && !w.withTicket() && w.withoutKerberos == nil:
		return nil, &probe.Skip{Because: "the logon with Kerberos did not come this far"}
	case w.introduce == nil && w.refusal != nil:
		return &probe.Logon{Package: "spnego"}, w.refusal
	case w.introduce == nil:
		return nil, &probe.Skip{Because: "the host sent no challenge"}
	case !w.introduce.spnego:
		return &probe.Logon{Package: "raw", State: "not spoken by the host"}, nil
	}
	if err := w.mayLogOn(); err != nil {
		return nil, err
	}
	began := time.Now()
	err := w.introduce.handshake.Finish(ctx)
	logon := w.logon("spnego", began, err)
	var rejected spnego.Rejected
	if errors.As(err, &rejected) {
		logon.State = rejected.Offer.State.String()
	}
	w.settle(err)
	return logon, err
}

// identity calls ServerAlive2 under the logon. The call needs no right at all
// (MS-DCOM 3.1.2.5.1.6), so a refusal here is about identity; and the
// signature on its answer proves that both ends hold the same key.
func (w *walk) identity(ctx context.Context) (probe.Evidence, error) {
	in := w.introduce
	pkg := "spnego"
	if !in.spnego {
		pkg = "raw"
		if err := w.mayLogOn(); err != nil {
			return nil, err
		}
		if err := in.handshake.Finish(ctx); err != nil {
			return w.logon(pkg, time.Now(), err), err
		}
	}
	began := time.Now()
	under := in.handshake.Binding(0)
	_, err := dcom.ServerAlive2(ctx, in.conn.Use(dcom.IIDObjectExporter.Syntax(), under)).Wait(ctx)
	logon := w.logon(pkg, began, err)
	logon.Verified = err == nil
	if !in.spnego {
		w.settle(err)
	}
	if err != nil {
		return logon, err
	}
	w.admitted = &admitted{conn: in.conn, activator: under}
	return logon, nil
}

// settle tells the purse how the host answered. Without an answer it is told
// nothing: the attempt stays open, and the credential is not sent again.
func (w *walk) settle(err error) {
	switch {
	case w.withTicket(): // the purse was told when the ticket was had
	case err == nil:
		w.purse.Accepted()
	case failureOf(err).Kind == probe.KindFault, failureOf(err).Kind == probe.KindBindNak,
		failureOf(err).Kind == probe.KindAuthLeg:
		w.purse.Rejected()
	}
}

func (w *walk) logon(pkg string, began time.Time, err error) *probe.Logon {
	protocol := "ntlm"
	if w.withTicket() {
		protocol = "kerberos"
	}
	return &probe.Logon{
		Package: pkg, Protocol: protocol, Sent: w.whoAsks().Sent, Level: uint8(w.level),
		Answered: err == nil || !noAnswer(err), Waited: time.Since(began),
	}
}
