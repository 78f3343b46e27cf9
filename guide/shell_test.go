package guide

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPowerShellParses lets the tree-sitter grammar of PowerShell read every
// PowerShell text of the guide, filled. WMIDOCTOR_TREESITTER names the folder
// whose node_modules hold web-tree-sitter and tree-sitter-powershell.
func TestPowerShellParses(t *testing.T) {
	modules := os.Getenv("WMIDOCTOR_TREESITTER")
	node, err := exec.LookPath("node")
	switch {
	case modules == "" && os.Getenv("WMIDOCTOR_PEERS") == "all":
		t.Fatal("needs WMIDOCTOR_TREESITTER")
	case modules == "":
		t.Skip("needs WMIDOCTOR_TREESITTER, a folder with the tree-sitter grammar of PowerShell")
	case err != nil:
		t.Skip("needs node")
	}
	dir := t.TempDir()
	args := []string{filepath.Join("testdata", "psparse.mjs"), modules}
	for _, c := range Commands() {
		if c.Shell != PowerShell {
			continue
		}
		v := full
		v.Account, v.User = `CORP\O’Brien`, `O’Brien`
		filled, err := c.Fill(v)
		if err != nil {
			t.Fatal(err)
		}
		for part, text := range map[string]string{"run": filled.Run, "undo": filled.Undo, "verify": filled.Verify} {
			if text == "" {
				continue
			}
			file := filepath.Join(dir, c.Section+"."+c.ID+"."+part+".ps1")
			if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
	}
	bad := filepath.Join(dir, "broken.ps1")
	if err := os.WriteFile(bad, []byte("if($a { 'x' \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, append(args, bad)...).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) == 0 || !strings.HasPrefix(lines[len(lines)-1], "broken.ps1 ") {
		t.Fatalf("the grammar did not find a broken script: %q", lines)
	}
	for _, l := range lines[:len(lines)-1] {
		t.Error(strings.ReplaceAll(l, dir, ""))
	}
	t.Logf("%d texts", len(args)-2)
}

// TestQuoteInWine types quoted values at the prompt of Wine's cmd and lets its
// reg store them: a prompt and a program that were written apart from ours.
func TestQuoteInWine(t *testing.T) {
	wine, err := exec.LookPath("wine")
	wanted := os.Getenv("WMIDOCTOR_PEERS") == "all"
	switch {
	case err != nil && wanted:
		t.Fatal("needs wine")
	case err != nil:
		t.Skip("needs wine")
	case !wanted && os.Getenv("WMIDOCTOR_WINE") == "":
		t.Skip("takes half a minute; needs WMIDOCTOR_WINE=1 or WMIDOCTOR_PEERS=all")
	}
	env := append(os.Environ(), "WINEPREFIX="+filepath.Join(t.TempDir(), "prefix"), "WINEDEBUG=-all", "DISPLAY=", "NAME=REPLACED", "A=REPLACED")
	prompt := func(input string) string {
		script := filepath.Join(t.TempDir(), "typed") // a file, since Wine's prompt reads ahead from a pipe and loses what it read
		if err := os.WriteFile(script, []byte(input+"exit\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		stdin, err := os.Open(script)
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		run := exec.Command(wine, "cmd")
		run.Env, run.Stdin = env, stdin
		out, err := run.Output()
		if err != nil {
			t.Skipf("needs a wine that runs: %v", err)
		}
		return strings.ReplaceAll(string(out), "\r", "")
	}
	prompt("") // makes the prefix
	values := map[string]string{}
	var input strings.Builder
	for i, v := range nasty {
		if strings.ContainsFunc(v, func(r rune) bool { return r > 126 }) || v != strings.TrimSpace(v) {
			continue // neither Wine's code page nor the blanks of a listing are ours to test
		}
		q, err := Quote(CMD, v)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("v%d", i)
		values[name] = v
		input.WriteString(`reg add HKCU\Software\Quoted /f /v ` + name + " /d " + q + "\r\n")
	}
	prompt(input.String())
	got := map[string]string{}
	for _, line := range strings.Split(prompt("reg query HKCU\\Software\\Quoted\r\n"), "\n") {
		if name, value, ok := strings.Cut(strings.TrimPrefix(line, "    "), "    REG_SZ    "); ok {
			got[name] = value
		}
	}
	for name, v := range values {
		if got[name] != v {
			t.Errorf("%q was stored as %q", v, got[name])
		}
	}
	t.Logf("%d values", len(values))
}
