package kerberos

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// Port is where a KDC listens.
const Port = 88

// Encryption types (RFC 3962, RFC 4757).
const (
	AES128 int32 = 17
	AES256 int32 = 18
	RC4    int32 = 23
)

// Realm is a Kerberos realm and where its servers are.
type Realm struct {
	Name    string // upper case as a rule
	KDCs    []netip.AddrPort
	Network network.Network
	// ETypes are asked for, the best first; nil means AES256 and AES128.
	ETypes []int32
	Trace  trace.Sink
	Number func() int // of the next connection, for the trace; may be nil
	// Patience is how long one server may take to accept a connection; zero
	// means three seconds.
	Patience time.Duration
}

// longestReply is more than any ticket: Windows allows 48,000 bytes of token.
const longestReply = 1 << 20

var errNoKDC = errors.New("no Kerberos server is known for the realm")

// exchange sends one request to the first server that can be reached and
// returns the answer (RFC 4120 7.2.2). A server that answered is not left for
// another: what it said is the result.
func (r *Realm) exchange(ctx context.Context, request []byte) ([]byte, netip.AddrPort, error) {
	if len(r.KDCs) == 0 {
		return nil, netip.AddrPort{}, errNoKDC
	}
	var first error
	at := r.KDCs[0]
	for _, kdc := range r.KDCs {
		conn, err := r.dial(ctx, kdc)
		if err != nil {
			if first == nil {
				first, at = err, kdc
			}
			if ctx.Err() != nil {
				break
			}
			continue
		}
		reply, err := r.talk(ctx, conn, kdc, request)
		return reply, kdc, err
	}
	return nil, at, first
}

func (r *Realm) dial(ctx context.Context, kdc netip.AddrPort) (net.Conn, error) {
	patience := r.Patience
	if patience == 0 {
		patience = 3 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.Network.Dial(ctx, kdc)
}

// talk is one request and one answer on a connection of its own, which it
// closes. A cancelled ctx ends it at once.
func (r *Realm) talk(ctx context.Context, conn net.Conn, kdc netip.AddrPort, request []byte) ([]byte, error) {
	defer conn.Close()
	deadline, _ := ctx.Deadline() // the zero time is no deadline
	_ = conn.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	number := 0
	if r.Number != nil {
		number = r.Number()
	}
	r.frame(conn, kdc, number, true, nil, "connect")
	r.frame(conn, kdc, number, false, nil, "connected")
	framed := append(binary.BigEndian.AppendUint32(nil, uint32(len(request))), request...)
	if _, err := conn.Write(framed); err != nil {
		return nil, classify(ctx, "write", kdc, err)
	}
	r.frame(conn, kdc, number, true, request, "")
	var head [4]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, classify(ctx, "read", kdc, err)
	}
	size := binary.BigEndian.Uint32(head[:])
	if size == 0 || size > longestReply {
		return nil, &Malformed{What: "answer of the Kerberos server", KDC: kdc, Err: fmt.Errorf("it announces %d bytes", size)}
	}
	var reply bytes.Buffer // grows with what comes, not with what is announced
	if _, err := io.CopyN(&reply, conn, int64(size)); err != nil {
		return nil, classify(ctx, "read", kdc, err)
	}
	r.frame(conn, kdc, number, false, reply.Bytes(), "")
	return reply.Bytes(), nil
}

func classify(ctx context.Context, op string, kdc netip.AddrPort, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		err = errors.Join(context.Canceled, err)
	}
	return network.Classify(op, kdc, err)
}

// frame reports one message to the trace.
func (r *Realm) frame(conn net.Conn, kdc netip.AddrPort, number int, out bool, raw []byte, kind string) {
	if r.Trace == nil {
		return
	}
	f := trace.Frame{At: time.Now(), Conn: number, Remote: kdc, Out: out, Type: kind, Size: len(raw), Raw: Redact(raw)}
	if a, ok := conn.LocalAddr().(*net.TCPAddr); ok {
		f.Local = a.AddrPort()
	}
	if kind == "" {
		f.Type = messageName(raw)
	}
	if e, ok := readError(raw); ok {
		f.Status, f.Bad = e.Error(), !e.Says(ErrPreauthRequired)
	}
	r.Trace(f)
}

func (r *Realm) etypes() []int32 {
	if len(r.ETypes) > 0 {
		return r.ETypes
	}
	return []int32{AES256, AES128}
}
