package machine

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// StartType says when the service control manager starts a service (MS-SCMR 2.2.15).
type StartType uint32

// The start types.
const (
	Automatic StartType = 2
	Manual    StartType = 3
	Disabled  StartType = 4
)

// ServiceState is dwCurrentState (MS-SCMR 2.2.47).
type ServiceState uint32

// The states.
const (
	Stopped      ServiceState = 1
	StartPending ServiceState = 2
	StopPending  ServiceState = 3
	Running      ServiceState = 4
	Paused       ServiceState = 7
)

// Health is what is wrong with a service's process, for as long as it lives.
type Health uint8

// The kinds of health. All but LogonFails end with the process.
const (
	Healthy    Health = iota
	Stuck             // it starts and never says it is ready
	Hung              // it runs and answers nothing, not even a stop
	LogonFails        // its account can't log on
)

// Service is one Windows service.
type Service struct {
	Name, Display, Account, Path string
	Start                        StartType
	Delayed                      bool
	State                        ServiceState
	PID                          uint32
	Own                          bool // a process of its own; else it shares a svchost
	DependsOn                    []string
	Security                     string // SDDL
	Permanent                    bool   // can't be stopped: RpcSs and its like
	Health                       Health
	Starts                       int // how often it has started; objects of an earlier start are gone
	Description                  string
}

func (s *Service) clone() *Service {
	out := *s
	out.DependsOn = slices.Clone(s.DependsOn)
	return &out
}

// Win32 errors of the service control manager (MS-ERREF 2.2).
const (
	ErrAccessDenied     uint32 = 5
	ErrControlInvalid   uint32 = 1052
	ErrDependentsRun    uint32 = 1051
	ErrRequestTimeout   uint32 = 1053
	ErrAlreadyRunning   uint32 = 1056
	ErrServiceDisabled  uint32 = 1058
	ErrNoSuchService    uint32 = 1060
	ErrNotActive        uint32 = 1062
	ErrServiceLogon     uint32 = 1069
	ErrDependencyFailed uint32 = 1068
)

// Service finds a service by its short or display name.
func (m *Machine) Service(name string) *Service {
	if s := m.Services[lower(name)]; s != nil {
		return s
	}
	for _, s := range m.Services {
		if strings.EqualFold(s.Display, name) {
			return s
		}
	}
	return nil
}

// ServiceList gives every service by name.
func (m *Machine) ServiceList() []*Service {
	out := make([]*Service, 0, len(m.Services))
	for _, s := range m.Services {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *Service) int { return strings.Compare(lower(a.Name), lower(b.Name)) })
	return out
}

// Dependents lists the running services that need this one.
func (m *Machine) Dependents(name string) []*Service {
	var out []*Service
	for _, s := range m.ServiceList() {
		if s.State == Running && slices.ContainsFunc(s.DependsOn, func(d string) bool { return strings.EqualFold(d, name) }) {
			out = append(out, s)
		}
	}
	return out
}

// StartService starts a service, those it depends on first. The zero code is success.
func (m *Machine) StartService(name string) code.Code {
	s := m.Service(name)
	switch {
	case s == nil:
		return win32(ErrNoSuchService)
	case s.State == Running:
		return win32(ErrAlreadyRunning)
	case s.Start == Disabled:
		return win32(ErrServiceDisabled)
	case s.Health == LogonFails:
		return win32(ErrServiceLogon)
	}
	for _, d := range s.DependsOn {
		if r := m.StartService(d); !r.IsZero() && r.Number != ErrAlreadyRunning {
			return win32(ErrDependencyFailed)
		}
	}
	s.Starts++
	s.PID = m.pidFor(s)
	if s.Health == Stuck {
		s.State = StartPending
		return win32(ErrRequestTimeout)
	}
	s.State = Running
	m.started(s)
	return code.Code{}
}

