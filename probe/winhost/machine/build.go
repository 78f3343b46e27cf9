package machine

import "time"

// Role is what the machine is in its network.
type Role uint8

// The roles. A domain controller has no local accounts of its own: its groups
// are the domain's.
const (
	Member Role = iota
	Workgroup
	DomainController
)

// Edition decides what Windows offers at all.
type Edition uint8

// The editions. Home is not supported as a target of remote WMI (win32 WMI
// troubleshooting page).
const (
	Server Edition = iota
	Workstation
	Home
)

// Build numbers at which Windows changed in a way that matters here.
const (
	BuildNT4        = 1381
	Build2000       = 2195
	BuildXP         = 2600
	Build2003       = 3790
	BuildVista      = 6000
	Build2008       = 6001
	Build7          = 7600
	Build8          = 9200
	Build81         = 9600
	Build10         = 10240
	Build2016       = 14393
	Build1809       = 17763
	Build2004       = 19041
	Build2022       = 20348
	Build2025       = 26100
	firstDCOMUsers  = Build2003 // group 562: XP SP2 and 2003 SP1
	firstEventLog   = BuildVista
	firstNetCmdlets = Build8
)

// System is the Windows that runs: its build, edition and update level.
type System struct {
	Build   uint16
	Edition Edition
	// Updated is the date of the last cumulative update. It decides the state
	// of the hardening of CVE-2021-26414 (KB5004442).
	Updated   time.Time
	Installed time.Time
	Booted    time.Time
	MemoryMB  uint64
	// FreeMemoryMB below 64 makes queries fail for want of memory.
	FreeMemoryMB uint64
	// OpenDCOM is set where AD CS was installed: it puts Certificate Service
	// DCOM Access into the machine limits (KB903220).
	OpenDCOM bool
	// EntraJoined marks a machine whose accounts live in Entra ID.
	EntraJoined bool
	// ResolverMissing is set for a host whose endpoint mapper has no DCOM, as
	// Samba's.
	ResolverMissing bool
	// DiskFull keeps the WMI repository from opening.
	DiskFull bool
	// Off means no power; Frozen a kernel that answers SYNs and nothing else.
	Off, Frozen bool
	// AttackSurface is the action of the Defender rule against processes
	// started over WMI (d1e49aac-…): 0 off, 1 block, 2 audit.
	AttackSurface uint8
}

// COMVersion is the version the resolver names: 5.7 today, 5.6 on XP and 2003,
// older before (MS-DCOM 2.2.11, note on versions).
func (s System) COMVersion() (major, minor uint16) {
	switch {
	case s.Build >= BuildVista:
		return 5, 7
	case s.Build >= BuildXP:
		return 5, 6
	case s.Build >= Build2000:
		return 5, 4
	}
	return 5, 1
}

// Version is the number the firewall commands depend on: 5.2, 6.1, 10.0.
func (s System) Version() string {
	switch b := s.Build; {
	case b >= Build10:
		return "10.0"
	case b >= Build81:
		return "6.3"
	case b >= Build8:
		return "6.2"
	case b >= Build7:
		return "6.1"
	case b >= BuildVista:
		return "6.0"
	case b >= Build2003:
		return "5.2"
	case b >= BuildXP:
		return "5.1"
	case b >= Build2000:
		return "5.0"
	}
	return "4.0"
}

// Product is the marketing name, as in Win32_OperatingSystem.Caption.
func (s System) Product() string {
	if s.Edition != Server {
		name := "Microsoft Windows 10 Pro"
		switch {
		case s.Build >= 22000:
			name = "Microsoft Windows 11 Pro"
		case s.Build < BuildVista:
			name = "Microsoft Windows XP Professional"
		case s.Build < Build8:
			name = "Microsoft Windows 7 Professional"
		case s.Build < Build10:
			name = "Microsoft Windows 8.1 Pro"
		}
		if s.Edition == Home {
			name = name[:len(name)-len("Pro")] + "Home"
			if s.Build < Build10 {
				name = "Microsoft Windows 7 Home Premium"
			}
		}
		return name
	}
	for _, p := range []struct {
		from uint16
		name string
	}{{Build2025, "2025 Standard"}, {Build2022, "2022 Standard"}, {Build1809, "2019 Standard"}, {Build2016, "2016 Standard"},
		{Build81, "2012 R2 Standard"}, {Build8, "2012 Standard"}, {Build7, "2008 R2 Standard"}, {Build2008, "2008 Standard"}} {
		if s.Build >= p.from {
			return "Microsoft Windows Server " + p.name
		}
	}
	if s.Build >= Build2003 {
		return "Microsoft(R) Windows(R) Server 2003, Standard Edition"
	}
	return "Microsoft Windows 2000 Server"
}

// SKU is OperatingSystemSKU: 7 Standard Server, 48 Professional, 101 Home.
func (s System) SKU() uint32 {
	return map[Edition]uint32{Server: 7, Workstation: 48, Home: 101}[s.Edition]
}

// hardened says whether activation below PKT_INTEGRITY is refused, by the dates
// of KB5004442: switchable since June 2021, on by default since June 2022, and
// no longer to be switched off since March 2023.
func (m *Machine) hardened() bool {
	at := func(y int, mo time.Month, d int) bool {
		return !m.System.Updated.Before(time.Date(y, mo, d, 0, 0, 0, 0, time.UTC))
	}
	set, present := m.booted.DWord(KeyOle+`\AppCompat`, "RequireIntegrityActivationAuthenticationLevel")
	switch {
	case m.System.Build < Build2008 || !at(2021, 6, 8):
		return false
	case at(2023, 3, 14):
		return true
	case at(2022, 6, 14):
		return !present || set != 0
	}
	return present && set == 1
}

// Become makes the machine another Windows: the build, its dynamic ports
// (1025-5000 before Vista) and what the registry says of it.
func (m *Machine) Become(build uint16, edition Edition) {
	m.System.Build, m.System.Edition = build, edition
	m.Network.Dynamic = PortRange{49152, 16384}
	if build < BuildVista {
		m.Network.Dynamic = PortRange{1025, 3976}
	}
	m.Registry.Set(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, SZ("CurrentBuild", itoa(uint32(build))))
	m.Registry.Set(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, SZ("ProductName", m.System.Product()))
	m.objectPort = m.takePort()
}
