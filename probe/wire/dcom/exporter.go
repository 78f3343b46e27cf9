package dcom

import (
	"errors"
	"slices"
	"sync"
)

// ErrFull says that an exporter holds as many objects or interfaces as it may.
var ErrFull = errors.New("object exporter is full")

// Exporter is the table of the objects that one process lets others call: one
// OXID (MS-DCOM 3.1.1.1). It counts references as Windows does: an interface
// goes when its last reference is released, an object with its last interface.
// It is safe for concurrent use.
type Exporter struct {
	oxid       uint64
	remUnknown GUID
	limits     ExporterLimits

	mu      sync.Mutex
	ipids   map[GUID]*exported
	objects map[uint64]*Object
}

// ExporterLimits bound what callers can make an exporter hold. Zero values
// mean the defaults.
type ExporterLimits struct {
	Objects int // 4096
	Refs    int // references to one interface, 1<<20; more are counted as so many
	// Gone is told, without a lock held, of each object whose last reference
	// was released. May be nil.
	Gone func(*Object)
}

// Object is an exported object.
type Object struct {
	OID  uint64
	Impl any    // what the owner exported
	iids []GUID // what QueryInterface grants

	ipids map[GUID]GUID // by IID; guarded by the exporter
}

// exported is an IPID's entry.
type exported struct {
	object          *Object
	iid             GUID
	public, private uint32
}

// NewExporter returns an empty exporter with an OXID and an IPID for its
// IRemUnknown.
func NewExporter(limits ExporterLimits) *Exporter {
	if limits.Objects == 0 {
		limits.Objects = 4096
	}
	if limits.Refs == 0 {
		limits.Refs = 1 << 20
	}
	return &Exporter{oxid: NewID(), remUnknown: NewGUID(), limits: limits, ipids: map[GUID]*exported{}, objects: map[uint64]*Object{}}
}

// OXID is the exporter's identifier.
func (e *Exporter) OXID() uint64 { return e.oxid }

// RemUnknown is the IPID of its IRemUnknown and IRemUnknown2, which needs no
// references.
func (e *Exporter) RemUnknown() GUID { return e.remUnknown }

// Export makes an object with these interfaces known. The first of them is
// marshaled at once with refs references, which whoever gets the STDOBJREF
// releases.
func (e *Exporter) Export(impl any, refs uint32, iids ...GUID) (*Object, StdObjRef, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.objects) >= e.limits.Objects {
		return nil, StdObjRef{}, ErrFull
	}
	o := &Object{OID: NewID(), Impl: impl, iids: iids, ipids: map[GUID]GUID{}}
	e.objects[o.OID] = o
	return o, e.marshal(o, iids[0], refs), nil
}

// Marshal gives out refs further references to an interface of an object that
// is still exported.
func (e *Exporter) Marshal(o *Object, iid GUID, refs uint32) (StdObjRef, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.objects[o.OID] != o || !o.has(iid) {
		return StdObjRef{}, Returned("QueryInterface", NoInterface)
	}
	return e.marshal(o, iid, refs), nil
}

func (o *Object) has(iid GUID) bool { return iid == IIDUnknown || slices.Contains(o.iids, iid) }

func (e *Exporter) marshal(o *Object, iid GUID, refs uint32) StdObjRef {
	ipid, ok := o.ipids[iid]
	if !ok {
		ipid = NewGUID()
		o.ipids[iid] = ipid
		e.ipids[ipid] = &exported{object: o, iid: iid}
	}
	e.add(&e.ipids[ipid].public, refs)
	return StdObjRef{PublicRefs: refs, OXID: e.oxid, OID: o.OID, IPID: ipid}
}

func (e *Exporter) add(count *uint32, refs uint32) {
	*count = uint32(min(uint64(*count)+uint64(refs), uint64(e.limits.Refs)))
}

// Find returns the object behind an IPID and which of its interfaces that is.
func (e *Exporter) Find(ipid GUID) (o *Object, iid GUID, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x, ok := e.ipids[ipid]
	if !ok {
		return nil, GUID{}, false
	}
	return x.object, x.iid, true
}

// Exports reports whether an OID is one of ours.
func (e *Exporter) Exports(oid uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.objects[oid] != nil
}

// Refs returns the public and private references of an IPID.
func (e *Exporter) Refs(ipid GUID) (public, private uint32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x, ok := e.ipids[ipid]; ok {
		return x.public, x.private
	}
	return 0, 0
}

// Len is the number of objects.
func (e *Exporter) Len() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.objects)
}

// QueryInterface gives out refs references to another interface of the object
// behind ipid. The result is InvalidObject, NoInterface or OK.
func (e *Exporter) QueryInterface(ipid, iid GUID, refs uint32) (StdObjRef, uint32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x, ok := e.ipids[ipid]
	switch {
	case !ok:
		return StdObjRef{}, InvalidObject
	case !x.object.has(iid):
		return StdObjRef{}, NoInterface
	}
	return e.marshal(x.object, iid, refs), OK
}

// AddRef adds references. The result is ObjectNotReg or OK (3.1.1.5.6.1.2).
func (e *Exporter) AddRef(r Refs) uint32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	x, ok := e.ipids[r.IPID]
	if !ok {
		return ObjectNotReg
	}
	e.add(&x.public, r.Public)
	e.add(&x.private, r.Private)
	return OK
}

// Release takes references back. An unknown IPID is ignored, and a count never
// falls below zero (3.1.1.5.6.1.3).
func (e *Exporter) Release(refs ...Refs) {
	for _, o := range e.release(refs) {
		if e.limits.Gone != nil {
			e.limits.Gone(o)
		}
	}
}

func (e *Exporter) release(refs []Refs) (gone []*Object) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range refs {
		x, ok := e.ipids[r.IPID]
		if !ok {
			continue
		}
		x.public -= min(x.public, r.Public)
		x.private -= min(x.private, r.Private)
		if x.public != 0 || x.private != 0 {
			continue
		}
		delete(e.ipids, r.IPID)
		delete(x.object.ipids, x.iid)
		if len(x.object.ipids) == 0 {
			delete(e.objects, x.object.OID)
			gone = append(gone, x.object)
		}
	}
	return gone
}

// Drop takes an object away in spite of its references, as when its process
// ends: its IPIDs are unknown from now on.
func (e *Exporter) Drop(o *Object) {
	e.mu.Lock()
	known := e.objects[o.OID] == o
	if known {
		delete(e.objects, o.OID)
		for _, ipid := range o.ipids {
			delete(e.ipids, ipid)
		}
		o.ipids = map[GUID]GUID{}
	}
	e.mu.Unlock()
	if known && e.limits.Gone != nil {
		e.limits.Gone(o)
	}
}
