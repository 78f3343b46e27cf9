package rpc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"
)

// contextOffer is one element of a bind's presentation context list.
type contextOffer struct {
	id       uint16
	abstract *dcerpc.SyntaxID
	transfer []*dcerpc.SyntaxID
}

// contextResult is one element of a bind_ack's result list.
type contextResult struct {
	result, reason uint16
	transfer       *dcerpc.SyntaxID
}

// Results of a presentation context (C706 p_cont_def_result_t, MS-RPCE 2.2.2.4).
const (
	resultAccepted   = 0
	resultProvider   = 2
	resultNegotiated = 3 // the answer to bind-time features

	reasonInterface = 1
	reasonTransfer  = 2
)

// features are the two bits of bind-time feature negotiation (MS-RPCE
// 2.2.2.14): several security contexts on one connection, and keeping the
// connection when a call is orphaned.
const features = 0x3

// feature is the transfer syntax that asks for them.
func featureSyntax() *dcerpc.SyntaxID {
	return &dcerpc.SyntaxID{IfUUID: uuid.New(0x6CB71C2C, 0x9812, 0x4540, features, 0, [6]byte{}), IfVersionMajor: 1}
}

// askedFeatures is the mask in a bind-time feature syntax, and whether it is one.
func askedFeatures(s *dcerpc.SyntaxID) (uint16, bool) {
	u := s.IfUUID
	if u.TimeLow != 0x6CB71C2C || u.TimeMid != 0x9812 || u.TimeHiAndVersion != 0x4540 {
		return 0, false
	}
	return uint16(u.ClockSeqHiAndReserved) | uint16(u.ClockSeqLow)<<8, true
}

// bindBody is what bind and alter_context carry (C706 12.6.4.3), and, with
// results and port instead of contexts, their answers (12.6.4.4).
type bindBody struct {
	maxSend, maxReceive uint16
	group               uint32
	contexts            []contextOffer
	port                string
	results             []contextResult
}

// bindFixed is the fixed part of these four frames, header included.
const bindFixed = headerSize + 8

func (b *bindBody) appendFixed(raw []byte) []byte {
	raw = binary.LittleEndian.AppendUint16(raw, b.maxSend)
	raw = binary.LittleEndian.AppendUint16(raw, b.maxReceive)
	return binary.LittleEndian.AppendUint32(raw, b.group)
}

// appendBind writes header room and body of a bind or alter_context.
func (b *bindBody) appendBind(raw []byte) []byte {
	raw = b.appendFixed(append(raw, make([]byte, headerSize)...))
	raw = append(raw, byte(len(b.contexts)), 0, 0, 0)
	for _, c := range b.contexts {
		raw = binary.LittleEndian.AppendUint16(raw, c.id)
		raw = append(raw, byte(len(c.transfer)), 0)
		raw = appendSyntax(raw, c.abstract)
		for _, t := range c.transfer {
			raw = appendSyntax(raw, t)
		}
	}
	return raw
}

// appendAck writes header room and body of their answers.
func (b *bindBody) appendAck(raw []byte) []byte {
	raw = b.appendFixed(append(raw, make([]byte, headerSize)...))
	if b.port == "" {
		raw = binary.LittleEndian.AppendUint16(raw, 0)
	} else {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(len(b.port)+1))
		raw = append(append(raw, b.port...), 0)
	}
	raw = pad(raw, 4)
	raw = append(raw, byte(len(b.results)), 0, 0, 0)
	for _, r := range b.results {
		raw = binary.LittleEndian.AppendUint16(raw, r.result)
		raw = binary.LittleEndian.AppendUint16(raw, r.reason)
		raw = appendSyntax(raw, r.transfer)
	}
	return raw
}

// appendSyntax writes a syntax identifier, nil as zeros.
func appendSyntax(raw []byte, s *dcerpc.SyntaxID) []byte {
	if s == nil {
		return append(raw, make([]byte, syntaxSize)...)
	}
	raw = append(raw, s.IfUUID.EncodeBinary()...)
	raw = binary.LittleEndian.AppendUint16(raw, s.IfVersionMajor)
	return binary.LittleEndian.AppendUint16(raw, s.IfVersionMinor)
}

func pad(raw []byte, to int) []byte {
	return append(raw, make([]byte, (to-len(raw)%to)%to)...)
}

const syntaxSize = 20

// cursor reads a frame's body. After its end it yields zeros and keeps the
// error.
type cursor struct {
	b     []byte
	at    int
	order binary.ByteOrder
	err   error
}

func (c *cursor) bytes(n int) []byte {
	if c.err == nil && n > len(c.b)-c.at {
		c.err = fmt.Errorf("ends at byte %d, %d more are announced", len(c.b), n-(len(c.b)-c.at))
	}
	if c.err != nil {
		return nil
	}
	c.at += n
	return c.b[c.at-n : c.at]
}

