package verdict

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

func class(r *probe.Report) string {
	e, ok := probe.Learnt[*probe.Exec](r.Result(probe.StepExec))
	if !ok || e == nil {
		return ""
	}
	return e.Class
}

// performanceClass asks whether the class counts performance.
func performanceClass() Clue {
	return clue(func(r *probe.Report) Answer {
		switch c := class(r); {
		case c == "":
			return Answer{}
		case strings.HasPrefix(strings.ToLower(c), "win32_perf"):
			return yes(c + " is a class of performance counters")
		default:
			return no(c + " is no class of performance counters")
		}
	})
}

// simpleQueryWorks: the smallest query on the same session.
func simpleQueryWorks() Clue {
	return clue(func(r *probe.Report) Answer {
		for _, id := range []probe.StepID{probe.StepExec, probe.StepNext} {
			if t := r.TrialResult("simple-query", id); t.Outcome == probe.Failed {
				return no("the smallest query fails as well")
			}
		}
		if r.TrialResult("simple-query", probe.StepNext).Outcome == probe.Passed {
			return yes("the smallest query works on the same session")
		}
		return Answer{}
	}, "simple-query")
}

// losesProperties are classes whose properties UAC's remote filter empties
// (Microsoft, "User Account Control and WMI").
var losesProperties = []string{
	"win32_computersystem", "win32_diskdrive", "win32_networkadapterconfiguration",
}

// losesRows are classes of which UAC's remote filter hides instances (same
// source).
var losesRows = []string{"win32_printer", "win32_useraccount", "win32_networkconnection"}

// filteredRows is the notice that an answer may be incomplete.
func filteredRows() *Clue {
	c := clue(func(r *probe.Report) Answer {
		rows, ok := probe.Learnt[*probe.Rows](r.Result(probe.StepNext))
		if !ok || rows == nil || !passed(r, probe.StepNext) {
			return Answer{}
		}
		name := strings.ToLower(class(r))
		empty := len(rows.Null) > 0 && slices.Contains(losesProperties, name)
		none := rows.Count == 0 && slices.Contains(losesRows, name)
		if !empty && !none {
			return Answer{}
		}
		if localAccount(r).Truth != Yes || notBuiltinAdministrator().Ask(r).Truth != Yes {
			return Answer{}
		}
		return yes("Something in the answer is empty, and the account is one of the host's own: UAC may hide part of the answer.")
	})
	return &c
}
