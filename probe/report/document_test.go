package report

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wmidoctor/wmidoctor/probe"
)

var byValue = cmp.Options{cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })}

func written(t *testing.T, r *probe.Report, fixes []probe.Fix) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, Document(r, fixes, func(probe.FaultID) []string { return []string{"dcom-rights"} })); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryStepHasAStructAndEveryStructADescription(t *testing.T) {
	for _, id := range stepIDs {
		e := probe.Blank(id)
		if e == nil {
			t.Errorf("step %s has no struct", id)
			continue
		}
		items := Describe(probe.Result{Step: id, Learnt: full(t, e)})
		if len(items) == 0 {
			t.Errorf("%T has no description", e)
		}
		seen := map[string]bool{}
		for _, i := range items {
			if i.Title == "" || i.Value == "" || i.Meaning == "" || seen[i.ID] {
				t.Errorf("%T: item %+v lacks something, or its id comes twice", e, i)
			}
			seen[i.ID] = true
			if len(i.Title) > 23 {
				t.Errorf("%T: title %q is longer than the column of the evidence pane", e, i.Title)
			}
		}
	}
}

func TestEveryEvidenceSurvivesJSON(t *testing.T) {
	for _, id := range stepIDs {
		r := denied()
		r.Results = append(r.Results[:0:0], probe.Result{Step: id, Layer: probe.LayerQuery, Outcome: probe.Warned, Learnt: full(t, probe.Blank(id)),
			Failure: &probe.Failure{Kind: probe.KindDNS, Phase: probe.PhaseDial, Text: "x", Reason: 8, Size: 3, Executed: true, NotFound: true, Call: "Next"}})
		got, err := Read(bytes.NewReader(written(t, r, nil)))
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if d := cmp.Diff(r.Results, got.Results, byValue); d != "" {
			t.Errorf("%s changed on its way through JSON:\n%s", id, d)
		}
	}
}

func TestReportSurvivesJSON(t *testing.T) {
	r := denied()
	got, err := Read(bytes.NewReader(written(t, r, joinGroup)))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, got, byValue, cmpopts.IgnoreFields(probe.Report{}, "Verdict")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(r.Verdict.Decide, got.Verdict.Decide); d != "" {
		t.Error(d)
	}
}

// The names, units and words are those of the outside contract, section 3.
func TestShapeOfTheContract(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(written(t, denied(), joinGroup), &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"schema": "wmidoctor/report/1", "tool.version": "0.1.0", "started": "2026-01-02T03:04:05.123Z", "ms": 71.4,
		"round_trips": 5.0, "outcome": "failed", "target.host": "srv01.corp.example", "target.port": 135.0, "target.addresses.0": "192.0.2.7",
		"target.namespace": `root\cimv2`, "account.name": `CORP\svc-mon`, "account.protocol": "ntlm", "account.sent": 1.0, "account.rejected": 0.0,
		"layers.0.id": "endpoint-mapper", "layers.0.outcome": "passed", "layers.1.id": "authentication", "layers.2.id": "dcom-activation",
		"layers.3.id": "namespace", "layers.3.outcome": "skipped", "layers.3.because": "layer 3 failed", "layers.4.id": "query", "layers.4.outcome": "not-run",
		"layers.5.id": "async-callback", "layers.5.number": 6.0, "layers.2.title": "DCOM activation", "layers.2.ms": 2.1, "layers.2.round_trips": 1.0,
		"layers.2.steps.0.id": "activate", "layers.2.steps.0.label": "start WMI", "layers.2.steps.0.because": "", "layers.2.steps.0.error.kind": "fault",
		"layers.2.steps.0.error.space": "rpc", "layers.2.steps.0.error.code": "0x00000005", "layers.2.steps.0.error.phase": "fault",
		"layers.2.steps.0.evidence.0.id": "activation-call", "layers.2.steps.0.data.class": "8bc3f05e-d86b-11d0-a075-00c04fb68820",
		"layers.0.steps.1.data.waited": 2.1, "layers.0.steps.0.error": nil,
		"verdict.layer": "dcom-activation", "verdict.step": "activate", "verdict.causes.0.fault": "act-machine-launch", "verdict.causes.0.confidence": "likely",
		"verdict.causes.0.owner": "windows", "verdict.causes.0.sections.0": "dcom-rights", "verdict.possible.0.fault": "act-app-launch",
		"verdict.ruled_out.0.title": "wrong password", "verdict.decide.0.sends_credential": true, "fixes.0.id": "join-dcom-users", "fixes.0.elevated": true,
		"trials.0.experiment": "ping", "trials.0.steps.0.id": "simple-ping", "trials.0.steps.0.layer": "dcom-activation",
	} {
		if got := at(t, doc, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	empty, _ := json.Marshal(Document(&probe.Report{}, nil, nil))
	for _, list := range []string{"trials", "fixes", "warnings", "facts", "rows", "causes", "possible", "ruled_out", "decide", "addresses", "steps"} {
		if strings.Contains(string(empty), `"`+list+`":null`) {
			t.Errorf("%s is null in an empty report", list)
		}
	}
}

func at(t *testing.T, v any, path string) any {
	t.Helper()
	for _, key := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i := int(key[0] - '0')
			if i >= len(x) {
				t.Errorf("%s: the list has %d entries", path, len(x))
				return nil
			}
			v = x[i]
		}
	}
	return v
}

