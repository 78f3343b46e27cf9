package rpc

import (
	"bufio"
	"errors"
	"io"
	"net"
	"time"
)

// reader cuts a byte stream into frames.
type reader struct {
	nc net.Conn
	br *bufio.Reader
}

func newReader(nc net.Conn) *reader { return &reader{nc, bufio.NewReaderSize(nc, 8192)} }

const (
	foreignBytes = 64                     // how much of an answer that is no RPC is kept
	foreignWait  = 100 * time.Millisecond // how long more of it is waited for
)

// next reads one frame. Its error is io.EOF before the first byte, *Truncated
// within a frame, *NotRPC, *Malformed, or that of the connection.
func (r *reader) next() (frame, error) {
	first, err := r.br.Peek(1)
	if err != nil {
		return frame{}, err
	}
	if first[0] != 5 {
		return frame{}, &NotRPC{First: r.foreign()}
	}
	head := make([]byte, headerSize)
	if n, err := io.ReadFull(r.br, head); err != nil {
		return frame{}, cut(err, n, 0)
	}
	f, length, err := parseHeader(head)
	if err != nil {
		return frame{}, &Malformed{What: "frame header", Err: err, Raw: head}
	}
	f.raw = make([]byte, length)
	copy(f.raw, head)
	if n, err := io.ReadFull(r.br, f.raw[headerSize:]); err != nil {
		return frame{}, cut(err, headerSize+n, length)
	}
	if _, _, err := f.verifier(headerSize); err != nil {
		return frame{}, malformed(&f, err)
	}
	return f, nil
}

// foreign returns the beginning of what is not RPC. What comes within a moment
// belongs to it; the connection is given up anyway.
func (r *reader) foreign() []byte {
	if r.br.Buffered() < foreignBytes {
		_ = r.nc.SetReadDeadline(time.Now().Add(foreignWait)) // without it the read below merely waits longer
		_, _ = r.br.Peek(foreignBytes)
	}
	b, _ := r.br.Peek(min(foreignBytes, r.br.Buffered()))
	return append([]byte(nil), b...)
}

// cut makes a FIN within a frame a *Truncated.
func cut(err error, got, want int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Truncated{Got: got, Want: want}
	}
	return err
}

// malformed names the frame that cannot be read.
func malformed(f *frame, err error) *Malformed {
	return &Malformed{What: f.kind.String(), Err: err, Raw: head64(f.raw)}
}

func head64(b []byte) []byte { return append([]byte(nil), b[:min(len(b), 64)]...) }
