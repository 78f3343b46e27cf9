package probe

// FaultID names a root cause of the catalogue, in kebab case.
type FaultID string

// ExperimentID names an extra probe that separates causes.
type ExperimentID string

// Verdict is the judgement over all evidence.
type Verdict struct {
	Layer    Layer  // where the run stopped; LayerNone when nothing failed
	Step     StepID // the step that failed
	Headline string // at most 46 cells
	Summary  string // one to four lines of 49 cells, readable aloud
	Causes   []Cause
	Possible []Suspect
	RuledOut []Suspect
	Decide   []Decision
	Warnings []Warning
}

// Cause is a fault the evidence speaks for, ranked; the first is the answer.
type Cause struct {
	Fault      FaultID
	Title      string // at most 2 lines of 39 cells
	Confidence Confidence
	Mark       string   // of the signature: spec, doc, source, inferred
	Because    []string // how we know
	Owner      Owner
}

// Suspect is a fault that is still possible, or ruled out, with the reason.
type Suspect struct {
	Fault   FaultID
	Title   string // short name, at most 24 cells
	Because string
}

// Decision is an experiment that would separate what is still possible.
type Decision struct {
	Experiment      ExperimentID
	Title           string
	Does            string
	Costs           string
	Tells           string
	SendsCredential bool
}

// Warning is a fault that did not stop the run.
type Warning struct {
	Fault FaultID
	Title string
	Text  string
	Owner Owner
}
