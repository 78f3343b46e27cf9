package guide

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
)

// catalogue reads the ids of the fault catalogue.
func catalogue(t *testing.T) []probe.FaultID {
	t.Helper()
	b, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	var ids []probe.FaultID
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		ids = append(ids, probe.FaultID(strings.Fields(line)[0]))
	}
	return ids
}

// TestEveryFaultHasAPage holds fault and page together, both ways: each fault
// has a command, or a block that says why there is none; each page is reached
// by a fault or is background reading.
func TestEveryFaultHasAPage(t *testing.T) {
	ids := catalogue(t)
	withCommand, withReason := 0, 0
	for _, id := range ids {
		sections := For(id)
		if len(sections) == 0 {
			t.Errorf("%s has no page", id)
			continue
		}
		typed, reason := false, false
		for _, s := range sections {
			for _, c := range s.commands {
				if !slices.Contains(c.Faults, id) {
					continue
				}
				typed = typed || c.Shell != None
				reason = reason || c.Shell == None && (c.Risk != "none" || strings.HasPrefix(c.Run, "No command here, because "))
			}
			if strings.Contains(s.source, "No command here, because ") && slices.Contains(s.Faults, id) {
				reason = true
			}
		}
		switch {
		case typed:
			withCommand++
		case reason:
			withReason++
		default:
			t.Errorf("%s has neither a command nor a reason why there is none", id)
		}
	}
	t.Logf("%d faults: %d with a command, %d with a reason why there is none", len(ids), withCommand, withReason)
	for _, s := range Sections() {
		for _, f := range s.Faults {
			if !slices.Contains(ids, f) {
				t.Errorf("%s names %s, which is no fault of the catalogue", s.ID, f)
			}
			if !slices.ContainsFunc(For(f), func(x Section) bool { return x.ID == s.ID }) {
				t.Errorf("%s is not reached by its fault %s", s.ID, f)
			}
		}
		if !s.Background && len(s.Faults) == 0 {
			t.Errorf("%s is reached by nothing", s.ID)
		}
	}
}

// TestCommandsKeepTheContract: outside contract, sections 3 and 5.
func TestCommandsKeepTheContract(t *testing.T) {
	seen := map[string]string{}
	for _, c := range Commands() {
		at := c.Section + "/" + c.ID
		if before, twice := seen[c.ID]; twice {
			t.Errorf("%s: the id stands in %s too", at, before)
		}
		seen[c.ID] = c.Section
		if n := len([]rune(c.Title)); n > 39 {
			t.Errorf("%s: the title has %d cells, 39 fit", at, n)
		}
		if c.Undo == "" && c.Risk != "none" && c.NoUndo == "" {
			t.Errorf("%s: risk %s, but neither undo nor a reason", at, c.Risk)
		}
		if c.Undo != "" && c.NoUndo != "" {
			t.Errorf("%s: an undo, and a reason why there is none", at)
		}
		if c.Verify == "" && c.Risk != "none" {
			t.Errorf("%s: risk %s without verify", at, c.Risk)
		}
		if c.Verify == "" && c.Shell != GUI && c.Shell != None {
			t.Errorf("%s: a %s command without verify", at, c.Shell)
		}
		if strings.Contains(c.Run+c.Undo+c.Verify, "netsh firewall") != (c.Windows == "5.x" && c.Shell == CMD) && c.Windows != "5.x" {
			t.Errorf("%s: netsh firewall is for 5.x only", at)
		}
		if strings.Contains(c.Run, "-NetFirewall") && c.Windows != "6.2+" {
			t.Errorf("%s: the firewall cmdlets need 6.2, it says %q", at, c.Windows)
		}
		if strings.Contains(c.Run, "-LocalGroupMember") && c.Windows != "1607+" {
			t.Errorf("%s: the group cmdlets need 1607, it says %q", at, c.Windows)
		}
	}
	t.Logf("%d commands on %d pages", len(seen), len(Sections()))
}

