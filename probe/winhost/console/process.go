package console

import (
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// tasklist knows /svc and the filters PID eq, IMAGENAME eq and SERVICES eq.
func tasklist(c *command) error {
	services := false
	var filters []string
	for i := 0; i < len(c.args); i++ {
		switch strings.ToLower(c.args[i]) {
		case "/svc":
			services = true
		case "/v":
		case "/fi":
			if i+1 >= len(c.args) {
				return fail(1, "ERROR: Invalid syntax. Value expected for '/fi'.\nType \"TASKLIST /?\" for usage.")
			}
			i++
			filters = append(filters, c.args[i])
		default:
			return fail(1, "ERROR: Invalid argument/option - '%s'.\nType \"TASKLIST /?\" for usage.", c.args[i])
		}
	}
	var rows []machine.Process
	for _, p := range c.m.Processes() {
		keep := true
		for _, f := range filters {
			ok, valid := filterProcess(f, p)
			if !valid {
				return fail(1, "ERROR: The search filter cannot be recognized.")
			}
			keep = keep && ok
		}
		if keep {
			rows = append(rows, p)
		}
	}
	if len(rows) == 0 {
		c.out.line("INFO: No tasks are running which match the specified criteria.")
		return nil
	}
	if services {
		c.out.line("\nImage Name                     PID Services\n========================= ======== ============================================")
	} else {
		c.out.line("\nImage Name                     PID Session Name        Session#    Mem Usage\n========================= ======== ================ =========== ============")
	}
	for _, p := range rows {
		if services {
			names := strings.Join(p.Services, ", ")
			if names == "" {
				names = "N/A"
			}
			c.out.line("%-25.25s %8d %s", p.Image, p.PID, names)
		} else {
			c.out.line("%-25.25s %8d %-16s %11d %10d K", p.Image, p.PID, "Services", 0, p.MemoryKB)
		}
	}
	return nil
}

func filterProcess(filter string, p machine.Process) (ok, valid bool) {
	f := strings.Fields(filter)
	if len(f) != 3 || !strings.EqualFold(f[1], "eq") && !strings.EqualFold(f[1], "ne") {
		return false, false
	}
	switch strings.ToUpper(f[0]) {
	case "PID":
		n, err := strconv.ParseUint(f[2], 10, 32)
		ok, valid = uint32(n) == p.PID, err == nil
	case "IMAGENAME":
		ok, valid = strings.EqualFold(p.Image, f[2]), true
	case "SERVICES":
		valid = true
		for _, s := range p.Services {
			ok = ok || strings.EqualFold(s, f[2])
		}
	}
	return ok == strings.EqualFold(f[1], "eq"), valid
}

func taskkill(c *command) error {
	var pids []uint32
	force := false
	for i := 0; i < len(c.args); i++ {
		switch strings.ToLower(c.args[i]) {
		case "/f":
			force = true
		case "/t":
		case "/pid", "/im":
			if i+1 >= len(c.args) {
				return fail(1, "ERROR: Invalid syntax. Value expected for '%s'.\nType \"TASKKILL /?\" for usage.", c.args[i])
			}
			i++
			found := false
			for _, p := range c.m.Processes() {
				if c.args[i] == strconv.FormatUint(uint64(p.PID), 10) || strings.EqualFold(c.args[i], p.Image) {
					pids, found = append(pids, p.PID), true
				}
			}
			if !found {
				return fail(128, "ERROR: The process \"%s\" not found.", c.args[i])
			}
		default:
			return fail(1, "ERROR: Invalid argument/option - '%s'.\nType \"TASKKILL /?\" for usage.", c.args[i])
		}
	}
	if len(pids) == 0 {
		return fail(1, "ERROR: Invalid syntax. Neither /FI nor /PID nor /IM were specified.\nType \"TASKKILL /?\" for usage.")
	}
	for _, pid := range pids {
		if !force {
			return fail(1, "ERROR: The process with PID %d could not be terminated.\nReason: This process can only be terminated forcefully (with /F option).", pid)
		}
		if !c.m.Kill(pid) {
			return fail(1, "ERROR: The process with PID %d could not be terminated.\nReason: Access is denied.", pid)
		}
		c.out.line("SUCCESS: The process with PID %d has been terminated.", pid)
	}
	return nil
}

func shutdown(c *command) error {
	for i := 0; i < len(c.args); i++ {
		a := strings.ToLower(strings.Replace(c.args[i], "-", "/", 1))
		switch a {
		case "/r", "/g":
			c.m.Reboot()
			c.out.line("(practice: the host has restarted)")
			return nil
		case "/s", "/p":
			c.m.System.Off = true
			c.out.line("(practice: the host is off)")
			return nil
		case "/a", "/l":
			return nil
		case "/t", "/c", "/d", "/m":
			i++
		case "/f":
		default:
			return fail(1, "Usage: shutdown [/i | /l | /s | /sg | /r | /g | /a | /p | /h | /e | /o] [/hybrid] [/soft] [/fw] [/f] …")
		}
	}
	return fail(1, "Usage: shutdown [/i | /l | /s | /sg | /r | /g | /a | /p | /h | /e | /o] [/hybrid] [/soft] [/fw] [/f] …")
}
