package probe

// takenOver returns the results of the report before that need not be walked
// again: those that passed and that no step to be walked needs, directly or
// through another.
func (s *session) takenOver() map[StepID]Result {
	old := s.From
	if old == nil || !sameWay(old.Target, s.Target) || old.Account.Typed != s.report.Account.Typed {
		return nil
	}
	walked := map[StepID]bool{}
	first := true
	for _, step := range s.plan.Steps {
		if first && old.Result(step.ID).Outcome == Passed {
			continue
		}
		first = false
		walked[step.ID] = true
	}
	for i := len(s.plan.Steps) - 1; i >= 0; i-- { // needs stand before what needs them
		if step := s.plan.Steps[i]; walked[step.ID] {
			for _, need := range step.Needs {
				walked[need] = true
			}
		}
	}
	taken := map[StepID]Result{}
	for _, step := range s.plan.Steps {
		if !walked[step.ID] {
			taken[step.ID] = old.Result(step.ID)
		}
	}
	return taken
}

// sameWay reports whether two targets are the same host asked in the same way.
func sameWay(a, b Target) bool {
	return a.Host == b.Host && a.Port == b.Port && a.Auth == b.Auth && a.OnlyAnonymous == b.OnlyAnonymous &&
		a.Namespace == b.Namespace && a.Query == b.Query && a.Realm == b.Realm && a.KDC == b.KDC && a.SPN == b.SPN
}
