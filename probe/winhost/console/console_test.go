package console

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Every command that the catalogue or the setup guide gives to somebody on the
// host is understood, in their order on one machine.
func TestCatalogueCommands(t *testing.T) {
	f, err := os.Open("testdata/catalogue.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := machine.New()
	m.Account(".", "Administrator").LAPS = true
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		line, fails := strings.CutPrefix(line, "!")
		out, err := Run(m, line)
		if (err != nil) != fails {
			t.Errorf("%s\nerror %v, output:\n%s", line, err, out)
		}
		if err != nil && (strings.Contains(err.Error(), "not recognized") || strings.Contains(err.Error(), "syntax") || strings.Contains(err.Error(), "cannot be found that matches")) {
			t.Errorf("%s: not understood: %v", line, err)
		}
	}
}

var (
	mon   = func(m *machine.Machine) *machine.Account { return m.Account("LAB", "svc-mon") }
	admit = func(m *machine.Machine) bool {
		return m.Admits(machine.In, must("198.51.100.7"), 135, "") == machine.Allow && m.Admits(machine.In, must("198.51.100.7"), m.ObjectPort(), "") == machine.Allow
	}
	logon = func(domain, user string) func(*machine.Machine) bool {
		return func(m *machine.Machine) bool { _, ok := try(m, domain, user); return ok }
	}
	activate = func(domain, user string) func(*machine.Machine) bool {
		return func(m *machine.Machine) bool {
			c, ok := try(m, domain, user)
			return ok && !m.MayActivate(c, machine.Activation{Level: 5, Class: machine.CLSIDWMI, Major: 5, Minor: 7, Session: 0xFFFFFFFF}).Refused()
		}
	}
	open = func(m *machine.Machine) bool {
		c, _ := try(m, "LAB", "svc-mon")
		_, d := m.MayOpen(c, machine.Login{Namespace: `root\cimv2`, Level: 6})
		return !d.Refused()
	}
	query = func(class string) func(*machine.Machine) bool {
		return func(m *machine.Machine) bool {
			c, _ := try(m, "LAB", "svc-mon")
			r := m.MayQuery(c, m.Namespace(`root\cimv2`), machine.Query{Class: class})
			return !r.Denial.Refused() && len(r.Rows) > 0
		}
	}
	anonymous = func(m *machine.Machine) bool {
		return slices.Contains(m.Callback(m.Namespace(`root\cimv2`)).Levels, machine.LevelNone)
	}
)

func try(m *machine.Machine, domain, user string) (machine.Caller, bool) {
	c, d := m.Logon(machine.Attempt{Protocol: machine.NTLM, Domain: domain, User: user, Workstation: "JUMP", CheckPassword: func(p string) bool { return p == machine.Password }})
	return c, !d.Refused()
}

