package machine

import "strings"

var classOperatingSystem = &Class{Name: "Win32_OperatingSystem", Derivation: []string{"CIM_OperatingSystem", "CIM_LogicalElement", "CIM_ManagedSystemElement"},
	Provider: "CIMWin32", Methods: []string{"Reboot", "Shutdown", "Win32Shutdown", "SetDateTime"},
	Properties: props(`BootDevice string, BuildNumber string, BuildType string, Caption string, CodeSet string, CountryCode string
		CreationClassName string, CSCreationClassName string, CSDVersion string, CSName string, CurrentTimeZone sint16
		DataExecutionPrevention_Available boolean, DataExecutionPrevention_SupportPolicy uint8, Debug boolean, Description string, Distributed boolean
		EncryptionLevel uint32, ForegroundApplicationBoost uint8, FreePhysicalMemory uint64, FreeSpaceInPagingFiles uint64, FreeVirtualMemory uint64
		InstallDate datetime, LastBootUpTime datetime, LocalDateTime datetime, Locale string, Manufacturer string, MaxNumberOfProcesses uint32
		MaxProcessMemorySize uint64, MUILanguages string[], *Name string, NumberOfLicensedUsers uint32, NumberOfProcesses uint32, NumberOfUsers uint32
		OperatingSystemSKU uint32, Organization string, OSArchitecture string, OSLanguage uint32, OSProductSuite uint32, OSType uint16
		Primary boolean, ProductType uint32, RegisteredUser string, SerialNumber string, ServicePackMajorVersion uint16, ServicePackMinorVersion uint16
		SizeStoredInPagingFiles uint64, Status string, SuiteMask uint32, SystemDevice string, SystemDirectory string, SystemDrive string
		TotalVirtualMemorySize uint64, TotalVisibleMemorySize uint64, Version string, WindowsDirectory string`),
	Rows: func(m *Machine) []Row {
		s, kb := m.System, uint64(1024)
		caption := s.Product()
		productType := map[Role]uint32{Member: 3, Workgroup: 3, DomainController: 2}[m.Role]
		if s.Edition != Server {
			productType = 1
		}
		return []Row{{
			"BootDevice": `\Device\HarddiskVolume1`, "BuildNumber": itoa(uint32(s.Build)), "BuildType": "Multiprocessor Free", "Caption": caption,
			"CodeSet": "1252", "CountryCode": "1", "CreationClassName": "Win32_OperatingSystem", "CSCreationClassName": "Win32_ComputerSystem",
			"CSName": m.Computer, "CurrentTimeZone": int16(m.Clock.Zone), "DataExecutionPrevention_Available": true,
			"DataExecutionPrevention_SupportPolicy": uint8(3), "Debug": false, "Description": "", "Distributed": false, "EncryptionLevel": uint32(256),
			"ForegroundApplicationBoost": uint8(2), "FreePhysicalMemory": s.FreeMemoryMB * kb, "FreeSpaceInPagingFiles": uint64(1310720),
			"FreeVirtualMemory": s.FreeMemoryMB * kb, "InstallDate": m.datetime(s.Installed), "LastBootUpTime": m.datetime(s.Booted),
			"LocalDateTime": m.datetime(m.Now()), "Locale": "0409", "Manufacturer": "Microsoft Corporation", "MaxNumberOfProcesses": ^uint32(0),
			"MaxProcessMemorySize": uint64(137438953344), "MUILanguages": []string{"en-US"}, "Name": caption + `|C:\Windows|\Device\Harddisk0\Partition2`,
			"NumberOfLicensedUsers": uint32(0), "NumberOfProcesses": uint32(len(m.Processes())), "NumberOfUsers": uint32(1), "OperatingSystemSKU": s.SKU(),
			"Organization": "", "OSArchitecture": "64-bit", "OSLanguage": uint32(1033), "OSProductSuite": uint32(272), "OSType": uint16(18),
			"Primary": true, "ProductType": productType, "RegisteredUser": "Windows User", "SerialNumber": "00454-00000-00000-AA000",
			"ServicePackMajorVersion": uint16(0), "ServicePackMinorVersion": uint16(0), "SizeStoredInPagingFiles": uint64(1310720), "Status": "OK",
			"SuiteMask": uint32(272), "SystemDevice": `\Device\HarddiskVolume2`, "SystemDirectory": `C:\Windows\system32`, "SystemDrive": "C:",
			"TotalVirtualMemorySize": s.MemoryMB * kb, "TotalVisibleMemorySize": s.MemoryMB * kb,
			"Version": versionOf(s), "WindowsDirectory": `C:\Windows`,
		}}
	}}

func versionOf(s System) string { return s.Version() + "." + itoa(uint32(s.Build)) }

