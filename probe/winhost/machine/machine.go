package machine

import (
	"slices"
	"sync"
	"time"
)

// Machine is one Windows machine. Its methods and fields take no lock: while it
// is served, every use goes through [Machine.Do].
type Machine struct {
	mu sync.Mutex

	Computer  string // NetBIOS name
	Role      Role
	Workgroup string
	System    System
	Domain    Domain
	Clock     Clock
	Network   Network
	Firewall  Firewall
	Registry  *Registry
	// Policy is what the group policy sets in the registry, applied again by
	// [Machine.RefreshPolicy].
	Policy    map[string][]Value
	Services  map[string]*Service // by lower-case short name
	Manager   string              // SDDL of the service control manager
	RPC       RPC
	WMI       WMI
	Rights    map[string][]SID // who holds a user right
	Threshold int              // local account lockout
	Events    []Event
	Programs  []Process // what runs besides services
	// Files are those that commands saved on the machine, by lower-case path.
	Files map[string][]byte

	accounts   map[string]*Account
	groups     map[SID]*Group
	booted     *Registry // as it was at boot
	atWMIStart *Registry // as it was when Winmgmt started
	objectPort uint16
	portsGiven int
	pids       uint32
	records    uint32
}

// New is a healthy member of the domain LAB: WINHOST, Server 2022. LAB\svc-mon
// may query everything: it is in Distributed COM Users, Performance Monitor
// Users and Event Log Readers, holds Remote Enable on every namespace and the
// right to list services. Other accounts: the host's Administrator, localadm (an
// administrator that UAC filters), svc-local (not an administrator, same grants
// as svc-mon at DCOM and WMI) and Guest (disabled); LAB's Administrator, adm-lab
// (domain administrator) and alice (an ordinary user); PARTNER's svc-partner.
// All have the password [Password].
func New() *Machine {
	day := func(y int, mo time.Month, d int) time.Time { return time.Date(y, mo, d, 6, 0, 0, 0, time.UTC) }
	m := &Machine{
		Computer: "WINHOST", Workgroup: "WORKGROUP",
		System: System{Build: Build2022, Updated: day(2026, 1, 13), Installed: day(2024, 3, 4), Booted: time.Now().UTC().Add(-76 * time.Hour),
			MemoryMB: 8192, FreeMemoryMB: 5120},
		Domain: stockDomain(), Clock: Clock{Source: "DC1.lab.test"}, Network: stockNetwork(), Firewall: stockFirewall(),
		Registry: stockRegistry(), Policy: map[string][]Value{}, Services: stockServices(), Manager: watchedManager,
		RPC:    RPC{NTLM: true, Kerberos: true, Negotiate: true, NegotiateNTLM: true, NegotiateKerberos: true},
		WMI:    WMI{Namespaces: stockNamespaces(), Providers: stockProviders(), QuotaMB: providerHostMemoryMB, Backups: map[string]WMIBackup{}},
		Rights: stockRights(), Threshold: 10, Files: map[string][]byte{},
		Programs: []Process{{Image: "msedge.exe", PID: 4120, Path: `C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`, MemoryKB: 88240}},
		accounts: map[string]*Account{}, groups: stockGroups(), pids: 5000,
	}
	for _, a := range stockAccounts() {
		a.PasswordSet = day(2025, 11, 3)
		m.AddAccount(a)
	}
	m.booted = m.Registry.clone()
	m.started(m.Services["winmgmt"])
	m.Record(Event{Log: "System", Source: "EventLog", ID: 6005, Text: "The Event log service was started."})
	m.Record(Event{Log: "Application", Source: "Microsoft-Windows-WMI", ID: 5615, Text: "Windows Management Instrumentation Service started successfully"})
	return m
}

// Do runs f while nobody else uses the machine. f must not call Do.
func (m *Machine) Do(f func(*Machine)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(m)
}

// Clone is a copy that shares nothing changeable.
func (m *Machine) Clone() *Machine {
	out := &Machine{
		Computer: m.Computer, Role: m.Role, Workgroup: m.Workgroup, System: m.System, Domain: m.Domain.clone(), Clock: m.Clock,
		Network: m.Network.clone(), Firewall: m.Firewall.clone(), Registry: m.Registry.clone(),
		Policy:   cloneMap(m.Policy, cloneValues),
		Services: cloneMap(m.Services, (*Service).clone), Manager: m.Manager, RPC: m.RPC.clone(), WMI: m.WMI.clone(),
		Rights: cloneLists(m.Rights), Threshold: m.Threshold, Events: slices.Clone(m.Events),
		Programs: cloneProcesses(m.Programs), Files: cloneMap(m.Files, slices.Clone[[]byte]),
		accounts: cloneMap(m.accounts, (*Account).clone), groups: cloneMap(m.groups, (*Group).clone),
		booted: m.booted.clone(), atWMIStart: m.atWMIStart.clone(),
		objectPort: m.objectPort, portsGiven: m.portsGiven, pids: m.pids, records: m.records,
	}
	return out
}

func cloneValues(in []Value) []Value {
	out := make([]Value, len(in))
	for i, v := range in {
		out[i] = v.clone()
	}
	return out
}

func cloneProcesses(in []Process) []Process {
	out := slices.Clone(in)
	for i := range out {
		out[i].Services = slices.Clone(out[i].Services)
	}
	return out
}

// FQDN is the computer's full name; in a workgroup it is the bare one.
func (m *Machine) FQDN() string {
	if m.Role == Workgroup {
		return lower(m.Computer)
	}
	return lower(m.Computer) + "." + m.Domain.DNS
}

// Reboot starts the machine again: values that are read at boot count from now
// on, services start by their start type, and what ailed a process is gone.
func (m *Machine) Reboot() {
	m.System.Booted, m.System.Frozen = m.Now(), false
	m.booted = m.Registry.clone()
	m.Programs, m.Network.Leaked = nil, 0
	m.RPC.Exhausted, m.RPC.Busy = false, false
	m.WMI.programGone(m.WMI.Heavy)
	if m.System.FreeMemoryMB < m.System.MemoryMB/2 {
		m.System.FreeMemoryMB = m.System.MemoryMB / 2
	}
	for _, s := range m.Services {
		m.ended(s)
	}
	for _, s := range m.ServiceList() {
		if s.Start == Automatic {
			m.StartService(s.Name)
		}
	}
	m.Detect(true)
}

// RefreshPolicy writes the group policy's values over the registry's, as
// gpupdate /force does.
func (m *Machine) RefreshPolicy() {
	for key, values := range m.Policy {
		for _, v := range values {
			m.Registry.Set(key, v)
		}
	}
}

// LeaveDomain turns the machine into a member of a workgroup: its network is a
// private one and only its own accounts count.
func (m *Machine) LeaveDomain() {
	m.Role = Workgroup
	m.Network.Category, m.Network.Name = PrivateProfile, "Network"
	m.Clock.Source = "time.windows.com,0x8"
}

// lockableAdministrator: since October 2022 the built-in Administrator can be
// locked too (KB5020282).
func (m *Machine) lockableAdministrator() bool {
	return !m.System.Updated.Before(time.Date(2022, 10, 11, 0, 0, 0, 0, time.UTC))
}
