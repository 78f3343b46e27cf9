package console

import (
	"slices"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Microsoft's table in "Parsing C command-line arguments".
func TestSplitArgs(t *testing.T) {
	for line, want := range map[string][]string{
		`"abc" d e`:               {"abc", "d", "e"},
		`a\\b d"e f"g h`:          {`a\\b`, "de fg", "h"},
		`a\\\"b c d`:              {`a\"b`, "c", "d"},
		`a\\\\"b c" d e`:          {`a\\b c`, "d", "e"},
		`a"b"" c d`:               {`ab" c d`},
		`"C:\Program Files\x\" y`: {`C:\Program Files\x" y`},
		`/d "" /f`:                {"/d", "", "/f"},
		`  a	b  `:                 {"a", "b"},
	} {
		if got := splitArgs(line); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// Expansion at the prompt: what isn't set stays.
func TestExpandPercent(t *testing.T) {
	env := environment(machine.New())
	for line, want := range map[string]string{
		`%systemroot%\x`:           `C:\Windows\x`,
		`%NOTHING% %OS%`:           `%NOTHING% Windows_NT`,
		`100% of %OS%`:             `100% of Windows_NT`,
		`%`:                        `%`,
		`%%OS%%`:                   `%Windows_NT%`,
		`^%OS^%`:                   `^%OS^%`,
		`%OS:~0,3% %OS:~-2%`:       `Win NT`,
		`%OS:windows=X%`:           `X_NT`,
		`"%COMPUTERNAME%"`:         `"WINHOST"`,
		`%OS:~99,5%|%OS:~x%`:       `|%OS:~x%`,
		`FOR %i IN (1) DO echo %i`: `FOR %i IN (1) DO echo %i`,
	} {
		if got := expandPercent(line, env); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestCMDLine(t *testing.T) {
	for line, want := range map[string]string{
		`echo a & echo b`:                           "a \nb",
		`echo a&&echo b`:                            "a\nb",
		`nothing 2>nul || echo b`:                   "'nothing' is not recognized as an internal or external command,\noperable program or batch file.\nb",
		`hostname && echo yes || echo no`:           "winhost\nyes",
		`nothing && echo b`:                         "",
		`echo "a & b"`:                              `"a & b"`,
		`echo a ^& b ^^ ^"`:                         `a & b ^ "`,
		`echo %OS%`:                                 "Windows_NT",
		`echo x > f.txt & type f.txt`:               "x",
		`(echo a & echo b) > f.txt & type f.txt`:    "a \nb",
		`echo a>f.txt & echo b>>f.txt & type f.txt`: "a \nb",
		`sc qc winmgmt | find "START_TYPE"`:         "START_TYPE         : 2   AUTO_START",
		`FOR /L %i IN (3,-1,2) DO echo %i & echo x`: "C:\\Windows\\system32>echo 3 & echo x\n3 \nx\n\nC:\\Windows\\system32>echo 2 & echo x\n2 \nx",
		`cmd /c "echo a & echo b"`:                  "a \nb",
		`powershell -NoProfile -Command "1+1"`:      "2",
		`"C:\Windows\System32\HOSTNAME.EXE"`:        "winhost",
	} {
		out, _ := new(Session).In(CMD, machine.New(), line)
		var trimmed []string
		for _, l := range strings.Split(strings.TrimSpace(out), "\n") {
			trimmed = append(trimmed, strings.TrimPrefix(l, "        "))
		}
		if got := strings.Join(trimmed, "\n"); got != want {
			t.Errorf("%s\nprinted %q, want %q", line, got, want)
		}
	}
}

// A name that holds signs of the shell reaches the machine as it is.
func TestNamesArriveUnchanged(t *testing.T) {
	name := func(n string) func(*machine.Machine) {
		return func(m *machine.Machine) {
			m.AddAccount(machine.Account{Domain: "LAB", Name: n, SID: m.Domain.SID + "-1999"})
		}
	}
	const cmdForm, psForm = `net localgroup "Distributed COM Users" NAME /add`, `Add-LocalGroupMember -SID S-1-5-32-562 -Member NAME`
	for _, c := range []struct{ account, form, quoted string }{
		{"O'Neil", cmdForm, `"LAB\O'Neil"`},
		{"a b & c", cmdForm, `"LAB\a b & c"`},
		{"a^b", cmdForm, `"LAB\a^b"`},
		{"a!b (c)", cmdForm, `"LAB\a!b (c)"`},
		{"a|b>c", cmdForm, `"LAB\a|b>c"`},
		{"%OS%", cmdForm, `LAB\^%OS^%`},
		{"x%OS%y z", cmdForm, `"LAB\x"^%"OS"^%"y z"`},
		{"$(whoami)`x", cmdForm, "\"LAB\\$(whoami)`x\""},
		{"‘q’“r”", cmdForm, `"LAB\‘q’“r”"`},
		{"O'Neil", psForm, `'LAB\O''Neil'`},
		{"a b & c; d", psForm, `'LAB\a b & c; d'`},
		{"$HOME $(x)", psForm, `'LAB\$HOME $(x)'`},
		{"a`b", psForm, "'LAB\\a`b'"},
		{"it’s", psForm, `'LAB\it’’s'`},
		{"“r”", psForm, `'LAB\“r”'`},
		{"%OS%^&", psForm, `'LAB\%OS%^&'`},
		{"a#b @c", psForm, `'LAB\a#b @c'`},
		{"a$b", psForm, "\"LAB\\a`$b\""},
	} {
		m := machine.New()
		name(c.account)(m)
		line := strings.Replace(c.form, "NAME", c.quoted, 1)
		if out, err := Run(m, line); err != nil || !slices.Contains(m.Group(machine.DCOMUsers).Members, m.Domain.SID+"-1999") {
			t.Errorf("%s: %s %v", line, out, err)
		}
	}
	m := machine.New()
	for _, line := range []string{`netsh advfirewall firewall add rule name="a b & ""c"" ^% 'd'" dir=in action=allow`, `New-NetFirewallRule -DisplayName 'x ''y'' $z “w”' -Direction Inbound -Action Allow`} {
		if _, err := Run(m, line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, want := range []string{`a b & "c" ^% 'd'`, `x 'y' $z “w”`} {
		if !slices.ContainsFunc(m.Firewall.Rules, func(r *machine.Rule) bool { return r.DisplayName == want }) {
			t.Errorf("no rule %s", want)
		}
	}
}

// What Windows refuses, and how it says so.
func TestRefusals(t *testing.T) {
	for line, want := range map[string]string{
		`nosuch`:          "'nosuch' is not recognized as an internal or external command",
		`sudo ufw status`: "'sudo' is not recognized",
		`Get-Nothing`:     "The term 'Get-Nothing' is not recognized as the name of a cmdlet",
		`netsh advfirewall firewall set rule group="x" new enable=yes`:                         "No rules match the specified criteria.",
		`netsh advfirewall firewall set rule group="@FirewallAPI.dll,-34251" new enable=maybe`: "A specified value is not valid.",
		`netsh advfirewall firewall set rule group="@FirewallAPI.dll,-34251" enable=yes`:       "essential parameters were not entered",
		`netsh advfirewall firewall add rule name=x dir=in`:                                    "essential parameters were not entered",
		`netsh advfirewall firewall add rule name=x dir=in action=allow localport=135`:         "Ports can only be specified if the protocol is TCP or UDP.",
		`netsh advfirewall firewall add rule name=x dir=in action=allow remoteip=300.1.1.1`:    "address keyword is not valid",
		`netsh advfirewall firewall delete rule name="x"`:                                      "No rules match",
		`netsh advfirewal firewall show rule name=all`:                                         "The following command was not found",
		`netsh int ipv4 set dynamicport tcp start=1 num=10`:                                    "The parameter is incorrect.",
		`reg add HKLM\SOFTWARE\Microsoft\Ole /v x /t REG_DWORD /d abc /f`:                      "Specify valid numeric value for '/d'",
		`reg add HKLM\SOFTWARE\Microsoft\Ole /v x /t REG_WORD /d 1 /f`:                         "Invalid type specified for '/t'",
		`reg add HKXM\SOFTWARE /v x`:                                                           "Invalid key name",
		`reg add HKLM\SOFTWARE\Microsoft Ole /v x /d 1 /f`:                                     "Invalid syntax",
		`reg add HKLM\SOFTWARE\Microsoft\Ole /v EnableDCOM /d N`:                               "add /f",
		`reg query HKLM\SOFTWARE\Nothing`:                                                      "unable to find the specified registry key or value",
		`net localgroup "Nobody Users" LAB\alice /add`:                                         "System error 1376 has occurred.",
		`net localgroup "Distributed COM Users" LAB\svc-mon /add`:                              "System error 1378 has occurred.",
		`net localgroup "Distributed COM Users" LAB\alice /delete`:                             "System error 1377 has occurred.",
		`net localgroup "Distributed COM Users" LAB\nobody /add`:                               "There is no such global user or group: LAB\\nobody.",
		`net localgroup "Distributed COM Users" LAB\a-name-of-over-20-letters /add`:            "The syntax of this command is",
		`net stop winmgmt`:                                   "add /y",
		`net stop rpcss /y`:                                  "not valid for this service",
		`net start winmgmt`:                                  "already been started",
		`net start nothing`:                                  "The service name is invalid.",
		`sc config winmgmt start=auto`:                       "A space is required between the equal sign and the value.",
		`sc.exe query nothing`:                               "FAILED 1060",
		`sc.exe sdset scmanager "D:(A;;ZZ;;;AU)"`:            "FAILED 1336",
		`winmgmt standalonehost`:                             "Usage: winmgmt",
		`winmgmt /backup x.rec`:                              "full path",
		`winmgmt /restore c:\none.rec 1`:                     "restore failed",
		`setspn -S host/winhost winhost`:                     "Duplicate SPN found",
		`setspn -S host/x nothing`:                           "Could not find account",
		`taskkill /PID 4120`:                                 "/F option",
		`taskkill /F /PID 999999`:                            "not found",
		`taskkill /F /PID 908`:                               "Access is denied",
		`FOR /L %%i IN (1,1,2) DO echo %%i`:                  "%%i was unexpected at this time.",
		`FOR /L %i IN 1,1,2 DO echo %i`:                      "was unexpected at this time.",
		`echo a & & echo b`:                                  "& was unexpected at this time.",
		`type none.txt`:                                      "The system cannot find the file specified.",
		`Enable-NetFirewallRule -Name None`:                  "No MSFT_NetFirewallRule objects found with property 'InstanceID' equal to 'None'",
		`Enable-NetFirewallRule`:                             "missing mandatory parameters",
		`Enable-NetFirewallRule -Nam`:                        "Missing an argument for parameter 'Nam'",
		`Enable-NetFirewallRule -Nothing x`:                  "A parameter cannot be found that matches parameter name 'Nothing'",
		`Get-NetFirewallRule -Group @FirewallAPI.dll,-34251`: "Unexpected token",
		`Set-NetFirewallRule -Name WMI-RPCSS-In-TCP -RemoteAddress nowhere`:                              "is invalid",
		`Add-LocalGroupMember -SID S-1-5-32-562 -Member LAB\svc-mon`:                                     "is already a member of group",
		`Add-LocalGroupMember -SID S-1-5-32-562 -Member LAB\nobody`:                                      "Principal LAB\\nobody was not found.",
		`Remove-LocalGroupMember -SID S-1-5-32-562 -Member LAB\alice`:                                    "was not found in group",
		`Restart-Service rpcss -Force`:                                                                   "cannot be stopped",
		`Restart-Service winmgmt`:                                                                        "Force flag",
		`Set-ADUser svc-mon -ChangePasswordAtLogon maybe`:                                                "Cannot convert value",
		`Unlock-ADAccount nobody`:                                                                        "Cannot find an object with identity: 'nobody'",
		`Set-ItemProperty -Path HKLM:\SOFTWARE\Microsoft\Ole -Name LegacyAuthenticationLevel -Value abc`: "did not match the specified RegistryValueKind",
		`Set-ItemProperty -Path HKLM:\SOFTWARE\None -Name x -Value 1`:                                    "Cannot find path",
		`$x = 'unclosed`: "still open",
		`$null.Foo()`:    "You cannot call a method on a null-valued expression.",
		`lusrmgr`:        "not recognized",
	} {
		out, err := Run(machine.New(), line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nerror %v (output %q), want %q", line, err, out, want)
		}
	}
}

// sc is Set-Content inside PowerShell (about_Aliases).
func TestAliasOfPowerShell(t *testing.T) {
	m := machine.New()
	new(Session).In(PowerShell, m, "sc config winmgmt")
	if m.Files[filePath("config")] == nil {
		t.Error("sc did not write a file")
	}
}

// An old Windows lacks what came later.
func TestOlderWindows(t *testing.T) {
	m := machine.New()
	m.Become(machine.Build2003, machine.Server)
	for _, line := range []string{`netsh advfirewall firewall show rule name=all`, `Enable-NetFirewallRule -Name WMI-RPCSS-In-TCP`, `Add-LocalGroupMember -SID S-1-5-32-562 -Member LAB\alice`} {
		if _, err := Run(m, line); err == nil {
			t.Errorf("2003 knows %s", line)
		}
	}
	if out, err := Run(m, `netsh firewall add portopening TCP 135 "DCOM"`); err != nil || strings.Contains(out, "deprecated") {
		t.Errorf("2003: %q, %v", out, err)
	}
}

func FuzzCMD(f *testing.F) {
	for _, s := range []string{`netsh advfirewall firewall add rule name="a" dir=in action=allow`, `FOR /L %i IN (1,1,3) DO (echo %i & echo x) > f`, `reg add HKLM\a /v b /t REG_MULTI_SZ /d a\0b /f`,
		`echo %OS:~1,-1% ^& "b" || (a && b) | find "x"`, `cmd /c "cmd /c echo a"`, `reg import f`, `sc sdset scmanager "D:(A;;CC;;;AU)"`} {
		f.Add(s)
	}
	m := machine.New()
	f.Fuzz(func(t *testing.T, text string) { new(Session).In(CMD, m.Clone(), text) })
}

func FuzzPowerShell(f *testing.F) {
	for _, s := range []string{grantScript, undoScript, `@{a=1}['a'].b[0]`, "\"$($x.y)`\"\" -replace 'a','b'", `Get-Service | ? { $_.Name -like 'w*' } | fl > f.txt`,
		`[byte[]](1,2)`, `if(1){2}else{3}; foreach($a in 1..3){$a}`, "@'\nx\n'@", `New-NetFirewallRule -DisplayName x -Profile Domain,Public -LocalPort 1-2 -Protocol TCP`} {
		f.Add(s)
	}
	m := machine.New()
	f.Fuzz(func(t *testing.T, text string) { new(Session).In(PowerShell, m.Clone(), text) })
}
