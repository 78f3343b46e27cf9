package kerberos

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// oneServer is a world in which everything dialled is this function's other
// end.
type oneServer struct {
	network.Network
	serve func(net.Conn)
}

func (o oneServer) Dial(context.Context, netip.AddrPort) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go o.serve(theirs)
	return ours, nil
}

func readRequest(c net.Conn) {
	var size [4]byte
	c.Read(size[:])
	c.Read(make([]byte, binary.BigEndian.Uint32(size[:])))
}

func realmAt(serve func(net.Conn)) *Realm {
	return &Realm{Name: "LAB.TEST", Network: oneServer{serve: serve}, KDCs: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:88")}}
}

func TestServersMisbehave(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve func(net.Conn)
		kind  network.Kind // "": *Malformed
	}{
		{"closes at once", func(c net.Conn) { readRequest(c); c.Close() }, network.Closed},
		{"ends within the length", func(c net.Conn) { readRequest(c); c.Write([]byte{0, 0}); c.Close() }, network.Closed},
		{"ends within the answer", func(c net.Conn) { readRequest(c); c.Write([]byte{0, 0, 1, 0, 0x7E}); c.Close() }, network.Closed},
		{"announces four gigabytes", func(c net.Conn) { readRequest(c); c.Write([]byte{0xFF, 0xFF, 0xFF, 0xFF}) }, ""},
		{"announces nothing", func(c net.Conn) { readRequest(c); c.Write([]byte{0, 0, 0, 0}) }, ""},
		{"answers with something else", func(c net.Conn) { readRequest(c); c.Write([]byte("\x00\x00\x00\x04HTTP")) }, ""},
		{"is silent", func(c net.Conn) { readRequest(c) }, network.Timeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			_, err := realmAt(c.serve).Probe(ctx, User("alice"))
			var outside *network.Error
			var unread *Malformed
			switch {
			case c.kind != "" && (!errors.As(err, &outside) || outside.Kind != c.kind):
				t.Errorf("%v, want %s", err, c.kind)
			case c.kind == "" && !errors.As(err, &unread):
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan time.Time, 1)
	_, err := realmAt(func(c net.Conn) {
		readRequest(c)
		asked <- time.Now()
		cancel()
	}).Probe(ctx, User("alice"))
	if took := time.Since(<-asked); took > 100*time.Millisecond {
		t.Errorf("%s after the cancel", took)
	}
	var outside *network.Error
	if !errors.As(err, &outside) || outside.Kind != network.Cancelled {
		t.Errorf("%v", err)
	}
}

// Nothing is proved and no password asked for where the server says at once
// that there is no such account.
func TestNoServer(t *testing.T) {
	r := &Realm{Name: "LAB.TEST"}
	if _, _, err := r.AS(t.Context(), User("alice"), nil); err == nil {
		t.Error("a ticket from nowhere")
	}
}
