package verdict

import (
	"fmt"

	"github.com/wmidoctor/wmidoctor/probe"
)

// suspect is a fault whose sign showed, with what its clues answered.
type suspect struct {
	fault      Fault
	confidence probe.Confidence // NoConfidence: ruled out
	because    []string
	against    string
	open       []probe.ExperimentID // what would settle its unknown clues
}

// Judge says what a report's evidence means. It changes nothing in the report
// and asks nothing but the report.
func Judge(r *probe.Report) probe.Verdict {
	failed, any := r.FirstFailed()
	if !any {
		return judgeUnfailed(r)
	}
	all := suspects(r, failed)
	for i := range all {
		all[i].because = append([]string{seen(failed)}, all[i].because...)
	}
	v := probe.Verdict{Layer: failed.Layer, Step: failed.Step}
	for _, s := range ranked(all) {
		switch {
		case s.confidence == probe.NoConfidence:
			v.RuledOut = append(v.RuledOut, probe.Suspect{Fault: s.fault.ID, Title: s.fault.Name, Because: s.against})
		case s.confidence >= probe.Likely || len(v.Causes) == 0:
			v.Causes = append(v.Causes, cause(s))
		default:
			v.Possible = append(v.Possible, probe.Suspect{Fault: s.fault.ID, Title: s.fault.Name, Because: first(s.because)})
		}
	}
	ruleOutByPassedSteps(r, &v)
	v.Decide = decisions(r, all)
	v.Warnings = warnings(r, v.Causes)
	word(r, failed, &v)
	return v
}

// seen is what every suspect rests on first: the event itself.
func seen(failed probe.Result) string {
	return fmt.Sprintf("%s ended with: %s", failed.Label, rawClass(failed.Failure))
}

func suspects(r *probe.Report, failed probe.Result) []suspect {
	var all []suspect
	for _, f := range rows() {
		for _, s := range f.Signs {
			if s.shows(failed) {
				all = append(all, question(r, f))
				break
			}
		}
	}
	return all
}

// question asks a fault's clues. One no rules it out; one unknown leaves it
// possible; a proof lifts it to certain. The ceiling caps what comes out.
func question(r *probe.Report, f Fault) suspect {
	s := suspect{fault: f, confidence: probe.Likely}
	for _, c := range f.Needs {
		switch a := c.Ask(r); a.Truth {
		case No:
			return suspect{fault: f, against: a.Because}
		case Yes:
			if a.Because != "" {
				s.because = append(s.because, a.Because)
			}
		default:
			s.confidence = probe.Possible
			s.open = append(s.open, untried(r, c)...)
		}
	}
	for _, c := range f.Proof {
		switch a := c.Ask(r); a.Truth {
		case Yes:
			s.confidence = probe.Certain
			s.because = append([]string{a.Because}, s.because...)
		case No:
			return suspect{fault: f, against: a.Because}
		default:
			s.open = append(s.open, untried(r, c)...)
		}
	}
	s.confidence = min(s.confidence, f.Ceiling)
	return s
}

// untried returns the experiments of a clue that were not carried out, cheapest
// first. Not every plan can do each of them, so that all are named.
func untried(r *probe.Report, c Clue) []probe.ExperimentID {
	var out []probe.ExperimentID
	for _, e := range c.Settles {
		if !r.Tried(e) {
			out = append(out, e)
		}
	}
	return out
}

// ranked orders by confidence, then by row: of two explanations equally
// supported the upper row is told first.
func ranked(all []suspect) []suspect {
	out := make([]suspect, 0, len(all))
	for c := probe.Certain; ; c-- {
		for _, s := range all {
			if s.confidence == c {
				out = append(out, s)
			}
		}
		if c == probe.NoConfidence {
			return out
		}
	}
}

func cause(s suspect) probe.Cause {
	return probe.Cause{
		Fault: s.fault.ID, Title: s.fault.Title, Confidence: s.confidence,
		Mark: string(s.fault.Mark), Because: s.because, Owner: s.fault.Owner,
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
