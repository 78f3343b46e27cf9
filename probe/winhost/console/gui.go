package console

import "strings"

// windows are the programs that open a window, and what to click there. The
// console can't show them, so it says the way.
func gui(c *command, name string) error {
	way := map[string]string{
		"wmimgmt.msc":  "WMI Control (Local) → right click → Properties → tab Security → Root → CIMV2 → Security → Add the account → tick Enable Account and Remote Enable → Advanced → the account → Edit → Applies to: This namespace and subnamespaces → OK.",
		"dcomcnfg":     "Component Services → Computers → My Computer → right click → Properties → tab COM Security. Access Permissions → Edit Limits: Remote Access. Launch and Activation Permissions → Edit Limits: Remote Launch and Remote Activation. One application: My Computer → DCOM Config → Windows Management and Instrumentation → Properties → tab Security.",
		"firewall.cpl": "Allow an app or feature through Windows Defender Firewall → Change settings → tick Windows Management Instrumentation (WMI) for the network's profile → OK.",
		"wf.msc":       "Inbound Rules → Windows Management Instrumentation (DCOM-In) and (WMI-In) of the active profile → Enable Rule.",
		"lusrmgr.msc":  "Users → the account → clear Account is locked out. Groups → Distributed COM Users → Add.",
		"compmgmt.msc": "Local Users and Groups → Groups → Distributed COM Users → Add. Services and Applications → WMI Control → Properties → Security.",
		"secpol.msc":   "Local Policies → User Rights Assignment → Access this computer from the network, and Deny access to this computer from the network.",
		"gpedit.msc":   "Computer Configuration → Windows Settings → Security Settings → Local Policies → Security Options → DCOM: Machine Launch (Access) Restrictions.",
		"gpmc.msc":     "Group Policy Management: the policy that sets the value, then gpupdate /force on the host.",
		"services.msc": "Windows Management Instrumentation → Startup type: Automatic → Start.",
		"regedit":      "The key in the left pane, the value in the right one; use reg query, reg add and reg delete here.",
		"eventvwr":     "Windows Logs → System (DistributedCOM 10036, 10016), Application (WMI 5605, 5612), Security (4624, 4625).",
		"eventvwr.msc": "Windows Logs → System (DistributedCOM 10036, 10016), Application (WMI 5605, 5612), Security (4624, 4625).",
		"wbemtest":     "Connect → the namespace → Query.",
		"dsa.msc":      "Active Directory Users and Computers → the account → Properties → tab Account.",
		"taskmgr":      "Use tasklist and taskkill here.",
		"control":      "Use firewall.cpl, wmimgmt.msc or dcomcnfg.",
		"notepad":      "Use type, and Get-Content and Set-Content of PowerShell, here.",
		"ncpa.cpl":     "Network Connections → the adapter.",
		"appwiz.cpl":   "Programs and Features.",
	}[strings.TrimSuffix(name, ".exe")]
	if way == "" {
		return fail(1, "nothing to show")
	}
	c.out.line("(%s opens a window, which this console can't show. In it: %s)", name, way)
	return nil
}

func winver(c *command) error {
	c.out.line("%s, version %s (OS build %d)", c.m.System.Product(), c.m.System.Version(), c.m.System.Build)
	return nil
}
