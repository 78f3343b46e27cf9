package rpc

import (
	"context"
	"encoding/asn1"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/msrpc/dcetypes"
	"github.com/oiweiwei/go-msrpc/msrpc/dtyp"
	epm "github.com/oiweiwei/go-msrpc/msrpc/epm/epm/v3"

	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// mapper is an endpoint mapper with one entry.
type mapper struct{ epm.UnimplementedEpmServer }

func (mapper) Lookup(_ context.Context, in *epm.LookupRequest) (*epm.LookupResponse, error) {
	if in.EntryHandle != nil && in.EntryHandle.UUID != nil && in.EntryHandle.UUID.Data1 != 0 {
		return &epm.LookupResponse{EntryHandle: &epm.LookupHandle{}, Status: 0x16C9A0D6}, nil // ept_s_not_registered: no more
	}
	// five floors (C706 appendix L): mgmt, NDR, connection-oriented RPC, TCP
	// port 49700, address 192.0.2.7
	tower := []byte{5, 0,
		19, 0, 0x0d, 0x80, 0xbd, 0xa8, 0xaf, 0x8a, 0x7d, 0xc9, 0x11, 0xbe, 0xf4, 0x08, 0x00, 0x2b, 0x10, 0x29, 0x89, 1, 0, 2, 0, 0, 0,
		19, 0, 0x0d, 0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 2, 0, 0, 0,
		1, 0, 0x0b, 2, 0, 0, 0,
		1, 0, 0x07, 2, 0, 0xc2, 0x24,
		1, 0, 0x09, 4, 0, 192, 0, 2, 7}
	return &epm.LookupResponse{MaxEntries: in.MaxEntries, EntriesLength: 1, EntryHandle: &epm.LookupHandle{UUID: &dtyp.GUID{Data1: 1}},
		Entries: []*epm.Entry{{Object: &dtyp.GUID{}, Annotation: "wmidoctor", Tower: &dcetypes.Tower{TowerLength: uint32(len(tower)), TowerOctetString: tower}}}}, nil
}

// ntlmServer accepts LAB\alice with the password pw.
func ntlmServer() *ntlm.Server {
	return ntlm.NewServer(ntlm.ServerOptions{NetBIOSComputer: "SIM01", NetBIOSDomain: "LAB", DNSComputer: "sim01.lab.test", DNSDomain: "lab.test",
		Major: 10, Build: 20348, Verify: func(a *ntlm.Attempt) error {
			if !strings.EqualFold(a.User, "alice") || !a.CheckPassword("pw") {
				return &Fault{Status: statusAccessDenied}
			}
			return nil
		}})
}

// host offers the resolver and the mapper to strangers, with NTLM and SPNEGO.
func host(t *testing.T, at string) netip.AddrPort {
	s := &Server{
		Interfaces: []Interface{
			{Syntax: exporterSyntax, Handle: exporterHandle()},
			{Syntax: epm.EpmSyntaxV3_0, Handle: epm.NewEpmServerHandle(mapper{})},
		},
		Accept: func(_ *Peer, kind dcerpc.AuthType, _ Level) (Mechanism, error) {
			switch kind {
			case dcerpc.AuthTypeWinNT:
				return ntlmServer(), nil
			case dcerpc.AuthTypeGSSNegotiate:
				return spnego.NewServer(func(oid asn1.ObjectIdentifier) spnego.Mechanism {
					if oid.String() == "1.3.6.1.4.1.311.2.2.10" {
						return ntlmServer()
					}
					return nil
				}), nil
			}
			return nil, nil
		},
		Failed: func(_ *Peer, err error) { t.Log("server:", err) },
	}
	return serveAt(t, s, at)
}

// aliveScript calls ServerAlive2 with impacket at a level and prints what it
// got.
const aliveScript = `
import sys
from impacket.dcerpc.v5 import transport, rpcrt, dcomrt
from impacket.dcerpc.v5.dcomrt import IID_IObjectExporter, ServerAlive2
port, level, password = sys.argv[1], int(sys.argv[2]), sys.argv[3]
t = transport.DCERPCTransportFactory('ncacn_ip_tcp:127.0.0.1[%s]' % port)
t.set_credentials('alice', password, 'LAB')
d = t.get_dce_rpc()
if level > 1:
    d.set_auth_level(level)
try:
    d.connect()
    d.bind(IID_IObjectExporter)
    r = d.request(ServerAlive2(), checkError=False)
    print('version', r['pComVersion']['MajorVersion'], r['pComVersion']['MinorVersion'])
    second = d.alter_ctx(IID_IObjectExporter)
    r = second.request(ServerAlive2(), checkError=False)
    print('again', r['pComVersion']['MinorVersion'])
except Exception as e:
    print('error', e)
`

// impacket, unmodified, against our server: each level, a second context by
// alter_context, a wrong password.
func TestImpacket(t *testing.T) {
	peers.Need(t, peers.Impacket)
	at := host(t, "127.0.0.1:0")
	for _, tt := range []struct {
		level    Level
		password string
		want     string
	}{
		{LevelNone, "", "version 5 7\nagain 7"},
		{LevelConnect, "pw", "version 5 7\nagain 7"},
		{LevelPkt, "pw", "version 5 7\nagain 7"},
		{LevelIntegrity, "pw", "version 5 7\nagain 7"},
		{LevelPrivacy, "pw", "version 5 7\nagain 7"},
		{LevelConnect, "wrong", "error rpc_s_access_denied"},
		{LevelPrivacy, "wrong", "error rpc_s_access_denied"},
	} {
		cmd := exec.Command(peers.Python(), "-c", aliveScript, fmt.Sprint(at.Port()), fmt.Sprint(uint8(tt.level)), tt.password)
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != tt.want {
			t.Errorf("level %s, password %q: %v\n%s", tt.level, tt.password, err, got)
		}
	}
}

// Samba's rpcclient, unmodified: raw NTLM and SPNEGO, each level, and a wrong
// password.
func TestRPCClient(t *testing.T) {
	peers.Need(t, peers.RPCClient, peers.Root, peers.Linux) // it asks port 135
	const at = "127.135.7.3"
	host(t, at+":135")
	for _, options := range []string{"", "connect", "packet", "sign", "seal", "ntlm,connect", "ntlm,sign", "ntlm,seal", "spnego,sign", "spnego,seal"} {
		binding := fmt.Sprintf("ncacn_ip_tcp:%s[%s]", at, options)
		if out := rpcclient(t, binding, "pw"); !strings.Contains(out, "192.0.2.7[49700,") {
			t.Errorf("%q: %s", options, out)
		}
		if options == "" || options == "connect" {
			continue // sends no credential
		}
		out := rpcclient(t, binding, "wrong")
		if strings.Contains(out, "49700") || !strings.Contains(out, "ACCESS_DENIED") && !strings.Contains(out, "LOGON_FAILURE") {
			t.Errorf("%q with a wrong password: %s", options, out)
		}
	}
}

// rpcclient lists the mapper's entries. Its exit status means nothing.
func rpcclient(t *testing.T, binding, password string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, "rpcclient", binding, "-U", `LAB\alice%`+password, "-c", "epmlookup").CombinedOutput()
	return string(out)
}