var classComputerSystem = &Class{Name: "Win32_ComputerSystem", Derivation: []string{"CIM_UnitaryComputerSystem", "CIM_ComputerSystem", "CIM_System", "CIM_LogicalElement", "CIM_ManagedSystemElement"},
	Provider: "CIMWin32", Methods: []string{"Rename", "JoinDomainOrWorkgroup", "UnjoinDomainOrWorkgroup"},
	Properties: props(`AdminPasswordStatus uint16, AutomaticManagedPagefile boolean, BootupState string, Caption string, CreationClassName string
		CurrentTimeZone sint16, DaylightInEffect boolean, Description string, DNSHostName string, Domain string, DomainRole uint16
		EnableDaylightSavingsTime boolean, Manufacturer string, Model string, *Name string, NumberOfLogicalProcessors uint32, NumberOfProcessors uint32
		PartOfDomain boolean, PrimaryOwnerName string, Roles string[], Status string, SystemType string, ThermalState uint16
		TotalPhysicalMemory uint64, UserName string, WakeUpType uint16, Workgroup string`),
	Rows: func(m *Machine) []Row {
		role := map[Role]uint16{Workgroup: 2, Member: 3, DomainController: 5}[m.Role] // Win32_ComputerSystem.DomainRole
		if m.System.Edition != Server {
			role -= 2
		}
		row := Row{"AdminPasswordStatus": uint16(1), "AutomaticManagedPagefile": true, "BootupState": "Normal boot", "Caption": m.Computer,
			"CreationClassName": "Win32_ComputerSystem", "CurrentTimeZone": int16(m.Clock.Zone), "DaylightInEffect": false, "Description": "AT/AT COMPATIBLE",
			"DNSHostName": lower(m.Computer), "Domain": m.Domain.DNS, "DomainRole": role, "EnableDaylightSavingsTime": true,
			"Manufacturer": "Microsoft Corporation", "Model": "Virtual Machine", "Name": m.Computer, "NumberOfLogicalProcessors": uint32(2),
			"NumberOfProcessors": uint32(1), "PartOfDomain": m.Role != Workgroup, "PrimaryOwnerName": "Windows User",
			"Roles": []string{"LM_Workstation", "LM_Server", "NT"}, "Status": "OK", "SystemType": "x64-based PC", "ThermalState": uint16(3),
			"TotalPhysicalMemory": m.System.MemoryMB << 20, "UserName": m.Computer + `\Administrator`, "WakeUpType": uint16(6)}
		if m.Role == Workgroup {
			row["Domain"], row["Workgroup"] = m.Workgroup, m.Workgroup
		}
		return []Row{row}
	}}

var classUserAccount = &Class{Name: "Win32_UserAccount", Derivation: []string{"Win32_Account", "CIM_LogicalElement", "CIM_ManagedSystemElement"}, Provider: "CIMWin32",
	Properties: props(`AccountType uint32, Caption string, Description string, Disabled boolean, *Domain string, FullName string, LocalAccount boolean
		Lockout boolean, *Name string, PasswordChangeable boolean, PasswordExpires boolean, PasswordRequired boolean, SID string, SIDType uint8, Status string`),
	Rows: func(m *Machine) []Row {
		var out []Row
		for _, a := range m.Accounts(m.Computer) {
			out = append(out, Row{"AccountType": uint32(512), "Caption": a.String(), "Description": a.Description, "Disabled": a.Disabled, "Domain": a.Domain,
				"FullName": a.FullName, "LocalAccount": true, "Lockout": a.Locked, "Name": a.Name, "PasswordChangeable": true,
				"PasswordExpires": !a.PasswordNeverExpires, "PasswordRequired": a.Password != "", "SID": string(a.SID), "SIDType": uint8(1), "Status": "OK"})
		}
		return out
	}}

var classBIOS = &Class{Name: "Win32_BIOS", Derivation: []string{"CIM_BIOSElement", "CIM_SoftwareElement", "CIM_LogicalElement", "CIM_ManagedSystemElement"}, Provider: "CIMWin32",
	Properties: props("Caption string, Manufacturer string, *Name string, SerialNumber string, SMBIOSBIOSVersion string, *SoftwareElementID string, *SoftwareElementState uint16, *TargetOperatingSystem uint16, *Version string"),
	Rows: func(*Machine) []Row {
		return []Row{{"Caption": "Hyper-V UEFI Release v4.1", "Manufacturer": "Microsoft Corporation", "Name": "Hyper-V UEFI Release v4.1",
			"SerialNumber": "0000-0000-0000-0000-0000-0000-00", "SMBIOSBIOSVersion": "Hyper-V UEFI Release v4.1", "SoftwareElementID": "Hyper-V UEFI Release v4.1",
			"SoftwareElementState": uint16(3), "TargetOperatingSystem": uint16(0), "Version": "VRTUAL - 1"}}
	}}

