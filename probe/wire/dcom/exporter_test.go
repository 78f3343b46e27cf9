package dcom

import (
	"errors"
	"sync"
	"testing"
)

// The rules are MS-DCOM 3.1.1.5.6.1.1 to .3.
func TestExporterCounts(t *testing.T) {
	var gone []*Object
	e := NewExporter(ExporterLimits{Gone: func(o *Object) { gone = append(gone, o) }})
	o, std, err := e.Export("login", 5, IIDLevel1Login, IIDLoginClientID)
	if err != nil {
		t.Fatal(err)
	}
	if std.OXID != e.OXID() || std.OID != o.OID || std.PublicRefs != 5 {
		t.Errorf("reference %+v", std)
	}
	if found, iid, ok := e.Find(std.IPID); !ok || found != o || iid != IIDLevel1Login {
		t.Errorf("found %v, %v, %t", found, iid, ok)
	}

	same, result := e.QueryInterface(std.IPID, IIDLevel1Login, 3)
	if result != OK || same.IPID != std.IPID {
		t.Errorf("the interface in hand again: %+v, %#x", same, result)
	}
	other, result := e.QueryInterface(std.IPID, IIDLoginClientID, 5)
	if result != OK || other.IPID == std.IPID || other.OID != std.OID {
		t.Errorf("another interface: %+v, %#x", other, result)
	}
	if _, result := e.QueryInterface(std.IPID, IIDServices, 5); result != NoInterface {
		t.Errorf("an interface it hasn't: %#x", result)
	}
	if _, result := e.QueryInterface(NewGUID(), IIDUnknown, 5); result != InvalidObject {
		t.Errorf("an object that isn't: %#x", result)
	}

	if result := e.AddRef(Refs{IPID: std.IPID, Public: 2, Private: 1}); result != OK {
		t.Errorf("AddRef %#x", result)
	}
	if result := e.AddRef(Refs{IPID: NewGUID(), Public: 1}); result != ObjectNotReg {
		t.Errorf("AddRef of nothing %#x", result)
	}
	if public, private := e.Refs(std.IPID); public != 10 || private != 1 {
		t.Errorf("%d public and %d private references, want 5+3+2 and 1", public, private)
	}

	e.Release(Refs{IPID: NewGUID(), Public: 5}) // ignored
	e.Release(Refs{IPID: std.IPID, Public: 100})
	if _, _, ok := e.Find(std.IPID); !ok {
		t.Error("an interface is gone in spite of a private reference")
	}
	e.Release(Refs{IPID: std.IPID, Private: 1})
	if _, _, ok := e.Find(std.IPID); ok || len(gone) != 0 {
		t.Errorf("the interface is still there, or the object gone: %v", gone)
	}
	e.Release(Refs{IPID: other.IPID, Public: 5}, Refs{IPID: other.IPID, Public: 5})
	if len(gone) != 1 || gone[0] != o || e.Len() != 0 {
		t.Errorf("gone %v, %d left", gone, e.Len())
	}
	if _, err := e.Marshal(o, IIDLevel1Login, 1); err == nil {
		t.Error("marshaled an object that is gone")
	}
}

func TestExporterBounds(t *testing.T) {
	e := NewExporter(ExporterLimits{Objects: 2, Refs: 7})
	_, std, _ := e.Export(1, 5, IIDServices)
	o, _, _ := e.Export(2, 5, IIDServices)
	if _, _, err := e.Export(3, 5, IIDServices); !errors.Is(err, ErrFull) {
		t.Errorf("a third object: %v", err)
	}
	e.AddRef(Refs{IPID: std.IPID, Public: 0xffffffff})
	if public, _ := e.Refs(std.IPID); public != 7 {
		t.Errorf("%d references, bound is 7", public)
	}
	e.Drop(o)
	e.Drop(o)
	if e.Len() != 1 {
		t.Errorf("%d objects after one was dropped", e.Len())
	}
}

func TestExporterTogether(t *testing.T) {
	e := NewExporter(ExporterLimits{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 200 {
				_, std, err := e.Export(nil, 5, IIDEnumObject, IIDFetchSmart)
				if err != nil {
					t.Error(err)
					return
				}
				fetch, _ := e.QueryInterface(std.IPID, IIDFetchSmart, 5)
				e.Release(Refs{IPID: std.IPID, Public: 5}, Refs{IPID: fetch.IPID, Public: 5})
			}
		}()
	}
	wg.Wait()
	if e.Len() != 0 {
		t.Errorf("%d objects left", e.Len())
	}
}

// MS-DCOM 3.1.2.5.1.2 and .3.
func TestPingSets(t *testing.T) {
	p := &PingSets{Known: func(oid uint64) bool { return oid < 10 }}
	if status := number(p.Ping(4711)); status != InvalidSet {
		t.Errorf("a made-up set: %#x", status)
	}
	made, err := p.Change(PingChange{Sequence: 1, Add: []uint64{1, 2}})
	if err != nil || made.Set == 0 {
		t.Fatalf("a new set: %+v, %v", made, err)
	}
	if err := p.Ping(made.Set); err != nil {
		t.Error(err)
	}
	if _, err := p.Change(PingChange{Set: made.Set, Sequence: 2, Add: []uint64{99}}); number(err) != InvalidOID {
		t.Errorf("an unknown object: %v", err)
	}
	if _, err := p.Change(PingChange{Set: made.Set, Sequence: 2, Delete: []uint64{1, 2}}); err != nil || len(p.sets[made.Set].oids) != 2 {
		t.Errorf("a repeated call changed the set: %v, %v", p.sets[made.Set].oids, err)
	}
	if _, err := p.Change(PingChange{Set: 4711, Sequence: 2}); number(err) != InvalidSet {
		t.Errorf("a change of a made-up set: %v", err)
	}
	for range maxPingSets + 5 {
		if _, err := p.Change(PingChange{Sequence: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.Len(); n != maxPingSets {
		t.Errorf("%d sets, bound is %d", n, maxPingSets)
	}
}

func number(err error) uint32 {
	n, _ := returned(err)
	return n
}
