package dcom

import (
	"encoding/binary"
	"fmt"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// property is one entry of an activation properties BLOB (MS-DCOM 2.2.22).
type property struct {
	class GUID
	data  []byte // in type serialization version 1
}

const maxProperties = 10 // MAX_ACTPROP_LIMIT, MS-DCOM 2.2.28.1

// splitProperties reads an activation properties BLOB: its frame and its
// CustomHeader. It checks every size; the properties themselves are left
// alone, since most are to be ignored.
func splitProperties(p []byte) ([]property, error) {
	if len(p) < 8 {
		return nil, fmt.Errorf("%w: activation properties of %d bytes", ErrMalformed, len(p))
	}
	size := binary.LittleEndian.Uint32(p)
	p = p[8:]
	if uint64(size) > uint64(len(p)) {
		return nil, fmt.Errorf("%w: activation properties of %d bytes in %d", ErrMalformed, size, len(p))
	}
	p = p[:size]
	header := &ms.CustomHeader{}
	if err := readSerialized(p, header); err != nil {
		return nil, fmt.Errorf("activation properties: %w", err)
	}
	n := len(header.Sizes)
	if n != len(header.ClassIDs) || n < 1 || n > maxProperties {
		return nil, fmt.Errorf("%w: %d activation properties with %d names", ErrMalformed, n, len(header.ClassIDs))
	}
	if uint64(header.HeaderSize) > uint64(len(p)) {
		return nil, fmt.Errorf("%w: activation properties begin at %d of %d bytes", ErrMalformed, header.HeaderSize, len(p))
	}
	p = p[header.HeaderSize:]
	properties := make([]property, n)
	for i, size := range header.Sizes {
		if uint64(size) > uint64(len(p)) {
			return nil, fmt.Errorf("%w: activation property %d of %d bytes in %d", ErrMalformed, i, size, len(p))
		}
		properties[i] = property{guidOf(header.ClassIDs[i].GUID()), p[:size]}
		p = p[size:]
	}
	return properties, nil
}

// find decodes the property of a class; found is false where there is none.
func find(properties []property, class GUID, into ndr.Unmarshaler) (found bool, err error) {
	for _, p := range properties {
		if p.class == class {
			if err := readSerialized(p.data, into); err != nil {
				return true, fmt.Errorf("activation property %s: %w", Name(class), err)
			}
			return true, nil
		}
	}
	return false, nil
}

// joinProperties writes an activation properties BLOB, in the order given:
// there are clients that take properties by their place.
func joinProperties(properties ...named) ([]byte, error) {
	header := &ms.CustomHeader{DestinationContext: 2, ClassInfoClassID: &ms.ClassID{}} // 2: another machine
	var body []byte
	for _, p := range properties {
		before := len(body)
		var err error
		if body, err = appendSerialized(body, p.value); err != nil {
			return nil, fmt.Errorf("write activation property %s: %w", Name(p.class), err)
		}
		header.ClassIDs = append(header.ClassIDs, (*ms.ClassID)(p.class.dtyp()))
		header.Sizes = append(header.Sizes, uint32(len(body)-before))
	}
	// The header holds its own length, which does not depend on its values.
	measured, err := appendSerialized(nil, header)
	if err != nil {
		return nil, fmt.Errorf("write activation properties: %w", err)
	}
	header.HeaderSize = uint32(len(measured))
	header.TotalSize = header.HeaderSize + uint32(len(body))
	head, err := appendSerialized(nil, header)
	if err != nil {
		return nil, fmt.Errorf("write activation properties: %w", err)
	}
	p := binary.LittleEndian.AppendUint32(nil, header.TotalSize)
	p = append(append(p, 0, 0, 0, 0), head...)
	return append(p, body...), nil
}

type named struct {
	class GUID
	value ndr.Marshaler
}

// clientContext is the context a client without one of its own marshals
// (MS-DCOM 2.2.20), as Windows clients send it.
func clientContext() *ObjRef {
	id := NewGUID()
	data := append([]byte{1, 0, 1, 0}, id[:]...) // version 1.1
	data = append(data, 2, 0, 0, 0)              // by value
	data = append(data, make([]byte, 20)...)     // reserved, no extents, no marshal flags, no properties
	data = append(data, 1, 0, 0, 0)              // frozen
	return &ObjRef{Kind: Custom, IID: iidContext, Class: classContext, Data: data}
}
