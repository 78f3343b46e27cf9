package probe

import (
	"fmt"
	"slices"
)

// judge asks for the verdict and tells it.
func (s *session) judge() {
	s.account()
	s.report.RoundTrips = s.voice.all()
	s.report.Verdict = s.verdict()
	s.voice.emit(Judged{Report: s.report.snapshot()})
}

// verdict asks the judge, and puts the words of the plan to the experiments it
// names. A judge that crashes leaves an honest "cannot tell".
func (s *session) verdict() (v Verdict) {
	if s.Judge == nil {
		return Verdict{}
	}
	defer func() {
		if p := recover(); p != nil {
			failed, _ := s.report.FirstFailed()
			v = Verdict{Layer: failed.Layer, Step: failed.Step,
				Headline: "cannot tell: our own mistake",
				Summary:  fmt.Sprintf("This program made a mistake while judging (%T).\nThe evidence of every step is in the report.", p)}
		}
	}()
	v = s.Judge(s.report)
	offered := v.Decide[:0:0] // what this plan cannot do is nothing to offer
	for _, d := range v.Decide {
		if e, found := s.experiment(d.Experiment); found {
			offered = append(offered, e.decision())
		}
	}
	v.Decide = offered
	return v
}

// decision is what a report says of an experiment that would decide.
func (e Experiment) decision() Decision {
	return Decision{Experiment: e.ID, Title: e.Title, Does: e.Words.Does, Costs: e.Words.Costs,
		Tells: e.Words.Tells, SendsCredential: e.SendsAgain}
}

// decide carries out the experiments that the verdict names, the free ones
// first, and judges again after each, until nothing is left to decide. Then
// follow those that were agreed to beforehand and not named.
func (s *session) decide() {
	done := map[ExperimentID]bool{}
	for !s.over() {
		e, found := s.nextExperiment(done)
		if !found {
			return
		}
		done[e.ID] = true
		if s.allowed(e) && !s.over() {
			s.try(e)
			s.judge()
		}
	}
}

func (s *session) nextExperiment(done map[ExperimentID]bool) (Experiment, bool) {
	var priced Experiment
	for _, d := range s.report.Verdict.Decide {
		e, found := s.experiment(d.Experiment)
		switch {
		case !found || done[e.ID]:
		case !e.SendsAgain && !e.AskedOnly:
			return e, true
		case priced.ID == "":
			priced = e
		}
	}
	if priced.ID != "" {
		return priced, true
	}
	for _, id := range s.Agreed {
		if e, found := s.experiment(id); found && !done[id] {
			return e, true
		}
	}
	return Experiment{}, false
}

func (s *session) experiment(id ExperimentID) (Experiment, bool) {
	for _, e := range s.plan.Experiments {
		if e.ID == id {
			return e, true
		}
	}
	return Experiment{}, false
}

// allowed reports whether an experiment may be carried out. One that sends the
// credential again needs the flag or the person; one that leaves a mark on the
// host needs the person.
func (s *session) allowed(e Experiment) bool {
	if !e.SendsAgain && !e.AskedOnly {
		return true
	}
	if e.SendsAgain && (s.Target.OnlyAnonymous || s.report.Account.Anonymous()) {
		return false
	}
	if slices.Contains(s.Agreed, e.ID) || s.Target.Experiments && !e.AskedOnly {
		return true
	}
	s.limit.pause()
	defer s.limit.resume()
	return s.Front.Consent(s.person, e)
}

// try carries an experiment out. What Purse.Allow gave ends with it.
func (s *session) try(e Experiment) {
	if e.SendsAgain && s.plan.Purse != nil {
		s.plan.Purse.Allow()
		defer s.plan.Purse.Forbid()
	}
	var trial []Result
	for _, step := range e.Steps {
		if s.over() {
			trial = append(trial, blankResult(step))
			continue
		}
		trial = append(trial, s.take(step, e.ID, trial, s.report.Results))
	}
	s.report.Trials = append(s.report.Trials, Trial{Experiment: e.ID, Results: trial})
}
