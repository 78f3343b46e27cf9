package guide

import (
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
