package machine

const (
	netsvcs    = `C:\Windows\system32\svchost.exe -k netsvcs -p`
	defaultSvc = "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;;IU)(A;;CCLCSWLOCRRC;;;SU)"
	// stockManager is the descriptor of the service control manager itself:
	// authenticated users may connect (CC) and no more from the network.
	stockManager = "D:(A;;CC;;;AU)(A;;CCLCRPRC;;;IU)(A;;CCLCRPRC;;;SU)(A;;CCLCRPWPRC;;;SY)(A;;KA;;;BA)(A;;CC;;;AC)S:(AU;FA;KA;;;WD)(AU;OIIOFA;GA;;;WD)"
	// watchedManager adds the account that monitors.
	watchedManager = "D:(A;;CC;;;AU)(A;;CCLCRPRC;;;IU)(A;;CCLCRPRC;;;SU)(A;;CCLCRPWPRC;;;SY)(A;;KA;;;BA)(A;;CC;;;AC)(A;;CCLCRPRC;;;" + string(domainSID) + "-1104)S:(AU;FA;KA;;;WD)(AU;OIIOFA;GA;;;WD)"
)

// StockManager is the service control manager's descriptor as Windows ships it.
const StockManager = stockManager

// Rights at the service control manager (MS-SCMR 3.1.4).
const scmConnectEnumerate uint32 = 0x0005

func stockServices() map[string]*Service {
	out := map[string]*Service{}
	for _, s := range []Service{
		{Name: "RpcSs", Display: "Remote Procedure Call (RPC)", Account: `NT AUTHORITY\NetworkService`, Path: `C:\Windows\system32\svchost.exe -k rpcss -p`, Start: Automatic, PID: 908, Permanent: true, Own: true, DependsOn: []string{"RpcEptMapper", "DcomLaunch"}},
		{Name: "RpcEptMapper", Display: "RPC Endpoint Mapper", Account: `NT AUTHORITY\NetworkService`, Path: `C:\Windows\system32\svchost.exe -k RPCSS -p`, Start: Automatic, PID: 908, Permanent: true},
		{Name: "DcomLaunch", Display: "DCOM Server Process Launcher", Account: "LocalSystem", Path: `C:\Windows\system32\svchost.exe -k DcomLaunch -p`, Start: Automatic, PID: 824, Permanent: true, Own: true},
		{Name: "Winmgmt", Display: "Windows Management Instrumentation", Account: "localSystem", Path: netsvcs, Start: Automatic, PID: 1204, DependsOn: []string{"RPCSS"}, Description: "Provides a common interface and object model to access management information about operating system, devices, applications and services."},
		{Name: "iphlpsvc", Display: "IP Helper", Account: "LocalSystem", Path: `C:\Windows\System32\svchost.exe -k NetSvcs -p`, Start: Automatic, PID: 1204, DependsOn: []string{"RpcSS", "winmgmt"}},
		{Name: "nlasvc", Display: "Network Location Awareness", Account: `NT AUTHORITY\NetworkService`, Path: `C:\Windows\System32\svchost.exe -k NetworkService -p`, Start: Automatic, PID: 1388, Own: true, DependsOn: []string{"RpcSs"}},
		{Name: "mpssvc", Display: "Windows Defender Firewall", Account: `NT Authority\LocalService`, Path: `C:\Windows\system32\svchost.exe -k LocalServiceNoNetworkFirewall -p`, Start: Automatic, PID: 1412, Permanent: true, Own: true},
		{Name: "EventLog", Display: "Windows Event Log", Account: `NT AUTHORITY\LocalService`, Path: `C:\Windows\System32\svchost.exe -k LocalServiceNetworkRestricted -p`, Start: Automatic, PID: 1100, Own: true},
		{Name: "LanmanServer", Display: "Server", Account: "LocalSystem", Path: netsvcs, Start: Automatic, PID: 1204},
		{Name: "Netlogon", Display: "Netlogon", Account: "LocalSystem", Path: `C:\Windows\system32\lsass.exe`, Start: Automatic, PID: 668},
		{Name: "W32Time", Display: "Windows Time", Account: `NT AUTHORITY\LocalService`, Path: `C:\Windows\system32\svchost.exe -k LocalService`, Start: Automatic, PID: 1476, Own: true},
		{Name: "TermService", Display: "Remote Desktop Services", Account: `NT Authority\NetworkService`, Path: svchost + " -k termsvcs", Start: Manual, PID: 1508, Own: true, DependsOn: []string{"RPCSS"}},
		{Name: "WinRM", Display: "Windows Remote Management (WS-Management)", Account: `NT AUTHORITY\NetworkService`, Path: `C:\Windows\System32\svchost.exe -k NetworkService -p`, Start: Automatic, PID: 1600, Own: true, DependsOn: []string{"RPCSS"}},
		{Name: "Spooler", Display: "Print Spooler", Account: "LocalSystem", Path: `C:\Windows\System32\spoolsv.exe`, Start: Automatic, PID: 1704, Own: true, DependsOn: []string{"RPCSS"}},
		{Name: "RemoteRegistry", Display: "Remote Registry", Account: `NT AUTHORITY\LocalService`, Path: `C:\Windows\system32\svchost.exe -k localService -p`, Start: Manual, Own: true, DependsOn: []string{"RPCSS"}},
		{Name: "wuauserv", Display: "Windows Update", Account: "LocalSystem", Path: netsvcs, Start: Manual, DependsOn: []string{"rpcss"}},
		{Name: "BITS", Display: "Background Intelligent Transfer Service", Account: "LocalSystem", Path: netsvcs, Start: Manual, DependsOn: []string{"RpcSs"}},
	} {
		s.Security = defaultSvc
		s.State, s.Starts = Running, 1
		if s.PID == 0 {
			s.State, s.Starts = Stopped, 0
		}
		out[lower(s.Name)] = s.clone()
	}
	return out
}
