package code

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The tables are compared with tables of other people. Their numbers and names
// are facts; the sentences are ours and compared with nothing.

// python runs a script with the system's Python, which has impacket and Samba's
// modules where they are installed, and decodes the JSON it prints.
func python(t *testing.T, module, script string, into any) {
	t.Helper()
	const interpreter = "/usr/bin/python3"
	if exec.Command(interpreter, "-c", "import "+module).Run() != nil {
		t.Skipf("needs %s with %s", interpreter, module)
	}
	out, err := exec.Command(interpreter, "-c", script).Output()
	if err != nil {
		t.Fatalf("%s: %v", module, err)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatal(err)
	}
}

// number → name, as JSON has it.
type facts map[string]string

func (f facts) name(n uint32) string { return strings.TrimSpace(f[strconv.FormatUint(uint64(n), 10)]) }

func TestTablesAgainstImpacket(t *testing.T) {
	var source map[Space]facts
	python(t, "impacket", `
import json
from impacket import hresult_errors as h, nt_errors as n, system_errors as s
from impacket.dcerpc.v5 import rpcrt
from impacket.dcerpc.v5.dcom.wmi import WBEMSTATUS
from impacket.krb5.constants import ErrorCodes
first = lambda d: {k: v[0] for k, v in d.ERROR_MESSAGES.items()}
print(json.dumps({"win32": first(s), "ntstatus": first(n), "hresult": first(h), "rpc": rpcrt.rpc_status_codes,
  "krb": {m.value: m.name for m in ErrorCodes}, "wbem": {m.value & 0xffffffff: m.name for m in WBEMSTATUS.enumItems}}))`, &source)

	// Where impacket is alone with a name, or has none.
	same := strings.NewReplacer("KDC_ERROR_", "KDC_ERR_", "WBEM_E_REGISTRATION_TOO", "WBEMESS_E_REGISTRATION_TOO", "nca_s_", "nca_")
	missing := map[Code]bool{{HResult, 0}: true, {HResult, 1}: true, {HResult, 0x80070006}: true, {WBEM, 0x00000000}: false}
	checked := 0
	for c, e := range tables().byCode {
		list := source[c.Space]
		switch {
		case c.Space == EPT:
			list = source[RPC]
		case c.Space == RPC && c.Number <= 0xFFFF:
			list = source[Win32]
		case c.Space == Event:
			continue
		}
		theirs := list.name(c.Number)
		if theirs == "" && (missing[c] || c.Space == WBEM) { // impacket has MS-WMI's subset; the rest is in TestWBEM
			continue
		}
		checked++
		if same.Replace(theirs) != same.Replace(e.Name) {
			t.Errorf("%s %s is %s, impacket says %q", c.Space, c, e.Name, theirs)
		}
	}
	if checked < 450 {
		t.Errorf("only %d rows were compared", checked)
	}

	// The long tail: every number and name impacket knows of MS-ERREF is known to us.
	for _, space := range []Space{Win32, NTStatus, HResult} {
		unknown, unnamed := 0, 0
		for number, name := range source[space] {
			n, _ := strconv.ParseUint(number, 10, 32)
			if n == 0 {
				continue
			}
			if _, ok := Lookup(Code{space, uint32(n)}); !ok {
				unknown++
			}
			if Named(name) == nil {
				unnamed++
			}
		}
		// Windows has grown since MS-ERREF's list: a few hundred Win32 errors of
		// later versions, none of them about networks or logons, have no entry. A
		// number with two names has the first only.
		if all := len(source[space]); unknown*100 > all*15 || unnamed > unknown+60 {
			t.Errorf("%s: of %d we do not know %d numbers and %d names", space, all, unknown, unnamed)
		} else {
			t.Logf("%s: of %d we do not know %d numbers and %d names", space, all, unknown, unnamed)
		}
	}
}

// Samba spells NT_STATUS_… and WERR_…; what rpcclient prints must be found.
func TestNamedAgainstSamba(t *testing.T) {
	var source struct {
		NT   map[string]uint32 `json:"nt"`
		WERR map[string]uint32 `json:"werr"`
	}
	python(t, "samba", `
import json
from samba import ntstatus, werror
pick = lambda m, p: {n: getattr(m, n) & 0xffffffff for n in dir(m) if n.startswith(p)}
print(json.dumps({"nt": pick(ntstatus, "NT_STATUS_"), "werr": pick(werror, "WERR_")}))`, &source)
	for space, list := range map[Space]map[string]uint32{NTStatus: source.NT, Win32: source.WERR} {
		missing, wrong := 0, 0
		for name, number := range list {
			found := Named(name)
			if found == nil {
				missing++
				continue
			}
			ok := false
			for _, e := range found {
				ok = ok || e.Code == Code{space, number}
			}
			if !ok {
				wrong++
				t.Logf("%s is %d for Samba, %v for us", name, number, found)
			}
		}
		t.Logf("%s: of Samba's %d names %d are missing, %d differ", space, len(list), missing, wrong)
		if len(list) < 500 || missing*10 > len(list) || wrong*100 > len(list) {
			t.Errorf("%s: of Samba's %d names %d are missing and %d differ", space, len(list), missing, wrong)
		}
	}
}

