package dcom

import (
	"sync"
	"time"
)

// PingTimeout is how long a set lives without a ping: three periods of two
// minutes (MS-DCOM 3.1.2.2).
const PingTimeout = 6 * time.Minute

// PingSets are the sets of objects that clients keep alive by pinging. The
// zero value is empty and ready; it is safe for concurrent use. Sets are
// forgotten after PingTimeout, and the one pinged longest ago when there are
// too many.
type PingSets struct {
	// Known reports whether an OID exists; nil takes every one.
	Known func(oid uint64) bool

	mu   sync.Mutex
	sets map[uint64]*pingSet
}

type pingSet struct {
	sequence uint16
	oids     map[uint64]bool
	pinged   time.Time
}

const (
	maxPingSets = 1024
	maxPingOIDs = 4096
)

// Ping answers a SimplePing: nil, or a *Status InvalidSet.
func (p *PingSets) Ping(set uint64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	s, ok := p.sets[set]
	if !ok {
		return Returned("SimplePing", InvalidSet)
	}
	s.pinged = time.Now()
	return nil
}

// Change answers a ComplexPing. A repeated or older sequence number changes
// nothing but counts as a ping, for the call is idempotent.
func (p *PingSets) Change(c PingChange) (Pinged, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	s, ok := p.sets[c.Set]
	switch {
	case c.Set == 0:
		c.Set, s = p.add()
	case !ok:
		return Pinged{Set: c.Set}, Returned("ComplexPing", InvalidSet)
	case int16(c.Sequence-s.sequence) <= 0:
		s.pinged = time.Now()
		return Pinged{Set: c.Set}, nil
	}
	s.sequence, s.pinged = c.Sequence, time.Now()
	for _, oid := range c.Delete {
		delete(s.oids, oid)
	}
	var err error
	for _, oid := range c.Add {
		if p.Known != nil && !p.Known(oid) {
			err = Returned("ComplexPing", InvalidOID)
			continue
		}
		if len(s.oids) < maxPingOIDs {
			s.oids[oid] = true
		}
	}
	return Pinged{Set: c.Set}, err
}

// Len is the number of sets.
func (p *PingSets) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	return len(p.sets)
}

func (p *PingSets) add() (uint64, *pingSet) {
	if p.sets == nil {
		p.sets = map[uint64]*pingSet{}
	}
	if len(p.sets) >= maxPingSets {
		var oldest uint64
		for id, s := range p.sets {
			if oldest == 0 || s.pinged.Before(p.sets[oldest].pinged) {
				oldest = id
			}
		}
		delete(p.sets, oldest)
	}
	id, s := NewID(), &pingSet{oids: map[uint64]bool{}}
	p.sets[id] = s
	return id, s
}

func (p *PingSets) expire() {
	for id, s := range p.sets {
		if time.Since(s.pinged) > PingTimeout {
			delete(p.sets, id)
		}
	}
}
