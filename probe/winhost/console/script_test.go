package console

import (
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// The permission script of the catalogue, chapter g, as it stands there.
const grantScript = `$ns='root\cimv2'; $acct='ACCOUNT'
$ss=Get-WmiObject -Namespace $ns -Class __SystemSecurity
$old=$ss.PSBase.InvokeMethod('GetSD',$null,$null).SD
[Convert]::ToBase64String($old) | Set-Content sd-before.txt        # undo data
$sd=New-Object Security.AccessControl.RawSecurityDescriptor($old,0)
$sid=(New-Object Security.Principal.NTAccount $acct).Translate([Security.Principal.SecurityIdentifier])
$ace=New-Object Security.AccessControl.CommonAce(2,0,0x21,$sid,$false,$null)   # 2=CONTAINER_INHERIT, 0=allow, 0x21=Enable+Remote Enable
$i=0; while($i -lt $sd.DiscretionaryAcl.Count -and -not $sd.DiscretionaryAcl[$i].IsInherited){$i++}   # explicit ACEs precede inherited ones
$sd.DiscretionaryAcl.InsertAce($i,$ace)
$new=New-Object byte[] $sd.BinaryLength; $sd.GetBinaryForm($new,0)
$p=$ss.PSBase.GetMethodParameters('SetSD'); $p.SD=$new
$ss.PSBase.InvokeMethod('SetSD',$p,$null).ReturnValue              # 0 = done
`

const undoScript = `$ss=Get-WmiObject -Namespace 'root\cimv2' -Class __SystemSecurity; $p=$ss.PSBase.GetMethodParameters('SetSD')
$p.SD=[Convert]::FromBase64String((Get-Content sd-before.txt)); $ss.PSBase.InvokeMethod('SetSD',$p,$null).ReturnValue
`

func denied() *machine.Machine {
	m := machine.New()
	m.Revoke("root", mon(m).SID)
	return m
}

func TestPermissionScript(t *testing.T) {
	m := denied()
	before := m.Security(m.Namespace(`root\cimv2`)).SDDL()
	out, err := Run(m, strings.Replace(grantScript, "ACCOUNT", `LAB\svc-mon`, 1))
	if err != nil || out != "0\n" {
		t.Fatalf("output %q, error %v", out, err)
	}
	want := strings.Replace(before, "D:", "D:(A;CI;CCWP;;;"+string(mon(m).SID)+")", 1)
	if got := m.Security(m.Namespace(`root\cimv2`)).SDDL(); got != want {
		t.Errorf("descriptor\n%s, want exactly one entry more:\n%s", got, want)
	}
	if !open(m) {
		t.Error("ns-remote-enable is not healed")
	}
	if out, err = Run(m, undoScript); err != nil || out != "0\n" {
		t.Fatalf("undo: output %q, error %v", out, err)
	}
	if got := m.Security(m.Namespace(`root\cimv2`)).SDDL(); got != before {
		t.Errorf("after the undo: %s, want %s", got, before)
	}
}

func TestPermissionScriptLineByLine(t *testing.T) {
	m := denied()
	var s Session
	s.Interactive()
	for _, line := range strings.Split(strings.Replace(grantScript, "ACCOUNT", `LAB\svc-mon`, 1), "\n") {
		if _, err := s.Run(m, line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	if !open(m) {
		t.Error("ns-remote-enable is not healed")
	}
}

// Variations that say the same, and mistakes that must not pass.
func TestPermissionScriptVariations(t *testing.T) {
	base := strings.Replace(grantScript, "ACCOUNT", `LAB\svc-mon`, 1)
	for _, c := range []struct {
		name, old, new string
		heals, fails   bool
	}{
		{"typographic quotes", `'root\cimv2'`, `‘root\cimv2’`, true, false},
		{"double quotes", `'LAB\svc-mon'`, `"LAB\svc-mon"`, true, false},
		{"another case", `Get-WmiObject -Namespace $ns`, `GET-WMIOBJECT -NameSpace $NS`, true, false},
		{"only Remote Enable", `0x21`, `0x20`, true, false},
		{"CIM instead of WMI", `$ss.PSBase.InvokeMethod('GetSD',$null,$null).SD`, `(Invoke-CimMethod -Namespace $ns -ClassName __SystemSecurity -MethodName GetSD).SD`, true, false},
		{"a refusing entry", `CommonAce(2,0,0x21`, `CommonAce(2,1,0x21`, false, false},
		{"Enable alone", `0x21`, `0x1`, false, false},
		{"unknown account", `LAB\svc-mon`, `LAB\nobody`, false, true},
		{"unknown namespace", `root\cimv2`, `root\nothing`, false, true},
		{"a misspelt class", `__SystemSecurity`, `__SystemSecurty`, false, true},
		{"a misspelt type", `RawSecurityDescriptor`, `RawSecurityDescripter`, false, true},
		{"a lost parenthesis", `InsertAce($i,$ace)`, `InsertAce($i,$ace`, false, true},
		{"too small a buffer", `$sd.BinaryLength`, `12`, false, true},
		{"never written", `'SetSD',$p,$null`, `'GetSD',$null,$null`, false, false},
	} {
		m := denied()
		if !strings.Contains(base, c.old) {
			t.Fatalf("%s: the script has no %s", c.name, c.old)
		}
		_, err := Run(m, strings.ReplaceAll(base, c.old, c.new))
		if open(m) != c.heals || (err != nil) != c.fails {
			t.Errorf("%s: heals %v, error %v", c.name, open(m), err)
		}
	}
}

// A script that takes exactly one entry away again, by value.
func TestRemoveOneEntry(t *testing.T) {
	m := denied()
	m.Grant(`root\cimv2`, mon(m).SID, 0x21, 2)
	m.Grant(`root\cimv2`, mon(m).SID, 0x21, 2)
	_, err := Run(m, `$ns='root\cimv2'; $acct='LAB\svc-mon'
$ss=Get-WmiObject -Namespace $ns -Class __SystemSecurity
$sd=New-Object Security.AccessControl.RawSecurityDescriptor($ss.GetSD().SD,0)
$sid=(New-Object Security.Principal.NTAccount($acct)).Translate([Security.Principal.SecurityIdentifier])
for_each_is_not_a_word -ErrorAction SilentlyContinue 2>$null
$n=-1; $i=0
foreach($a in $sd.DiscretionaryAcl){
  if($a.SecurityIdentifier -eq $sid -and $a.AccessMask -eq 0x21 -and $a.AceType -eq 'AccessAllowed' -and -not $a.IsInherited){ $n=$i }
  $i++
}
if($n -ge 0){ $sd.DiscretionaryAcl.RemoveAce($n) } else { throw "no such entry" }
$new=New-Object byte[] $sd.BinaryLength; $sd.GetBinaryForm($new,0)
$ss.SetSD($new).ReturnValue`)
	if err != nil || len(m.Namespace(`root\cimv2`).ACL) != 1 {
		t.Errorf("%d entries left, error %v", len(m.Namespace(`root\cimv2`).ACL), err)
	}
}

func TestScriptsEnd(t *testing.T) {
	for _, text := range []string{`while($true){}`, `$a='x'; while(1){$a=$a+$a}`, strings.Repeat("(", 500), strings.Repeat("@(", 500), strings.Repeat("-not ", 500) + "1",
		`while(1){while(1){}}`, `1..99999999`, "$x = " + strings.Repeat("1,", 300) + "1", `foreach($i in 1..9999){foreach($j in 1..9999){}}`, strings.Repeat("& { ", 200)} {
		Run(machine.New(), text)
	}
}

func TestUnfinishedLines(t *testing.T) {
	m := machine.New()
	var s Session
	s.Interactive()
	for _, line := range []string{"if($true){", "Write-Output 'one", "two'", "}"} {
		out, err := s.Run(m, line)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if waiting := line != "}"; s.Waiting() != waiting {
			t.Fatalf("%q: waiting %v", line, s.Waiting())
		}
		if line == "}" && out != "one\ntwo\n" {
			t.Errorf("output %q", out)
		}
	}
	if _, err := Run(m, "if($true){"); err == nil {
		t.Error("an unfinished text passed")
	}
}

// Language: about_Quoting_Rules, about_Operators, about_Parsing of PowerShell.
func TestPowerShellValues(t *testing.T) {
	m := machine.New()
	for text, want := range map[string]string{
		`'a''b $x %y ^z'`: `a'b $x %y ^z`,
		`$x='1'; "a$x ${x}b $($x+2) ` + "`$x" + `"`: `a1 1b 12 $x`,
		"\"a`\"b\"":                     `a"b`,
		`"a""b"`:                        `a"b`,
		`“a‘b”`:                         `a‘b`,
		`‘it’’s’`:                       `it’s`,
		"$a=@'\nline 'one'\n$x\n'@\n$a": "line 'one'\n$x",
		`1+2*3`:                         `7`,
		`(1,2,3).Count`:                 `3`,
		`(1,2,3)[1]`:                    `2`,
		`0x10 -band 0x1F`:               `16`,
		`'Abc' -eq 'aBC'`:               `True`,
		`'WMI-In' -like 'wmi*'`:         `True`,
		`-not (1 -gt 2)`:                `True`,
		`@{a=1;'b c'=2}['b c']`:         `2`,
		`$env:COMPUTERNAME`:             `WINHOST`,
		`'a','b' -join '+'`:             `a+b`,
		`'x=1' -replace '\d','2'`:       `x=2`,
		`[Environment]::MachineName`:    `WINHOST`,
		`if(1 -eq 2){'a'}elseif(2 -eq 2){'b'}else{'c'}`:                                         `b`,
		`$i=0; while($i -lt 3){$i++}; $i`:                                                       `3`,
		`'abc'.Substring(1,1).ToUpper()`:                                                        `B`,
		`(Get-Service winmgmt).Status`:                                                          `Running`,
		`Get-Service | Where-Object { $_.Name -eq 'BITS' } | ForEach-Object { $_.DisplayName }`: `Background Intelligent Transfer Service`,
		`Get-Service | ? Name -eq BITS | select -ExpandProperty Status`:                         `Stopped`,
		`$null -eq $nothing`:                                                                    `True`,
		"Write-Output a `\n  b":                                                                 "a\nb",
		`hostname | Out-Null; 'x'`:                                                              `x`,
	} {
		out, err := new(Session).In(PowerShell, m, text)
		if strings.TrimSpace(out) != want || err != nil {
			t.Errorf("%s\nprinted %q, %v, want %q", text, strings.TrimSpace(out), err, want)
		}
	}
}

// Loops that would go on for hours end within moments.
func TestBudget(t *testing.T) {
	start := time.Now()
	for _, text := range []string{
		`FOR /L %i IN (1,1,20000) DO FOR /L %j IN (1,1,20000) DO netsh firewall show state`,
		`FOR /L %i IN (1,0,1) DO (echo a & echo b)`,
		`while($true){ Get-Service | Out-Null }`,
		`$a='x'*1; while(1){ $a = "$a$a" -replace 'x','yx' }`,
		`while(1){ Write-Output 'x' | ForEach-Object { Get-NetFirewallRule | Out-String } }`,
		`$l=1..9000; while(1){ $l += 1 }`,
		`$l=1..9000; while(1){ $l -eq 3 | Out-Null }`,
	} {
		if _, err := Run(machine.New(), text); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
	if _, err := Run(machine.New(), `FOR /L %I IN (1025,1,5000) DO netsh firewall add portopening TCP %I "COM"%I`); err != nil {
		t.Errorf("the whole range of 2003: %v", err)
	}
}

// A value assigned is kept in one piece; dates are dates (about_Assignment_Operators).
func TestLongerScripts(t *testing.T) {
	m := denied()
	for _, text := range []string{`$ns='root\cimv2'; $acct='LAB\svc-mon'; $mask=0x21
$sid=(New-Object Security.Principal.NTAccount($acct)).Translate([Security.Principal.SecurityIdentifier])
$file="$env:ProgramData\before-"+$ns.Replace('\','-')+'-'+$sid.Value+'.txt'
$ss=Get-WmiObject -Namespace $ns -Class __SystemSecurity
$old=$ss.PSBase.InvokeMethod('GetSD',$null,$null).SD
$sd=New-Object Security.AccessControl.RawSecurityDescriptor($old,0); $acl=$sd.DiscretionaryAcl
$found=$false; $at=0; $i=0
while($i -lt $acl.Count){ $a=$acl[$i]
if(-not $a.IsInherited){$at=$i+1}
if($a.AceQualifier -eq 'AccessAllowed' -and [int]$a.AceFlags -eq 2 -and $a.AccessMask -eq $mask -and $a.SecurityIdentifier.Value -eq $sid.Value){$found=$true}
$i++ }
if($found){ 'nothing to do' } else {
[Convert]::ToBase64String($old) | Set-Content $file
$acl.InsertAce($at,(New-Object Security.AccessControl.CommonAce(2,0,$mask,$sid,$false,$null)))
$new=New-Object byte[] $sd.BinaryLength; $sd.GetBinaryForm($new,0)
$p=$ss.PSBase.GetMethodParameters('SetSD'); $p.SD=$new
$ss.PSBase.InvokeMethod('SetSD',$p,$null).ReturnValue }`} {
		for _, want := range []string{"0\n", "nothing to do\n"} {
			if out, err := Run(m, text); out != want || err != nil {
				t.Errorf("printed %q, %v, want %q", out, err, want)
			}
		}
	}
	if !open(m) {
		t.Error("ns-remote-enable is not healed")
	}
	mon(m).Expires = time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC)
	if _, err := Run(m, `$user='svc-mon'; $file="$env:ProgramData\expiry-$user.txt"
Set-Content $file ((Get-ADUser $user -Properties AccountExpirationDate).AccountExpirationDate).ToString('yyyy-MM-dd HH:mm:ss')
Set-ADAccountExpiration $user -DateTime (Get-Date).AddDays(90)`); err != nil || !logon("LAB", "svc-mon")(m) {
		t.Errorf("acct-expired is not healed: %v", err)
	}
	if _, err := Run(m, `Set-ADAccountExpiration svc-mon -DateTime (Get-Content "$env:ProgramData\expiry-svc-mon.txt")`); err != nil || mon(m).Expires != time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC) {
		t.Errorf("undo: %v, %v", mon(m).Expires, err)
	}
}
