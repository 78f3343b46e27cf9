package probe

import "slices"

// proof is the step without which a layer is not proven.
func (l Layer) proof() StepID {
	return [...]StepID{"", StepAlive, StepIdentity, StepCallObject, StepNTLMLogin, StepNext, StepSetStatus}[l]
}

// weight orders outcomes: the heaviest of a layer's steps names the layer.
func (o Outcome) weight() int {
	return slices.Index([]Outcome{NotRun, Skipped, Passed, Warned, Cancelled, Failed}, o)
}

// LayerOutcome folds the outcomes of a layer's steps into one. A layer whose
// proving step was skipped has not passed, whatever else was seen in it.
func (r *Report) LayerOutcome(l Layer) Outcome {
	folded := NotRun
	for _, s := range r.Results {
		if s.Layer == l && s.Outcome.weight() > folded.weight() {
			folded = s.Outcome
		}
	}
	if folded != Passed && folded != Warned {
		return folded
	}
	for _, s := range r.Results {
		if s.Layer != l || s.Step != l.proof() {
			continue
		}
		switch s.Outcome {
		case Skipped:
			return Skipped
		case NotRun:
			return Cancelled
		}
	}
	return folded
}

// LayerBecause is why a layer was skipped or cancelled, in words.
func (r *Report) LayerBecause(l Layer) string {
	out := r.LayerOutcome(l)
	if out != Skipped && out != Cancelled {
		return ""
	}
	because := ""
	for _, s := range r.Results {
		if s.Layer == l && s.Outcome == out && (because == "" || s.Step == l.proof()) {
			because = s.Because
		}
	}
	return because
}

// outcome folds the layers into the outcome of the run.
func (r *Report) outcome(stopped bool) Outcome {
	switch {
	case stopped:
		return Cancelled
	case r.any(Failed):
		return Failed
	case r.any(Cancelled), r.any(NotRun), r.Account.Anonymous(), r.Target.OnlyAnonymous:
		return Incomplete
	}
	for _, l := range Layers() {
		out := r.LayerOutcome(l)
		if l != LayerCallback && out != Passed && out != Warned { // ordinary queries need no callback
			return Incomplete
		}
	}
	if r.any(Warned) || len(r.Verdict.Warnings) > 0 {
		return Warned
	}
	return Passed
}

func (r *Report) any(o Outcome) bool {
	return slices.ContainsFunc(r.Results, func(s Result) bool { return s.Outcome == o })
}

// snapshot copies what a later step may still change.
func (r *Report) snapshot() *Report {
	c := *r
	c.Results, c.Trials = slices.Clone(r.Results), slices.Clone(r.Trials)
	return &c
}

// Refold sets the outcome of a saved report that was judged again, since
// warnings may have come or gone.
func (r *Report) Refold() {
	if r.Outcome != Cancelled {
		r.Outcome = r.outcome(false)
	}
}