// never are the texts that no command may hold, each with its reason.
var never = map[string]*regexp.Regexp{
	"grants Everyone or Anonymous":    regexp.MustCompile(`(?i)S-1-1-0|S-1-5-7\b|;WD\)|;AN\)|'Everyone'|"Everyone"|Jeder`),
	"turns UAC off":                   regexp.MustCompile(`(?i)EnableLUA`),
	"turns a firewall profile off":    regexp.MustCompile(`(?i)allprofiles state off|profile.* state off|Set-NetFirewallProfile|opmode.*disable`),
	"deletes every filter or rule":    regexp.MustCompile(`(?i)filterkey=all|delete rule name=all`),
	"deletes rules of other people":   regexp.MustCompile(`delete rule name="[^"(]*"`),
	"resets the repository":           regexp.MustCompile(`(?i)resetrepository`),
	"tells a password on the line":    regexp.MustCompile(`(?i)/passwordd?:[^*]`),
	"uses wmic, which is gone":        regexp.MustCompile(`(?i)\bwmic\b`),
	"writes sc, which is Set-Content": regexp.MustCompile(`(?m)^sc (config|query|sdset)`),
}

func TestNothingDangerous(t *testing.T) {
	for _, c := range Commands() {
		for why, bad := range never {
			for _, text := range []string{c.Run, c.Undo, c.Verify} {
				if m := bad.FindString(text); m != "" && c.Shell != GUI && c.Shell != None {
					t.Errorf("%s/%s %s: %q", c.Section, c.ID, why, m)
				}
			}
		}
		if filter := strings.Contains(c.Run, "reg add") && strings.Contains(c.Run, "LocalAccountTokenFilterPolicy"); filter != (c.Risk == "last-resort") {
			t.Errorf("%s/%s: last resort and LocalAccountTokenFilterPolicy go together", c.Section, c.ID)
		}
	}
	s, _ := Find("uac-last-resort")
	if !strings.Contains(s.Title, "Last resort") || !strings.Contains(s.source, "What it costs") {
		t.Error("the last resort does not say what it costs")
	}
}

// TestValuesStandWhereTheyAreSafe: a program outside PowerShell gets no value
// from PowerShell unless through a variable, FOR rereads its body, and a value
// never stands inside quotes of the template.
func TestValuesStandWhereTheyAreSafe(t *testing.T) {
	programs := regexp.MustCompile(`(?m)^\s*(net|netsh|reg|sc|winmgmt|setspn|w32tm|wmidoctor)(\.exe)? .*\{\{`)
	for _, c := range Commands() {
		for _, text := range []string{c.Run, c.Undo, c.Verify} {
			at := c.Section + "/" + c.ID
			if c.Shell == CMD && strings.Contains(text, "FOR ") && strings.Contains(text, "{{") {
				t.Errorf("%s: a value inside FOR is read twice", at)
			}
			if c.Shell == PowerShell && programs.MatchString(text) {
				t.Errorf("%s: a program gets a value from PowerShell", at)
			}
			for _, line := range strings.Split(text, "\n") {
				for _, at2 := range mark.FindAllStringIndex(line, -1) {
					before := line[:at2[0]]
					if c.Shell != GUI && c.Shell != None && (strings.Count(before, `"`)%2 == 1 || c.Shell != CMD && strings.Count(before, `'`)%2 == 1) {
						t.Errorf("%s: a value stands inside quotes: %s", at, line)
					}
				}
			}
		}
	}
}

// TestScriptsAreUnderstood: the practice host reads the parameters of the
// permission scripts from their first line.
func TestScriptsAreUnderstood(t *testing.T) {
	s, _ := Find("namespace-rights")
	for _, c := range s.commands {
		if c.ID != "grant-remote-enable" {
			continue
		}
		got, err := c.Fill(full)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{got.Run, got.Undo} {
			if want := `$ns='root\cimv2'; $acct='CORP\svc-mon'; $mask=0x21`; !strings.HasPrefix(text, want+"\n") {
				t.Errorf("want %s, got %.60s", want, text)
			}
		}
	}
}
