package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// Truth is the answer to a question put to the evidence.
type Truth uint8

// Unknown, the zero value, means that the evidence does not say.
const (
	Unknown Truth = iota
	Yes
	No
)

// Answer is a truth with the sentence that shows why. Unknown needs none.
type Answer struct {
	Truth   Truth
	Because string
}

func yes(because string) Answer { return Answer{Yes, because} }
func no(because string) Answer  { return Answer{No, because} }

// Clue asks the evidence one question, and names the experiments that would
// settle it when it does not say, cheapest first.
type Clue struct {
	Ask     func(*probe.Report) Answer
	Settles []probe.ExperimentID
}

func clue(ask func(*probe.Report) Answer, settles ...probe.ExperimentID) Clue {
	return Clue{Ask: ask, Settles: settles}
}

// thisCodeAlone is the proof of a fault that has a code of its own.
func thisCodeAlone() Clue {
	return clue(func(r *probe.Report) Answer {
		f, ok := r.FirstFailed()
		if !ok || f.Failure == nil {
			return Answer{}
		}
		return yes("the host's answer " + rawClass(f.Failure) + " has this one meaning here")
	})
}

// hostKnows is what no packet tells; only the named fact of the host does,
// where it was given. It never rules the fault out.
func hostKnows(fact, because string) Clue {
	return clue(func(r *probe.Report) Answer {
		if v, known := boolFact(r, fact); known && v {
			return yes(because)
		}
		return Answer{}
	})
}

// refutable is hostKnows for a fact whose opposite rules the fault out.
func refutable(fact, because, against string) Clue {
	return clue(func(r *probe.Report) Answer {
		switch v, known := boolFact(r, fact); {
		case known && v:
			return yes(because)
		case known:
			return no(against)
		}
		return Answer{}
	})
}

// passed reports whether a step of the run passed.
func passed(r *probe.Report, id probe.StepID) bool { return r.Result(id).Outcome == probe.Passed }

// unknowable is a question that nothing this program can do answers: the fault
// stays possible.
func unknowable() Clue { return clue(func(*probe.Report) Answer { return Answer{} }) }

// ownPractice rules out what this program itself never does.
func ownPractice(because string) Clue {
	return clue(func(*probe.Report) Answer { return no(because) })
}

// not turns a clue round. The sentence stays: it is the same observation.
func not(c Clue) Clue {
	return clue(func(r *probe.Report) Answer {
		a := c.Ask(r)
		switch a.Truth {
		case Yes:
			a.Truth = No
		case No:
			a.Truth = Yes
		}
		return a
	}, c.Settles...)
}

// either2 is yes if one of the two is, and no if the first is and the second
// does not speak for it.
func either2(a, b Clue) Clue {
	return clue(func(r *probe.Report) Answer {
		one, two := a.Ask(r), b.Ask(r)
		switch {
		case one.Truth == Yes:
			return one
		case two.Truth == Yes, two.Truth == No:
			return two
		}
		return one
	}, append(append([]probe.ExperimentID{}, a.Settles...), b.Settles...)...)
}

// unlessFact rules out when a fact of the host says so, and is silent
// otherwise.
func unlessFact(fact, against string) Clue {
	return clue(func(r *probe.Report) Answer {
		if v, known := boolFact(r, fact); known && v {
			return no(against)
		}
		return yes("")
	})
}
