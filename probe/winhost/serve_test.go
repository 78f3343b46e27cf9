package winhost_test

import (
	"context"
	"net/netip"
	"os"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/network"
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
