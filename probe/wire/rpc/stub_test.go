package rpc

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom"
	iobjectexporter "github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
)

// exporter is a resolver as the generated code serves it.
type exporter struct {
	iobjectexporter.UnimplementedObjectExporterServer
}

func (exporter) ServerAlive2(context.Context, *iobjectexporter.ServerAlive2Request) (*iobjectexporter.ServerAlive2Response, error) {
	return &iobjectexporter.ServerAlive2Response{
		COMVersion:             &dcom.COMVersion{MajorVersion: 5, MinorVersion: 7},
		ObjectResolverBindings: &dcom.DualStringArray{EntriesLength: 4, SecurityOffset: 2, StringArray: []uint16{0, 0, 0, 0}},
	}, nil
}

func (exporter) SimplePing(context.Context, *iobjectexporter.SimplePingRequest) (*iobjectexporter.SimplePingResponse, error) {
	return &iobjectexporter.SimplePingResponse{Return: 0x778}, nil
}

var exporterSyntax = iobjectexporter.ObjectExporterSyntaxV0_0

func exporterHandle() dcerpc.ServerHandle {
	return iobjectexporter.NewObjectExporterServerHandle(exporter{})
}

// resolver serves IObjectExporter on a loopback port, with real NTLM for
// LAB\alice.
func resolver(t testing.TB) netip.AddrPort {
	s := &Server{
		Interfaces: []Interface{{Syntax: iobjectexporter.ObjectExporterSyntaxV0_0, Handle: iobjectexporter.NewObjectExporterServerHandle(exporter{})}},
		Accept: func(_ *Peer, kind dcerpc.AuthType, _ Level) (Mechanism, error) {
			if kind != dcerpc.AuthTypeWinNT {
				return nil, nil
			}
			return ntlm.NewServer(ntlm.ServerOptions{NetBIOSComputer: "SIM01", NetBIOSDomain: "LAB", DNSComputer: "sim01.lab.test",
				Major: 10, Build: 20348, Verify: func(a *ntlm.Attempt) error {
					if !strings.EqualFold(a.User, "alice") {
						return errors.New("no such user")
					}
					if !a.CheckPassword("pw") {
						return errWrongPassword
					}
					return nil
				}}), nil
		},
		Redact: func(_ dcerpc.AuthType, token []byte) []byte { return ntlm.Redact(token) },
		Failed: func(_ *Peer, err error) { t.Log("server:", err) },
	}
	return serve(t, s)
}

// serve runs a server on a loopback port until the test ends.
func serve(t testing.TB, s *Server) netip.AddrPort { return serveAt(t, s, "127.0.0.1:0") }

func serveAt(t testing.TB, s *Server, at string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().(*net.TCPAddr).AddrPort()
}

func alice(level Level) *Auth {
	m := ntlm.NewClient(ntlm.ClientOptions{Sign: level >= LevelCall, Seal: level == LevelPrivacy},
		func(ntlm.Challenge) (ntlm.Credential, error) {
			return ntlm.Credential{Domain: "LAB", User: "alice", Password: "pw"}, nil
		})
	return &Auth{Type: dcerpc.AuthTypeWinNT, Level: level, Mechanism: m, Redact: ntlm.Redact}
}

// The generated stubs over a binding, on a real loopback socket: anonymous and
// under NTLM, at each level, on one connection.
func TestGeneratedStubs(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	d := &Dialer{Network: network.System()}
	c, err := d.Dial(ctx, resolver(t))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	bindings := []*Binding{c.Use(iobjectexporter.ObjectExporterSyntaxV0_0, nil)}
	for level := LevelConnect; level <= LevelPrivacy; level++ {
		got, err := c.Bind(ctx, alice(level), iobjectexporter.ObjectExporterSyntaxV0_0)
		if err != nil {
			t.Fatal(level, err)
		}
		bindings = append(bindings, got...)
		if level == LevelConnect {
			if _, err := alive(ctx, got[0]); err != nil {
				t.Fatal(level, err)
			}
		}
	}
	for _, b := range bindings {
		r, err := alive(ctx, b)
		if err != nil {
			t.Fatal(b.Level(), err)
		}
		if r.COMVersion.MinorVersion != 7 {
			t.Errorf("%s: %+v", b.Level(), r)
		}
		client, err := iobjectexporter.NewObjectExporterClient(ctx, b, dcom.Superclass(b))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.SimplePing(ctx, &iobjectexporter.SimplePingRequest{SetID: 1})
		var returned *Returned
		var e *Error
		if !errors.As(err, &returned) || !errors.As(err, &e) || e.Phase != PhaseResponse || e.Call != "SimplePing" {
			t.Fatalf("%s: %v", b.Level(), err)
		}
		if n, _ := returned.Number(); n != 0x778 {
			t.Errorf("returned %v", returned)
		}
	}
}

// alive calls ServerAlive2 in its two halves.
func alive(ctx context.Context, b *Binding) (*iobjectexporter.ServerAlive2Response, error) {
	out := &iobjectexporter.ServerAlive2Response{}
	sent, err := b.Send(ctx, Operation(&iobjectexporter.ServerAlive2Request{}, out))
	if err != nil {
		return nil, err
	}
	if err := sent.Bound(ctx); err != nil {
		return nil, err
	}
	return out, sent.Wait(ctx)
}

// A stub cut anywhere is malformed, never a success with zeros (the pitfall
// C1 of go-msrpc's own transport).
func TestTruncatedStub(t *testing.T) {
	// version, referent, four entries with the security bindings at the second,
	// a reserved word and the return value
	whole := []byte{5, 0, 7, 0, 0, 0, 2, 0, 4, 0, 0, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	var stub []byte
	s := &Server{
		Interfaces: []Interface{{Syntax: iobjectexporter.ObjectExporterSyntaxV0_0, Handle: iobjectexporter.NewObjectExporterServerHandle(exporter{})}},
		Hook: func(e *Event) Action {
			if e.Moment == AtRequest {
				return Action{Stub: stub}
			}
			return Action{}
		},
	}
	ctx := context.Background()
	b := newBench(t, s).dial(t).Use(iobjectexporter.ObjectExporterSyntaxV0_0, nil)
	for n := range whole {
		stub = append([]byte{}, whole[:n]...)
		_, err := alive(ctx, b)
		if !is[*Malformed](err) {
			t.Errorf("stub of %d bytes: %v", n, err)
		}
	}
	stub = append([]byte{}, whole...)
	if _, err := alive(ctx, b); err != nil {
		t.Error(err)
	}
}
