package console

import (
	"maps"
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func gpupdate(c *command) error {
	_, sw := options(c.args)
	for name := range sw {
		if !slices.Contains([]string{"force", "target", "wait", "boot", "logoff", "sync"}, name) {
			return fail(1, "Invalid syntax: /%s. See help, below.", name)
		}
	}
	c.out.line("Updating policy...\n")
	if c.m.Role != machine.Workgroup && c.m.Domain.Unreachable {
		return fail(1, "Computer policy could not be updated successfully. The following errors were encountered:\n\nThe processing of Group Policy failed because of lack of network connectivity to a domain controller.")
	}
	c.m.RefreshPolicy()
	c.out.line("Computer Policy update has completed successfully.\nUser Policy update has completed successfully.")
	return nil
}

func gpresult(c *command) error {
	for i, a := range c.args {
		if strings.EqualFold(a, "/h") && i+1 < len(c.args) {
			c.m.Files[filePath(c.args[i+1])] = []byte(policyText(c.m))
			return nil
		}
	}
	c.out.print(policyText(c.m))
	return nil
}

func policyText(m *machine.Machine) string {
	var b strings.Builder
	b.WriteString("COMPUTER SETTINGS\n------------------\n")
	for _, key := range slices.Sorted(maps.Keys(m.Policy)) {
		for _, v := range m.Policy[key] {
			b.WriteString("    " + key + `\` + v.Name + " = " + valueText(v) + "\n")
		}
	}
	return b.String()
}

// secedit exports and configures user rights.
func secedit(c *command) error {
	_, sw := options(c.args)
	value := func(name string) string {
		for i, a := range c.args {
			if strings.EqualFold(a, "/"+name) && i+1 < len(c.args) {
				return c.args[i+1]
			}
		}
		return ""
	}
	cfg := value("cfg")
	_, export := sw["export"]
	_, configure := sw["configure"]
	switch {
	case cfg == "" || export == configure || configure && value("db") == "":
		return fail(1, "The syntax of this command is:\n\nsecedit [/configure | /analyze | /import | /export | /validate | /generaterollback]")
	case export:
		c.m.Files[filePath(cfg)] = []byte(exportRights(c.m))
	default:
		text, ok := c.m.Files[filePath(cfg)]
		if !ok {
			return fail(1, "The system cannot find the file specified.")
		}
		if err := importRights(c.m, string(text)); err != nil {
			return err
		}
	}
	c.out.line("\nThe task has completed successfully.\nSee log %%windir%%\\security\\logs\\scesrv.log for detail info.")
	return nil
}

func exportRights(m *machine.Machine) string {
	var b strings.Builder
	b.WriteString("[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n[Privilege Rights]\r\n")
	for _, right := range slices.Sorted(maps.Keys(m.Rights)) {
		holders := make([]string, len(m.Rights[right]))
		for i, s := range m.Rights[right] {
			holders[i] = "*" + string(s)
		}
		if len(holders) > 0 {
			b.WriteString(right + " = " + strings.Join(holders, ",") + "\r\n")
		}
	}
	return b.String()
}

// importRights sets the rights a file names; those it does not name stay.
func importRights(m *machine.Machine, text string) error {
	section := ""
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.ToLower(line)
			continue
		}
		right, list, ok := strings.Cut(line, "=")
		if section != "[privilege rights]" || !ok {
			continue
		}
		var holders []machine.SID
		for _, name := range strings.Split(list, ",") {
			if name = strings.TrimPrefix(strings.TrimSpace(name), "*"); name == "" {
				continue
			}
			sid, _, known := m.Resolve(name)
			if !known {
				return fail(1, "\nThe task has completed with an error.\nNo mapping between account names and security IDs was done: %s", name)
			}
			holders = append(holders, sid)
		}
		m.Rights[strings.TrimSpace(right)] = holders
	}
	return nil
}
