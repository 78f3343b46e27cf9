package dcom

import (
	"encoding/binary"
	"fmt"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
)

// Kind is the form of an object reference, the flags of an OBJREF.
type Kind uint32

// The kinds of MS-DCOM 2.2.18.
const (
	Standard Kind = 1
	Handler  Kind = 2
	Custom   Kind = 4
	Extended Kind = 8
)

// NoPing is the STDOBJREF flag that asks not to be pinged for (MS-DCOM
// 2.2.18.2 SORF_NOPING).
const NoPing uint32 = 0x1000

// ObjRef is an OBJREF (MS-DCOM 2.2.18): how an interface of an object travels.
type ObjRef struct {
	Kind Kind
	IID  GUID

	Std      StdObjRef // all but Custom
	Resolver Bindings  // all but Custom: where the object's resolver listens
	Class    GUID      // Handler: its class; Custom: who unmarshals Data
	Data     []byte    // Custom: the object itself; Extended: its envoy context
	DataID   GUID      // Extended: names the context
}

// StdObjRef is a STDOBJREF: which interface of which object of which exporter.
type StdObjRef struct {
	Flags      uint32
	PublicRefs uint32 // references that came with it, to be released
	OXID, OID  uint64
	IPID       GUID
}

const (
	objrefSignature = 0x574F454D // "MEOW"
	stdSize         = 40
)

// ParseObjRef reads an OBJREF. What it returns holds on to p.
func ParseObjRef(p []byte) (*ObjRef, error) {
	r := reader{p: p}
	if signature := r.uint32(); r.err == nil && signature != objrefSignature {
		return nil, fmt.Errorf("%w: an OBJREF begins with %#x", ErrMalformed, signature)
	}
	ref := &ObjRef{Kind: Kind(r.uint32()), IID: r.guid()}
	if r.err == nil {
		switch ref.Kind {
		case Standard:
			ref.Std = r.std()
			ref.Resolver = r.bindings()
		case Handler:
			ref.Std = r.std()
			ref.Class = r.guid()
			ref.Resolver = r.bindings()
		case Custom:
			ref.Class = r.guid()
			r.uint32() // cbExtension
			r.uint32() // a size that is ignored on receipt
			ref.Data = r.p
		case Extended:
			ref.Std = r.std()
			ref.readExtension(&r)
		default:
			return nil, fmt.Errorf("%w: an OBJREF of kind %#x", ErrMalformed, uint32(ref.Kind))
		}
	}
	if r.err != nil {
		return nil, fmt.Errorf("OBJREF: %w", r.err)
	}
	return ref, nil
}

// readExtension reads what an OBJREF_EXTENDED has after its STDOBJREF (MS-DCOM
// 2.2.18.7 and .8).
func (o *ObjRef) readExtension(r *reader) {
	first := r.uint32()
	o.Resolver = r.bindings()
	count, second := r.uint32(), r.uint32()
	if r.err == nil && (first != dataElementSignature || second != dataElementSignature || count != 1) {
		r.err = fmt.Errorf("%w: signatures %#x and %#x around %d elements", ErrMalformed, first, second, count)
	}
	o.DataID = r.guid()
	size, rounded := r.uint32(), r.uint32()
	if r.err == nil && (size > rounded || rounded > uint32(len(r.p))) {
		r.err = fmt.Errorf("%w: an element of %d bytes, rounded %d, in %d bytes", ErrMalformed, size, rounded, len(r.p))
	}
	if r.err == nil {
		o.Data = r.p[:size]
	}
}

// Bytes writes the OBJREF.
func (o *ObjRef) Bytes() []byte {
	p := binary.LittleEndian.AppendUint32(nil, objrefSignature)
	p = binary.LittleEndian.AppendUint32(p, uint32(o.Kind))
	p = append(p, o.IID[:]...)
	switch o.Kind {
	case Standard:
		p = o.Resolver.appendTo(o.Std.appendTo(p))
	case Handler:
		p = append(o.Std.appendTo(p), o.Class[:]...)
		p = o.Resolver.appendTo(p)
	case Custom:
		p = append(p, o.Class[:]...)
		p = binary.LittleEndian.AppendUint32(p, 0)
		p = binary.LittleEndian.AppendUint32(p, uint32(len(o.Data))+8) // as Windows writes it
		p = append(p, o.Data...)
	case Extended:
		p = binary.LittleEndian.AppendUint32(o.Std.appendTo(p), dataElementSignature)
		p = o.Resolver.appendTo(p)
		p = binary.LittleEndian.AppendUint32(p, 1)
		p = binary.LittleEndian.AppendUint32(p, dataElementSignature)
		p = append(p, o.DataID[:]...)
		p = binary.LittleEndian.AppendUint32(p, uint32(len(o.Data)))
		p = binary.LittleEndian.AppendUint32(p, uint32(len(o.Data)+7)&^7)
		p = append(p, o.Data...)
		p = append(p, make([]byte, (8-len(o.Data)%8)%8)...)
	}
	return p
}

func (s StdObjRef) appendTo(p []byte) []byte {
	p = binary.LittleEndian.AppendUint32(p, s.Flags)
	p = binary.LittleEndian.AppendUint32(p, s.PublicRefs)
	p = binary.LittleEndian.AppendUint64(p, s.OXID)
	p = binary.LittleEndian.AppendUint64(p, s.OID)
	return append(p, s.IPID[:]...)
}

func (s StdObjRef) ndr() *ms.StdObjectReference {
	return &ms.StdObjectReference{Flags: s.Flags, PublicReferencesCount: s.PublicRefs, OXID: s.OXID, OID: s.OID, IPID: (*ms.IPID)(s.IPID.dtyp())}
}

func stdOf(s *ms.StdObjectReference) StdObjRef {
	if s == nil {
		return StdObjRef{}
	}
	return StdObjRef{s.Flags, s.PublicReferencesCount, s.OXID, s.OID, guidOf(s.IPID.GUID())}
}

// Pointer wraps the reference as generated structures carry it; nil stays nil.
func (o *ObjRef) Pointer() *ms.InterfacePointer {
	if o == nil {
		return nil
	}
	p := o.Bytes()
	return &ms.InterfacePointer{DataCount: uint32(len(p)), Data: p}
}

// FromPointer reads a reference as generated structures carry it. A NULL
// pointer gives nil and no error.
func FromPointer(p *ms.InterfacePointer) (*ObjRef, error) {
	if p == nil {
		return nil, nil
	}
	return ParseObjRef(p.Data)
}

// reader cuts little-endian fields off the front of p; after the first error
// everything it returns is zero.
type reader struct {
	p   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err == nil && len(r.p) < n {
		r.err = fmt.Errorf("%w: %d bytes where %d should stand", ErrMalformed, len(r.p), n)
	}
	if r.err != nil {
		return make([]byte, n) // n is one of this package's constants
	}
	var field []byte
	field, r.p = r.p[:n], r.p[n:]
	return field
}

func (r *reader) uint32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) guid() GUID     { return GUID(r.take(16)) }

func (r *reader) std() StdObjRef {
	b := r.take(stdSize)
	return StdObjRef{
		Flags:      binary.LittleEndian.Uint32(b),
		PublicRefs: binary.LittleEndian.Uint32(b[4:]),
		OXID:       binary.LittleEndian.Uint64(b[8:]),
		OID:        binary.LittleEndian.Uint64(b[16:]),
		IPID:       GUID(b[24:]),
	}
}

func (r *reader) bindings() Bindings {
	if r.err != nil {
		return Bindings{}
	}
	var b Bindings
	b, r.p, r.err = parseBindings(r.p)
	return b
}
