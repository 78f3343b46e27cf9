package report

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wmidoctor/wmidoctor/probe"
)

func TestCompare(t *testing.T) {
	before, after := denied(), denied()
	after.Started = after.Started.Add(time.Hour)
	after.Took, after.RoundTrips = 2*after.Took, 12
	if c := Compare(before, after); len(c.Changes) != 0 {
		t.Errorf("times are no change: %+v", c.Changes)
	}
	after.Outcome, after.Verdict = probe.Passed, probe.Verdict{}
	after.Results[5].Outcome, after.Results[5].Failure = probe.Passed, nil
	after.Results[6].Outcome, after.Results[6].Because = probe.Passed, ""
	after.Results[3].Learnt.(*probe.Passport).Build = 26100
	want := []Change{
		{"outcome", "run", "Outcome", "failed", "passed"},
		{"layer", "dcom-activation", "DCOM activation", "failed", "passed"},
		{"layer", "namespace", "Namespace", "skipped", "passed"},
		{"step", "activate", "start WMI", "failed: fault 0x00000005 ERROR_ACCESS_DENIED", "passed"},
		{"step", "ntlmlogin", "open namespace", "skipped", "passed"},
		{"fault", "act-machine-launch", "no right to launch DCOM objects", "likely", "no"},
		{"fact", "os-build", "Windows build", "20348", "26100"},
		{"fact", "os-name", "Windows", "Windows Server 2022", "Windows 11 24H2 or Server 2025"},
	}
	c := Compare(before, after)
	if d := cmp.Diff(want, c.Changes); d != "" {
		t.Error(d)
	}
	var b bytes.Buffer
	var back map[string]any
	if err := WriteComparison(&b, c); err != nil || json.Unmarshal(b.Bytes(), &back) != nil || back["schema"] != "wmidoctor/compare/1" {
		t.Errorf("%v %s", err, b.String())
	}
}
