package dcom

import (
	"encoding/binary"
	"fmt"

	"github.com/oiweiwei/go-msrpc/ndr"
)

const serialHeader = 16 // common and private header, MS-RPCE 2.2.6

// readSerialized reads a structure in type serialization version 1 (MS-RPCE
// 2.2.6). The generated decoders allocate no more than a small multiple of
// their input, and may panic on hostile pointers: that becomes an error.
func readSerialized(p []byte, into ndr.Unmarshaler) (err error) {
	if len(p) < serialHeader {
		return fmt.Errorf("%w: %d bytes of a serialization header", ErrMalformed, len(p))
	}
	size := binary.LittleEndian.Uint32(p[8:])
	if p[0] != 1 || p[1] != 0x10 || binary.LittleEndian.Uint16(p[2:]) != 8 {
		return fmt.Errorf("%w: serialization version %d, data representation %#x", ErrMalformed, p[0], p[1])
	}
	if body := p[serialHeader:]; uint64(size) > uint64(len(body)) {
		return fmt.Errorf("%w: %d bytes announced, %d there", ErrMalformed, size, len(body))
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrMalformed, r)
		}
	}()
	if err := ndr.Unmarshal(p[serialHeader:serialHeader+size:serialHeader+size], into); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

// appendSerialized writes v in type serialization version 1, in whole units of
// 8 bytes.
func appendSerialized(p []byte, v ndr.Marshaler) ([]byte, error) {
	body, err := ndr.Marshal(v)
	if err != nil {
		return nil, err
	}
	padding := (8 - len(body)%8) % 8
	p = append(p, 1, 0x10, 8, 0, 0xCC, 0xCC, 0xCC, 0xCC)
	p = binary.LittleEndian.AppendUint32(p, uint32(len(body)+padding))
	p = append(append(p, 0, 0, 0, 0), body...)
	return append(p, make([]byte, padding)...), nil
}
