package verdict

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

var activatedBelowIntegrity = Clue{Ask: func(r *probe.Report) Answer {
	a, _ := probe.Learnt[*probe.Activation](r.Result(probe.StepActivate))
	switch {
	case a == nil || a.Level == 0:
		return Answer{}
	case a.Level < 5:
		return yes("the request was not signed")
	}
	return no("the request was signed")
}}

// pinged is the answer of SimplePing under the proven logon: 0x778 says that
// the access limit lets the account in, 5 that it does not (MS-DCOM notes 53,
// 54, 56).
func pinged(r *probe.Report) (passes Truth) {
	trial := r.TrialResult("simple-ping", probe.StepSimplePing)
	p, _ := probe.Learnt[*probe.Ping](trial)
	switch {
	case trial.Outcome == probe.Failed && trial.Failure != nil && trial.Failure.Kind == probe.KindFault && trial.Failure.Code.Number == 5:
		return No
	case trial.Outcome != probe.Passed || p == nil:
		return Unknown
	case p.Status.Number == 0x778:
		return Yes
	case p.Status.Number == 5:
		return No
	}
	return Unknown
}

var accessLimitPasses = Clue{Settles: []probe.ExperimentID{"simple-ping"}, Ask: func(r *probe.Report) Answer {
	switch pinged(r) {
	case Yes:
		return yes("the limit on access lets the account in, so it is the one on launching")
	case No:
		return no("the limit on access already refuses the account")
	}
	return Answer{}
}}

var accessLimitRefuses = Clue{Settles: []probe.ExperimentID{"simple-ping"}, Ask: func(r *probe.Report) Answer {
	switch pinged(r) {
	case Yes:
		return no("the limit on access lets the account in")
	case No:
		return yes("even a ping under this logon is denied")
	}
	return Answer{}
}}

var belowTheHint = Clue{Ask: func(r *probe.Report) Answer {
	c, _ := probe.Learnt[*probe.ObjectCall](r.Result(probe.StepCallObject))
	switch {
	case c == nil || c.Level == 0:
		return Answer{}
	case c.Level < c.AuthnHint:
		return yes("the call was made below the level the host asked for")
	}
	return no("the call was made at the level the host asked for")
}}

// opens asks a trial that opened a namespace.
func opens(e probe.ExperimentID, words string, whenItOpens Truth) Clue {
	return Clue{Settles: []probe.ExperimentID{e}, Ask: func(r *probe.Report) Answer {
		switch t := r.TrialResult(e, probe.StepNTLMLogin); t.Outcome {
		case probe.Passed:
			return Answer{whenItOpens, words + " opens"}
		case probe.Failed:
			return Answer{opposite(whenItOpens), words + " is refused as well"}
		}
		return Answer{}
	}}
}

func opposite(t Truth) Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

var loggedInBelowPrivacy = Clue{Ask: func(r *probe.Report) Answer {
	l, _ := probe.Learnt[*probe.Login](r.Result(probe.StepNTLMLogin))
	switch {
	case l == nil || l.Level == 0:
		return Answer{}
	case l.Level < 6:
		return yes("the login was not encrypted")
	}
	return no("the login was encrypted")
}}

var askedCIMV2 = Clue{Ask: func(r *probe.Report) Answer {
	path := strings.ToLower(strings.ReplaceAll(r.Target.Namespace, "/", `\`))
	if strings.HasSuffix(path, `root\cimv2`) {
		return yes(`root\cimv2 is there on every Windows`)
	}
	return no(`the namespace is not root\cimv2`)
}}

var askedAnotherNamespace = Clue{Ask: func(r *probe.Report) Answer {
	a := askedCIMV2.Ask(r)
	return Answer{opposite(a.Truth), a.Because}
}}

func classOf(r *probe.Report) string {
	if e, _ := probe.Learnt[*probe.Exec](r.Result(probe.StepExec)); e != nil {
		return strings.ToLower(e.Class)
	}
	return ""
}

var performanceClass = Clue{Ask: func(r *probe.Report) Answer {
	switch c := classOf(r); {
	case c == "":
		return Answer{}
	case strings.HasPrefix(c, "win32_perf"):
		return yes("the class is one of the performance counters")
	}
	return no("the class is no performance counter")
}}

var simpleQueryWorks = Clue{Settles: []probe.ExperimentID{"simple-query"}, Ask: func(r *probe.Report) Answer {
	switch r.TrialResult("simple-query", probe.StepNext).Outcome {
	case probe.Passed:
		return yes("the smallest query works on the same connection")
	case probe.Failed:
		return no("the smallest query fails as well")
	}
	return Answer{}
}}
