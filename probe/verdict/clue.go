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
