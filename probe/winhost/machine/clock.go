package machine

import "time"

// Clock is the machine's idea of the time.
type Clock struct {
	// Offset is added to the true time; beyond five minutes Kerberos fails
	// (RFC 4120 1.6, MS-KILE 3.1.1.2).
	Offset time.Duration
	// Zone is the offset from UTC in minutes, as in CurrentTimeZone.
	Zone int
	// Source is what w32tm /query /source prints.
	Source string
	// Drifted says that the time service can't reach its source, so that a
	// resync doesn't help.
	Drifted bool
}

// MaxSkew is how far two clocks may be apart for Kerberos.
const MaxSkew = 5 * time.Minute

// Now is the time as the machine has it, in UTC.
func (m *Machine) Now() time.Time { return time.Now().UTC().Add(m.Clock.Offset) }

// Resync sets the clock by its source, as w32tm /resync does.
func (m *Machine) Resync() bool {
	if s := m.Services[lower("w32time")]; s == nil || s.State != Running || m.Clock.Drifted {
		return false
	}
	m.Clock.Offset = m.Domain.Offset
	if m.Role == Workgroup {
		m.Clock.Offset = 0
	}
	return true
}
