package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

const winmgmtUsage = "Windows Management Instrumentation\n\nUsage: winmgmt [/backup <filename>] [/restore <filename> <flag>] [/resyncperf]\n               [/standalonehost [level]] [/sharedhost] [/verifyrepository [path]]\n               [/salvagerepository] [/resetrepository]"

// winmgmt is winmgmt.exe. Switches take / or -.
func winmgmt(c *command) error {
	if len(c.args) == 0 || !strings.ContainsAny(c.args[0][:min(1, len(c.args[0]))], "/-") {
		return fail(1, winmgmtUsage)
	}
	w := &c.m.WMI
	name := ""
	if len(c.args) > 1 {
		name = c.args[1]
	}
	switch strings.ToLower(c.args[0][1:]) {
	case "standalonehost":
		c.m.Registry.Set(machine.KeyWMIAppID, machine.MultiSZ("Endpoints", "ncacn_ip_tcp,0,24158"))
		c.m.Services["winmgmt"].Own = true
	case "sharedhost":
		c.m.Registry.Delete(machine.KeyWMIAppID, "Endpoints")
		c.m.Services["winmgmt"].Own = false
	case "verifyrepository":
		if w.Repository != machine.Consistent {
			c.out.line("WMI repository is not consistent")
			return nil
		}
		c.out.line("WMI repository is consistent")
	case "salvagerepository":
		if w.Repository == machine.Consistent {
			c.out.line("WMI repository is consistent")
			return nil
		}
		return mended(c, "salvaged")
	case "resetrepository":
		if err := mended(c, "reset"); err != nil {
			return err
		}
		fresh := machine.New().WMI
		w.Namespaces, w.Providers = fresh.Namespaces, fresh.Providers
		for _, n := range w.Namespaces {
			for _, a := range []string{`LAB\svc-mon`, `WINHOST\svc-local`} {
				if sid, _, ok := machine.New().Resolve(a); ok {
					c.m.Revoke(n.Path, sid) // a reset loses what administrators granted
				}
			}
		}
	case "resyncperf":
		if w.PerfLost = w.CountersLost; w.PerfLost {
			return fail(1, "WMI could not read the performance counters; rebuild them with lodctr /R first.")
		}
	case "backup":
		if !strings.Contains(name, `:\`) {
			return fail(1, "The backup needs the full path of a file.\n%s", winmgmtUsage)
		}
		c.m.Files[filePath(name)] = []byte("wmi repository")
		w.Backups[filePath(name)] = c.m.SaveWMI()
	case "restore":
		saved, ok := w.Backups[filePath(name)]
		if !ok || len(c.args) < 3 || c.args[2] != "1" && c.args[2] != "0" {
			return fail(1, "WMI repository restore failed\nError code:  0x80041002\nFacility:    WMI\nDescription: Not found")
		}
		c.m.RestoreWMI(saved)
	default:
		return fail(1, winmgmtUsage)
	}
	return nil
}

func mended(c *command, how string) error {
	if !c.m.Salvage() {
		return fail(1, "WMI repository %s failed\nError code:  0x80070070\nFacility:    Win32\nDescription: There is not enough space on the disk.", map[string]string{"salvaged": "salvage", "reset": "reset"}[how])
	}
	c.out.line("WMI repository has been %s", how)
	return nil
}
