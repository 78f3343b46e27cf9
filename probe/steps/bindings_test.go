package steps

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// The object is dialled at the address that answered, whatever the bindings
// list (MS-DCOM 2.2.19.3: address and port in brackets, tower 7 is TCP).
func TestWhereTheObjectIsDialled(t *testing.T) {
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprintf("10.%d.%d.1[49700]", i/256, i%256)
	}
	for _, c := range []struct {
		name, reached string
		tower         uint16
		list          []string
		chosen        string // "" fails
		inList        string // "unknown", "yes", "no"
		samePort      bool
	}{
		{"listed", "192.0.2.10", 7, []string{"WINHOST[49667]", "192.0.2.10[49667]"}, "192.0.2.10:49667", "yes", true},
		{"behind NAT", "198.51.100.1", 7, []string{"WINHOST[49667]", "192.0.2.10[49667]"}, "198.51.100.1:49667", "no", true},
		{"names only", "192.0.2.10", 7, []string{"WINHOST[49667]"}, "192.0.2.10:49667", "unknown", true},
		{"IPv6", "2001:db8::10", 7, []string{"WINHOST[49667]", "2001:db8::10[49667]"}, "[2001:db8::10]:49667", "yes", true},
		{"IPv6 with a zone", "fe80::1%eth0", 7, []string{"fe80::1[49667]"}, "[fe80::1%eth0]:49667", "yes", true},
		{"two ports", "192.0.2.10", 7, []string{"192.0.2.10[49667]", "192.0.2.11[49668]"}, "192.0.2.10:49667", "yes", false},
		{"no port", "192.0.2.10", 7, []string{"192.0.2.10"}, "", "", false},
		{"port 0", "192.0.2.10", 7, []string{"192.0.2.10[0]"}, "", "", false},
		{"port too large", "192.0.2.10", 7, []string{"192.0.2.10[70000]"}, "", "", false},
		{"pipes only", "192.0.2.10", 0xf, []string{`WINHOST[\PIPE\x]`}, "", "", false},
		{"none", "192.0.2.10", 7, nil, "", "", false},
		{"thousands", "10.0.7.1", 7, many, "10.0.7.1:49700", "yes", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &walk{found: &found{address: netip.MustParseAddr(c.reached)}, admitted: &admitted{conn: &rpc.Conn{}}, started: &started{}}
			for _, a := range c.list {
				b := &w.started.activation.Bindings
				b.Strings = append(b.Strings, dcom.StringBinding{Tower: c.tower, Address: a})
			}
			learnt, err := w.bindings(t.Context())
			e := learnt.(*probe.Bindings)
			if c.chosen == "" {
				if err == nil || e.Chosen.IsValid() || !e.Unlisted {
					t.Errorf("%+v, %v", e, err)
				}
				return
			}
			in := "unknown"
			if e.InList != nil {
				in = map[bool]string{true: "yes", false: "no"}[*e.InList]
			}
			if err != nil || e.Chosen.String() != c.chosen || in != c.inList || e.SamePort != c.samePort {
				t.Errorf("chosen %v, in list %s, same port %v, %v", e.Chosen, in, e.SamePort, err)
			}
		})
	}
}
