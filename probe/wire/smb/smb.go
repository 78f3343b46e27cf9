// Package smb logs on over SMB2 once, for the exact NTSTATUS of the logon:
// where RPC says no more than "access denied", the answer to a session setup
// names the reason (MS-SMB2 3.3.5.5.3). Nothing is opened, nothing is signed
// and the connection is closed at once.
package smb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// Port is where SMB listens.
const Port = 445

// Session is the answer to a session setup.
type Session struct {
	Status  code.Code // NTSTATUS; number 0: the logon was accepted
	Guest   bool      // accepted, but as guest or nobody: the password was not looked at
	Dialect string    // as 3.1.1
	Sent    bool      // the proof of the password was sent
}

// Status logs on with NTLM inside SPNEGO. get is called when the host's
// challenge is in; what it returns is sent at once. A refused logon is no error:
// it is the status. Errors are *network.Error and *Malformed, or those of get.
func Status(ctx context.Context, n network.Network, at netip.AddrPort, get func(ntlm.Challenge) (ntlm.Credential, error)) (Session, error) {
	conn, err := n.Dial(ctx, at)
	if err != nil {
		return Session{}, err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline() // the zero time is no deadline
	_ = conn.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	p := &peer{ctx: ctx, conn: conn, at: at}
	var s Session
	if s.Dialect, err = p.negotiate(); err != nil {
		return s, err
	}
	return s, p.logOn(&s, get)
}

// Malformed is an answer that is no SMB2, or none that can be read.
type Malformed struct {
	What string
	At   netip.AddrPort
	Err  error
}

func (m *Malformed) Error() string { return m.What + ": " + m.Err.Error() }
func (m *Malformed) Unwrap() error { return m.Err }

// peer is the other end of a connection.
type peer struct {
	ctx     context.Context
	conn    net.Conn
	at      netip.AddrPort
	message uint64 // the next message id
	session uint64
}

// Commands, statuses and flags (MS-SMB2 2.2.1.2, MS-ERREF 2.3).
const (
	commandNegotiate = 0
	commandSession   = 1

	statusMore    = 0xC0000016 // STATUS_MORE_PROCESSING_REQUIRED
	statusPending = 0x00000103

	sessionGuest = 1
	sessionNull  = 2
)

// negotiate agrees on a dialect (MS-SMB2 2.2.3, 2.2.4).
func (p *peer) negotiate() (string, error) {
	dialects := []uint16{0x0202, 0x0210, 0x0300, 0x0302, 0x0311}
	body := binary.LittleEndian.AppendUint16(nil, 36)
	body = binary.LittleEndian.AppendUint16(body, uint16(len(dialects)))
	body = append(body, 1, 0, 0, 0, 0, 0, 0, 0) // signing enabled; no capabilities
	var random [48]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	body = append(body, random[:16]...) // client guid
	const contexts = (headerSize + 36 + 10 + 7) / 8 * 8
	body = binary.LittleEndian.AppendUint32(body, contexts)
	body = append(body, 1, 0, 0, 0) // one context
	for _, d := range dialects {
		body = binary.LittleEndian.AppendUint16(body, d)
	}
	body = append(body, make([]byte, contexts-headerSize-len(body))...)
	body = append(body, 1, 0, 38, 0, 0, 0, 0, 0, 1, 0, 32, 0, 1, 0) // integrity before the logon, SHA-512
	body = append(body, random[16:]...)                             // its salt
	status, answer, err := p.ask(commandNegotiate, body)
	switch {
	case err != nil:
		return "", err
	case status != 0:
		return "", p.malformed("answer to SMB2 negotiate", fmt.Errorf("status 0x%08X", status))
	case len(answer) < headerSize+6:
		return "", p.malformed("answer to SMB2 negotiate", io.ErrUnexpectedEOF)
	}
	d := binary.LittleEndian.Uint16(answer[headerSize+4:])
	return fmt.Sprintf("%d.%d.%d", d>>8, d>>4&15, d&15), nil
}

// logOn goes the two legs of NTLM (MS-SMB2 2.2.5, 2.2.6).
func (p *peer) logOn(s *Session, get func(ntlm.Challenge) (ntlm.Credential, error)) error {
	var withheld error // why there is no credential
	client := spnego.NewClient(spnego.Mech{OID: spnego.NTLM, Mechanism: ntlm.NewClient(ntlm.ClientOptions{Sign: true},
		func(c ntlm.Challenge) (cred ntlm.Credential, err error) {
			cred, withheld = get(c)
			s.Sent = withheld == nil
			return cred, withheld
		})})
	var in []byte
	for range 2 {
		token, _, err := client.Next(in)
		switch {
		case withheld != nil:
			return fmt.Errorf("SMB2 session setup: %w", withheld)
		case err != nil:
			s.Sent = false // nothing left us
			return p.malformed("token of the SMB server", err)
		}
		status, answer, err := p.ask(commandSession, setup(token))
		if err != nil {
			return err
		}
		s.Status = code.Code{Space: code.NTStatus, Number: status}
		if status != statusMore && status != 0 {
			return nil
		}
		flags, out, err := readSetup(answer)
		if err != nil {
			return p.malformed("answer to SMB2 session setup", err)
		}
		if s.Guest = flags&(sessionGuest|sessionNull) != 0; status == 0 {
			return nil
		}
		in = out
	}
	return p.malformed("answer to SMB2 session setup", errors.New("the host wants a third token"))
}

// setup is the body of a session setup request.
func setup(token []byte) []byte {
	b := []byte{25, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	b = binary.LittleEndian.AppendUint16(b, headerSize+24)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(token)))
	return append(append(b, make([]byte, 8)...), token...)
}

