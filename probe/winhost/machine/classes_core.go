package machine

import "strings"

// Classes of every namespace.
var (
	classNamespace = &Class{Name: "__NAMESPACE", Derivation: []string{"__SystemClass"}, Properties: props("*Name string")}
	classSecurity  = &Class{Name: "__SystemSecurity", Properties: nil, Methods: []string{"GetSD", "SetSD", "Get9XUserList", "Set9XUserList", "GetCallerAccessRights"},
		Rows: func(*Machine) []Row { return []Row{{}} }}
	classQuota = &Class{Name: "__ProviderHostQuotaConfiguration", Derivation: []string{"__CacheControl", "__SystemClass"},
		Properties: props("HandlesPerHost uint32, MemoryAllHosts uint64, MemoryPerHost uint64, ProcessLimitAllHosts uint32, ThreadsPerHost uint32"),
		Rows: func(m *Machine) []Row {
			return []Row{{"HandlesPerHost": uint32(4096), "MemoryAllHosts": uint64(1 << 30), "MemoryPerHost": m.WMI.QuotaMB << 20, "ProcessLimitAllHosts": uint32(32), "ThreadsPerHost": uint32(256)}}
		}}
	classInstanceEvent = &Class{Name: "__InstanceModificationEvent", Derivation: []string{"__InstanceOperationEvent", "__Event", "__IndicationRelated", "__SystemClass"},
		EventOnly: true, Properties: props("SECURITY_DESCRIPTOR uint8[], TIME_CREATED uint64")}
	classProcessStart = &Class{Name: "Win32_ProcessStartTrace", Derivation: []string{"Win32_ProcessTrace", "Win32_SystemTrace", "__ExtrinsicEvent", "__Event", "__IndicationRelated", "__SystemClass"},
		EventOnly: true, Properties: props("ProcessID uint32, ProcessName string, SessionID uint32")}
	classPing = &Class{Name: "Win32_PingStatus", Provider: "CIMWin32", NeedsKey: "Address",
		Properties: props("*Address string, ResponseTime uint32, StatusCode uint32"),
		Rows:       func(*Machine) []Row { return nil }}
	classNetAdapter = &Class{Name: "MSFT_NetAdapter", Derivation: []string{"CIM_NetworkAdapter"}, Provider: "NetAdapterCim",
		Properties: props("*DeviceID string, Name string, InterfaceIndex uint32, PermanentAddress string, State uint32"),
		Rows: func(m *Machine) []Row {
			return []Row{{"DeviceID": "{2E1C1C06-98A9-4F0B-9A93-5C6E7A9C3D10}", "Name": m.Network.Adapter, "InterfaceIndex": m.Network.Index,
				"PermanentAddress": strings.ReplaceAll(m.Network.MAC, ":", ""), "State": uint32(2)}}
		}}
)

// NamespaceRows are the instances of __NAMESPACE, which depend on where they
// are asked.
func (m *Machine) NamespaceRows(n *Namespace) []Row {
	var out []Row
	for _, path := range m.Children(n.Path) {
		out = append(out, Row{"Name": path[strings.LastIndexByte(path, '\\')+1:]})
	}
	return out
}

func cimv2Classes() []*Class {
	return []*Class{classNamespace, classSecurity, classInstanceEvent, classProcessStart, classPing,
		classOperatingSystem, classComputerSystem, classService, classProcess, classLogicalDisk, classAdapterConfiguration,
		classLogEvent, classProduct, classUserAccount, classPerfOS, classPerfProcessor, classPerfMemory, classBIOS, classProcessor}
}