// wbemcli.h of the Windows SDK: the names and numbers of its WBEMSTATUS.
func TestWBEM(t *testing.T) {
	text, err := os.ReadFile("testdata/wbemstatus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[uint32]string{}
	for f := range rows(string(text)) {
		theirs[number(f[0])] = f[1]
	}
	for n, name := range theirs {
		if e, ok := tables().byCode[Code{WBEM, n}]; !ok || e.Name != name {
			t.Errorf("0x%08X is %q, the header says %s", n, e.Name, name)
		}
	}
	for c := range tables().byCode {
		if c.Space == WBEM && theirs[c.Number] == "" && c.Number>>12 != 0x80043 { // WBEM_E_RETRY_LATER and its neighbour came later
			t.Errorf("%s is not in the header", c)
		}
	}
}

// The errnos of the three systems: Go's own tables.
func TestErrnoAgainstGo(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	for _, c := range []struct{ system, file string }{
		{"linux", "zerrors_linux_amd64.go"}, {"linux", "zerrors_linux_arm64.go"},
		{"bsd", "zerrors_darwin_arm64.go"}, {"bsd", "zerrors_freebsd_amd64.go"},
		{"bsd", "zerrors_openbsd_amd64.go"}, {"bsd", "zerrors_netbsd_amd64.go"},
	} {
		source := constants(t, filepath.Join(strings.TrimSpace(string(root)), "src", "syscall", c.file))
		for n, e := range tables().errno[c.system] {
			if theirs, ok := source[e.Name]; !ok || theirs != uint64(n) {
				t.Errorf("%s is %d, %s says %d", e.Name, n, c.file, theirs)
			}
		}
	}
}

// golang.org/x/sys/windows: Win32 and Winsock numbers, NTSTATUS and HRESULT.
func TestTablesAgainstXSys(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	source := constants(t, filepath.Join(strings.TrimSpace(string(dir)), "windows", "zerrors_windows.go"))
	checked := 0
	check := func(e Entry) {
		theirs, ok := source[e.Name]
		if !ok {
			return
		}
		checked++
		if uint32(theirs) != e.Number {
			t.Errorf("%s is 0x%08X, x/sys says 0x%08X", e.Name, e.Number, theirs)
		}
	}
	for _, e := range tables().byCode {
		check(e)
	}
	for _, e := range tables().errno["windows"] {
		check(e)
	}
	if checked < 200 {
		t.Errorf("only %d names were compared", checked)
	}
}

// constants reads the integer constants of a Go file, conversions included.
func constants(t *testing.T, path string) map[string]uint64 {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Skip("needs Go's sources: ", err)
	}
	found := map[string]uint64{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		value := spec.Values[0]
		if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
			value = call.Args[0]
		}
		if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.INT {
			if n, exact := constant.Uint64Val(constant.MakeFromLiteral(lit.Value, token.INT, 0)); exact {
				found[spec.Names[0].Name] = n
			}
		}
		return true
	})
	if len(found) == 0 {
		t.Fatalf("no constants in %s", path)
	}
	return found
}

// The sentences: short, plain, ended, in the tables of every space.
func TestRows(t *testing.T) {
	count := map[Space]int{}
	lines := 0
	for f := range rows(commonTSV) {
		lines++
		count[Space(f[0])]++
		text := f[3]
		if len(f) > 5 || !Space(f[0]).known() {
			t.Errorf("row %q", f)
		}
		if len(text) < 5 || len(text) > 130 || !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\u2014%{}") || strings.TrimSpace(text) != text {
			t.Errorf("%s: %q", f[2], text)
		}
		if len(f) == 5 {
			if named := Named(f[4]); named == nil || named[0].Space != Win32 {
				t.Errorf("%s: %q is no Win32 error", f[2], f[4])
			}
		}
	}
	if lines != len(tables().byCode) {
		t.Errorf("%d rows make %d codes: one stands twice", lines, len(tables().byCode))
	}
	for _, s := range []Space{Win32, NTStatus, RPC, HResult, WBEM, Kerberos, EPT, Event} {
		if count[s] == 0 {
			t.Errorf("no rows for %s", s)
		}
	}
}
