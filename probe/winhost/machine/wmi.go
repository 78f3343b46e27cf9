package machine

import (
	"slices"
	"time"
)

// RepositoryState is what winmgmt /verifyrepository finds.
type RepositoryState uint8

// The states. Inconsistent loses namespaces; Unusable keeps WMI from starting.
const (
	Consistent RepositoryState = iota
	Inconsistent
	Unusable
)

// WMI is the state of the WMI service beyond its being a service.
type WMI struct {
	Namespaces map[string]*Namespace
	Providers  map[string]*Provider
	Repository RepositoryState
	// ShuttingDown and Restoring pass with the next start of the service.
	ShuttingDown, Restoring bool
	// Busy: the service is paused and its queue is full.
	Busy bool
	// Throttled: results that nobody fetches hold up every query (KB4096063).
	Throttled bool
	// HeavyMB is what another query makes the provider host use; beyond
	// QuotaMB every query is refused.
	HeavyMB, QuotaMB uint64
	// Heavy is the process that causes Busy, Throttled, HeavyMB or the open
	// namespaces; killing it heals them.
	Heavy uint32
	// PerfLost: the performance counters are not registered in WMI.
	PerfLost bool
	// CountersLost: the registry of counters itself is damaged, so that a
	// resync alone finds nothing (lodctr /R mends it).
	CountersLost bool
	// MinimumLevel is the exporter's authnHint where it isn't CONNECT.
	MinimumLevel Level
	// Unregistered names interfaces that no object was marshaled for yet.
	Unregistered []string
	// Backups are what winmgmt /backup saved, by lower-case path.
	Backups map[string]WMIBackup
}

func (w WMI) clone() WMI {
	w.Namespaces = cloneMap(w.Namespaces, (*Namespace).clone)
	w.Providers = cloneMap(w.Providers, (*Provider).clone)
	w.Unregistered = slices.Clone(w.Unregistered)
	w.Backups = cloneMap(w.Backups, WMIBackup.clone)
	return w
}

// WMIBackup is the repository at one time.
type WMIBackup struct {
	State      RepositoryState
	Namespaces map[string]*Namespace
	Providers  map[string]*Provider
}

func (b WMIBackup) clone() WMIBackup {
	b.Namespaces = cloneMap(b.Namespaces, (*Namespace).clone)
	b.Providers = cloneMap(b.Providers, (*Provider).clone)
	return b
}

// SaveWMI copies the repository, good or damaged.
func (m *Machine) SaveWMI() WMIBackup {
	return WMIBackup{m.WMI.Repository, m.WMI.Namespaces, m.WMI.Providers}.clone()
}

// RestoreWMI puts a saved repository back; every client is disconnected.
func (m *Machine) RestoreWMI(b WMIBackup) {
	b = b.clone()
	m.WMI.Repository, m.WMI.Namespaces, m.WMI.Providers = b.State, b.Namespaces, b.Providers
	m.Services["winmgmt"].Starts++
}

func cloneMap[K comparable, V any](in map[K]V, one func(V) V) map[K]V {
	out := make(map[K]V, len(in))
	for k, v := range in {
		out[k] = one(v)
	}
	return out
}

// restart forgets what lived in the service's memory.
func (w *WMI) restart(m *Machine) {
	w.ShuttingDown, w.Restoring, w.Busy, w.Throttled, w.HeavyMB = false, false, false, false, 0
	for _, n := range w.Namespaces {
		n.Open = 0
	}
	if m.System.DiskFull {
		w.Repository = Unusable
	}
}

func (w *WMI) programGone(pid uint32) {
	if pid == w.Heavy && pid != 0 {
		w.Busy, w.Throttled, w.HeavyMB, w.Heavy = false, false, 0, 0
		for _, n := range w.Namespaces {
			n.Open = 0
		}
	}
}

// Damage makes the repository inconsistent and loses the named namespaces.
func (m *Machine) Damage(paths ...string) {
	m.WMI.Repository = Inconsistent
	for _, p := range paths {
		if n := m.Namespace(p); n != nil {
			n.Hidden = true
		}
	}
}

// Salvage mends the repository, as winmgmt /salvagerepository does; it can't
// where the disk is full.
func (m *Machine) Salvage() bool {
	if m.System.DiskFull {
		return false
	}
	m.WMI.Repository = Consistent
	for _, n := range m.WMI.Namespaces {
		n.Hidden = false
	}
	return true
}

// ProviderState is how a provider answers.
type ProviderState uint8

// The states.
const (
	ProviderWorks ProviderState = iota
	ProviderMissing
	ProviderUnregistered
	ProviderUnloadable
	ProviderFails
	ProviderFailsOddly
	ProviderCrashes
	ProviderSlow
	ProviderSilent
	ProviderElsewhere // the data is on a third machine, where the token does not reach
)

func (p *Provider) clone() *Provider { out := *p; return &out }

// Provider stands behind classes.
type Provider struct {
	Name, DLL, MOF string
	State          ProviderState
}

func (p ProviderState) denial() Denial {
	switch p {
	case ProviderMissing:
		return wbem(wbemProviderNotFound)
	case ProviderUnregistered:
		return wbem(wbemBadRegistration)
	case ProviderUnloadable:
		return wbem(wbemProviderLoad)
	case ProviderFails:
		return wbem(wbemProviderFailure)
	case ProviderFailsOddly:
		return wbem(wbemFailed)
	case ProviderCrashes:
		return hresult(rpcCallFailed)
	case ProviderElsewhere:
		return hresult(hrAccessDenied)
	case ProviderSilent:
		return Denial{Kind: NoAnswer}
	}
	return Denial{}
}

// slowProvider is how long a slow class takes to its first row.
const slowProvider = 3 * time.Minute

func stockProviders() map[string]*Provider {
	out := map[string]*Provider{}
	for _, p := range []Provider{
		{Name: "CIMWin32", DLL: "cimwin32.dll", MOF: "cimwin32.mof"},
		{Name: "MS_NT_EVENTLOG_PROVIDER", DLL: "ntevt.dll", MOF: "ntevt.mof"},
		{Name: "MSIProv", DLL: "msiprov.dll", MOF: "msi.mof", State: ProviderSlow},
		{Name: "WmiPerfClass", DLL: "wmiperfclass.dll", MOF: "wmiperfclass.mof"},
		{Name: "StdRegProv", DLL: "stdprov.dll", MOF: "regevent.mof"},
		{Name: "NetAdapterCim", DLL: "netadaptercim.dll", MOF: "netadaptercim.mof"},
	} {
		out[lower(p.Name)] = &p
	}
	return out
}