func readSetup(answer []byte) (flags uint16, token []byte, err error) {
	if len(answer) < headerSize+8 {
		return 0, nil, io.ErrUnexpectedEOF
	}
	b := answer[headerSize:]
	from, size := int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))
	if size > 0 && (from < headerSize+8 || from+size > len(answer)) {
		return 0, nil, errors.New("its token lies outside of the frame")
	}
	if size > 0 {
		token = answer[from : from+size]
	}
	return binary.LittleEndian.Uint16(b[2:]), token, nil
}

const headerSize = 64

var protocol = []byte{0xFE, 'S', 'M', 'B'}

// ask sends one request and returns status and frame of its answer.
func (p *peer) ask(command uint16, body []byte) (status uint32, answer []byte, err error) {
	frame := append([]byte(nil), protocol...)
	frame = binary.LittleEndian.AppendUint16(frame, headerSize)
	frame = append(frame, 1, 0, 0, 0, 0, 0) // credit charge, status
	frame = binary.LittleEndian.AppendUint16(frame, command)
	frame = append(frame, 1, 0) // credits
	frame = append(frame, make([]byte, 8)...)
	frame = binary.LittleEndian.AppendUint64(frame, p.message)
	frame = append(frame, make([]byte, 8)...)
	frame = binary.LittleEndian.AppendUint64(frame, p.session)
	frame = append(append(frame, make([]byte, 16)...), body...)
	if len(frame) > 0xFFFF {
		return 0, nil, errors.New("SMB2: the token is too long")
	}
	asked := p.message
	p.message++
	sized := append(binary.BigEndian.AppendUint32(nil, uint32(len(frame))), frame...)
	if _, err := p.conn.Write(sized); err != nil {
		return 0, nil, p.socket("write", err)
	}
	for {
		answer, err := p.read()
		if err != nil {
			return 0, nil, err
		}
		status = binary.LittleEndian.Uint32(answer[8:])
		if status == statusPending {
			continue // the host takes its time; the deadline is ours
		}
		if binary.LittleEndian.Uint16(answer[12:]) != command || binary.LittleEndian.Uint64(answer[24:]) != asked {
			return 0, nil, p.malformed("answer of the SMB server", errors.New("it answers another request"))
		}
		p.session = binary.LittleEndian.Uint64(answer[40:])
		return status, answer, nil
	}
}

// longest is more than any answer to these two requests.
const longest = 1 << 17

// read reads one frame, header included.
func (p *peer) read() ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(p.conn, size[:]); err != nil {
		return nil, p.socket("read", err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n < headerSize || n > longest {
		return nil, p.malformed("answer of the SMB server", fmt.Errorf("a frame of %d bytes", n))
	}
	var frame bytes.Buffer // grows with what comes, not with what is announced
	if _, err := io.CopyN(&frame, p.conn, int64(n)); err != nil {
		return nil, p.socket("read", err)
	}
	if !bytes.HasPrefix(frame.Bytes(), protocol) {
		return nil, p.malformed("answer of the SMB server", errors.New("it is no SMB2"))
	}
	return frame.Bytes(), nil
}

func (p *peer) malformed(what string, err error) error { return &Malformed{what, p.at, err} }

func (p *peer) socket(op string, err error) error {
	if errors.Is(p.ctx.Err(), context.Canceled) {
		err = errors.Join(context.Canceled, err)
	}
	return network.Classify(op, p.at, err)
}
