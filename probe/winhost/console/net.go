package console

import (
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

const netDone = "The command completed successfully.\n"

// netError is "System error N has occurred." with its text.
func netError(n int, text string) error {
	return fail(2, "System error %d has occurred.\n\n%s", n, text)
}

func netHelp(text string, n int) error {
	return fail(2, "%s\n\nMore help is available by typing NET HELPMSG %d.", text, n)
}

// net is net.exe.
func netCommand(c *command) error {
	if len(c.args) == 0 {
		return fail(1, "The syntax of this command is:\n\nNET\n    [ ACCOUNTS | COMPUTER | CONFIG | CONTINUE | FILE | GROUP | HELP |\n      HELPMSG | LOCALGROUP | PAUSE | SESSION | SHARE | START |\n      STATISTICS | STOP | TIME | USE | USER | VIEW ]")
	}
	verb := strings.ToLower(c.args[0])
	c.args = c.args[1:]
	switch verb {
	case "localgroup":
		return localGroup(c)
	case "user":
		return netUser(c)
	case "start":
		return netStart(c)
	case "stop":
		return netStop(c)
	case "accounts":
		c.out.line("Lockout threshold:                                    %d\nComputer role:                                        SERVER\n%s", c.m.Threshold, netDone)
		return nil
	}
	return fail(1, "The syntax of this command is:\n\nNET %s", strings.ToUpper(verb))
}

// options splits /switches from words.
func options(args []string) (words []string, switches map[string]string) {
	switches = map[string]string{}
	for _, a := range args {
		if strings.HasPrefix(a, "/") {
			name, value, _ := strings.Cut(a[1:], ":")
			switches[strings.ToLower(name)] = value
		} else {
			words = append(words, a)
		}
	}
	return words, switches
}

const localGroupSyntax = "The syntax of this command is:\n\nNET LOCALGROUP\n[groupname [/COMMENT:\"text\"]] [/DOMAIN]\n              groupname {/ADD [/COMMENT:\"text\"] | /DELETE}  [/DOMAIN]\n              groupname name [...] {/ADD | /DELETE} [/DOMAIN]"

func localGroup(c *command) error {
	words, sw := options(c.args)
	if len(words) == 0 {
		c.out.line("\nAliases for \\\\%s\n\n-------------------------------------------------------------------------------", c.m.Computer)
		for _, g := range c.m.Groups("BUILTIN") {
			c.out.line("*%s", g.Name)
		}
		c.out.line(netDone)
		return nil
	}
	g := c.m.GroupNamed("BUILTIN", words[0])
	if g == nil {
		return netError(1376, "The specified local group does not exist.")
	}
	_, add := sw["add"]
	_, del := sw["delete"]
	switch {
	case len(words) == 1 && !add && !del:
		return showGroup(c, g)
	case add == del || len(words) < 2:
		return fail(1, localGroupSyntax)
	}
	for _, name := range words[1:] {
		if bare := name[strings.LastIndexByte(name, '\\')+1:]; len([]rune(bare)) > 20 {
			return fail(1, localGroupSyntax) // NET takes no name over 20 characters
		}
		sid, _, ok := c.m.Resolve(name)
		switch {
		case !ok:
			return netHelp("There is no such global user or group: "+name+".", 3783)
		case add && !c.m.Join(g.SID, sid):
			return netError(1378, "The specified account name is already a member of the group.")
		case del && !c.m.Leave(g.SID, sid):
			return netError(1377, "The specified account name is not a member of the group.")
		}
	}
	c.out.line(netDone)
	return nil
}

func showGroup(c *command, g *machine.Group) error {
	c.out.line("Alias name     %s\nComment        %s\n\nMembers\n\n-------------------------------------------------------------------------------", g.Name, g.Comment)
	for _, sid := range g.Members {
		c.out.line("%s", strings.TrimPrefix(c.m.NameOf(sid), c.m.Computer+`\`))
	}
	c.out.line(netDone)
	return nil
}

// netUser changes local accounts, or with /domain and on a domain controller
// those of the domain.
func netUser(c *command) error {
	words, sw := options(c.args)
	domain := c.m.Computer
	if _, ok := sw["domain"]; ok || c.m.Role == machine.DomainController {
		if domain = c.m.Domain.NetBIOS; c.m.Role == machine.Workgroup {
			return netError(1355, "The specified domain either does not exist or could not be contacted.")
		}
	}
	if len(words) == 0 {
		c.out.line("\nUser accounts for \\\\%s\n\n-------------------------------------------------------------------------------", c.m.Computer)
		for _, a := range c.m.Accounts(domain) {
			c.out.line("%s", a.Name)
		}
		c.out.line(netDone)
		return nil
	}
	a := c.m.Account(domain, words[0])
	if a == nil {
		return netHelp("The user name could not be found.", 2221)
	}
	if len(words) > 2 {
		return fail(1, "The syntax of this command is:\n\nNET USER\n[username [password | *] [options]] [/DOMAIN]")
	}
	if len(words) == 2 {
		setPassword(c, a, words[1])
	} else if len(sw) == 0 || len(sw) == 1 && domain != c.m.Computer {
		return showUser(c, a)
	}
	for name, value := range sw {
		if err := userSwitch(c.m, a, name, value); err != nil {
			return err
		}
	}
	c.out.line(netDone)
	return nil
}

func setPassword(c *command, a *machine.Account, password string) {
	if password == "*" {
		password = machine.Password
		c.out.line("Type a password for the user:\nRetype the password to confirm:\n(practice: the password is now the account's usual one)")
	}
	a.Password, a.PasswordExpired, a.MustChange, a.AESKeys = password, false, false, true
	a.PasswordSet = c.m.Now()
}

func userSwitch(m *machine.Machine, a *machine.Account, name, value string) error {
	v := strings.ToLower(value)
	bad := fail(1, "The value for the /%s option is invalid.\n\nMore help is available by typing NET HELPMSG 3952.", strings.ToUpper(name))
	switch name {
	case "domain":
	case "active":
		switch v {
		case "yes":
			a.Disabled, a.Locked, a.BadPasswords = false, false, 0
		case "no":
			a.Disabled = true
		default:
			return bad
		}
	case "expires":
		if a.Expires = (time.Time{}); v != "never" {
			t, ok := readDate(value)
			if !ok {
				return bad
			}
			a.Expires = t
		}
	case "workstations":
		if a.Workstations = nil; v != "*" && v != "" {
			a.Workstations = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' })
		}
	case "times":
		switch v {
		case "all":
			a.Hours = nil
		case "":
			a.Hours = make([]byte, 21)
		default:
			return bad
		}
	case "logonpasswordchg":
		if v != "yes" && v != "no" {
			return bad
		}
		a.MustChange = v == "yes"
	case "comment", "fullname", "passwordchg", "passwordreq", "usercomment":
	default:
		return fail(1, "The option /%s is unknown.\n\nMore help is available by typing NET HELPMSG 3506.", strings.ToUpper(name))
	}
	return nil
}

// readDate reads the date forms that the cmdlets and net take.
func readDate(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "1/2/2006", "01/02/2006", "1/2/2006 3:04:05 PM", "1/2/06"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func showUser(c *command, a *machine.Account) error {
	active := "Yes"
	switch {
	case a.Disabled:
		active = "No"
	case a.Locked:
		active = "Locked"
	}
	expires := "Never"
	if !a.Expires.IsZero() {
		expires = a.Expires.Format("1/2/2006 3:04:05 PM")
	}
	workstations := "All"
	if len(a.Workstations) > 0 {
		workstations = strings.Join(a.Workstations, ",")
	}
	for _, f := range [][2]string{{"User name", a.Name}, {"Full Name", a.FullName}, {"Comment", a.Description}, {"Account active", active}, {"Account expires", expires}, {"", ""},
		{"Password last set", a.PasswordSet.Format("1/2/2006 3:04:05 PM")}, {"Password expires", map[bool]string{true: "Expired", false: "Never"}[a.PasswordExpired || a.MustChange]},
		{"Workstations allowed", workstations}, {"Logon hours allowed", map[bool]string{true: "All", false: "Restricted"}[a.Hours == nil]}} {
		c.out.line("%-29s%s", f[0], f[1])
	}
	groups := ""
	for _, g := range c.m.Groups("BUILTIN") {
		for _, sid := range g.Members {
			if sid == a.SID {
				groups += " *" + g.Name
			}
		}
	}
	c.out.line("\nLocal Group Memberships     %s\n%s", groups, netDone)
	return nil
}
