package console

import "strings"

// program finds what runs under a name; nil is a name that Windows does not
// know. Path and .exe may stand.
func program(name string) func(*command) error {
	name = strings.ToLower(name[strings.LastIndexAny(name, `\/`)+1:])
	switch name {
	case "wmimgmt.msc", "dcomcnfg", "dcomcnfg.exe", "firewall.cpl", "wf.msc", "lusrmgr.msc", "compmgmt.msc", "secpol.msc", "gpedit.msc", "gpmc.msc",
		"services.msc", "regedit", "regedit.exe", "eventvwr", "eventvwr.exe", "eventvwr.msc", "wbemtest", "wbemtest.exe", "dsa.msc", "taskmgr", "taskmgr.exe",
		"control", "control.exe", "ncpa.cpl", "appwiz.cpl", "notepad", "notepad.exe":
		return func(c *command) error { return gui(c, name) }
	}
	return map[string]func(*command) error{
		"netsh": netsh, "reg": reg, "net": netCommand, "net1": netCommand, "sc": sc, "winmgmt": winmgmt, "w32tm": w32tm, "setspn": setspn,
		"gpupdate": gpupdate, "gpresult": gpresult, "secedit": secedit, "ipconfig": ipconfig, "netstat": netstat, "nltest": nltest, "netdom": netdom,
		"nslookup": nslookup, "ping": ping, "dsregcmd": dsregcmd, "hostname": hostname, "whoami": whoami, "ver": version, "winver": winver,
		"tasklist": tasklist, "taskkill": taskkill, "shutdown": shutdown, "dism": dism, "sfc": sfc, "lodctr": lodctr, "mofcomp": mofcomp,
		"regsvr32": regsvr32, "pktmon": pktmon, "type": typeFile, "more": typeFile, "del": deleteFile, "erase": deleteFile, "dir": listFiles, "find": findText,
		"findstr": findText, "powershell": nestedPowerShell, "pwsh": nestedPowerShell,
	}[strings.TrimSuffix(name, ".exe")]
}

// nestedPowerShell is powershell -Command "…".
func nestedPowerShell(c *command) error {
	for i, a := range c.args {
		switch strings.ToLower(a) {
		case "-noprofile", "-nologo", "-noninteractive":
			continue
		case "-executionpolicy", "-ep", "bypass", "remotesigned":
			continue
		case "-command", "-c":
			i++
		default:
			if strings.HasPrefix(a, "-") {
				return fail(1, "%s : The term '%s' is not recognized as an option of powershell here.", a, a)
			}
		}
		script, err := parseScript(strings.Join(c.args[i:], " "))
		if err != nil {
			return fail(1, "%v", err)
		}
		return (&interpreter{m: c.m, scope: newScope(), out: c.out, depth: c.depth + 1}).run(script)
	}
	return fail(1, "The prompt of PowerShell is this one: type the cmdlet itself.")
}
