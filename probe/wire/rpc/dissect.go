package rpc

import (
	"fmt"
	"strings"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// dissection is what a connection knows about a frame that the frame does not
// say.
type dissection struct {
	out, served bool
	call        string           // name of the operation; empty: by the interface's table
	syntax      *dcerpc.SyntaxID // interface of a request and its answer
	redact      func(token []byte) []byte
}

// frame dissects one frame. What cannot be read is left out; the bytes are
// always there, tokens blanked.
func (d dissection) frame(raw []byte) trace.Frame {
	t := trace.Frame{At: time.Now(), Out: d.out, Served: d.served, Size: len(raw), Operation: d.call}
	f, length, err := parseHeader(raw)
	if err != nil || length != len(raw) {
		t.Type, t.Bad, t.Raw = "unreadable", true, make([]byte, len(raw))
		return t
	}
	f.raw = append([]byte(nil), raw...)
	t.Type, t.CallID, t.Raw = f.kind.String(), f.callID, f.raw
	p := &page{t: &t, f: &f, d: d}
	p.header()
	if p.v, p.signed, err = f.verifier(headerSize); err != nil {
		t.Bad, t.Status, t.Raw = true, "unreadable", make([]byte, len(raw))
		return t
	}
	p.body()
	p.verifier()
	return t
}

// page collects the fields of one frame.
type page struct {
	t      *trace.Frame
	f      *frame
	d      dissection
	v      verifier
	signed bool
}

func (p *page) add(name string, offset, size int, value any, meaning string) {
	p.t.Fields = append(p.t.Fields, trace.Field{Name: name, Value: fmt.Sprint(value), Meaning: meaning, Offset: offset, Size: size})
}

func (p *page) header() {
	b := p.f.raw
	p.add("version", 0, 2, fmt.Sprintf("%d.%d", b[0], b[1]), "")
	p.add("type", 2, 1, b[2], p.f.kind.String())
	p.add("flags", 3, 1, fmt.Sprintf("0x%02X", b[3]), p.flags())
	p.add("data representation", 4, 4, fmt.Sprintf("0x%02X", b[4]), p.f.order.String())
	p.add("fragment length", 8, 2, len(b), "")
	p.add("authentication length", 10, 2, p.f.auth, "")
	p.add("call", 12, 4, p.f.callID, "")
}

func (p *page) flags() string {
	var names []string
	for _, n := range []struct {
		bit  uint8
		name string
	}{{flagFirst, "first"}, {flagLast, "last"}, {flagMultiplex, "concurrent multiplexing"},
		{flagNotRun, "did not execute"}, {flagObject, "object"}} {
		if p.f.flags&n.bit != 0 {
			names = append(names, n.name)
		}
	}
	if p.f.flags&flagHeaderSign != 0 {
		name := "cancel pending"
		if p.f.kind.isBind() {
			name = "header signing"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func (p *page) body() {
	switch p.f.kind {
	case typeBind, typeAlter:
		p.bind()
	case typeBindAck, typeAlterResp:
		p.ack()
	case typeBindNak:
		p.nak()
	case typeRequest:
		p.request()
	case typeResponse:
		p.call("stub")
		p.t.Status = "answered"
		if p.f.flags&flagLast == 0 {
			p.t.Status = "to be continued"
		}
	case typeFault:
		p.fault()
	}
}

func (p *page) bind() {
	b, err := parseBind(p.f)
	if err != nil {
		p.unreadable()
		return
	}
	p.add("longest fragment sent", 16, 2, b.maxSend, "")
	p.add("longest fragment taken", 18, 2, b.maxReceive, "")
	p.add("association group", 20, 4, b.group, "")
	var names []string
	at := bindFixed + 4
	for _, c := range b.contexts {
		size := 4 + syntaxSize*(1+len(c.transfer))
		p.add("context", at, size, c.id, offerText(c))
		if _, feature := askedFeatures(firstTransfer(c)); !feature {
			names = append(names, SyntaxName(c.abstract))
		}
		at += size
	}
	p.t.Operation = strings.Join(names, ", ")
}

func firstTransfer(c contextOffer) *dcerpc.SyntaxID {
	if len(c.transfer) == 0 {
		return &dcerpc.SyntaxID{IfUUID: dcerpc.TransferNDR}
	}
	return c.transfer[0]
}

func offerText(c contextOffer) string {
	var transfers []string
	for _, t := range c.transfer {
		transfers = append(transfers, SyntaxName(t))
	}
	return fmt.Sprintf("%s %d.%d over %s", SyntaxName(c.abstract), c.abstract.IfVersionMajor, c.abstract.IfVersionMinor, strings.Join(transfers, ", "))
}

func (p *page) ack() {
	b, err := parseAck(p.f)
	if err != nil {
		p.unreadable()
		return
	}
	p.add("longest fragment sent", 16, 2, b.maxSend, "")
	p.add("longest fragment taken", 18, 2, b.maxReceive, "")
	p.add("association group", 20, 4, fmt.Sprintf("0x%08X", b.group), "")
	at := bindFixed
	portSize := 2
	if b.port != "" {
		portSize += len(b.port) + 1
	}
	p.add("secondary address", at, portSize, b.port, "")
	at += portSize
	at += (4-at%4)%4 + 4
	for i, r := range b.results {
		text := resultText(r.result, r.reason)
		p.add(fmt.Sprintf("result %d", i), at, 4+syntaxSize, fmt.Sprintf("%d, %d", r.result, r.reason), text)
		if r.result != resultAccepted && r.result != resultNegotiated && p.t.Status == "" {
			p.t.Status = text
		}
		at += 4 + syntaxSize
	}
	if p.t.Status == "" {
		p.t.Status = "accepted"
	}
}

func resultText(result, reason uint16) string {
	switch {
	case result == resultAccepted:
		return "accepted"
	case result == resultNegotiated:
		return "features granted"
	case reason == reasonInterface:
		return "rejected: interface not supported"
	case reason == reasonTransfer:
		return "rejected: transfer syntax not supported"
	}
	return fmt.Sprintf("rejected: result %d, reason %d", result, reason)
}

func (p *page) nak() {
	n, err := parseNak(p.f)
	if err != nil {
		p.unreadable()
		return
	}
	p.add("reason", 16, 2, n.Reason, nakName(n.Reason))
	for i, v := range n.Versions {
		p.add("supported version", 19+2*i, 2, fmt.Sprintf("%d.%d", v.Major, v.Minor), "")
	}
	p.t.Bad, p.t.Status = true, n.Error()
}

// call adds what request, response and fault share.
func (p *page) call(stub string) bool {
	start := p.f.stubStart()
	if p.v.start < start {
		p.unreadable()
		return false
	}
	p.add("allocation hint", 16, 4, p.f.order.Uint32(p.f.raw[16:]), "")
	p.add("context", 20, 2, p.f.order.Uint16(p.f.raw[20:]), SyntaxName(p.d.syntax))
	if size := p.v.start - p.v.pad - start; size > 0 && stub != "" {
		p.add(stub, start, size, fmt.Sprintf("%d bytes", size), p.sealed())
	}
	return true
}

func (p *page) sealed() string {
	if p.signed && p.v.level.seals() {
		return "sealed"
	}
	return ""
}

func (p *page) request() {
	if !p.call("stub") {
		return
	}
	opnum := p.f.order.Uint16(p.f.raw[22:])
	if p.t.Operation == "" {
		p.t.Operation = OperationName(p.d.syntax, int(opnum))
	}
	p.add("operation", 22, 2, opnum, p.t.Operation)
	if p.f.flags&flagObject != 0 {
		c := &cursor{b: p.f.raw, at: callBody, order: p.f.order}
		p.add("object", callBody, objectSize, c.uuid(), "IPID")
	}
}

func (p *page) fault() {
	if !p.call("") {
		return
	}
	p.t.Bad = true
	if p.signed && p.v.level.seals() {
		p.t.Status = "fault, sealed"
		return
	}
	fault, err := parseFault(p.f)
	if err != nil {
		p.unreadable()
		return
	}
	p.t.Status = fault.Error()
	p.add("status", 24, 4, fmt.Sprintf("0x%08X", fault.Status), faultName(fault.Status))
	if n := len(fault.Extended); n > 0 {
		p.add("extended error information", 32, n, fmt.Sprintf("%d bytes", n), "")
	}
}

func (p *page) unreadable() {
	p.t.Bad, p.t.Status = true, "unreadable"
}

// verifier adds authentication and blanks what of a token must not be seen.
func (p *page) verifier() {
	if !p.signed {
		return
	}
	at := p.v.start
	p.add("authentication type", at, 1, p.v.kind, authName(dcerpc.AuthType(p.v.kind)))
	p.add("authentication level", at+1, 1, uint8(p.v.level), p.v.level.String())
	p.add("padding", at+2, 1, p.v.pad, "")
	p.add("security context", at+4, 4, p.v.id, "")
	at += trailerSize
	if !p.f.kind.isBind() {
		p.add("signature", at, len(p.v.secret), fmt.Sprintf("%d bytes", len(p.v.secret)), "")
		return
	}
	shown := make([]byte, len(p.v.secret))
	if p.d.redact != nil {
		copy(shown, p.d.redact(append([]byte(nil), p.v.secret...)))
	}
	copy(p.v.secret, shown)
	p.add("token", at, len(shown), fmt.Sprintf("%d bytes", len(shown)), "secret parts are blanked")
}

func authName(t dcerpc.AuthType) string {
	switch t {
	case dcerpc.AuthTypeGSSNegotiate:
		return "SPNEGO"
	case dcerpc.AuthTypeWinNT:
		return "NTLM"
	case dcerpc.AuthTypeKerberos:
		return "Kerberos"
	case dcerpc.AuthTypeNetLogon:
		return "Netlogon"
	}
	return ""
}