func (c *cursor) u8() uint8 {
	if b := c.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.bytes(2); b != nil {
		return c.order.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.bytes(4); b != nil {
		return c.order.Uint32(b)
	}
	return 0
}

func (c *cursor) uuid() *uuid.UUID {
	b := c.bytes(16)
	if b == nil {
		return &uuid.UUID{}
	}
	u := &uuid.UUID{
		TimeLow: c.order.Uint32(b), TimeMid: c.order.Uint16(b[4:]), TimeHiAndVersion: c.order.Uint16(b[6:]),
		ClockSeqHiAndReserved: b[8], ClockSeqLow: b[9],
	}
	copy(u.Node[:], b[10:])
	return u
}

func (c *cursor) syntax() *dcerpc.SyntaxID {
	s := &dcerpc.SyntaxID{IfUUID: c.uuid()}
	// C706 writes one 32-bit version, major in its low half.
	if c.order == binary.BigEndian {
		s.IfVersionMinor = c.u16()
		s.IfVersionMajor = c.u16()
		return s
	}
	s.IfVersionMajor = c.u16()
	s.IfVersionMinor = c.u16()
	return s
}

// body is a cursor over the frame between its header and its verifier.
func (f *frame) body() (*cursor, error) {
	v, _, err := f.verifier(headerSize)
	if err != nil {
		return nil, err
	}
	return &cursor{b: f.raw[:v.start], at: headerSize, order: f.order}, nil
}

// parseBind reads a bind or alter_context.
func parseBind(f *frame) (*bindBody, error) {
	c, err := f.body()
	if err != nil {
		return nil, err
	}
	b := &bindBody{maxSend: c.u16(), maxReceive: c.u16(), group: c.u32()}
	n := c.u8()
	c.bytes(3)
	for range n {
		o := contextOffer{id: c.u16()}
		transfers := c.u8()
		c.bytes(1)
		o.abstract = c.syntax()
		for range transfers {
			o.transfer = append(o.transfer, c.syntax())
			if c.err != nil {
				return nil, c.err
			}
		}
		b.contexts = append(b.contexts, o)
	}
	if c.err == nil && n == 0 {
		c.err = errors.New("no presentation context")
	}
	return b, c.err
}

// parseAck reads a bind_ack or alter_context_resp.
func parseAck(f *frame) (*bindBody, error) {
	c, err := f.body()
	if err != nil {
		return nil, err
	}
	b := &bindBody{maxSend: c.u16(), maxReceive: c.u16(), group: c.u32()}
	if port := c.bytes(int(c.u16())); len(port) > 0 {
		b.port = string(port[:len(port)-1])
	}
	c.bytes((4 - c.at%4) % 4)
	n := c.u8()
	c.bytes(3)
	for range n {
		r := contextResult{result: c.u16(), reason: c.u16()}
		r.transfer = c.syntax()
		if c.err != nil {
			return nil, c.err
		}
		b.results = append(b.results, r)
	}
	return b, c.err
}

// parseNak reads a bind_nak. Everything behind the reason is optional.
func parseNak(f *frame) (*BindNak, error) {
	c, err := f.body()
	if err != nil {
		return nil, err
	}
	nak := &BindNak{Reason: c.u16()}
	if c.err != nil {
		return nil, c.err
	}
	if c.at == len(c.b) {
		return nak, nil
	}
	n := c.u8()
	for range n {
		v := Version{c.u8(), c.u8()}
		if c.err != nil {
			return nil, c.err
		}
		nak.Versions = append(nak.Versions, v)
	}
	if at := bytes.Index(c.b[c.at:], extendedSignature); at >= 0 {
		nak.Extended = append([]byte(nil), c.b[c.at+at:]...)
	}
	return nak, nil
}

// extendedSignature precedes extended error information in a bind_nak
// (MS-RPCE 2.2.2.9): 90740320-fad0-11d3-82d7-009027b130ab.
var extendedSignature = []byte{0x20, 0x03, 0x74, 0x90, 0xD0, 0xFA, 0xD3, 0x11, 0x82, 0xD7, 0x00, 0x90, 0x27, 0xB1, 0x30, 0xAB}

// appendNak writes header room and body of a bind_nak.
func (n *BindNak) append(raw []byte) []byte {
	raw = append(raw, make([]byte, headerSize)...)
	raw = binary.LittleEndian.AppendUint16(raw, n.Reason)
	raw = append(raw, byte(len(n.Versions)))
	for _, v := range n.Versions {
		raw = append(raw, v.Major, v.Minor)
	}
	return append(pad(raw, 4), n.Extended...)
}

// parseFault reads a fault (C706 12.6.4.7). Bit 0 of the byte behind the
// cancel count announces extended error information (MS-RPCE 2.2.2.12).
func parseFault(f *frame) (*Fault, error) {
	c, err := f.body()
	if err != nil {
		return nil, err
	}
	c.bytes(7) // allocation hint, context, cancel count
	extended := c.u8()&1 != 0
	fault := &Fault{Status: c.u32(), Flags: f.flags, DidNotExecute: f.flags&flagNotRun != 0}
	if c.err != nil {
		return nil, c.err
	}
	fault.Raw = append([]byte(nil), f.raw...)
	if rest := c.b[c.at:]; extended && len(rest) > 4 {
		fault.Extended = append([]byte(nil), rest[4:]...)
	}
	return fault, nil
}

// appendFault writes header room and body of a fault, as Windows does: 32
// bytes, without a verifier, the whole length as its allocation hint.
func (e *Fault) append(raw []byte, context uint16) []byte {
	raw = append(raw, make([]byte, headerSize)...)
	raw = binary.LittleEndian.AppendUint32(raw, uint32(32+len(e.Extended)))
	raw = binary.LittleEndian.AppendUint16(raw, context)
	raw = append(raw, 0, 0)
	if len(e.Extended) > 0 {
		raw[len(raw)-1] = 1
	}
	raw = binary.LittleEndian.AppendUint32(raw, e.Status)
	raw = append(raw, 0, 0, 0, 0)
	return append(raw, e.Extended...)
}
