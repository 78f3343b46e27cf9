package console

import (
	"slices"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func directoryCmdlets() map[string]cmdlet {
	user := "Identity=0! Server Credential "
	return map[string]cmdlet{
		"add-adgroupmember":          {"Identity=0! Members=1! Server", changeADMembers(true)},
		"remove-adgroupmember":       {"Identity=0! Members=1! Server", changeADMembers(false)},
		"get-adgroupmember":          {"Identity=0! Recursive? Server", getADMembers},
		"unlock-adaccount":           {user, changeADAccount(func(a *machine.Account) { a.Locked, a.BadPasswords = false, 0 })},
		"enable-adaccount":           {user, changeADAccount(func(a *machine.Account) { a.Disabled = false })},
		"disable-adaccount":          {user, changeADAccount(func(a *machine.Account) { a.Disabled = true })},
		"clear-adaccountexpiration":  {user, changeADAccount(func(a *machine.Account) { a.Expires = time.Time{} })},
		"set-adaccountexpiration":    {user + "DateTime=1 TimeSpan", setExpiration},
		"set-adaccountpassword":      {user + "NewPassword OldPassword Reset?", setADPassword},
		"get-aduser":                 {"Identity=0 Filter Properties Server", getADUser},
		"set-aduser":                 {user + "ChangePasswordAtLogon SmartcardLogonRequired KerberosEncryptionType Enabled LogonWorkstations Replace Clear Add Remove AccountExpirationDate PasswordNeverExpires Description", setADUser},
		"get-adcomputer":             {"Identity=0! Properties Server", getADUser},
		"set-adcomputer":             {user + "KerberosEncryptionType Replace Clear Add Remove", setADUser},
		"search-adaccount":           {"LockedOut? AccountDisabled? AccountExpired? PasswordExpired?", searchAD},
		"get-lapsadpassword":         {"Identity=0! AsPlainText?", getLAPS},
		"get-admpwdpassword":         {"ComputerName=0! Identity", getLAPS},
		"test-computersecurechannel": {"Repair? Credential Server", secureChannel},
		"get-credential":             {"Credential=0 UserName Message", func(k *call) ([]any, error) { return []any{k.text("credential") + k.text("username")}, nil }},
		"read-host":                  {"Prompt=0 AsSecureString?", func(*call) ([]any, error) { return []any{machine.Password}, nil }},
		"convertto-securestring":     {"String=0 AsPlainText? Force?", func(k *call) ([]any, error) { return []any{k.text("string")}, nil }},
	}
}

func (k *call) hasDirectory() error {
	if k.m.Role == machine.Workgroup || k.m.Domain.Unreachable {
		return fail(1, "Unable to find a default server with Active Directory Web Services running.")
	}
	return nil
}

// principal finds a user or computer by name, SID or distinguished name. A
// computer may stand without its $.
func (k *call) principal(typed string) (*machine.Account, error) {
	if err := k.hasDirectory(); err != nil {
		return nil, err
	}
	d := k.m.Domain.NetBIOS
	name := typed
	if authority, bare, ok := strings.Cut(typed, `\`); ok && knows(k.m, authority) {
		name = bare
	}
	if cn, ok := strings.CutPrefix(strings.ToUpper(typed), "CN="); ok {
		name, _, _ = strings.Cut(typed[len(typed)-len(cn):], ",")
	}
	if a := k.m.Account(d, name); a != nil {
		return a, nil
	}
	if a := k.m.Account(d, name+"$"); a != nil && strings.Contains(strings.ToLower(k.name), "computer") {
		return a, nil
	}
	if sid, err := machine.ParseSID(typed); err == nil {
		if a := k.m.AccountOf(sid); a != nil {
			return a, nil
		}
	}
	return nil, fail(1, "Cannot find an object with identity: '%s' under: 'DC=%s'.", typed, strings.ReplaceAll(k.m.Domain.DNS, ".", ",DC="))
}

func (k *call) identity() (*machine.Account, error) {
	if r, ok := rolled(k.in).(*record); ok && !k.has("identity") {
		if a, ok := r.of.(*machine.Account); ok {
			return a, k.hasDirectory()
		}
	}
	return k.principal(k.text("identity"))
}

// adGroup finds a group of the domain; on a domain controller the built-in
// ones are the domain's.
func (k *call) adGroup() (*machine.Group, error) {
	if err := k.hasDirectory(); err != nil {
		return nil, err
	}
	typed := k.text("identity")
	var g *machine.Group
	if sid, err := machine.ParseSID(typed); err == nil {
		g = k.m.Group(sid)
	} else if g = k.m.GroupNamed(k.m.Domain.NetBIOS, typed); g == nil {
		g = k.m.GroupNamed("BUILTIN", typed)
	}
	if g == nil || g.Domain == "BUILTIN" && k.m.Role != machine.DomainController {
		return nil, fail(1, "Cannot find an object with identity: '%s' under: 'DC=%s'.", typed, strings.ReplaceAll(k.m.Domain.DNS, ".", ",DC="))
	}
	return g, nil
}

func changeADMembers(add bool) func(*call) ([]any, error) {
	return func(k *call) ([]any, error) {
		g, err := k.adGroup()
		if err != nil {
			return nil, err
		}
		for _, typed := range k.texts("members") {
			a, err := k.principal(typed)
			if err != nil {
				return nil, err
			}
			if add && !k.m.Join(g.SID, a.SID) {
				return nil, fail(1, "The specified account name is already a member of the group")
			}
			if !add && !k.m.Leave(g.SID, a.SID) {
				return nil, fail(1, "The specified account name is not a member of the group")
			}
		}
		return nil, nil
	}
}

func getADMembers(k *call) ([]any, error) {
	g, err := k.adGroup()
	if err != nil {
		return nil, err
	}
	var out []any
	for _, sid := range g.Members {
		name := k.m.NameOf(sid)
		out = append(out, newRecord(k.m.AccountOf(sid), "name", name[strings.LastIndexByte(name, '\\')+1:], "objectClass", map[bool]string{true: "group", false: "user"}[k.m.Group(sid) != nil], "SID", string(sid)))
	}
	return out, nil
}

func changeADAccount(change func(*machine.Account)) func(*call) ([]any, error) {
	return func(k *call) ([]any, error) {
		a, err := k.identity()
		if err == nil {
			change(a)
		}
		return nil, err
	}
}

func setExpiration(k *call) ([]any, error) {
	a, err := k.identity()
	if err != nil {
		return nil, err
	}
	t, ok := readDate(k.text("datetime"))
	if !ok {
		return nil, fail(1, "Cannot bind parameter 'DateTime'. Cannot convert value \"%s\" to type \"System.DateTime\".", k.text("datetime"))
	}
	a.Expires = t
	return nil, nil
}

func setADPassword(k *call) ([]any, error) {
	a, err := k.identity()
	if err != nil {
		return nil, err
	}
	password := k.text("newpassword")
	if !k.has("newpassword") {
		password = "*"
	}
	setPassword(&command{m: k.m, out: k.out}, a, password)
	return nil, nil
}

func getADUser(k *call) ([]any, error) {
	if k.has("filter") {
		if err := k.hasDirectory(); err != nil {
			return nil, err
		}
		var out []any
		for _, a := range k.m.Accounts(k.m.Domain.NetBIOS) {
			if !strings.HasSuffix(a.Name, "$") {
				out = append(out, k.userRecord(a))
			}
		}
		return out, nil
	}
	a, err := k.identity()
	if err != nil {
		return nil, err
	}
	return []any{k.userRecord(a)}, nil
}

// userRecord has the properties every user shows, and those that were asked.
func (k *call) userRecord(a *machine.Account) *record {
	r := newRecord(a, "DistinguishedName", "CN="+a.Name+",CN=Users,DC="+strings.ReplaceAll(k.m.Domain.DNS, ".", ",DC="), "Enabled", !a.Disabled,
		"Name", a.Name, "SamAccountName", a.Name, "SID", string(a.SID), "UserPrincipalName", a.UPN)
	more := map[string]any{"lockedout": a.Locked, "accountexpirationdate": a.Expires, "smartcardlogonrequired": a.SmartcardRequired,
		"passwordexpired": a.PasswordExpired || a.MustChange, "passwordlastset": a.PasswordSet, "badlogoncount": a.BadPasswords, "badpwdcount": a.BadPasswords,
		"logonworkstations": strings.Join(a.Workstations, ","), "userworkstations": strings.Join(a.Workstations, ","), "passwordneverexpires": a.PasswordNeverExpires,
		"kerberosencryptiontype": encryptionNames(a.EncryptionTypes), "logonhours": a.Hours}
	if a.EncryptionTypes != 0 {
		more["msds-supportedencryptiontypes"] = int64(a.EncryptionTypes)
	}
	for _, p := range k.texts("properties") {
		for name, v := range more {
			if p == "*" {
				r.set(name, plain(v))
			} else if strings.EqualFold(name, p) {
				r.set(p, plain(v))
			}
		}
	}
	return r
}

var encryptionBits = []struct {
	name string
	bit  uint32
}{{"DES", 0x3}, {"RC4", 0x4}, {"AES128", 0x8}, {"AES256", 0x10}}

func encryptionNames(bits uint32) []string {
	var out []string
	for _, e := range encryptionBits {
		if bits&e.bit != 0 {
			out = append(out, e.name)
		}
	}
	if out == nil {
		return []string{"None"}
	}
	return out
}

func setADUser(k *call) ([]any, error) {
	a, err := k.identity()
	if err != nil {
		return nil, err
	}
	next := *a
	for param, to := range map[string]*bool{"changepasswordatlogon": &next.MustChange, "smartcardlogonrequired": &next.SmartcardRequired, "passwordneverexpires": &next.PasswordNeverExpires} {
		if k.has(param) {
			if *to, err = k.boolean(param); err != nil {
				return nil, err
			}
		}
	}
	if k.has("enabled") {
		on, err := k.boolean("enabled")
		if err != nil {
			return nil, err
		}
		next.Disabled = !on
	}
	if k.has("logonworkstations") {
		next.Workstations = strings.FieldsFunc(strings.Join(k.texts("logonworkstations"), ","), func(r rune) bool { return r == ',' })
	}
	if k.has("kerberosencryptiontype") {
		if next.EncryptionTypes, err = k.encryption(); err != nil {
			return nil, err
		}
	}
	if err := k.attributes(&next); err != nil {
		return nil, err
	}
	if a.MustChange && !next.MustChange {
		next.PasswordExpired = false
	}
	*a = next
	return nil, nil
}

func (k *call) encryption() (uint32, error) {
	var bits uint32
	for _, name := range strings.Split(strings.Join(k.texts("kerberosencryptiontype"), ","), ",") {
		i := slices.IndexFunc(encryptionBits, func(e struct {
			name string
			bit  uint32
		}) bool {
			return strings.EqualFold(e.name, strings.TrimSpace(name))
		})
		if i < 0 && !strings.EqualFold(strings.TrimSpace(name), "none") {
			return 0, fail(1, "Cannot bind parameter 'KerberosEncryptionType'. Unable to match the identifier name %s to a valid enumerator name.", name)
		}
		if i >= 0 {
			bits |= encryptionBits[i].bit
		}
	}
	return bits, nil
}

// attributes is -Replace, -Add, -Remove and -Clear, for the attributes that the
// machine knows.
func (k *call) attributes(a *machine.Account) error {
	for _, name := range k.texts("clear") {
		switch strings.ToLower(name) {
		case "msds-supportedencryptiontypes":
			a.EncryptionTypes = 0
		case "userworkstations":
			a.Workstations = nil
		case "logonhours":
			a.Hours = nil
		case "accountexpires":
			a.Expires = time.Time{}
		default:
			return fail(1, "The specified directory service attribute or value does not exist: %s", name)
		}
	}
	for _, param := range []string{"replace", "add"} {
		t, ok := k.params[param].(*table)
		if !ok {
			if k.has(param) {
				return fail(1, "Cannot bind parameter '%s'. Cannot convert the \"%s\" value to type \"System.Collections.Hashtable\".", param, k.text(param))
			}
			continue
		}
		for _, name := range t.names {
			v, _ := t.get(name)
			n, isNumber := asInt(v)
			switch strings.ToLower(name) {
			case "msds-supportedencryptiontypes":
				if !isNumber || n < 0 || n > 0xFFFFFFFF {
					return fail(1, "The parameter is incorrect: %s", name)
				}
				a.EncryptionTypes = uint32(n)
			case "userworkstations":
				a.Workstations = strings.FieldsFunc(asText(v), func(r rune) bool { return r == ',' })
			case "logonhours":
				b, err := toBytes(v)
				if err != nil || len(b) != 21 {
					return fail(1, "The parameter is incorrect: %s", name)
				}
				a.Hours = b
			case "pwdlastset":
				a.MustChange = isNumber && n == 0
				a.PasswordExpired = a.PasswordExpired && a.MustChange
			default:
				return fail(1, "The specified directory service attribute or value does not exist: %s", name)
			}
		}
	}
	return nil
}

func searchAD(k *call) ([]any, error) {
	if err := k.hasDirectory(); err != nil {
		return nil, err
	}
	var out []any
	for _, a := range k.m.Accounts(k.m.Domain.NetBIOS) {
		if k.on("lockedout") && a.Locked || k.on("accountdisabled") && a.Disabled || k.on("passwordexpired") && a.PasswordExpired ||
			k.on("accountexpired") && !a.Expires.IsZero() && a.Expires.Before(k.m.Now()) {
			out = append(out, k.userRecord(a))
		}
	}
	return out, nil
}

// getLAPS shows the password that LAPS manages.
func getLAPS(k *call) ([]any, error) {
	if err := k.hasDirectory(); err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(strings.ToLower(k.text("identity")+k.text("computername")), "$")
	if name != strings.ToLower(k.m.Computer) && name != strings.ToLower(k.m.FQDN()) {
		return nil, fail(1, "Failed to find the computer '%s' in the directory.", name)
	}
	for _, a := range k.m.Accounts(k.m.Computer) {
		if a.LAPS {
			return []any{newRecord(nil, "ComputerName", k.m.Computer, "Account", a.Name, "Password", a.Password, "ExpirationTimestamp", k.m.Now().Add(24*time.Hour))}, nil
		}
	}
	return nil, nil
}

func secureChannel(k *call) ([]any, error) {
	if k.m.Role != machine.Member {
		return nil, fail(1, "Cannot verify the secure channel password because the computer '%s' is not joined to a domain.", k.m.Computer)
	}
	if k.m.Domain.Unreachable {
		return nil, fail(1, "Cannot reset the secure channel password: the domain controller could not be contacted.")
	}
	if k.on("repair") && k.m.Domain.ChannelBroken {
		if !k.has("credential") {
			return nil, fail(1, "Cannot reset the secure channel password for the computer account in the domain. Operation failed with the following exception: Access is denied. (Give -Credential.)")
		}
		k.m.Domain.ChannelBroken = false
	}
	return []any{!k.m.Domain.ChannelBroken}, nil
}
