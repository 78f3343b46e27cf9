package sink

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"net"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// errUnverifiable is why a logon is refused here: the caller is the host's
// machine account, whose password only its domain knows.
var errUnverifiable = errors.New("the caller's password is not known here")

// accessDenied is fault 5: Windows then tries again without a logon.
const accessDenied = 5

// accept answers the challenge of a caller, writes down as whom he comes, and
// refuses what cannot be verified. An anonymous logon proves nothing and needs
// no proof: it is let in.
func (s *Sink) accept(port Port) func(*rpc.Peer, dcerpc.AuthType, rpc.Level) (rpc.Mechanism, error) {
	return func(p *rpc.Peer, kind dcerpc.AuthType, level rpc.Level) (rpc.Mechanism, error) {
		server := func() *ntlm.Server {
			return ntlm.NewServer(ntlm.ServerOptions{
				NetBIOSComputer: "WMIDOCTOR", NetBIOSDomain: "WMIDOCTOR", DNSComputer: "wmidoctor", Major: 10, Build: 19041,
				Verify: func(a *ntlm.Attempt) error { return s.identified(port, p, kind, level, a) },
			})
		}
		switch kind {
		case dcerpc.AuthTypeWinNT:
			return server(), nil
		case dcerpc.AuthTypeGSSNegotiate:
			return spnego.NewServer(func(oid asn1.ObjectIdentifier) spnego.Mechanism {
				if !oid.Equal(spnego.NTLM) {
					return nil
				}
				return server()
			}), nil
		}
		return nil, nil
	}
}

func (s *Sink) identified(port Port, p *rpc.Peer, kind dcerpc.AuthType, level rpc.Level, a *ntlm.Attempt) error {
	name := a.User
	if a.Domain != "" {
		name = a.Domain + `\` + a.User
	}
	if a.Anonymous {
		name = "anonymous"
	}
	e := Event{Port: port, Kind: Identified, From: p.Remote, AuthType: uint8(kind), Level: uint8(level), Identity: name}
	if !a.Anonymous {
		e.Status = accessDenied
	}
	s.log.add(e)
	if a.Anonymous {
		return nil
	}
	return fmt.Errorf("%w: %w", errUnverifiable, &rpc.Fault{Status: accessDenied})
}

// note writes down binds and calls as they arrive.
func (s *Sink) note(port Port) rpc.Hook {
	return func(e *rpc.Event) rpc.Action {
		event := Event{Port: port, From: e.Peer.Remote, AuthType: uint8(e.AuthType), Level: uint8(e.Level)}
		switch e.Moment {
		case rpc.AtBind:
			event.Kind = Bound
			if len(e.Syntaxes) > 0 {
				event.Call = rpc.SyntaxName(e.Syntaxes[0])
			}
		case rpc.AtRequest:
			r := e.Request
			event.Kind, event.AuthType, event.Level = Called, uint8(r.AuthType), uint8(r.Level)
			event.Call = rpc.OperationName(r.Interface, r.OpNum)
		default:
			return rpc.Action{}
		}
		if event.Level == 0 {
			event.Level = uint8(rpc.LevelNone)
		}
		s.log.add(event)
		return rpc.Action{}
	}
}

// guarded writes every connection down and cuts off whoever is not served.
type guarded struct {
	net.Listener
	sink *Sink
	port Port
}

func (g *guarded) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := remote(c)
		if g.sink.options.Serves == nil || g.sink.options.Serves(from.Addr()) {
			g.sink.log.add(Event{Port: g.port, Kind: Connected, From: from})
			return c, nil
		}
		g.sink.log.add(Event{Port: g.port, Kind: Refused, From: from})
		c.Close()
	}
}

func redact(kind dcerpc.AuthType, token []byte) []byte {
	switch kind {
	case dcerpc.AuthTypeWinNT:
		return ntlm.Redact(token)
	case dcerpc.AuthTypeGSSNegotiate:
		return spnego.Redact(token, ntlm.Redact)
	}
	return make([]byte, len(token))
}
