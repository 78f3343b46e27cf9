package machine

var classLogEvent = &Class{Name: "Win32_NTLogEvent", Provider: "MS_NT_EVENTLOG_PROVIDER",
	Properties: props(`Category uint16, ComputerName string, EventCode uint16, EventIdentifier uint32, EventType uint8, *Logfile string, Message string
		*RecordNumber uint32, SourceName string, TimeGenerated datetime, TimeWritten datetime, Type string, User string`),
	Rows: func(m *Machine) []Row {
		var out []Row
		for i := len(m.Events) - 1; i >= 0; i-- {
			e := m.Events[i]
			if e.Log != "System" && e.Log != "Application" && e.Log != "Security" {
				continue // the provider knows classic logs only
			}
			kind := map[uint8]uint8{2: 1, 3: 2, 4: 3}[e.Level]
			word := map[uint8]string{1: "Error", 2: "Warning", 3: "Information"}[kind]
			if e.Audit {
				kind, word = 4, "Audit Success"
				if e.ID == 4625 {
					kind, word = 5, "Audit Failure"
				}
			}
			at := m.datetime(e.At)
			out = append(out, Row{"Category": uint16(0), "ComputerName": m.FQDN(), "EventCode": uint16(e.ID), "EventIdentifier": e.ID, "EventType": kind,
				"Logfile": e.Log, "Message": e.Text, "RecordNumber": e.Record, "SourceName": e.Source, "TimeGenerated": at, "TimeWritten": at, "Type": word})
		}
		return out
	}}

var perfBase = []string{"Win32_PerfFormattedData", "Win32_Perf", "CIM_StatisticalInformation"}

var classPerfOS = &Class{Name: "Win32_PerfFormattedData_PerfOS_System", Derivation: perfBase, Provider: "WmiPerfClass",
	Properties: props("*Name string, ContextSwitchesPersec uint32, Processes uint32, ProcessorQueueLength uint32, SystemUpTime uint64, Threads uint32"),
	Rows: func(m *Machine) []Row {
		return []Row{{"Name": "", "ContextSwitchesPersec": uint32(412), "Processes": uint32(len(m.Processes())), "ProcessorQueueLength": uint32(0),
			"SystemUpTime": uint64(max(0, m.Now().Sub(m.System.Booted).Seconds())), "Threads": uint32(8 * len(m.Processes()))}}
	}}

var classPerfProcessor = &Class{Name: "Win32_PerfFormattedData_PerfOS_Processor", Derivation: perfBase, Provider: "WmiPerfClass",
	Properties: props("*Name string, PercentIdleTime uint64, PercentPrivilegedTime uint64, PercentProcessorTime uint64, PercentUserTime uint64"),
	Rows: func(*Machine) []Row {
		row := func(name string, busy uint64) Row {
			return Row{"Name": name, "PercentIdleTime": 100 - busy, "PercentPrivilegedTime": busy / 3, "PercentProcessorTime": busy, "PercentUserTime": busy - busy/3}
		}
		return []Row{row("0", 9), row("1", 5), row("_Total", 7)}
	}}

var classPerfMemory = &Class{Name: "Win32_PerfFormattedData_PerfOS_Memory", Derivation: perfBase, Provider: "WmiPerfClass",
	Properties: props("*Name string, AvailableMBytes uint64, CommittedBytes uint64, PagesPersec uint32"),
	Rows: func(m *Machine) []Row {
		return []Row{{"Name": "", "AvailableMBytes": m.System.FreeMemoryMB, "CommittedBytes": (m.System.MemoryMB - min(m.System.FreeMemoryMB, m.System.MemoryMB)) << 20, "PagesPersec": uint32(0)}}
	}}
