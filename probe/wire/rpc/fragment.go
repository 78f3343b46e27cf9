package rpc

import (
	"encoding/binary"
	"errors"

	"github.com/oiweiwei/go-msrpc/midl/uuid"
)

const (
	// fragmentSize is what we send and take at most in one frame, as Windows
	// clients and servers on Ethernet offer.
	fragmentSize = 5840
	// mustReceive is what every implementation takes (C706 12.6.3.5).
	mustReceive = 1432
)

// outgoing is a request or response to be cut into fragments.
type outgoing struct {
	kind    frameType
	callID  uint32
	context uint16
	opnum   uint16
	object  *uuid.UUID
	stub    []byte
}

// fragments returns the frames, none longer than most.
func (o *outgoing) fragments(s *security, most int) ([][]byte, error) {
	fixed := callBody
	if o.object != nil {
		fixed += objectSize
	}
	room := (most - fixed - s.overhead()) &^ 15
	if room < 16 {
		return nil, errors.New("the peer's fragments have no room for a stub")
	}
	var frames [][]byte
	for first, left := true, o.stub; first || len(left) > 0; first = false {
		n := min(room, len(left))
		flags := uint8(0)
		if first {
			flags |= flagFirst
		}
		if n == len(left) {
			flags |= flagLast
		}
		raw := make([]byte, headerSize, fixed+n+16+s.overhead())
		raw = binary.LittleEndian.AppendUint32(raw, uint32(len(left)))
		raw = binary.LittleEndian.AppendUint16(raw, o.context)
		raw = binary.LittleEndian.AppendUint16(raw, o.opnum) // a response: cancel count and a reserved byte
		if o.object != nil {
			flags |= flagObject
			raw = append(raw, o.object.EncodeBinary()...)
		}
		raw, err := s.seal(append(raw, left[:n]...), fixed, o.kind, flags, o.callID)
		if err != nil {
			return nil, err
		}
		frames = append(frames, raw)
		left = left[n:]
	}
	return frames, nil
}

// assembly joins the fragments of one request or response.
type assembly struct {
	stub   []byte
	begun  bool
	whole  bool
	atMost int
	pieces int
}

var (
	errNoFirst  = errors.New("a later fragment without the first")
	errTwoFirst = errors.New("a second first fragment")
	errEmpty    = errors.New("an empty fragment that is not the last")
	errTooLong  = errors.New("longer than this program takes")
)

// add takes the next fragment.
func (a *assembly) add(flags uint8, stub []byte) error {
	first, last := flags&flagFirst != 0, flags&flagLast != 0
	switch {
	case !first && !a.begun:
		return errNoFirst
	case first && a.begun:
		return errTwoFirst
	case len(stub) == 0 && !last:
		return errEmpty
	case len(a.stub)+len(stub) > a.atMost:
		return errTooLong
	}
	a.begun, a.whole = true, last
	a.pieces++
	if a.pieces == 1 && last {
		a.stub = stub // one whole frame needs no copy
		return nil
	}
	a.stub = append(a.stub, stub...)
	return nil
}