var classProcessor = &Class{Name: "Win32_Processor", Derivation: []string{"CIM_Processor", "CIM_LogicalDevice", "CIM_LogicalElement", "CIM_ManagedSystemElement"}, Provider: "CIMWin32",
	Properties: props("AddressWidth uint16, Caption string, *DeviceID string, LoadPercentage uint16, Manufacturer string, MaxClockSpeed uint32, Name string, NumberOfCores uint32, NumberOfLogicalProcessors uint32"),
	Rows: func(*Machine) []Row {
		return []Row{{"AddressWidth": uint16(64), "Caption": "Intel64 Family 6 Model 85 Stepping 7", "DeviceID": "CPU0", "LoadPercentage": uint16(7),
			"Manufacturer": "GenuineIntel", "MaxClockSpeed": uint32(2594), "Name": "Intel(R) Xeon(R) CPU @ 2.60GHz", "NumberOfCores": uint32(1), "NumberOfLogicalProcessors": uint32(2)}}
	}}

func itoa(n uint32) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// stateName and startName are the words of Win32_Service.
func stateName(s ServiceState) string {
	return map[ServiceState]string{Stopped: "Stopped", StartPending: "Start Pending", StopPending: "Stop Pending", Running: "Running", Paused: "Paused"}[s]
}

func startName(s StartType) string {
	return map[StartType]string{Automatic: "Auto", Manual: "Manual", Disabled: "Disabled"}[s]
}

var classService = &Class{Name: "Win32_Service", Derivation: []string{"Win32_BaseService", "CIM_Service", "CIM_LogicalElement", "CIM_ManagedSystemElement"},
	Provider: "CIMWin32", Methods: []string{"StartService", "StopService", "PauseService", "ResumeService", "Change", "ChangeStartMode", "GetSecurityDescriptor"},
	Properties: props(`AcceptPause boolean, AcceptStop boolean, Caption string, CreationClassName string, DelayedAutoStart boolean, Description string
		DesktopInteract boolean, DisplayName string, ErrorControl string, ExitCode uint32, *Name string, PathName string, ProcessId uint32
		ServiceType string, Started boolean, StartMode string, StartName string, State string, Status string, SystemCreationClassName string, SystemName string`),
	Rows: func(m *Machine) []Row {
		var out []Row
		for _, s := range m.ServiceList() {
			kind := "Share Process"
			if s.Own {
				kind = "Own Process"
			}
			exit := uint32(0)
			if s.State == Stopped && s.Starts == 0 {
				exit = 1077 // ERROR_SERVICE_NEVER_STARTED
			}
			out = append(out, Row{"AcceptPause": false, "AcceptStop": s.State == Running && !s.Permanent, "Caption": s.Display, "CreationClassName": "Win32_Service",
				"DelayedAutoStart": s.Delayed, "Description": s.Description, "DesktopInteract": false, "DisplayName": s.Display, "ErrorControl": "Normal",
				"ExitCode": exit, "Name": s.Name, "PathName": s.Path, "ProcessId": s.PID, "ServiceType": kind, "Started": s.State == Running,
				"StartMode": startName(s.Start), "StartName": s.Account, "State": stateName(s.State), "Status": "OK",
				"SystemCreationClassName": "Win32_ComputerSystem", "SystemName": m.Computer})
		}
		return out
	}}

var classProcess = &Class{Name: "Win32_Process", Derivation: []string{"CIM_Process", "CIM_LogicalElement", "CIM_ManagedSystemElement"},
	Provider: "CIMWin32", Methods: []string{"Create", "Terminate", "GetOwner", "GetOwnerSid", "SetPriority"},
	Properties: props(`Caption string, CommandLine string, CreationClassName string, CreationDate datetime, CSCreationClassName string, CSName string
		Description string, ExecutablePath string, *Handle string, Name string, OSName string, ParentProcessId uint32, ProcessId uint32
		SessionId uint32, ThreadCount uint32, WorkingSetSize uint64`),
	Rows: func(m *Machine) []Row {
		var out []Row
		for _, p := range m.Processes() {
			row := Row{"Caption": p.Image, "CreationClassName": "Win32_Process", "CreationDate": m.datetime(m.System.Booted), "CSCreationClassName": "Win32_ComputerSystem",
				"CSName": m.Computer, "Description": p.Image, "Handle": itoa(p.PID), "Name": p.Image, "OSName": m.System.Product() + `|C:\Windows|\Device\Harddisk0\Partition2`,
				"ParentProcessId": uint32(0), "ProcessId": p.PID, "SessionId": uint32(0), "ThreadCount": uint32(8), "WorkingSetSize": p.MemoryKB << 10}
			if p.PID > 4 {
				row["ParentProcessId"] = uint32(652)
			}
			if p.Path != "" {
				row["ExecutablePath"], row["CommandLine"] = p.Path, p.Path
			}
			out = append(out, row)
		}
		return out
	}}

