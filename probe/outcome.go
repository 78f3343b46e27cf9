package probe

import "fmt"

// Outcome is what became of a step, a layer or a run. Zero: not run.
type Outcome uint8

// The outcomes of the outside contract. Incomplete is said of runs only.
const (
	NotRun Outcome = iota
	Passed
	Warned
	Failed
	Skipped
	Cancelled
	Incomplete
)

var outcomeWords = [...]string{"not-run", "passed", "warned", "failed", "skipped", "cancelled", "incomplete"}

func (o Outcome) String() string { return outcomeWords[o] }

// MarshalText writes the contract's word.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the contract's word.
func (o *Outcome) UnmarshalText(b []byte) error {
	for i, w := range outcomeWords {
		if w == string(b) {
			*o = Outcome(i)
			return nil
		}
	}
	return fmt.Errorf("unknown outcome %q", b)
}

// Confidence is how sure a cause is. It is capped by the mark of the fault's
// signature: what is inferred is never Certain.
type Confidence uint8

// From the weakest up; zero is no cause at all.
const (
	NoConfidence Confidence = iota
	Possible
	Likely
	Certain
)

var confidenceWords = [...]string{"", "possible", "likely", "certain"}

func (c Confidence) String() string { return confidenceWords[c] }

// MarshalText writes the contract's word.
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the contract's word.
func (c *Confidence) UnmarshalText(b []byte) error {
	for i, w := range confidenceWords {
		if w == string(b) {
			*c = Confidence(i)
			return nil
		}
	}
	return fmt.Errorf("unknown confidence %q", b)
}

// Owner is who must act.
type Owner string

// The owners of the outside contract.
const (
	OwnerUser      Owner = "user"
	OwnerJumpBox   Owner = "jump-box"
	OwnerWindows   Owner = "windows"
	OwnerDirectory Owner = "directory"
	OwnerNetwork   Owner = "network"
	OwnerDeveloper Owner = "developer"
)