// The closed loop of the catalogue: a fault is set, its fix heals it, its undo
// brings it back. Lines are run one by one.
func TestFixAndUndo(t *testing.T) {
	for _, c := range []struct {
		fault string
		set   func(*machine.Machine)
		works func(*machine.Machine) bool
		fix   string
		undo  string // empty: the catalogue gives none
	}{
		{"fw135-drop, cmd", func(m *machine.Machine) { switchGroup(m, machine.GroupWMI, false) }, admit,
			`netsh advfirewall firewall set rule group="@FirewallAPI.dll,-34251" new enable=yes`, `netsh advfirewall firewall set rule group="@FirewallAPI.dll,-34251" new enable=no`},
		{"fw135-drop, least", func(m *machine.Machine) { switchGroup(m, machine.GroupWMI, false) }, admit,
			`Enable-NetFirewallRule -Name WMI-RPCSS-In-TCP-NoScope,WMI-WINMGMT-In-TCP-NoScope`, `Disable-NetFirewallRule -Name WMI-RPCSS-In-TCP-NoScope,WMI-WINMGMT-In-TCP-NoScope`},
		{"fw135-drop, 2003", func(m *machine.Machine) {
			m.Become(machine.Build2003, machine.Server)
			switchGroup(m, machine.GroupWMI, false)
		}, admit,
			`netsh firewall set service RemoteAdmin enable`, `netsh firewall set service RemoteAdmin disable`},
		{"fw135-localsubnet", func(m *machine.Machine) { m.LeaveDomain() }, admit,
			`Set-NetFirewallRule -Name WMI-RPCSS-In-TCP,WMI-WINMGMT-In-TCP -RemoteAddress LocalSubnet,198.51.100.7`, `Set-NetFirewallRule -Name WMI-RPCSS-In-TCP,WMI-WINMGMT-In-TCP -RemoteAddress LocalSubnet`},
		{"fw-profile-public", func(m *machine.Machine) { m.Network.Category = machine.PublicProfile }, admit, `Restart-Service nlasvc -Force`, ""},
		{"fw-profile-public, 2025", func(m *machine.Machine) { m.Network.Category, m.Network.Stuck = machine.PublicProfile, true }, admit, `Restart-NetAdapter -Name Ethernet`, ""},
		{"fw-profile-public, workgroup", func(m *machine.Machine) {
			m.LeaveDomain()
			m.Network.Category = machine.PublicProfile
			for _, n := range []string{"WMI-RPCSS-In-TCP", "WMI-WINMGMT-In-TCP"} {
				r := m.Firewall.Rule(n)
				r.Profiles, r.RemoteAddresses = machine.PrivateProfile, nil
			}
		}, admit, `Set-NetConnectionProfile -InterfaceAlias Ethernet -NetworkCategory Private`, `Set-NetConnectionProfile -InterfaceAlias Ethernet -NetworkCategory Public`},
		{"fw-block-rule", func(m *machine.Machine) {
			m.Firewall.Rules = append(m.Firewall.Rules, &machine.Rule{Name: "Hardening-RPC", DisplayName: "x", Block: true, Enabled: true, Profiles: machine.AnyProfile, Protocol: machine.TCP, LocalPorts: []string{"135"}})
		}, admit, `Disable-NetFirewallRule -Name Hardening-RPC`, `Enable-NetFirewallRule -Name Hardening-RPC`},
		{"acct-locked", func(m *machine.Machine) { mon(m).Locked = true }, logon("LAB", "svc-mon"), `Unlock-ADAccount svc-mon`, ""},
		{"acct-locked, local", func(m *machine.Machine) { m.Account(".", "localadm").Locked = true }, logon("WINHOST", "localadm"), `net user localadm /active:yes`, ""},
		{"acct-disabled", func(m *machine.Machine) { mon(m).Disabled = true }, logon("LAB", "svc-mon"), `Enable-ADAccount svc-mon`, `Disable-ADAccount svc-mon`},
		{"acct-expired", func(m *machine.Machine) { mon(m).Expires = m.Now().AddDate(0, 0, -3) }, logon("LAB", "svc-mon"), `Set-ADAccountExpiration svc-mon -DateTime 2099-01-01`, `Set-ADAccountExpiration svc-mon -DateTime 2020-01-01`},
		{"pwd-must-change", func(m *machine.Machine) { mon(m).MustChange = true }, logon("LAB", "svc-mon"), `Set-ADUser svc-mon -ChangePasswordAtLogon $false`, `Set-ADUser svc-mon -ChangePasswordAtLogon $true`},
		{"logon-workstation", func(m *machine.Machine) { mon(m).Workstations = []string{"OPS1"} }, logon("LAB", "svc-mon"), `Set-ADUser svc-mon -LogonWorkstations 'OPS1,JUMP'`, `Set-ADUser svc-mon -LogonWorkstations OPS1`},
		{"smartcard-required", func(m *machine.Machine) { mon(m).SmartcardRequired = true }, logon("LAB", "svc-mon"), `Set-ADUser svc-mon -SmartcardLogonRequired $false`, `Set-ADUser svc-mon -SmartcardLogonRequired $true`},
		{"network-logon-denied", func(m *machine.Machine) { m.Rights[machine.DenyNetworkLogon] = []machine.SID{machine.LocalAccount} }, logon("WINHOST", "svc-local"),
			"secedit /export /cfg c:\\sec.inf /areas USER_RIGHTS\n(Get-Content c:\\sec.inf) -replace '^SeDenyNetworkLogonRight.*', 'SeDenyNetworkLogonRight =' | Set-Content c:\\new.inf\nsecedit /configure /db c:\\sec.sdb /cfg c:\\new.inf /areas USER_RIGHTS",
			`secedit /configure /db c:\sec.sdb /cfg c:\sec.inf /areas USER_RIGHTS`},
		{"trust-broken", func(m *machine.Machine) { m.Domain.ChannelBroken = true }, logon("LAB", "svc-mon"), `Test-ComputerSecureChannel -Repair -Credential LAB\Administrator`, ""},
		{"ntlm-blocked-in", func(m *machine.Machine) {
			m.Registry.Set(machine.KeyMSV, machine.DWord("RestrictReceivingNTLMTraffic", 2))
		}, logon("LAB", "svc-mon"),
			`reg delete HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0 /v RestrictReceivingNTLMTraffic /f`, ""},
		{"act-machine-launch", func(m *machine.Machine) { m.Leave(machine.DCOMUsers, mon(m).SID) }, activate("LAB", "svc-mon"),
			`Add-LocalGroupMember -SID S-1-5-32-562 -Member LAB\svc-mon`, `Remove-LocalGroupMember -SID S-1-5-32-562 -Member LAB\svc-mon`},
		{"act-machine-launch, net", func(m *machine.Machine) { m.Leave(machine.DCOMUsers, mon(m).SID) }, activate("LAB", "svc-mon"),
			`net localgroup "Distributed COM Users" "LAB\svc-mon" /add`, `net localgroup "Distributed COM Users" "LAB\svc-mon" /delete`},
		{"act-machine-launch, on a domain controller", func(m *machine.Machine) { m.Role = machine.DomainController; m.Leave(machine.DCOMUsers, mon(m).SID) }, activate("LAB", "svc-mon"),
			`Add-ADGroupMember -Identity S-1-5-32-562 -Members svc-mon`, `Remove-ADGroupMember -Identity S-1-5-32-562 -Members svc-mon -Confirm:$false`},
		{"act-machine-access", func(m *machine.Machine) {
			m.Registry.Set(machine.KeyOle, machine.Binary("MachineAccessRestriction", sddl("O:BAG:BAD:(A;;CCDCLC;;;BA)")))
			Run(m, `reg export HKLM\SOFTWARE\Microsoft\Ole before.reg`)
		}, activate("LAB", "svc-mon"), `reg delete HKLM\SOFTWARE\Microsoft\Ole /v MachineAccessRestriction /f`, `reg import before.reg`},
		{"rpc-filter", func(m *machine.Machine) {
			m.AddFilter(machine.Filter{Key: "{11111111-2222-3333-4444-555555555555}", Action: "block", Iface: machine.IfaceSCM})
		}, activate("LAB", "adm-lab"),
			`netsh rpc filter delete filter filterkey={11111111-2222-3333-4444-555555555555}`,
			"netsh rpc filter add rule layer=um actiontype=block\nnetsh rpc filter add condition field=if_uuid matchtype=equal data=" + machine.IfaceSCM + "\nnetsh rpc filter add filter"},
		{"uac-filtered-dcom", nil, activate("WINHOST", "localadm"),
			`reg add HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System /v LocalAccountTokenFilterPolicy /t REG_DWORD /d 1 /f`, `reg delete HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System /v LocalAccountTokenFilterPolicy /f`},
		{"uac-filtered-rid500, PowerShell", func(m *machine.Machine) { m.Registry.Set(machine.KeyUAC, machine.DWord("FilterAdministratorToken", 1)) }, activate("WINHOST", "Administrator"),
			`Set-ItemProperty -Path HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System -Name FilterAdministratorToken -Value 0`, `Set-ItemProperty -Path HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System -Name FilterAdministratorToken -Value 1`},
		{"dcom-disabled", func(m *machine.Machine) { m.Registry.Set(machine.KeyOle, machine.SZ("EnableDCOM", "N")); m.Reboot() }, activate("LAB", "adm-lab"),
			"reg add HKLM\\SOFTWARE\\Microsoft\\Ole /v EnableDCOM /t REG_SZ /d Y /f\nshutdown /r /t 0", "reg add HKLM\\SOFTWARE\\Microsoft\\Ole /v EnableDCOM /t REG_SZ /d N /f & shutdown /r /t 0"},
		{"class-not-registered", func(m *machine.Machine) { m.Registry.DeleteKey(machine.KeyWMIClass) }, activate("LAB", "svc-mon"), "DISM /Online /Cleanup-Image /RestoreHealth\nsfc /scannow", ""},
		{"winmgmt-disabled", func(m *machine.Machine) {
			m.StopService("winmgmt", true)
			m.Services["winmgmt"].Start = machine.Disabled
		}, activate("LAB", "svc-mon"),
			"sc.exe config winmgmt start= auto\nnet start winmgmt", "sc.exe config winmgmt start= disabled\nnet stop winmgmt /y"},
		{"server-exec-failure", func(m *machine.Machine) {
			m.StopService("winmgmt", true)
			m.Services["winmgmt"].Health = machine.Stuck
			m.StartService("winmgmt")
		}, activate("LAB", "svc-mon"), `Restart-Service winmgmt -Force`, ""},
		{"act-no-answer", func(m *machine.Machine) {
			Run(m, "winmgmt /standalonehost")
			Run(m, "Restart-Service winmgmt -Force")
			m.Services["winmgmt"].Health = machine.Hung
		}, activate("LAB", "svc-mon"), `$pid2 = (Get-CimInstance Win32_Nothing -ErrorAction SilentlyContinue); taskkill /F /FI x; Get-Process svchost | Out-Null`, ""},
		{"objport-drop", func(m *machine.Machine) { m.Firewall.Rule("WMI-WINMGMT-In-TCP-NoScope").Enabled = false }, admit,
			`netsh advfirewall firewall add rule name="WMI-wmidoctor" dir=in action=allow program=%systemroot%\system32\svchost.exe service=winmgmt protocol=TCP localport=any remoteip=198.51.100.7`,
			`netsh advfirewall firewall delete rule name="WMI-wmidoctor"`},
		{"fixedport-not-applied", func(m *machine.Machine) { m.Firewall.Rule("WMI-WINMGMT-In-TCP-NoScope").Enabled = false }, admit,
			"winmgmt /standalonehost\nRestart-Service winmgmt -Force\nnetsh advfirewall firewall add rule name=\"WMIFixedPort-wmidoctor\" dir=in action=allow protocol=TCP localport=24158 remoteip=198.51.100.7",
			"winmgmt /sharedhost\nRestart-Service winmgmt -Force\nnetsh advfirewall firewall delete rule name=\"WMIFixedPort-wmidoctor\""},
		{"objport-exhausted", func(m *machine.Machine) {
			m.Network.Leaked = 20000
			m.StopService("winmgmt", true)
			m.StartService("winmgmt")
		}, activate("LAB", "svc-mon"), `taskkill /F /PID 4120`, ""},
		{"ns-repository-damaged", func(m *machine.Machine) { m.Damage(`root\cimv2`) }, open,
			"winmgmt /verifyrepository\nwinmgmt /backup c:\\wmi-before.rec\nwinmgmt /salvagerepository", `winmgmt /restore c:\wmi-before.rec 1`},
		{"ns-quota", func(m *machine.Machine) { m.Namespace(`root\cimv2`).Open = 4096 }, open, `Restart-Service winmgmt -Force`, ""},
		{"q-perf-missing", func(m *machine.Machine) { m.WMI.PerfLost, m.WMI.CountersLost = true, true }, query("Win32_PerfFormattedData_PerfOS_System"),
			"lodctr /S:c:\\perf-before.ini\nlodctr /R\nwinmgmt /resyncperf\nRestart-Service winmgmt -Force", `lodctr /R:c:\perf-before.ini`},
		{"q-class-denied", func(m *machine.Machine) { m.Manager = machine.StockManager }, query("Win32_Service"),
			`sc.exe sdset scmanager "D:(A;;CC;;;AU)(A;;CCLCRPRC;;;IU)(A;;CCLCRPRC;;;SU)(A;;CCLCRPWPRC;;;SY)(A;;KA;;;BA)(A;;CC;;;AC)(A;;CCLCRPRC;;;S-1-5-21-3623811015-3361044348-30300820-1104)S:(AU;FA;KA;;;WD)(AU;OIIOFA;GA;;;WD)"`,
			`sc.exe sdset scmanager "` + machine.StockManager + `"`},
		{"q-provider-load, registration", func(m *machine.Machine) { m.WMI.Providers["cimwin32"].State = machine.ProviderUnregistered }, query("Win32_Process"),
			"winmgmt /backup c:\\wmi.rec\nmofcomp cimwin32.mof", `winmgmt /restore c:\wmi.rec 1`},
		{"q-provider-load, library", func(m *machine.Machine) { m.WMI.Providers["cimwin32"].State = machine.ProviderUnloadable }, query("Win32_Process"), `regsvr32 cimwin32.dll`, `regsvr32 /u cimwin32.dll`},
		{"q-arbitrator-throttle", func(m *machine.Machine) { m.WMI.Throttled = true }, query("Win32_Process"), `Restart-Service winmgmt -Force`, ""},
		{"cb-anon-forbidden", func(m *machine.Machine) {
			m.Registry.Set(machine.KeyCIMOM, machine.DWord("AllowAnonymousCallback", 0))
			Run(m, "Restart-Service winmgmt -Force")
		}, anonymous, "reg add HKLM\\SOFTWARE\\Microsoft\\WBEM\\CIMOM /v AllowAnonymousCallback /t REG_DWORD /d 1 /f\nRestart-Service winmgmt -Force",
			"reg add HKLM\\SOFTWARE\\Microsoft\\WBEM\\CIMOM /v AllowAnonymousCallback /t REG_DWORD /d 0 /f\nRestart-Service winmgmt -Force"},
		{"act-limits-gpo", func(m *machine.Machine) {
			m.Policy[machine.KeyDCOMPolicy] = []machine.Value{machine.SZ("MachineLaunchRestriction", "O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)")}
			m.RefreshPolicy()
		}, activate("LAB", "svc-mon"), "Set-GPRegistryValue -Name Hardening -Key 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DCOM' -ValueName MachineLaunchRestriction -Type String -Value 'O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)(A;;CCDCLCSWRP;;;S-1-5-32-562)'\ngpupdate /force",
			"Set-GPRegistryValue -Name Hardening -Key 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DCOM' -ValueName MachineLaunchRestriction -Type String -Value 'O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)'\ngpupdate /force"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			m := machine.New()
			if c.set != nil {
				c.set(m)
			}
			if c.works(m) {
				t.Fatal("the fault is not there")
			}
			if c.fault == "act-no-answer" { // the process id is what queryex says
				out, _ := Run(m, "sc queryex winmgmt")
				pid := strings.Fields(out[strings.Index(out, "PID"):])[2]
				c.fix = "taskkill /F /PID " + pid + "\nnet start winmgmt"
			}
			lines(t, m, c.fix)
			if !c.works(m) {
				t.Fatal("the fix did not heal it")
			}
			if c.undo != "" {
				if lines(t, m, c.undo); c.works(m) {
					t.Error("the undo did not bring the fault back")
				}
			}
		})
	}
}

func lines(t *testing.T, m *machine.Machine, text string) {
	t.Helper()
	var s Session
	for _, line := range strings.Split(text, "\n") {
		if out, err := s.Run(m, line); err != nil {
			t.Fatalf("%s\n%s\n%v", line, out, err)
		}
	}
}

func switchGroup(m *machine.Machine, id string, on bool) {
	for _, r := range m.Firewall.Rules {
		if r.Group == id {
			r.Enabled = on
		}
	}
}
