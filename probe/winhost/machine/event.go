package machine

import "time"

// Event is one entry of an event log.
type Event struct {
	Log, Source string
	ID          uint32
	Level       uint8 // 1 critical, 2 error, 3 warning, 4 information
	Audit       bool  // of the Security log
	At          time.Time
	Record      uint32
	Text        string
}

const maxEvents = 500 // the oldest go first, as in a full log

// Record writes an event at the machine's present time.
func (m *Machine) Record(e Event) {
	e.At = m.Now()
	if e.Level == 0 {
		e.Level = 4
	}
	m.records++
	e.Record = m.records
	if len(m.Events) >= maxEvents {
		m.Events = append(m.Events[:0], m.Events[1:]...)
	}
	m.Events = append(m.Events, e)
}
