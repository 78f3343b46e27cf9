package guide

import (
	"regexp"
	"strings"
	"testing"
)

func TestHostFactsFillsTheScript(t *testing.T) {
	script, err := HostFacts(`LAB\o'brien $(calc)`, `root\cimv2`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`$account = 'LAB\o''brien $(calc)'`, `$namespace = 'root\cimv2'`} {
		if !strings.Contains(script, want) {
			t.Errorf("no line %s", want)
		}
	}
	if strings.Contains(script, "{{") {
		t.Error("a field is left unfilled")
	}
	if empty, _ := HostFacts("", `root\cimv2`); !strings.Contains(empty, "$account = ''") {
		t.Error("without an account the script does not stand by itself")
	}
}

// The script reads: no command in it changes anything.
func TestHostFactsOnlyReads(t *testing.T) {
	changes := regexp.MustCompile(`(?i)\b(Set|New|Remove|Add|Enable|Disable|Restart|Stop|Start|Invoke|Clear)-(?:Item|Net|Local|Service|Computer|Wmi|Cim|AD|Acl|Expression)|\breg(\.exe)? (add|delete)|netsh .* (set|add|delete)`)
	if found := changes.FindString(hostFactsScript); found != "" {
		t.Errorf("it has %q", found)
	}
}
