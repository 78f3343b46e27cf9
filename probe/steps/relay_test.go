package steps_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
)

// ending is what a relay or a strange server does to a connection at its end.
type ending int

const (
	goOn ending = iota
	fin
	rst
	stall
)

func (e ending) do(c net.Conn) {
	switch e {
	case rst:
		_ = c.(*net.TCPConn).SetLinger(0)
		c.Close()
	case fin:
		c.Close()
	case stall:
		_, _ = io.Copy(io.Discard, c)
	}
}

// strange serves connections at an address with a function of the test's own.
func strange(t testing.TB, at string, serve func(net.Conn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			wait.Go(func() { defer c.Close(); serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		wait.Wait()
	})
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// bend changes the n-th frame of the host on a connection and may end it.
type bend func(n int, frame []byte) ([]byte, ending)

// relay stands between client and one port of the host, and bends the frames
// of the host's first connection.
func relay(t testing.TB, at string, to netip.AddrPort, b bend) netip.AddrPort {
	return strange(t, at, func(client net.Conn) {
		host, err := net.Dial("tcp", to.String())
		if err != nil {
			return
		}
		defer host.Close()
		go func() {
			_, _ = io.Copy(host, client)
			host.Close()
		}()
		for n := 0; ; n++ {
			frame, err := readFrame(host)
			if err != nil {
				return
			}
			frame, end := b(n, frame)
			if _, err := client.Write(frame); err != nil {
				return
			}
			if end != goOn {
				end.do(client)
				return
			}
		}
	})
}

// readFrame reads one DCE/RPC frame (C706 12.6.3.1: frag_length at offset 8).
func readFrame(r io.Reader) ([]byte, error) {
	head := make([]byte, 16)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	frame := append(head, make([]byte, int(binary.LittleEndian.Uint16(head[8:]))-len(head))...)
	_, err := io.ReadFull(r, frame[16:])
	return frame, err
}

// frame makes a frame of a kind with the call identifier of another one.
func frame(kind byte, of []byte, body ...byte) []byte {
	f := append([]byte{5, 0, kind, 3, 0x10, 0, 0, 0, 0, 0, 0, 0}, of[12:16]...)
	f = append(f, body...)
	binary.LittleEndian.PutUint16(f[8:], uint16(len(f)))
	return f
}

// bindNak is a bind_nak with a reason (C706 12.6.4.5).
func bindNak(of []byte, reason byte) []byte { return frame(13, of, reason, 0, 1, 5, 0, 0, 0, 0) }

// fault is a fault PDU that did not execute (C706 12.6.4.7, flag 0x20).
func fault(of []byte, status uint32) []byte {
	body := append(make([]byte, 8), binary.LittleEndian.AppendUint32(nil, status)...)
	f := frame(3, of, append(body, 0, 0, 0, 0)...)
	f[3] |= 0x20
	return f
}

// rejectFirst makes the first context of a bind_ack a provider rejection:
// abstract syntax not supported (C706 12.6.3.1).
func rejectFirst(ack []byte) []byte {
	secondary := int(binary.LittleEndian.Uint16(ack[24:]))
	results := (26 + secondary + 3) &^ 3
	binary.LittleEndian.PutUint16(ack[results+4:], 2)
	binary.LittleEndian.PutUint16(ack[results+6:], 1)
	clear(ack[results+8 : results+28]) // a rejected context has a zero syntax
	return ack
}

// only bends one frame.
func only(which int, change func([]byte) ([]byte, ending)) bend {
	return func(n int, f []byte) ([]byte, ending) {
		if n != which {
			return f, goOn
		}
		return change(f)
	}
}