func TestRowsKeepTheHostsOrder(t *testing.T) {
	r := &probe.Report{Results: []probe.Result{{Step: probe.StepNext, Layer: probe.LayerQuery, Learnt: &probe.Rows{Count: 1,
		First: []probe.Row{{{Name: "Version", Value: "10.0"}, {Name: "Caption", Value: "Windows"}, {Name: "Boot", Null: true}}}}}}}
	b, err := json.Marshal(Document(r, nil, nil).Rows)
	if want := `[{"Version":"10.0","Caption":"Windows","Boot":null}]`; err != nil || string(b) != want {
		t.Fatalf("%s, %v", b, err)
	}
}

func TestReadRefusesWhatIsNoReport(t *testing.T) {
	good := string(written(t, denied(), nil))
	for name, in := range map[string]string{
		"empty":            "",
		"no JSON":          "hello",
		"another schema":   `{"schema":"wmidoctor/report/9"}`,
		"another document": `{"schema":"wmidoctor/explain/1"}`,
		"unknown layer":    `{"schema":"wmidoctor/report/1","layers":[{"id":"seventh"}]}`,
		"step twice":       `{"schema":"wmidoctor/report/1","layers":[{"id":"query","steps":[{"id":"exec"},{"id":"exec"}]}]}`,
		"step without id":  `{"schema":"wmidoctor/report/1","layers":[{"id":"query","steps":[{}]}]}`,
		"unknown outcome":  strings.Replace(good, `"outcome": "failed"`, `"outcome": "great"`, 1),
		"bad code":         strings.Replace(good, `"0x00000005"`, `"0x1FFFFFFFF"`, 1),
		"bad address":      strings.Replace(good, `"192.0.2.7:135"`, `"192.0.2.7"`, 1),
		"data of a kind":   `{"schema":"wmidoctor/report/1","layers":[{"id":"query","steps":[{"id":"exec","data":[1]}]}]}`,
		"too many steps":   `{"schema":"wmidoctor/report/1","trials":[{"steps":[` + strings.Repeat(`{"id":"exec"},`, 600) + `{"id":"exec"}]}]}`,
		"too large":        `{"schema":"wmidoctor/report/1"}` + strings.Repeat(" ", maxBytes),
		"odd stand-in":     `{"schema":"wmidoctor/report/1","stand_ins":[{"name":"addr-1","kind":"moon"}]}`,
	} {
		if _, err := Read(strings.NewReader(in)); err == nil {
			t.Errorf("%s: no error", name)
		} else if len(err.Error()) > 300 {
			t.Errorf("%s: the message is long: %.300s", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	_ = Write(&b, Document(denied(), joinGroup, nil))
	f.Add(b.Bytes())
	b.Reset()
	_ = Write(&b, Document(Redact(denied()), joinGroup, nil))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := Write(&first, Document(r, nil, nil)); err != nil {
			t.Fatal(err)
		}
		Ticket(Redact(r), nil)
		again, err := Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if err := Write(&second, Document(again, nil, nil)); err != nil || !reflect.DeepEqual(first.Bytes(), second.Bytes()) {
			t.Fatalf("written twice, differs: %v\n%s", err, cmp.Diff(first.String(), second.String()))
		}
	})
}
