package sink

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// Port is which of our two ports something arrived at.
type Port uint8

// The ports.
const (
	Resolver Port = iota + 1
	Object
)

// Kind is what arrived.
type Kind uint8

// In the order in which a healthy callback shows them.
const (
	Connected  Kind = iota + 1 // a connection was accepted
	Refused                    // a connection of somebody else was cut off
	Bound                      // a bind or alter_context
	Identified                 // an AUTHENTICATE named somebody
	Called                     // a request
	Indicated                  // rows arrived
	Ended                      // SetStatus
	Released                   // the last reference is gone
)

// Event is one thing that arrived.
type Event struct {
	At       time.Time
	Port     Port
	Kind     Kind
	From     netip.AddrPort
	AuthType uint8  // of a bind or call: 0 none, 9 SPNEGO, 10 NTLM, 16 Kerberos
	Level    uint8  // authentication level asked for, 1 none
	Identity string // AUTHORITY\user as the caller claims; not verified
	Call     string // of a request: "ResolveOxid2"
	Status   uint32 // what we answered with a fault, or the status of SetStatus
	Rows     []wmi.Row
}

// maxEvents bounds the log: what strangers can make us remember.
const maxEvents = 4096

// log is everything that arrived, in order.
type log struct {
	mu      sync.Mutex
	events  []Event
	lost    int
	changed chan struct{}
}

func (l *log) add(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.At.IsZero() {
		e.At = time.Now()
	}
	if len(l.events) >= maxEvents {
		l.lost++
		return
	}
	l.events = append(l.events, e)
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *log) snapshot() ([]Event, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.events[:len(l.events):len(l.events)], l.changed
}

// Events is everything that has arrived so far, in order.
func (s *Sink) Events() []Event {
	events, _ := s.log.snapshot()
	return events
}

// Lost counts what arrived after the log was full.
func (s *Sink) Lost() int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.lost
}

// Wait waits until an event is what is wanted, or ctx is done. Events that
// arrived before count.
func (s *Sink) Wait(ctx context.Context, wanted func(Event) bool) (Event, error) {
	seen := 0
	for {
		events, changed := s.log.snapshot()
		for ; seen < len(events); seen++ {
			if wanted(events[seen]) {
				return events[seen], nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}
