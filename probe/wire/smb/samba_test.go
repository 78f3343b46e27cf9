package smb_test

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/smb"
)

func TestMain(m *testing.M) {
	result := m.Run()
	peers.StopDomain()
	os.Exit(result)
}

// The statuses are those that smbclient shows for the same accounts
// (MS-ERREF 2.3.1 has their numbers).
func TestStatusAgainstSamba(t *testing.T) {
	d := peers.SambaAD(t)
	for _, c := range []struct {
		name, password string
		status         uint32
	}{
		{"good", d.Password, 0},
		{"nosuchuser", d.Password, 0xC000006D},
		{"locked", d.Password, 0xC0000234},
		{"disabled", d.Password, 0xC0000072},
		{"expired", d.Password, 0xC0000193},
		{"hours", d.Password, 0xC000006F},
		{"mustchange", d.Password, 0xC0000224},
		{"pwexpired", d.Password, 0xC0000071},
		{"wksta", d.Password, 0xC0000070},
		{"protected", d.Password, 0xC000006E},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := smb.Status(t.Context(), d.Network(), netip.AddrPortFrom(d.Address, smb.Port),
				func(ch ntlm.Challenge) (ntlm.Credential, error) {
					return ntlm.Credential{User: c.name, Domain: ch.NetBIOSDomain, Password: c.password, Workstation: "JUMP"}, nil
				})
			want := code.Code{Space: code.NTStatus, Number: c.status}
			if err != nil || s.Status != want || s.Guest || !s.Sent || !strings.HasPrefix(s.Dialect, "3.1.1") {
				t.Errorf("%+v, %v, want %s", s, err, want)
			}
		})
	}
}
