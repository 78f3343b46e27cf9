package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func groupCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"add-localgroupmember":    {"Group=0 SID Name Member=1!", addMembers},
		"remove-localgroupmember": {"Group=0 SID Name Member=1!", removeMembers},
		"get-localgroupmember":    {"Group=0 SID Name Member=1", getMembers},
		"get-localgroup":          {"Name=0 SID", getLocalGroups},
		"get-localuser":           {"Name=0 SID", getLocalUsers},
		"enable-localuser":        {"Name=0!", changeLocalUser(func(a *machine.Account) { a.Disabled = false })},
		"disable-localuser":       {"Name=0!", changeLocalUser(func(a *machine.Account) { a.Disabled = true })},
		"set-localuser":           {"Name=0! Password AccountExpires AccountNeverExpires? PasswordNeverExpires Description FullName", setLocalUser},
	}
}

// localGroup finds the group of -SID, -Group or -Name.
func (k *call) localGroup() (*machine.Group, error) {
	if k.m.System.Build < machine.Build10 {
		return nil, fail(1, "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable program.", k.name)
	}
	typed := k.text("sid") + k.text("group") + k.text("name")
	var g *machine.Group
	if sid, err := machine.ParseSID(typed); err == nil {
		g = k.m.Group(sid)
	} else if k.has("sid") {
		return nil, fail(1, "Cannot bind parameter 'SID'. Cannot convert value \"%s\" to type \"System.Security.Principal.SecurityIdentifier\".", typed)
	} else {
		g = k.m.GroupNamed("BUILTIN", strings.TrimPrefix(typed, `BUILTIN\`))
	}
	if g == nil || g.Domain != "BUILTIN" || k.m.Role == machine.DomainController {
		return nil, fail(1, "Group %s was not found.", typed)
	}
	return g, nil
}

func addMembers(k *call) ([]any, error) {
	return nil, k.changeMembers(func(g *machine.Group, sid machine.SID, name string) error {
		if !k.m.Join(g.SID, sid) {
			return fail(1, "%s is already a member of group %s.", name, g.Name)
		}
		return nil
	})
}

func removeMembers(k *call) ([]any, error) {
	return nil, k.changeMembers(func(g *machine.Group, sid machine.SID, name string) error {
		if !k.m.Leave(g.SID, sid) {
			return fail(1, "Member %s was not found in group %s.", name, g.Name)
		}
		return nil
	})
}

func (k *call) changeMembers(change func(*machine.Group, machine.SID, string) error) error {
	g, err := k.localGroup()
	if err != nil {
		return err
	}
	for _, typed := range k.texts("member") {
		sid, name, ok := k.m.Resolve(typed)
		if !ok {
			return fail(1, "Principal %s was not found.", typed)
		}
		if err := change(g, sid, name); err != nil {
			return err
		}
	}
	return nil
}

func getMembers(k *call) ([]any, error) {
	g, err := k.localGroup()
	if err != nil {
		return nil, err
	}
	var out []any
	for _, sid := range g.Members {
		class, source := "User", "ActiveDirectory"
		if k.m.Group(sid) != nil {
			class = "Group"
		}
		name := k.m.NameOf(sid)
		if strings.HasPrefix(name, k.m.Computer+`\`) {
			source = "Local"
		}
		if !k.has("member") || wildcard(k.text("member")).MatchString(name) {
			out = append(out, newRecord(sid, "ObjectClass", class, "Name", name, "PrincipalSource", source, "SID", string(sid)))
		}
	}
	return out, nil
}

func getLocalGroups(k *call) ([]any, error) {
	var out []any
	for _, g := range k.m.Groups("BUILTIN") {
		if (!k.has("name") || wildcard(k.text("name")).MatchString(g.Name)) && (!k.has("sid") || k.text("sid") == string(g.SID)) {
			out = append(out, newRecord(g, "Name", g.Name, "Description", g.Comment, "SID", string(g.SID)))
		}
	}
	if len(out) == 0 {
		return nil, fail(1, "Group %s was not found.", k.text("name")+k.text("sid"))
	}
	return out, nil
}

func getLocalUsers(k *call) ([]any, error) {
	var out []any
	for _, a := range k.m.Accounts(k.m.Computer) {
		if !k.has("name") || wildcard(k.text("name")).MatchString(a.Name) {
			out = append(out, newRecord(a, "Name", a.Name, "Enabled", !a.Disabled, "Description", a.Description, "SID", string(a.SID)))
		}
	}
	if len(out) == 0 {
		return nil, fail(1, "User %s was not found.", k.text("name"))
	}
	return out, nil
}

func (k *call) localUser() (*machine.Account, error) {
	a := k.m.Account(k.m.Computer, strings.TrimPrefix(k.text("name"), k.m.Computer+`\`))
	if a == nil || k.m.Role == machine.DomainController {
		return nil, fail(1, "User %s was not found.", k.text("name"))
	}
	return a, nil
}

func changeLocalUser(change func(*machine.Account)) func(*call) ([]any, error) {
	return func(k *call) ([]any, error) {
		a, err := k.localUser()
		if err == nil {
			change(a)
		}
		return nil, err
	}
}

func setLocalUser(k *call) ([]any, error) {
	a, err := k.localUser()
	if err != nil {
		return nil, err
	}
	if p := k.text("password"); k.has("password") {
		setPassword(&command{m: k.m, out: &printer{}}, a, p)
	}
	if k.on("accountneverexpires") {
		a.Expires = (machine.Account{}).Expires
	}
	if k.has("accountexpires") {
		t, ok := readDate(k.text("accountexpires"))
		if !ok {
			return nil, fail(1, "Cannot convert value \"%s\" to type \"System.DateTime\".", k.text("accountexpires"))
		}
		a.Expires = t
	}
	return nil, nil
}
