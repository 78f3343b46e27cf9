package console

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func systemCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"restart-computer": {"ComputerName=0 Force? Wait?", func(k *call) ([]any, error) {
			k.m.Reboot()
			k.out.line("(practice: the host has restarted)")
			return nil, nil
		}},
		"stop-computer":       {"ComputerName=0 Force?", func(k *call) ([]any, error) { k.m.System.Off = true; return nil, nil }},
		"get-date":            {"Date=0 Format", getDate},
		"get-process":         {"Name=0 Id", getProcesses},
		"stop-process":        {"Id=0 Name Force?", stopProcess},
		"get-winevent":        {"LogName=0 MaxEvents FilterHashtable", getEvents},
		"get-eventlog":        {"LogName=0! Newest Source InstanceId", getEvents},
		"get-mppreference":    {"", getDefender},
		"add-mppreference":    {"AttackSurfaceReductionRules_Ids AttackSurfaceReductionRules_Actions AttackSurfaceReductionOnlyExclusions", setDefender},
		"set-mppreference":    {"AttackSurfaceReductionRules_Ids AttackSurfaceReductionRules_Actions AttackSurfaceReductionOnlyExclusions", setDefender},
		"remove-mppreference": {"AttackSurfaceReductionRules_Ids AttackSurfaceReductionRules_Actions", removeDefender},
	}
}

func getDate(k *call) ([]any, error) {
	d := dateObject{k.m.Now()}
	if k.has("date") {
		t, ok := readDate(k.text("date"))
		if !ok {
			return nil, fail(1, "Cannot bind parameter 'Date'. Cannot convert value \"%s\" to type \"System.DateTime\".", k.text("date"))
		}
		d = dateObject{t}
	}
	if k.has("format") {
		return []any{d.Format(layout(k.text("format")))}, nil
	}
	return []any{d}, nil
}

func getProcesses(k *call) ([]any, error) {
	var out []any
	for _, p := range k.m.Processes() {
		name := strings.TrimSuffix(p.Image, ".exe")
		id, byID := asInt(k.params["id"])
		if k.has("name") && !wildcard(k.text("name")).MatchString(name) || k.has("id") && (!byID || id != int64(p.PID)) {
			continue
		}
		out = append(out, newRecord(p, "Id", p.PID, "ProcessName", name, "WS", p.MemoryKB<<10))
	}
	if len(out) == 0 {
		return nil, fail(1, "Cannot find a process with the name or identifier \"%s\".", k.text("name")+k.text("id"))
	}
	return out, nil
}

func stopProcess(k *call) ([]any, error) {
	list := k.in
	if !k.piped {
		var err error
		if list, err = getProcesses(k); err != nil {
			return nil, err
		}
	}
	for _, v := range list {
		r, _ := v.(*record)
		if r == nil {
			continue
		}
		p, ok := r.of.(machine.Process)
		if !ok || !k.m.Kill(p.PID) {
			return nil, fail(1, "Cannot stop process \"%s (%s)\" because of the following error: Access is denied", asText(property(r, "ProcessName")), asText(property(r, "Id")))
		}
	}
	return nil, nil
}

func getEvents(k *call) ([]any, error) {
	log, id := k.text("logname"), int64(0)
	if t, ok := k.params["filterhashtable"].(*table); ok {
		v, _ := t.get("LogName")
		log = asText(v)
		v, _ = t.get("Id")
		id, _ = asInt(v)
	}
	most := int64(20)
	for _, p := range []string{"maxevents", "newest"} {
		if n, ok := asInt(k.params[p]); ok && k.has(p) {
			most = n
		}
	}
	var out []any
	for _, e := range slices.Backward(k.m.Events) {
		if strings.EqualFold(e.Log, log) && (id == 0 || id == int64(e.ID)) && int64(len(out)) < most {
			out = append(out, newRecord(e, "TimeCreated", e.At, "Id", e.ID, "LevelDisplayName", map[uint8]string{2: "Error", 3: "Warning", 4: "Information"}[e.Level], "Message", e.Text))
		}
	}
	if len(out) == 0 {
		return nil, fail(1, "No events were found that match the specified selection criteria.")
	}
	return out, nil
}

// wmiRule is the attack surface rule against processes made by PSExec and WMI.
const wmiRule = "d1e49aac-8f56-4280-b9ba-993a6d77406c"

func getDefender(k *call) ([]any, error) {
	r := newRecord(nil, "AttackSurfaceReductionRules_Ids", nil, "AttackSurfaceReductionRules_Actions", nil, "DisableRealtimeMonitoring", false)
	if k.m.System.AttackSurface != 0 {
		r.set("AttackSurfaceReductionRules_Ids", []any{wmiRule})
		r.set("AttackSurfaceReductionRules_Actions", []any{int64(k.m.System.AttackSurface)})
	}
	return []any{r}, nil
}

func setDefender(k *call) ([]any, error) {
	ids, actions := k.texts("attacksurfacereductionrules_ids"), k.texts("attacksurfacereductionrules_actions")
	if len(ids) != len(actions) || len(ids) == 0 {
		return nil, fail(1, "Operation failed with the following error: 0x80070057. Operation: the numbers of rules and actions differ.")
	}
	for i, id := range ids {
		action, ok := map[string]uint8{"disabled": 0, "0": 0, "enabled": 1, "1": 1, "auditmode": 2, "2": 2}[strings.ToLower(actions[i])]
		if !ok {
			return nil, fail(1, "Cannot bind parameter 'AttackSurfaceReductionRules_Actions'. Unable to match the identifier name %s to a valid enumerator name.", actions[i])
		}
		if strings.EqualFold(id, wmiRule) {
			k.m.System.AttackSurface = action
		}
	}
	return nil, nil
}

func removeDefender(k *call) ([]any, error) {
	for _, id := range k.texts("attacksurfacereductionrules_ids") {
		if strings.EqualFold(id, wmiRule) {
			k.m.System.AttackSurface = 0
		}
	}
	return nil, nil
}
