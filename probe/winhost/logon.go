package winhost

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// logon is one security context of a client: the mechanism, and whom the
// machine took the client for.
type logon struct {
	rpc.Mechanism
	caller machine.Caller
}

// SignsHeader is the mechanism's own answer.
func (l *logon) SignsHeader() bool {
	m, ok := l.Mechanism.(rpc.HeaderSigner)
	return ok && m.SignsHeader()
}

// errRefused is a refused logon. Which reason the host had stays with it: it is
// wrapped together with the fault that the client shall see.
var errRefused = errors.New("logon refused")

// accept starts the acceptor of a security context, or says that the machine
// does not take the package.
func (h *Host) accept(p *rpc.Peer, kind dcerpc.AuthType, _ rpc.Level) (rpc.Mechanism, error) {
	l := &logon{caller: machine.Unknown(p.Remote.Addr().Unmap())}
	var inside bool
	h.machine.Do(func(m *machine.Machine) { inside = m.RPC.NegotiateNTLM })
	switch kind {
	case dcerpc.AuthTypeWinNT:
		l.Mechanism = h.ntlm(p, l)
	case dcerpc.AuthTypeGSSNegotiate:
		l.Mechanism = spnego.NewServer(func(oid asn1.ObjectIdentifier) spnego.Mechanism {
			if !inside || !oid.Equal(spnego.NTLM) {
				return nil
			}
			return h.ntlm(p, l)
		})
	default:
		return nil, nil
	}
	return l, nil
}

func (h *Host) ntlm(p *rpc.Peer, l *logon) *ntlm.Server {
	var o ntlm.ServerOptions
	h.machine.Do(func(m *machine.Machine) {
		o = ntlm.ServerOptions{
			NetBIOSComputer: m.Computer, NetBIOSDomain: m.Computer, DNSComputer: m.FQDN(),
			Build: uint16(m.System.Build),
		}
		offset := m.Clock.Offset
		o.Now = func() time.Time { return time.Now().UTC().Add(offset) }
		o.Major, o.Minor = versionNumbers(m.System.Version())
		if m.Role != machine.Workgroup {
			o.NetBIOSDomain, o.DNSDomain, o.DNSTree = m.Domain.NetBIOS, m.Domain.DNS, m.Domain.Forest
		}
	})
	o.AllowVersion1 = true // the machine decides about it
	o.Verify = func(a *ntlm.Attempt) error { return h.verify(p, a, l) }
	return ntlm.NewServer(o)
}

func versionNumbers(version string) (major, minor uint8) {
	_, _ = fmt.Sscanf(version, "%d.%d", &major, &minor)
	return major, minor
}

// verify asks the machine about a logon, and counts it.
func (h *Host) verify(p *rpc.Peer, a *ntlm.Attempt, l *logon) error {
	var d machine.Denial
	h.machine.Do(func(m *machine.Machine) {
		l.caller, d = m.Logon(machine.Attempt{
			Protocol: machine.NTLM, User: a.User, Domain: a.Domain, Workstation: a.Workstation,
			From: p.Remote.Addr().Unmap(), NTLMv1: a.Version1, Anonymous: a.Anonymous, CheckPassword: a.CheckPassword,
		})
	})
	h.counted(a.Anonymous, !d.Refused())
	if !d.Refused() {
		return nil
	}
	if d.After > 0 {
		time.Sleep(d.After)
	}
	return fmt.Errorf("%w: %w", errRefused, &rpc.Fault{Status: faultStatus(d.Code)})
}
