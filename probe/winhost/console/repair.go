package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func dism(c *command) error {
	w := lowerAll(c.args)
	joined := strings.Join(w, " ")
	if !strings.Contains(joined, "/online") || !strings.Contains(joined, "/cleanup-image") || !strings.Contains(joined, "health") {
		return fail(87, "\nError: 87\n\nThe requested operation failed because of an unknown option. For more information, refer to the help by running DISM.exe /?.")
	}
	c.out.line("\nDeployment Image Servicing and Management tool\n\n[==========================100.0%%==========================]\nThe restore operation completed successfully.\nThe operation completed successfully.")
	return nil
}

// sfc puts lost system files and their registration back.
func sfc(c *command) error {
	if len(c.args) == 0 || !strings.EqualFold(c.args[0], "/scannow") {
		return fail(1, "Microsoft (R) Windows (R) Resource Checker\n\nSFC [/SCANNOW] [/VERIFYONLY] [/SCANFILE=<file>] [/VERIFYFILE=<file>]")
	}
	c.out.line("\nBeginning system scan.  This process will take some time.\n\nBeginning verification phase of system scan.\nVerification 100%% complete.")
	repaired := false
	fresh := machine.New().Registry
	for _, key := range []string{machine.KeyWMIClass, machine.KeyWMIAppID} {
		if !c.m.Registry.HasKey(key) {
			for _, v := range fresh.Values(key) {
				c.m.Registry.Set(key, v)
			}
			repaired = true
		}
	}
	for _, p := range c.m.WMI.Providers {
		if p.State == machine.ProviderUnloadable {
			p.State, repaired = machine.ProviderWorks, true
		}
	}
	if repaired {
		c.out.line("\nWindows Resource Protection found corrupt files and successfully repaired them.")
	} else {
		c.out.line("\nWindows Resource Protection did not find any integrity violations.")
	}
	return nil
}

// lodctr saves, restores and rebuilds the registry of counters.
func lodctr(c *command) error {
	if len(c.args) != 1 {
		return fail(1, "LODCTR\n    Updates registry values related to performance counters.\n\nUsage:\n    LODCTR <INI-FileName>\n    LODCTR /S:<Backup-FileName>\n    LODCTR /R:<Backup-FileName>\n    LODCTR /R")
	}
	verb, file, named := strings.Cut(c.args[0], ":")
	switch strings.ToLower(verb) {
	case "/q":
		state := "Enabled"
		if c.m.WMI.CountersLost {
			state = "Disabled"
		}
		c.out.line("Performance Counter ID Queries [PERFLIB]:\n    Base Index: 0x00000737 (1847)\n\n[PerfOS] Performance Counters (%s)\n    DLL Name: perfos.dll", state)
	case "/s":
		if !named {
			return fail(1, "Error: a file name is needed.")
		}
		c.m.Files[filePath(file)] = []byte(map[bool]string{true: "lost", false: "whole"}[c.m.WMI.CountersLost])
	case "/r":
		if !named {
			c.m.WMI.CountersLost = false
			c.out.line("\nInfo: Successfully rebuilt performance counter setting from system backup store")
			return nil
		}
		saved, ok := c.m.Files[filePath(file)]
		if !ok {
			return fail(2, "Error: Unable to open file, error code is 2")
		}
		c.m.WMI.CountersLost = string(saved) == "lost"
		c.m.WMI.PerfLost = c.m.WMI.CountersLost
	default:
		return fail(1, "Error: unknown option %s", verb)
	}
	return nil
}

// mofcomp registers a provider again from its MOF file.
func mofcomp(c *command) error {
	words, _ := options(c.args)
	if len(words) != 1 {
		return fail(1, "usage: mofcomp [switches] <MOF file>")
	}
	file := strings.ToLower(words[0][strings.LastIndexAny(words[0], `\/`)+1:])
	for _, p := range c.m.WMI.Providers {
		if strings.ToLower(p.MOF) == file {
			if p.State == machine.ProviderMissing || p.State == machine.ProviderUnregistered {
				p.State = machine.ProviderWorks
			}
			c.out.line("Microsoft (R) MOF Compiler\nParsing MOF file: %s\nMOF file has been successfully parsed\nStoring data in the repository...\nDone!", words[0])
			return nil
		}
	}
	return fail(1, "Microsoft (R) MOF Compiler\nFile '%s' not found!", words[0])
}

// regsvr32 registers a provider's library, or with /u takes it out.
func regsvr32(c *command) error {
	words, sw := options(c.args)
	if len(words) != 1 {
		return fail(1, "To register a module, you must provide a binary name.")
	}
	_, remove := sw["u"]
	file := strings.ToLower(words[0][strings.LastIndexAny(words[0], `\/`)+1:])
	for _, p := range c.m.WMI.Providers {
		if strings.ToLower(p.DLL) != file {
			continue
		}
		if remove {
			p.State = machine.ProviderUnloadable
			c.out.line("DllUnregisterServer in %s succeeded.", words[0])
		} else {
			if p.State == machine.ProviderUnloadable {
				p.State = machine.ProviderWorks
			}
			c.out.line("DllRegisterServer in %s succeeded.", words[0])
		}
		return nil
	}
	return fail(3, "The module \"%s\" failed to load.\n\nThe specified module could not be found.", words[0])
}

// pktmon keeps no packets here: what it would catch is the wire's to show.
func pktmon(c *command) error {
	w := lowerAll(c.args)
	switch {
	case match(w, "filter", "add"):
		c.out.line("Filter added.")
	case match(w, "filter", "remove"):
		c.out.line("Removed all filters.")
	case match(w, "filter", "list"), match(w, "status"):
		c.out.line("Packet Monitor is not running.")
	case match(w, "start"):
		c.out.line("Packet Monitor started. (practice: the wire tab shows the packets)")
	case match(w, "stop"):
		c.out.line("Flushing logs...\nPacket Monitor is stopped.")
	default:
		return fail(1, "pktmon { filter | list | start | stop | status | unload | counters | reset | etl2txt | etl2pcap | hex2pkt } [OPTIONS | help]")
	}
	return nil
}
