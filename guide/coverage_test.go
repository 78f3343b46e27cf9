package guide

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// covered says where each procedure and command of the setup document that the
// guide replaces has gone. The table was made by reading that document from top
// to bottom; `text` is what the page must hold of it.
var covered = []struct {
	source, section, command, text string
}{
	{"What is WMI, SNMP, WQL, CIM, DMTF", "what-is-wmi", "", "SNMP"},
	{"What is WMI: DMI, DEN, Windows Driver Model", "what-is-wmi", "", "Desktop Management Interface and directory-enabled networks"},
	{"User access for a domain user, as a whole", "new-user", "", "ordinary account"},
	{"DCOM 1: Component Services, My Computer, Properties", "dcom-rights", "launch-limits-gui", "Component Services > Computers > right click My Computer > Properties"},
	{"DCOM 2: COM Security tab", "dcom-rights", "launch-limits-gui", "COM Security"},
	{"DCOM 3: launch and activation, Edit Limits", "dcom-rights", "launch-limits-gui", "Edit Limits > Distributed COM Users > allow Remote Launch and Remote Activation"},
	{"DCOM 4: access permissions, Edit Limits", "dcom-rights", "access-limits-gui", "Edit Limits > Distributed COM Users > allow Remote Access"},
	{"DCOM 5: account into Distributed COM Users, by hand", "dcom-rights", "join-dcom-users-gui", "Local Users and Groups > Groups > Distributed COM Users"},
	{"DCOM 5 as a command", "dcom-rights", "join-dcom-users", "net localgroup"},
	{"DCOM 6: account into Performance Log Users, by hand", "dcom-rights", "join-log-users-gui", "Performance Log Users"},
	{"DCOM 6 as a command", "dcom-rights", "join-log-users", `net localgroup "Performance Log Users"`},
	{"CIMV2 1: wmimgmt.msc", "namespace-rights", "grant-remote-enable-gui", "Run wmimgmt.msc"},
	{"CIMV2 2: WMI Control, Properties", "namespace-rights", "grant-remote-enable-gui", "Right click WMI Control (Local), then Properties"},
	{"CIMV2 3: tab Security", "namespace-rights", "grant-remote-enable-gui", "Open the tab Security"},
	{"CIMV2 4: choose CIMV2, Security", "namespace-rights", "grant-remote-enable-gui", "Choose the namespace (Root, then CIMV2) and press Security"},
	{"CIMV2 5: Add", "namespace-rights", "grant-remote-enable-gui", "Press Add"},
	{"CIMV2 6: enter the user", "namespace-rights", "grant-remote-enable-gui", "Enter the account"},
	{"CIMV2 7: Check Names", "namespace-rights", "grant-remote-enable-gui", "Press Check Names, then OK"},
	{"CIMV2 8: Enable Account and Remote Enable", "namespace-rights", "grant-remote-enable-gui", "Tick Enable Account and Remote Enable"},
	{"CIMV2 9: propagate", "namespace-rights", "grant-remote-enable-gui", "The right must reach the namespaces below"},
	{"CIMV2 10: Advanced, double click", "namespace-rights", "grant-remote-enable-gui", "Press Advanced and double click the account"},
	{"CIMV2 11: this namespace and subnamespaces", "namespace-rights", "grant-remote-enable-gui", "This namespace and subnamespaces"},
	{"CIMV2 as a command", "namespace-rights", "grant-remote-enable", "CommonAce"},
	{"Firewall: the exception is for WMI alone, not all DCOM", "firewall", "", "not DCOM for every program"},
	{"Firewall: a sink of one's own needs its own exception", "callback-here", "rule-own-sink", "a program that is its own sink needs a rule for itself"},
	{"Firewall: the exception covers unsecapp", "callback", "", "covers callbacks to unsecapp.exe"},
	{"Firewall: the exception works with a fixed port", "firewall", "", "They count with a fixed port too"},
	{"Firewall UI 1-3: enable, disable", "firewall", "enable-wmi-group-gui", "Control Panel > Security > Windows Firewall > Change settings > tab Exceptions"},
	{"netsh group enable, disable", "firewall", "enable-wmi-group-english", `set rule group="windows management instrumentation (wmi)" new enable=yes`},
	{"the same in every language", "firewall", "enable-wmi-group", `group="@FirewallAPI.dll,-34251" new enable=no`},
	{"separate rules 1: DCOM, and its removal", "firewall-rules", "rule-dcom", `delete rule name="DCOM (wmidoctor)"`},
	{"separate rules 2: WMI, and its removal", "firewall-rules", "rule-wmi", `delete rule name="WMI (wmidoctor)"`},
	{"separate rules 3: UnsecApp, and its removal", "firewall-rules", "rule-unsecapp", `delete rule name="UnsecApp (wmidoctor)"`},
	{"separate rules 4: WMI_OUT, and its removal", "firewall-rules", "rule-wmi-out", `delete rule name="WMI_OUT (wmidoctor)"`},
	{"UAC: filtered token, Run as administrator", "uac", "", "Run as administrator"},
	{"UAC: domain or workgroup, built-in Administrator", "uac", "", "In a domain, domain accounts in Administrators keep theirs"},
	{"DCOM Settings: nondomain accounts need explicit rights", "uac", "uac-join-dcom-users", "remote launch, activation and access rights of its own"},
	{"CIMOM: AllowAnonymousCallback", "callback-anonymous", "allow-anonymous-callback", "The value AllowAnonymousCallback of type REG_DWORD"},
	{"CIMOM: not within a domain or between trusted ones", "callback-anonymous", "", "Do not change this between machines of one domain or of domains that trust each other"},
	{"Fixed port 1: standalonehost", "fixed-port", "fixed-port-cmd", "winmgmt /standalonehost"},
	{"Fixed port 2: stop", "fixed-port", "fixed-port-cmd", "net stop winmgmt /y"},
	{"Fixed port 3: start", "fixed-port", "fixed-port-cmd", "net start winmgmt"},
	{"Fixed port 4: open the port", "fixed-port", "fixed-port-rule", `name="WMIFixedPort (wmidoctor)"`},
	{"Fixed port 5: undo with sharedhost", "fixed-port", "fixed-port-cmd", "winmgmt /sharedhost"},
	{"2003 1: run dcomcnfg.exe", "server-2003", "com-port-range", "type dcomcnfg.exe"},
	{"2003 2: My Computer, Properties", "server-2003", "com-port-range", "right click My Computer, Properties"},
	{"2003 3: Default Protocols, Properties", "server-2003", "com-port-range", "Default Protocols"},
	{"2003 4: Add a range", "server-2003", "com-port-range", "5000-5020"},
	{"2003: FOR loop over the range", "server-2003", "open-com-range", "FOR /L %I IN (5000,1,5020) DO netsh firewall add portopening TCP %I"},
	{"2003: open 135", "server-2003", "open-135-2003", "netsh firewall add portopening TCP 135"},
}

