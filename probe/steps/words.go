package steps

import "github.com/wmidoctor/wmidoctor/probe"

// text is what a step says of itself: a label of at most 14 cells, a title of
// at most 44, and its words, whose lengths a test holds.
type text struct {
	label, title string
	probe.StepWords
}

const noCredential = "no credential."

// wordsOf returns the words of a step.
func wordsOf(id probe.StepID) text {
	for _, layer := range []func() map[probe.StepID]text{
		mapperWords, authenticationWords, kerberosWords, experimentWords, activationWords, wmiWords,
	} {
		if t, ok := layer()[id]; ok {
			return t
		}
	}
	return text{label: string(id), title: string(id)}
}
