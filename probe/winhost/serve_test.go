package winhost_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// serve offers a machine at a free port of the given loopback address until the
// test ends.
func serve(t testing.TB, m *machine.Machine, at string) (*winhost.Host, winhost.Listening) {
	t.Helper()
	h := winhost.New(m, winhost.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	where, wait, err := h.Listen(ctx, network.System(), netip.MustParseAddrPort(at))
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := wait(); err != nil {
			t.Error(err)
		}
	})
	return h, where
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The real ports do what the firewall would do.
func TestServedPortsFollowTheFirewall(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*machine.Machine)
		want network.Kind
	}{
		{"open", nil, ""},
		{"WMI rules off", func(m *machine.Machine) { disable(m, "135") }, network.Timeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want == network.Timeout {
				peers.Need(t, peers.Linux)
			}
			m := machine.New()
			if c.set != nil {
				c.set(m)
			}
			_, where := serve(t, m, "127.13.5.2:0")
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			conn, err := network.System().Dial(ctx, where.Mapper)
			if err == nil {
				conn.Close()
			}
			var e *network.Error
			if errors.As(err, &e); kindOf(e) != c.want {
				t.Errorf("%v, want kind %q", err, c.want)
			}
		})
	}
}