var marks = regexp.MustCompile("[`*]")

func TestSetupDocumentIsCovered(t *testing.T) {
	for _, c := range covered {
		s, ok := Find(c.section)
		if !ok {
			t.Errorf("%s: there is no page %s", c.source, c.section)
			continue
		}
		if c.command != "" && !slices.ContainsFunc(s.commands, func(x Command) bool { return x.ID == c.command }) {
			t.Errorf("%s: page %s has no command %s", c.source, c.section, c.command)
		}
		if text := marks.ReplaceAllString(s.source, ""); !strings.Contains(text, c.text) {
			t.Errorf("%s: page %s does not say %q", c.source, c.section, c.text)
		}
	}
	t.Logf("%d procedures and commands", len(covered))
}

// TestMistakesAreMended: what was wrong in that document must not come back.
func TestMistakesAreMended(t *testing.T) {
	for _, s := range Sections() {
		for _, wrong := range []string{"AllowAnonymousCallbackDatatype", `REG\_DWORD`, `WMI_OUT"program`, `name ="`, "action = allow", "winmgmt -standalonehost", `netsh firewall add portopening TCP 24158`} {
			if strings.Contains(s.source, wrong) {
				t.Errorf("%s: %q is back", s.ID, wrong)
			}
		}
	}
	for _, id := range []string{"dcom-rights", "new-user"} {
		if s, _ := Find(id); !strings.Contains(s.source, "ANONYMOUS LOGON") {
			t.Errorf("%s: it must say that ANONYMOUS LOGON is not needed", id)
		}
	}
}