// started is what else happens when a service comes up.
func (m *Machine) started(s *Service) {
	switch lower(s.Name) {
	case "winmgmt":
		m.atWMIStart = m.Registry.clone()
		m.objectPort = m.takePort()
		m.WMI.restart(m)
	case "nlasvc":
		m.Detect(false)
	}
}

// pidFor shares a process among the services of one svchost group.
func (m *Machine) pidFor(s *Service) uint32 {
	if !s.Own {
		for _, o := range m.Services {
			if o != s && !o.Own && o.State == Running && o.PID != 0 && strings.EqualFold(o.Path, s.Path) && s.Path != "" {
				return o.PID
			}
		}
	}
	m.pids += 4
	return m.pids
}

// StopService stops a service; with dependents it refuses unless told to stop
// them too. The zero code is success.
func (m *Machine) StopService(name string, dependents bool) code.Code {
	s := m.Service(name)
	switch {
	case s == nil:
		return win32(ErrNoSuchService)
	case s.State == Stopped:
		return win32(ErrNotActive)
	case s.Permanent:
		return win32(ErrControlInvalid)
	case s.Health == Hung:
		return win32(ErrRequestTimeout)
	}
	below := m.Dependents(s.Name)
	if len(below) > 0 && !dependents {
		return win32(ErrDependentsRun)
	}
	for _, d := range below {
		if r := m.StopService(d.Name, true); !r.IsZero() {
			return r
		}
	}
	m.ended(s)
	return code.Code{}
}

// ended is a service whose process is gone, and with it what ailed it.
func (m *Machine) ended(s *Service) {
	s.State, s.PID = Stopped, 0
	if s.Health != LogonFails {
		s.Health = Healthy
	}
	if lower(s.Name) == "winmgmt" {
		m.objectPort = 0
	}
}

// Kill ends a process and every service in it. It is false when there is none,
// or when it is one that Windows won't let go.
func (m *Machine) Kill(pid uint32) bool {
	killed := false
	for _, p := range m.Processes() {
		if p.PID == pid && p.Critical {
			return false
		}
	}
	for _, s := range m.ServiceList() {
		if s.PID == pid && s.State != Stopped {
			m.ended(s)
			killed = true
		}
	}
	before := len(m.Programs)
	m.Programs = slices.DeleteFunc(m.Programs, func(p Process) bool { return p.PID == pid })
	if len(m.Programs) < before {
		m.WMI.programGone(pid)
		m.Network.Leaked, m.RPC.Exhausted, m.RPC.Busy = 0, false, false
		killed = true
	}
	return killed
}

// Process is one running program.
type Process struct {
	Image    string
	PID      uint32
	Services []string
	Path     string
	Critical bool
	MemoryKB uint64
}

// Processes lists what runs, by process id.
func (m *Machine) Processes() []Process {
	out := []Process{{Image: "System Idle Process", PID: 0, Critical: true, MemoryKB: 8}, {Image: "System", PID: 4, Critical: true, MemoryKB: 144},
		{Image: "lsass.exe", PID: 668, Critical: true, Path: `C:\Windows\system32\lsass.exe`, MemoryKB: 21380},
		{Image: "services.exe", PID: 652, Critical: true, Path: `C:\Windows\system32\services.exe`, MemoryKB: 9120}}
	for _, s := range m.ServiceList() {
		if s.PID == 0 {
			continue
		}
		at := slices.IndexFunc(out, func(p Process) bool { return p.PID == s.PID })
		if at < 0 {
			path, _, _ := strings.Cut(s.Path, " ")
			image := path[strings.LastIndexByte(path, '\\')+1:]
			out = append(out, Process{Image: image, PID: s.PID, Path: path, MemoryKB: 12000 + uint64(s.PID)})
			at = len(out) - 1
		}
		out[at].Services = append(out[at].Services, s.Name)
		out[at].Critical = out[at].Critical || s.Permanent
	}
	out = append(out, m.Programs...)
	slices.SortFunc(out, func(a, b Process) int { return int(a.PID) - int(b.PID) })
	return out
}