var classProduct = &Class{Name: "Win32_Product", Derivation: []string{"CIM_Product"}, Provider: "MSIProv",
	Properties: props("Caption string, Description string, *IdentifyingNumber string, InstallDate string, *Name string, PackageName string, Vendor string, *Version string"),
	Rows: func(*Machine) []Row {
		return []Row{{"Caption": "Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.38.33135", "Description": "Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.38.33135",
			"IdentifyingNumber": "{19AFE054-CA83-45D5-A9DB-4108EF4BD391}", "InstallDate": "20240304", "Name": "Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.38.33135",
			"PackageName": "vc_runtimeMinimum_x64.msi", "Vendor": "Microsoft Corporation", "Version": "14.38.33135"}}
	}}

// ipText lists addresses as Win32_NetworkAdapterConfiguration does.
func (m *Machine) ipText() (addresses, masks []string) {
	for _, p := range m.Network.Addresses {
		addresses = append(addresses, p.Addr().String())
		masks = append(masks, Mask(p))
	}
	return addresses, masks
}

var classAdapterConfiguration = &Class{Name: "Win32_NetworkAdapterConfiguration", Derivation: []string{"CIM_Setting"}, Provider: "CIMWin32",
	Methods: []string{"EnableDHCP", "EnableStatic", "SetDNSServerSearchOrder", "RenewDHCPLease"},
	Properties: props(`Caption string, DefaultIPGateway string[], Description string, DHCPEnabled boolean, DNSDomain string, DNSHostName string
		DNSServerSearchOrder string[], *Index uint32, InterfaceIndex uint32, IPAddress string[], IPEnabled boolean, IPSubnet string[]
		MACAddress string, ServiceName string, SettingID string`),
	Rows: func(m *Machine) []Row {
		addresses, masks := m.ipText()
		var dns []string
		for _, a := range m.Network.DNS {
			dns = append(dns, a.String())
		}
		row := Row{"Caption": "[00000001] Microsoft Hyper-V Network Adapter", "Description": "Microsoft Hyper-V Network Adapter", "DHCPEnabled": false,
			"DNSDomain": m.Domain.DNS, "DNSHostName": lower(m.Computer), "DNSServerSearchOrder": dns, "Index": uint32(1), "InterfaceIndex": m.Network.Index,
			"IPAddress": addresses, "IPEnabled": true, "IPSubnet": masks, "MACAddress": strings.ToUpper(m.Network.MAC), "ServiceName": "netvsc",
			"SettingID": "{2E1C1C06-98A9-4F0B-9A93-5C6E7A9C3D10}"}
		if m.Network.Gateway.IsValid() {
			row["DefaultIPGateway"] = []string{m.Network.Gateway.String()}
		}
		return []Row{row}
	}}

var classLogicalDisk = &Class{Name: "Win32_LogicalDisk", Derivation: []string{"CIM_LogicalDisk", "CIM_StorageExtent", "CIM_LogicalDevice", "CIM_LogicalElement", "CIM_ManagedSystemElement"},
	Provider: "CIMWin32", Methods: []string{"Chkdsk", "ScheduleAutoChk", "ExcludeFromAutochk"},
	Properties: props(`Access uint16, Caption string, Compressed boolean, CreationClassName string, Description string, *DeviceID string, DriveType uint32
		FileSystem string, FreeSpace uint64, MediaType uint32, Name string, Size uint64, SystemCreationClassName string, SystemName string
		VolumeName string, VolumeSerialNumber string`),
	Rows: func(m *Machine) []Row {
		free := uint64(81_604_378_624)
		if m.System.DiskFull {
			free = 0
		}
		disk := func(id, volume string, size, free uint64) Row {
			return Row{"Access": uint16(0), "Caption": id, "Compressed": false, "CreationClassName": "Win32_LogicalDisk", "Description": "Local Fixed Disk", "DeviceID": id,
				"DriveType": uint32(3), "FileSystem": "NTFS", "FreeSpace": free, "MediaType": uint32(12), "Name": id, "Size": size,
				"SystemCreationClassName": "Win32_ComputerSystem", "SystemName": m.Computer, "VolumeName": volume, "VolumeSerialNumber": "9C4F1A2E"}
		}
		return []Row{disk("C:", "", 136_365_211_648, free), disk("D:", "Data", 214_746_263_552, 190_237_605_888)}
	}}
