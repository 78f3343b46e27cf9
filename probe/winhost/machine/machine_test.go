package machine

import (
	"reflect"
	"testing"
)

// A clone shares no map, slice or pointer with its origin, except class
// definitions and slices of them, which never change.
func TestCloneSharesNothing(t *testing.T) {
	m := New()
	m.Policy[KeyOle] = []Value{DWord("x", 1)}
	m.Files["c:\\x"] = []byte("x")
	m.Damage(`root\default`)
	m.Firewall.Product = Product{BlockPorts: []uint16{1}, Exempt: []string{"x"}}
	m.AddFilter(Filter{})
	m.WMI.Backups["x"] = m.SaveWMI()
	seen := map[uintptr]string{}
	walk(reflect.ValueOf(m).Elem(), "m", func(path string, p uintptr) { seen[p] = path })
	walk(reflect.ValueOf(m.Clone()).Elem(), "c", func(path string, p uintptr) {
		if from, shared := seen[p]; shared {
			t.Errorf("%s is %s", path, from)
		}
	})
}

func walk(v reflect.Value, path string, visit func(string, uintptr)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*Class]() || v.Type().PkgPath() == "time" || v.Type().String() == "*time.Location" {
			return
		}
		visit(path, v.Pointer())
		walk(v.Elem(), path, visit)
	case reflect.Map:
		if v.IsNil() {
			return
		}
		visit(path, v.Pointer())
		for it := v.MapRange(); it.Next(); {
			walk(it.Value(), path+"["+it.Key().String()+"]", visit)
		}
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		visit(path, v.Pointer())
		for i := range v.Len() {
			walk(v.Index(i), path+"[]", visit)
		}
	case reflect.Struct:
		if v.Type().String() == "time.Time" || v.Type().String() == "netip.Addr" || v.Type().String() == "netip.Prefix" {
			return
		}
		for i := range v.NumField() {
			walk(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	}
}

// A clone lives on its own, and copies every field.
func TestCloneIsWhole(t *testing.T) {
	m := New()
	m.StopService("spooler", false)
	c := m.Clone()
	v, w := reflect.ValueOf(m).Elem(), reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "mu" && v.Field(i).IsZero() != w.Field(i).IsZero() {
			t.Errorf("field %s was not copied", name)
		}
	}
	c.Account("LAB", "svc-mon").Locked = true
	c.Registry.Set(KeyOle, SZ("EnableDCOM", "N"))
	if m.Account("LAB", "svc-mon").Locked || c.Account("LAB", "svc-mon") == m.Account("LAB", "svc-mon") {
		t.Error("the account is shared")
	}
	if v, _ := m.Registry.Text(KeyOle, "EnableDCOM"); v != "Y" {
		t.Error("the registry is shared")
	}
}

func TestServices(t *testing.T) {
	m := New()
	for _, c := range []struct {
		name string
		do   func() uint32
		want uint32
	}{
		{"dependents hold it", func() uint32 { return m.StopService("Winmgmt", false).Number }, ErrDependentsRun},
		{"RpcSs never stops", func() uint32 { return m.StopService("rpcss", true).Number }, ErrControlInvalid},
		{"with dependents", func() uint32 { return m.StopService("Windows Management Instrumentation", true).Number }, 0},
		{"not running", func() uint32 { return m.StopService("winmgmt", true).Number }, ErrNotActive},
		{"started by a dependent", func() uint32 { return m.StartService("iphlpsvc").Number }, 0},
		{"running", func() uint32 { return m.StartService("winmgmt").Number }, ErrAlreadyRunning},
		{"unknown", func() uint32 { return m.StartService("nothing").Number }, ErrNoSuchService},
		{"disabled", func() uint32 { m.Services["bits"].Start = Disabled; return m.StartService("BITS").Number }, ErrServiceDisabled},
		{"hung", func() uint32 { m.Services["winmgmt"].Health = Hung; return m.StopService("winmgmt", true).Number }, ErrRequestTimeout},
	} {
		if got := c.do(); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if !m.Kill(m.Services["winmgmt"].PID) || m.Services["winmgmt"].Health != Healthy {
		t.Error("killing the process did not end the hang")
	}
	if m.Kill(m.Services["rpcss"].PID) || m.Kill(99999) {
		t.Error("killed what can't be")
	}
}

func TestRegistryPaths(t *testing.T) {
	r := newRegistry()
	r.Set(`HKLM:\SOFTWARE\Über`, SZ("Wert", "x"))
	for _, path := range []string{`hklm\software\ÜBER`, `HKEY_LOCAL_MACHINE\Software\über\`} {
		if v, ok := r.Text(path, "WERT"); !ok || v != "x" {
			t.Errorf("%s: %q, %v", path, v, ok)
		}
	}
	r.Set(`HKCR\AppID\{1}`, DWord("n", 7))
	if n, ok := r.DWord(`HKLM\SOFTWARE\Classes\AppID\{1}`, "n"); !ok || n != 7 {
		t.Error("HKCR is not HKLM\\SOFTWARE\\Classes")
	}
	if r.Create(`HKXX\a`) || r.HasKey(`HKXX`) || !r.HasKey("HKLM") || r.Create(`HKLM\a\\b`) {
		t.Error("wrong roots")
	}
	if got := r.Subkeys(`HKLM\SOFTWARE`); len(got) != 2 {
		t.Errorf("subkeys %v", got)
	}
	r.Protect(`HKLM\SOFTWARE\Classes\AppID\{1}`, true)
	if r.Writable(`HKCR\AppID\{1}`) || !r.Writable(`HKCR\AppID`) {
		t.Error("protection is on the wrong key")
	}
	if !r.DeleteKey(`HKLM\SOFTWARE`) || r.HasKey(`HKCR\AppID`) || r.DeleteKey(`HKLM\SOFTWARE`) {
		t.Error("keys below were left")
	}
}

func TestResolveNames(t *testing.T) {
	m := New()
	for typed, want := range map[string]SID{
		`LAB\svc-mon`: domainSID + "-1104", `lab.test\SVC-MON`: domainSID + "-1104", `svc-mon`: domainSID + "-1104", `svc-mon@lab.test`: domainSID + "-1104",
		`localadm`: computerSID + "-1001", `.\localadm`: computerSID + "-1001", `WINHOST\localadm`: computerSID + "-1001", `Administrator`: computerSID + "-500",
		`Distributed COM Users`: DCOMUsers, `BUILTIN\Administrators`: Administrators, `Everyone`: Everyone, `NT AUTHORITY\SYSTEM`: LocalSystem,
		`S-1-5-7`: AnonymousLogon, `LAB\nobody`: "", `OTHER\svc-mon`: "", ``: "",
	} {
		if got, _, ok := m.Resolve(typed); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}
