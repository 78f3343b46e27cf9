package smb

import (
	"context"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
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

var here = netip.MustParseAddrPort("192.0.2.1:445")

const password = "a password that is never shown"

func credential(ntlm.Challenge) (ntlm.Credential, error) {
	return ntlm.Credential{User: "alice", Domain: "LAB", Password: password}, nil
}

func next(c net.Conn) []byte {
	var size [4]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return nil
	}
	frame := make([]byte, binary.BigEndian.Uint32(size[:]))
	io.ReadFull(c, frame)
	return frame
}

// answer is a frame to a request, as MS-SMB2 2.2.1.2 has it.
func answer(request []byte, status uint32, body []byte) []byte {
	frame := append([]byte(nil), request[:headerSize]...)
	binary.LittleEndian.PutUint32(frame[8:], status)
	binary.LittleEndian.PutUint64(frame[40:], 7)
	frame = append(frame, body...)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(frame))), frame...)
}

func negotiated() []byte { return append([]byte{65, 0, 1, 0, 0x11, 3}, make([]byte, 58)...) }

func sessionBody(flags byte, token []byte) []byte {
	b := []byte{9, 0, flags, 0, headerSize + 8, 0}
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(token))), token...)
}

// setupToken is what a session setup request carries (MS-SMB2 2.2.5).
func setupToken(request []byte) []byte {
	at, n := binary.LittleEndian.Uint16(request[headerSize+12:]), binary.LittleEndian.Uint16(request[headerSize+14:])
	return request[at : at+n]
}

// host serves a whole logon and ends it with a status.
func host(status uint32, flags byte, pending bool) func(net.Conn) {
	return func(c net.Conn) {
		c.Write(answer(next(c), 0, negotiated()))
		server := spnego.NewServer(func(asn1.ObjectIdentifier) spnego.Mechanism {
			return ntlm.NewServer(ntlm.ServerOptions{NetBIOSComputer: "HOST"})
		})
		first := next(c)
		token, _, _ := server.Next(setupToken(first))
		c.Write(answer(first, statusMore, sessionBody(0, token)))
		second := next(c)
		if pending {
			c.Write(answer(second, statusPending, sessionBody(0, nil)))
		}
		c.Write(answer(second, status, sessionBody(flags, nil)))
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  uint32
		flags   byte
		pending bool
		guest   bool
	}{
		{"accepted", 0, 0, false, false},
		{"refused", 0xC000006D, 0, false, false},
		{"refused after a while", 0xC0000234, 0, true, false},
		{"guest", 0, sessionGuest, false, true},
		{"nobody", 0, sessionNull, false, true},
	} {
		s, err := Status(t.Context(), oneServer{serve: host(c.status, c.flags, c.pending)}, here, credential)
		if err != nil || s.Status.Number != c.status || s.Guest != c.guest || !s.Sent || s.Dialect != "3.1.1" {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
	}
}

// A refusal before the challenge is a status, too, and nothing was sent.
func TestRefusedPackage(t *testing.T) {
	s, err := Status(t.Context(), oneServer{serve: func(c net.Conn) {
		c.Write(answer(next(c), 0, negotiated()))
		c.Write(answer(next(c), 0xC0000418, sessionBody(0, nil)))
	}}, here, credential)
	if err != nil || s.Status.Number != 0xC0000418 || s.Sent {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestServersMisbehave(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve func(net.Conn)
		kind  network.Kind // "": *Malformed
	}{
		{"closes", func(c net.Conn) { next(c); c.Close() }, network.Closed},
		{"speaks SMB1 only", func(c net.Conn) { next(c); c.Write([]byte("\x00\x00\x00\x40\xFFSMB" + strings.Repeat("x", 60))) }, ""},
		{"announces too much", func(c net.Conn) { next(c); c.Write([]byte{0, 0xFF, 0xFF, 0xFF}) }, ""},
		{"announces nothing", func(c net.Conn) { next(c); c.Write([]byte{0x85, 0, 0, 0}) }, ""},
		{"answers another request", func(c net.Conn) {
			r := next(c)
			r[24] = 9
			c.Write(answer(r, 0, negotiated()))
		}, ""},
		{"refuses every dialect", func(c net.Conn) { c.Write(answer(next(c), 0xC00000BB, negotiated())) }, ""},
		{"is silent", func(c net.Conn) { next(c) }, network.Timeout},
		{"points outside", func(c net.Conn) {
			c.Write(answer(next(c), 0, negotiated()))
			c.Write(answer(next(c), statusMore, []byte{9, 0, 0, 0, 0xF0, 0xFF, 0xFF, 0xFF}))
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			s, err := Status(ctx, oneServer{serve: c.serve}, here, credential)
			var outside *network.Error
			var unread *Malformed
			switch {
			case err == nil || s.Sent || strings.Contains(err.Error(), password):
				t.Errorf("%+v, %v", s, err)
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
	var asked time.Time
	_, err := Status(ctx, oneServer{serve: func(c net.Conn) {
		next(c)
		asked = time.Now()
		cancel()
	}}, here, credential)
	var outside *network.Error
	if !errors.As(err, &outside) || outside.Kind != network.Cancelled || time.Since(asked) > 100*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(asked))
	}
}

// FuzzHost lets a host send anything, in the frames it should send and beyond.
func FuzzHost(f *testing.F) {
	request := make([]byte, headerSize)
	copy(request, protocol)
	f.Add(answer(request, 0, negotiated())[4:], []byte{})
	f.Add(answer(request, 0, negotiated())[4:], answer(request, statusMore, sessionBody(0, []byte("token")))[4:])
	f.Fuzz(func(t *testing.T, first, second []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		s, err := Status(ctx, oneServer{serve: func(c net.Conn) {
			defer c.Close()
			for _, frame := range [][]byte{first, second} {
				r := next(c)
				if len(frame) >= headerSize && len(r) >= headerSize {
					copy(frame[24:32], r[24:32]) // the message it answers
				}
				c.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(frame))), frame...))
			}
		}}, here, credential)
		if err == nil && s.Status.IsZero() {
			t.Errorf("%+v", s)
		}
	})
}
