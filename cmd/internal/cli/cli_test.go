package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wmidoctor/wmidoctor/probe"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wmidoctor": func() { os.Exit(Main()) }})
}

// The command line as programs and people use it: output, exit codes, stdin.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("CLOSED", closedPort(t))
			e.Setenv("FREE", closedPort(t))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "silent": silent, "field": field, "within": within,
		},
	})
}

// closedPort is a port of this machine at which nothing listens.
func closedPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// silent listens at a port and never answers; $SILENT is its number.
func silent(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("SILENT", fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
	go func() {
		var open []net.Conn
		for {
			c, err := l.Accept()
			if err != nil {
				for _, c := range open {
					c.Close()
				}
				return
			}
			open = append(open, c)
		}
	}()
}

// exits runs the program and wants an exit code: exits 3 check HOST …
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("wmidoctor", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// field reads a value out of JSON: field FILE path.to.0.it want.
func field(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			var i int
			_, err := fmt.Sscan(key, &i)
			ts.Check(err)
			if i >= len(x) {
				ts.Fatalf("%s: the list has %d entries", args[1], len(x))
			}
			v = x[i]
		default:
			v = nil
		}
	}
	if (fmt.Sprint(v) == args[2]) == neg {
		ts.Fatalf("%s is %v", args[1], v)
	}
}

// within wants the rest of its line to end in time: within 1s wmidoctor …
func within(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	start := time.Now()
	_ = ts.Exec(args[1], args[2:]...)
	if took := time.Since(start); took > limit {
		ts.Fatalf("took %v", took)
	}
}

func TestExitCodes(t *testing.T) {
	for outcome, want := range map[probe.Outcome]int{probe.Passed: 0, probe.Failed: 3, probe.Warned: 4, probe.Incomplete: 4, probe.Cancelled: 130} {
		if got := codeOf(&probe.Report{Outcome: outcome}); got != want {
			t.Errorf("%v ends with %d, want %d", outcome, got, want)
		}
	}
	ours := &probe.Report{Outcome: probe.Failed, Results: []probe.Result{{Outcome: probe.Failed, Failure: &probe.Failure{Kind: probe.KindInternal}}}}
	if codeOf(ours) != exitInternal {
		t.Error("a mistake of ours must not look like the host's")
	}
}

func TestVersionOf(t *testing.T) {
	info := func(v string, s ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: v}, Settings: s}
	}
	for _, c := range []struct {
		release string
		info    *debug.BuildInfo
		want    string
	}{
		{"1.2.3", info("v9"), "1.2.3"},
		{"", info("v0.4.0"), "0.4.0"},
		{"", info("(devel)", debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef"}), "0.0.0-0123456789ab"},
		{"", info("(devel)"), "0.0.0-devel"},
		{"", nil, "unknown"},
	} {
		if got := versionOf(c.release, c.info, c.info != nil); got != c.want {
			t.Errorf("%+v: %s, want %s", c, got, c.want)
		}
	}
}

func TestPasswordLine(t *testing.T) {
	for in, want := range map[string]string{
		"Secret1\n": "Secret1", "Secret1\r\n": "Secret1", "Secret1": "Secret1", " two words \nrest": " two words ", "\n": "", "päss\n": "päss",
	} {
		got, err := passwordLine(strings.NewReader(in))
		if err != nil || got.Reveal() != want {
			t.Errorf("%q: %q, %v", in, got.Reveal(), err)
		}
	}
	for _, in := range []string{"", strings.Repeat("x", 5000)} {
		if _, err := passwordLine(strings.NewReader(in)); err == nil || strings.Contains(err.Error(), "xxx") {
			t.Errorf("%.10q…: %v", in, err)
		}
	}
}

func TestHostFacts(t *testing.T) {
	const doc = `{"schema":"wmidoctor/host-facts/1","computer":"SRV01","taken":"t","facts":{"uac":1},"errors":[{"fact":"acl","reason":"denied"}]}`
	wide := []byte{0xFF, 0xFE}
	for _, r := range doc {
		wide = append(wide, byte(r), 0)
	}
	big := []byte{0xFE, 0xFF}
	for _, r := range doc {
		big = append(big, 0, byte(r))
	}
	for name, b := range map[string][]byte{"UTF-8": []byte(doc), "with a mark": []byte("\xef\xbb\xbf" + doc), "UTF-16LE": wide, "UTF-16BE": big,
		"errors as object": []byte(strings.Replace(doc, `[{"fact":"acl","reason":"denied"}]`, `{"acl":"denied"}`, 1))} {
		f, err := parseHostFacts(b)
		if err != nil || f.Computer != "SRV01" || f.Errors["acl"] != "denied" || f.Facts["uac"] != 1.0 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	for name, b := range map[string]string{"empty": "", "other schema": `{"schema":"x"}`, "odd errors": strings.Replace(doc, `[{"fact":"acl","reason":"denied"}]`, "7", 1)} {
		if _, err := parseHostFacts([]byte(b)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestAnOutputIsWholeOrAbsent(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := openOutput(path, "report")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); string(b) != "before" {
		t.Error("the old file was touched before there was a new one")
	}
	o.discard()
	if o, err = openOutput(path, "report"); err != nil {
		t.Fatal(err)
	}
	if err := o.finish([]byte("after")); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(path)
	entries, _ := os.ReadDir(dir)
	if !bytes.Equal(b, []byte("after")) || len(entries) != 1 {
		t.Errorf("%q, %v", b, entries)
	}
	if _, err := openOutput(filepath.Join(dir, "no", "such"), "report"); err == nil {
		t.Error("a folder that is not there was accepted")
	}
}

func TestMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "last.json")
	if _, ok := recall(path); ok {
		t.Error("something was recalled that nobody kept")
	}
	want := memory{Host: "srv01", Account: `CORP\svc`, Namespace: `root\cimv2`}
	want.keep(path, true)
	if got, ok := recall(path); !ok || got != want {
		t.Errorf("%+v, %v", got, ok)
	}
	if err := os.WriteFile(path, []byte(`{"host":"a b"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := recall(path); ok {
		t.Error("a host that is not usable was recalled")
	}
	want.keep(path, false)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("it was kept although nobody wants it")
	}
}
