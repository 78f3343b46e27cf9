package rpc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Frame types (C706 12.6.4, MS-RPCE 2.2.2.1).
type frameType uint8

const (
	typeRequest   frameType = 0
	typeResponse  frameType = 2
	typeFault     frameType = 3
	typeBind      frameType = 11
	typeBindAck   frameType = 12
	typeBindNak   frameType = 13
	typeAlter     frameType = 14
	typeAlterResp frameType = 15
	typeAuth3     frameType = 16
	typeShutdown  frameType = 17
	typeCancel    frameType = 18
	typeOrphaned  frameType = 19
)

func (t frameType) String() string {
	switch t {
	case typeRequest:
		return "request"
	case typeResponse:
		return "response"
	case typeFault:
		return "fault"
	case typeBind:
		return "bind"
	case typeBindAck:
		return "bind_ack"
	case typeBindNak:
		return "bind_nak"
	case typeAlter:
		return "alter_context"
	case typeAlterResp:
		return "alter_context_resp"
	case typeAuth3:
		return "auth3"
	case typeShutdown:
		return "shutdown"
	case typeCancel:
		return "co_cancel"
	case typeOrphaned:
		return "orphaned"
	}
	return fmt.Sprintf("type %d", uint8(t))
}

// isBind holds for the frames whose verifier is a token of a logon.
func (t frameType) isBind() bool { return t >= typeBind && t <= typeAuth3 }

// Frame flags (C706 12.6.3.1, MS-RPCE 2.2.2.3).
const (
	flagFirst      = 0x01
	flagLast       = 0x02
	flagHeaderSign = 0x04 // in bind and alter_context and their answers
	flagMultiplex  = 0x10
	flagNotRun     = 0x20 // PFC_DID_NOT_EXECUTE
	flagObject     = 0x80

	flagWhole = flagFirst | flagLast
)

const (
	headerSize  = 16
	trailerSize = 8 // MS-RPCE 2.2.2.11 sec_trailer, before the token or signature
	objectSize  = 16
	callBody    = headerSize + 8 // where the stub of a request, response or fault begins
)

// frame is one whole DCE/RPC protocol data unit.
type frame struct {
	kind   frameType
	flags  uint8
	order  binary.ByteOrder
	auth   int // length of the token or signature at its end
	callID uint32
	raw    []byte
}

var errOrder = errors.New("unknown data representation")

// parseHeader reads the 16 bytes every frame begins with, and returns the
// length of the frame.
func parseHeader(b []byte) (f frame, length int, err error) {
	if len(b) < headerSize {
		return frame{}, 0, fmt.Errorf("%d bytes are no header", len(b))
	}
	if b[0] != 5 || b[1] > 1 {
		return frame{}, 0, fmt.Errorf("version %d.%d", b[0], b[1])
	}
	f.kind, f.flags = frameType(b[2]), b[3]
	switch b[4] & 0xF0 {
	case 0x10:
		f.order = binary.LittleEndian
	case 0x00:
		f.order = binary.BigEndian
	default:
		return frame{}, 0, errOrder
	}
	length = int(f.order.Uint16(b[8:]))
	f.auth = int(f.order.Uint16(b[10:]))
	f.callID = f.order.Uint32(b[12:])
	if length < headerSize {
		return frame{}, 0, fmt.Errorf("fragment length %d is shorter than the header", length)
	}
	return f, length, nil
}

// putHeader writes the first 16 bytes of a finished frame.
func putHeader(raw []byte, t frameType, flags uint8, callID uint32, auth int) {
	copy(raw, []byte{5, 0, byte(t), flags, 0x10, 0, 0, 0})
	binary.LittleEndian.PutUint16(raw[8:], uint16(len(raw)))
	binary.LittleEndian.PutUint16(raw[10:], uint16(auth))
	binary.LittleEndian.PutUint32(raw[12:], callID)
}

// verifier is the authentication at the end of a frame.
type verifier struct {
	kind   uint8
	level  Level
	pad    int
	id     uint32 // auth_context_id
	start  int    // where the sec_trailer begins
	secret []byte // token or signature
}

// verifier finds the verifier of a frame whose own body begins at start. ok is
// false where the frame carries none.
func (f *frame) verifier(start int) (v verifier, ok bool, err error) {
	if f.auth == 0 {
		return verifier{start: len(f.raw)}, false, nil
	}
	v.start = len(f.raw) - f.auth - trailerSize
	if v.start < start {
		return v, false, fmt.Errorf("authentication of %d bytes does not fit into a %s of %d", f.auth, f.kind, len(f.raw))
	}
	t := f.raw[v.start:]
	v.kind, v.level, v.pad = t[0], Level(t[1]), int(t[2])
	v.id = f.order.Uint32(t[4:])
	v.secret = f.raw[len(f.raw)-f.auth:]
	if v.start-v.pad < start {
		return v, false, fmt.Errorf("padding of %d bytes does not fit into a %s of %d", v.pad, f.kind, len(f.raw))
	}
	return v, true, nil
}

// stubStart is where the stub of a request begins, behind the object.
func (f *frame) stubStart() int {
	if f.kind == typeRequest && f.flags&flagObject != 0 {
		return callBody + objectSize
	}
	return callBody
}
