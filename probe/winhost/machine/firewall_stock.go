package machine

// The groups of rules by the resource name that is the same in every language
// (two rule dumps; faults.md chapter f).
const (
	GroupWMI         = "@FirewallAPI.dll,-34251"
	GroupRemoteAdmin = "@FirewallAPI.dll,-29752"
	GroupEventLog    = "@FirewallAPI.dll,-29252"
	GroupFileSharing = "@FirewallAPI.dll,-28502"
	svchost          = `%SystemRoot%\system32\svchost.exe`
	unsecapp         = `%systemroot%\system32\wbem\unsecapp.exe`
)

// stockFirewall is a domain member whose administrator has switched the WMI
// group on. Windows ships it off.
func stockFirewall() Firewall {
	f := Firewall{Profiles: map[Profile]ProfileSettings{}}
	for _, p := range []Profile{DomainProfile, PrivateProfile, PublicProfile} {
		f.Profiles[p] = ProfileSettings{Enabled: true, BlockIn: true, NotifyOnListen: true, UnicastResponse: true,
			LogFile: `%systemroot%\system32\LogFiles\Firewall\pfirewall.log`}
	}
	add := func(r Rule, on bool) {
		wide, narrow := r, r
		narrow.Profiles, narrow.Enabled = PrivateProfile|PublicProfile, on
		if r.Direction == In {
			narrow.RemoteAddresses = []string{"LocalSubnet"}
		}
		wide.Name += "-NoScope"
		wide.Profiles, wide.Enabled = DomainProfile, on
		f.Rules = append(f.Rules, narrow.clone(), wide.clone())
	}
	wmi := func(name, display, service, program string, d Direction, ports ...string) Rule {
		r := Rule{Name: name, DisplayName: "Windows Management Instrumentation (" + display + ")", Group: GroupWMI,
			GroupName: "Windows Management Instrumentation (WMI)", Direction: d, Protocol: TCP, Service: service, Program: program, LocalPorts: ports}
		return r
	}
	add(wmi("WMI-RPCSS-In-TCP", "DCOM-In", "rpcss", svchost, In, "135"), true)
	add(wmi("WMI-WINMGMT-In-TCP", "WMI-In", "winmgmt", svchost, In), true)
	add(wmi("WMI-ASYNC-In-TCP", "ASync-In", "", unsecapp, In), true)
	add(wmi("WMI-WINMGMT-Out-TCP", "WMI-Out", "winmgmt", svchost, Out), true)
	other := func(name, display, group, groupName, service string, ports ...string) Rule {
		return Rule{Name: name, DisplayName: display, Group: group, GroupName: groupName, Direction: In, Protocol: TCP,
			Service: service, Program: svchost, LocalPorts: ports}
	}
	add(other("RemoteEventLogSvc-RPCSS-In-TCP", "Remote Event Log Management (RPC-EPMAP)", GroupEventLog, "Remote Event Log Management", "rpcss", "RPC-EPMap"), false)
	add(other("RemoteAdmin-RPCSS-In-TCP", "Remote Administration (RPC-EPMAP)", GroupRemoteAdmin, "Remote Administration", "rpcss", "RPC-EPMap"), false)
	add(other("RemoteAdmin-In-TCP", "Remote Administration (RPC)", GroupRemoteAdmin, "Remote Administration", "", "RPC"), false)
	smb := other("FPS-SMB-In-TCP", "File and Printer Sharing (SMB-In)", GroupFileSharing, "File and Printer Sharing", "", "445")
	smb.Program = "System"
	add(smb, true)
	add(other("RemoteDesktop-UserMode-In-TCP", "Remote Desktop - User Mode (TCP-In)", "@FirewallAPI.dll,-28752", "Remote Desktop", "termservice", "3389"), true)
	add(Rule{Name: "WINRM-HTTP-In-TCP", DisplayName: "Windows Remote Management (HTTP-In)", Group: "@FirewallAPI.dll,-30267",
		GroupName: "Windows Remote Management", Direction: In, Protocol: TCP, Program: "System", LocalPorts: []string{"5985"}}, true)
	return f
}
