package machine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Types and flags of access control entries (MS-DTYP 2.4.4.1).
const (
	AccessAllowed uint8 = 0
	AccessDenied  uint8 = 1
	SystemAudit   uint8 = 2

	ObjectInherit    uint8 = 0x01
	ContainerInherit uint8 = 0x02
	NoPropagate      uint8 = 0x04
	InheritOnly      uint8 = 0x08
	Inherited        uint8 = 0x10
)

// Control bits of a descriptor that decide something here (MS-DTYP 2.4.6).
const (
	daclPresent   uint16 = 0x0004
	saclPresent   uint16 = 0x0010
	DACLAutoInh   uint16 = 0x0400
	SACLAutoInh   uint16 = 0x0800
	DACLProtected uint16 = 0x1000
	SACLProtected uint16 = 0x2000
	selfRelative  uint16 = 0x8000
)

const (
	headerSize = 20
	maxACEs    = 1024 // an ACL is at most 64 KiB, so this is never the limit of a real one
)

// ACE is one entry: who, which rights, granted or refused.
type ACE struct {
	Type, Flags uint8
	Mask        uint32
	SID         SID
}

// Descriptor is a security descriptor: owner, group and two lists. A nil DACL
// with HasDACL false grants everything; an empty one grants nothing.
type Descriptor struct {
	Control          uint16
	Owner, Group     SID
	HasDACL, HasSACL bool
	DACL, SACL       []ACE
}

// Allows walks the DACL in its order, as AccessCheck does (MS-DTYP 2.5.3.2):
// a bit that an earlier entry refused stays refused, and every asked bit must
// have been granted. Deny-only SIDs of the caller match refusing entries alone.
func (d Descriptor) Allows(c Caller, mask uint32) bool {
	if !d.HasDACL {
		return true
	}
	missing := mask
	for _, a := range d.DACL {
		if a.Flags&InheritOnly != 0 {
			continue
		}
		switch a.Type {
		case AccessAllowed:
			if c.Has(a.SID) {
				missing &^= a.Mask
			}
		case AccessDenied:
			if (c.Has(a.SID) || slices.Contains(c.DenyOnly, a.SID)) && a.Mask&missing != 0 {
				return false
			}
		}
		if missing == 0 {
			return true
		}
	}
	return missing == 0
}

// Encode gives the self-relative form (MS-DTYP 2.4.6).
func (d Descriptor) Encode() []byte {
	out := make([]byte, headerSize)
	control := d.Control | selfRelative
	put := func(at int, part []byte) {
		if part != nil {
			binary.LittleEndian.PutUint32(out[at:], uint32(len(out)))
			out = append(out, part...)
		}
	}
	if d.HasSACL {
		control |= saclPresent
		put(12, encodeACL(d.SACL))
	}
	if d.HasDACL {
		control |= daclPresent
		put(16, encodeACL(d.DACL))
	}
	if d.Owner != "" {
		put(4, d.Owner.appendBinary([]byte{}))
	}
	if d.Group != "" {
		put(8, d.Group.appendBinary([]byte{}))
	}
	out[0] = 1
	binary.LittleEndian.PutUint16(out[2:], control)
	return out
}

func encodeACL(list []ACE) []byte {
	out := []byte{2, 0, 0, 0, 0, 0, 0, 0}
	for _, a := range list {
		start := len(out)
		out = append(out, a.Type, a.Flags, 0, 0)
		out = binary.LittleEndian.AppendUint32(out, a.Mask)
		out = a.SID.appendBinary(out)
		binary.LittleEndian.PutUint16(out[start+2:], uint16(len(out)-start))
	}
	binary.LittleEndian.PutUint16(out[2:], uint16(len(out)))
	binary.LittleEndian.PutUint16(out[4:], uint16(len(list)))
	return out
}

// DecodeDescriptor reads the self-relative form. It accepts only entries of the
// three types above and never reads past b.
func DecodeDescriptor(b []byte) (Descriptor, error) {
	if len(b) < headerSize || b[0] != 1 {
		return Descriptor{}, errors.New("decode descriptor: no revision 1 header")
	}
	control := binary.LittleEndian.Uint16(b[2:])
	if control&selfRelative == 0 {
		return Descriptor{}, errors.New("decode descriptor: not self-relative")
	}
	d := Descriptor{
		Control: control &^ (selfRelative | daclPresent | saclPresent),
		HasDACL: control&daclPresent != 0,
		HasSACL: control&saclPresent != 0,
	}
	part := func(at int) ([]byte, bool, error) {
		off := binary.LittleEndian.Uint32(b[at:])
		if off == 0 {
			return nil, false, nil
		}
		if off < headerSize || uint64(off) >= uint64(len(b)) {
			return nil, false, fmt.Errorf("decode descriptor: offset %d outside %d bytes", off, len(b))
		}
		return b[off:], true, nil
	}
	for _, f := range []struct {
		at int
		to *SID
	}{{4, &d.Owner}, {8, &d.Group}} {
		p, ok, err := part(f.at)
		if err != nil {
			return Descriptor{}, err
		}
		if ok {
			if *f.to, _, err = decodeSID(p); err != nil {
				return Descriptor{}, fmt.Errorf("decode descriptor: %w", err)
			}
		}
	}
	for _, f := range []struct {
		at  int
		has *bool
		to  *[]ACE
	}{{12, &d.HasSACL, &d.SACL}, {16, &d.HasDACL, &d.DACL}} {
		p, ok, err := part(f.at)
		if err != nil {
			return Descriptor{}, err
		}
		if *f.has && ok {
			if *f.to, err = decodeACL(p); err != nil {
				return Descriptor{}, fmt.Errorf("decode descriptor: %w", err)
			}
		} else {
			*f.has = false // present but null: grants everything, as if absent
		}
	}
	return d, nil
}

func decodeACL(b []byte) ([]ACE, error) {
	if len(b) < 8 {
		return nil, errors.New("ACL shorter than its header")
	}
	size, count := int(binary.LittleEndian.Uint16(b[2:])), int(binary.LittleEndian.Uint16(b[4:]))
	if size < 8 || size > len(b) || count > maxACEs {
		return nil, fmt.Errorf("ACL of %d bytes with %d entries in %d bytes", size, count, len(b))
	}
	b = b[8:size]
	out := []ACE{}
	for range count {
		if len(b) < 8 {
			return nil, errors.New("ACE shorter than its header")
		}
		n := int(binary.LittleEndian.Uint16(b[2:]))
		if b[0] > SystemAudit || n < 8 || n > len(b) {
			return nil, fmt.Errorf("ACE of type %d and %d bytes in %d bytes", b[0], n, len(b))
		}
		sid, _, err := decodeSID(b[8:n])
		if err != nil {
			return nil, err
		}
		out = append(out, ACE{Type: b[0], Flags: b[1], Mask: binary.LittleEndian.Uint32(b[4:]), SID: sid})
		b = b[n:]
	}
	return out, nil
}
