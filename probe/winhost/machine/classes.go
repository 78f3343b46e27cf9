package machine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// CIM type names, as a CIMTYPE qualifier spells them (MS-WMIO 2.2.82).
const (
	CIMString   = "string"
	CIMBool     = "boolean"
	CIMUint8    = "uint8"
	CIMUint16   = "uint16"
	CIMUint32   = "uint32"
	CIMUint64   = "uint64"
	CIMSint16   = "sint16"
	CIMSint32   = "sint32"
	CIMDatetime = "datetime"
)

// Property is one property of a class. Rows hold string for string and
// datetime, bool, uint8 to uint64, int16 and int32; slices of these for arrays.
type Property struct {
	Name  string
	Type  string
	Array bool
	Key   bool
}

// Row is one instance by property name; a property that is missing is NULL.
type Row map[string]any

// Class is a class definition with the function that makes its instances. A
// Class never changes, so machines share it.
type Class struct {
	Name       string
	Derivation []string // nearest first
	Properties []Property
	Methods    []string
	Provider   string // "" for classes of the repository
	Abstract   bool
	EventOnly  bool
	NeedsKey   string // a property that must be in WHERE
	Rows       func(*Machine) []Row
}

// Property finds a property without regard to case.
func (c *Class) Property(name string) (Property, bool) {
	for _, p := range c.Properties {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Property{}, false
}

// Class finds a class of a namespace.
func (n *Namespace) Class(name string) *Class {
	for _, c := range n.Classes {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// Query is what an ExecQuery asks, as far as a decision depends on it.
type Query struct {
	Class string
	// Compared are the properties in WHERE, with the text they are compared to.
	Compared map[string]string
}

func (q Query) compared(property string) (string, bool) {
	for name, value := range q.Compared {
		if strings.EqualFold(name, property) {
			return value, true
		}
	}
	return "", false
}

// QueryResult is what a query finds. The denial belongs to ExecQuery itself when
// AtExec is set, else to the first Next. Slow is how long the first row takes.
type QueryResult struct {
	Class  *Class
	Rows   []Row
	Denial Denial
	AtExec bool
	Slow   time.Duration
}

// MayQuery decides on a query in a namespace that was opened, and gives its
// rows before WHERE (MS-WMI 3.1.4.3.18; win32 "UAC and WMI" for what a filtered
// token loses).
func (m *Machine) MayQuery(c Caller, n *Namespace, q Query) QueryResult {
	atExec := func(d Denial) QueryResult { return QueryResult{Denial: d, AtExec: true} }
	switch w := &m.WMI; {
	case m.Services["winmgmt"].Health == Hung, w.Throttled:
		return atExec(Denial{Kind: NoAnswer})
	case w.ShuttingDown:
		return atExec(wbem(wbemShuttingDown))
	case w.Busy:
		return atExec(wbem(wbemServerTooBusy))
	case !m.Security(n).Allows(c, WMIEnable|WMIRemoteEnable):
		return atExec(wbem(wbemAccessDenied))
	}
	class := n.Class(q.Class)
	perf := strings.HasPrefix(lower(q.Class), perfClassPrefix)
	if class == nil || perf && m.WMI.PerfLost {
		return atExec(wbem(wbemInvalidClass))
	}
	if _, keyed := q.compared(class.NeedsKey); class.EventOnly || class.NeedsKey != "" && !keyed {
		return atExec(wbem(wbemNotCapable))
	}
	out := QueryResult{Class: class}
	if out.Denial = m.provider(class); out.Denial.Refused() {
		return out
	}
	if p := m.WMI.Providers[lower(class.Provider)]; p != nil && p.State == ProviderSlow {
		out.Slow = slowProvider
	}
	if out.Denial = m.classRights(c, class, q); out.Denial.Refused() {
		return out
	}
	if class == classNamespace {
		out.Rows = m.NamespaceRows(n)
		return out
	}
	if class.Rows == nil {
		return out
	}
	if perf && !c.Has(Administrators) && !c.Has(PerfMonitorUsers) && !c.Has(PerfLogUsers) {
		return out // the provider shows nothing rather than refuse
	}
	out.Rows = m.visible(c, class, class.Rows(m))
	return out
}

// provider is what the provider host and the provider have to say.
func (m *Machine) provider(class *Class) Denial {
	p := m.WMI.Providers[lower(class.Provider)]
	switch {
	case class.Provider == "":
		return Denial{}
	case m.System.FreeMemoryMB < 64:
		return wbem(wbemOutOfMemory)
	case m.WMI.HeavyMB >= m.WMI.QuotaMB && m.WMI.HeavyMB > 0:
		m.Record(Event{Log: "Application", Source: "Microsoft-Windows-WMI", ID: 5612, Level: 3,
			Text: fmt.Sprintf("WmiPrvSE.exe exceeded some Quota. Quota: MemoryPerHost, maximum: %d MB", m.WMI.QuotaMB)})
		return wbem(wbemQuota)
	case p == nil:
		return wbem(wbemProviderNotFound)
	}
	d := p.State.denial()
	switch {
	case p.State == ProviderCrashes:
		m.Record(Event{Log: "Application", Source: "Application Error", ID: 1000, Level: 2, Text: "Faulting application name: WmiPrvSE.exe, faulting module name: " + p.DLL})
	case d.Refused():
		m.Record(Event{Log: "Microsoft-Windows-WMI-Activity/Operational", Source: "Microsoft-Windows-WMI-Activity", ID: 5858, Level: 2,
			Text: fmt.Sprintf("Provider = %s; ResultCode = %s; PossibleCause = Unknown", p.Name, d.Code)})
	}
	return d
}

// classRights are the checks that providers make themselves.
func (m *Machine) classRights(c Caller, class *Class, q Query) Denial {
	switch lower(class.Name) {
	case "win32_service":
		if manager, err := ParseSDDL(m.Manager); err == nil && !manager.Allows(c, scmConnectEnumerate) {
			return wbem(wbemAccessDenied)
		}
	case "win32_ntlogevent":
		if log, ok := q.compared("Logfile"); ok && strings.EqualFold(log, "Security") && !m.readsSecurityLog(c) {
			return wbem(wbemPrivilegeNotHeld)
		}
	}
	return Denial{}
}

func (m *Machine) readsSecurityLog(c Caller) bool {
	return c.Has(EventLogReaders) || c.Has(Administrators) || m.HasRight(c, ManageAuditing)
}

// adminOnly are properties that a provider leaves NULL for others than
// administrators (win32 "UAC and WMI", list of classes).
var adminOnly = map[string][]string{
	"win32_process":                     {"CommandLine", "ExecutablePath"},
	"win32_computersystem":              {"UserName", "WakeUpType"},
	"win32_networkadapterconfiguration": {"SettingID"},
}

func (m *Machine) visible(c Caller, class *Class, rows []Row) []Row {
	if lower(class.Name) == "win32_ntlogevent" && !m.readsSecurityLog(c) {
		rows = slices.DeleteFunc(rows, func(r Row) bool { return r["Logfile"] == "Security" })
	}
	if c.Filtered && lower(class.Name) == "win32_useraccount" {
		return nil
	}
	if !c.Has(Administrators) {
		for _, r := range rows {
			for _, p := range adminOnly[lower(class.Name)] {
				delete(r, p)
			}
		}
	}
	return rows
}

// MayExecute decides on a method call (MS-WMI 3.1.4.3.22). Create of
// Win32_Process also meets the attack surface rule, whose return value is
// inferred.
func (m *Machine) MayExecute(c Caller, n *Namespace, class, method string) Denial {
	switch k := n.Class(class); {
	case !m.Security(n).Allows(c, WMIEnable|WMIRemoteEnable|WMIMethodExecute):
		return wbem(wbemAccessDenied)
	case k == nil:
		return wbem(wbemInvalidClass)
	case !slices.ContainsFunc(k.Methods, func(s string) bool { return strings.EqualFold(s, method) }):
		return wbem(0x80041055) // WBEM_E_METHOD_NOT_IMPLEMENTED
	}
	if strings.EqualFold(class, "Win32_Process") && strings.EqualFold(method, "Create") && m.System.AttackSurface != 0 {
		e := Event{Log: "Microsoft-Windows-Windows Defender/Operational", Source: "Microsoft-Windows-Windows Defender", ID: 1122, Level: 3,
			Text: "Attack surface reduction rule d1e49aac-8f56-4280-b9ba-993a6d77406c, process WmiPrvSE.exe"}
		if m.System.AttackSurface == 1 {
			e.ID = 1121
		}
		m.Record(e)
		if m.System.AttackSurface == 1 {
			return wbem(wbemAccessDenied)
		}
	}
	return Denial{}
}

// props makes properties from lines "Name type", "Name type[]" and "*Name type"
// for a key.
func props(text string) []Property {
	var out []Property
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		for _, item := range strings.Split(line, ",") {
			name, typ, ok := strings.Cut(strings.TrimSpace(item), " ")
			if !ok {
				continue
			}
			p := Property{Name: strings.TrimPrefix(name, "*"), Key: strings.HasPrefix(name, "*")}
			p.Type, p.Array = strings.CutSuffix(typ, "[]")
			out = append(out, p)
		}
	}
	return out
}

// datetime writes the CIM form yyyymmddHHMMSS.mmmmmm+zzz in the machine's zone.
func (m *Machine) datetime(t time.Time) string {
	t = t.In(time.FixedZone("", m.Clock.Zone*60))
	return fmt.Sprintf("%s.%06d%+04d", t.Format("20060102150405"), t.Nanosecond()/1000, m.Clock.Zone)
}
