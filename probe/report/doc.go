// Package report is what leaves a run: the JSON document other programs rely
// on, the ticket people paste, both with or without names, and the words for
// every piece of evidence. A document can be read back and judged again
// anywhere.
package report

import (
	"encoding/json"
	"math"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Schema names the shape of a Doc. A change that breaks readers raises its number.
const Schema = "wmidoctor/report/1"

// Doc is a report in the shape that is promised to other programs.
type Doc struct {
	Schema     string           `json:"schema"`
	Tool       probe.Tool       `json:"tool"`
	Started    Instant          `json:"started"`
	MS         Millis           `json:"ms"`
	RoundTrips int              `json:"round_trips"`
	Outcome    probe.Outcome    `json:"outcome"`
	Target     Target           `json:"target"`
	Account    Account          `json:"account"`
	Layers     []Layer          `json:"layers"`
	Trials     []Trial          `json:"trials"`
	Verdict    Verdict          `json:"verdict"`
	Fixes      []probe.Fix      `json:"fixes"`
	Warnings   []Warning        `json:"warnings"`
	Facts      []Fact           `json:"facts"`
	Rows       []Row            `json:"rows"`
	HostFacts  *probe.HostFacts `json:"host_facts,omitempty"`
	StandIns   []StandIn        `json:"stand_ins,omitempty"`
}

// Target is the host that was asked, and how. Address is set in a redacted
// report only: the host had been typed as an address, and this is its name.
type Target struct {
	Host            string               `json:"host"`
	Address         string               `json:"address,omitempty"`
	Port            uint16               `json:"port"`
	Addresses       []string             `json:"addresses"`
	Namespace       string               `json:"namespace"`
	Query           string               `json:"query"`
	Auth            probe.AuthChoice     `json:"auth"`
	Realm           string               `json:"realm,omitempty"`
	KDC             string               `json:"kdc,omitempty"`
	SPN             string               `json:"spn,omitempty"`
	Callback        probe.CallbackChoice `json:"callback"`
	CallbackAddress string               `json:"callback_address,omitempty"`
	CallbackPort    uint16               `json:"callback_port,omitempty"`
	StepTimeout     Millis               `json:"timeout_ms,omitempty"`
	TotalTimeout    Millis               `json:"total_timeout_ms,omitempty"`
	OnlyAnonymous   bool                 `json:"only_anonymous,omitempty"`
	Experiments     bool                 `json:"experiments,omitempty"`
}

// Account is who asked. Name is what to call it; the rest is what the judge
// needs to know of its form.
type Account struct {
	Name      string `json:"name"`
	Protocol  string `json:"protocol"`
	Sent      int    `json:"sent"`
	Accepted  int    `json:"accepted"`
	Rejected  int    `json:"rejected"`
	Typed     string `json:"typed"`
	Authority string `json:"authority"`
	User      string `json:"user"`
	SentAs    string `json:"sent_as"`
	Package   string `json:"package"`
}

// Layer is one of the six, with its steps.
type Layer struct {
	Number     int           `json:"number"`
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Outcome    probe.Outcome `json:"outcome"`
	Because    string        `json:"because"`
	MS         Millis        `json:"ms"`
	RoundTrips int           `json:"round_trips"`
	Steps      []Step        `json:"steps"`
}

// Trial is an experiment with its steps.
type Trial struct {
	Experiment probe.ExperimentID `json:"experiment"`
	Steps      []Step             `json:"steps"`
}

// Step is what became of one step. Layer is written in trials only.
type Step struct {
	ID         probe.StepID  `json:"id"`
	Layer      string        `json:"layer,omitempty"`
	Label      string        `json:"label"`
	Title      string        `json:"title"`
	Outcome    probe.Outcome `json:"outcome"`
	MS         Millis        `json:"ms"`
	RoundTrips int           `json:"round_trips"`
	Because    string        `json:"because"`
	Error      *Error        `json:"error"`
	Evidence   []Item        `json:"evidence"`
	Data       any           `json:"data,omitempty"`
}

// Error is a failure, its number with its space, name and sentence.
type Error struct {
	Kind     probe.Kind  `json:"kind"`
	Space    code.Space  `json:"space"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Text     string      `json:"text"`
	Phase    probe.Phase `json:"phase"`
	At       string      `json:"at"`
	Call     string      `json:"call,omitempty"`
	Reason   uint16      `json:"reason,omitempty"`
	Size     int         `json:"size,omitempty"`
	Executed bool        `json:"executed,omitempty"`
	Extended []code.Code `json:"extended,omitempty"`
	NotFound bool        `json:"not_found,omitempty"`
}

// Verdict is the judgement, with the guide's sections for each cause.
type Verdict struct {
	Layer    string       `json:"layer"`
	Step     probe.StepID `json:"step"`
	Headline string       `json:"headline"`
	Summary  string       `json:"summary"`
	Causes   []Cause      `json:"causes"`
	Possible []Suspect    `json:"possible"`
	RuledOut []Suspect    `json:"ruled_out"`
	Decide   []Decision   `json:"decide"`
}

// Cause is a fault the evidence speaks for.
type Cause struct {
	Fault      probe.FaultID    `json:"fault"`
	Title      string           `json:"title"`
	Confidence probe.Confidence `json:"confidence"`
	Mark       string           `json:"mark"`
	Because    []string         `json:"because"`
	Owner      probe.Owner      `json:"owner"`
	Sections   []string         `json:"sections"`
}

// Suspect is a fault that is still possible or ruled out.
type Suspect struct {
	Fault   probe.FaultID `json:"fault"`
	Title   string        `json:"title"`
	Because string        `json:"because"`
}

// Decision is an experiment that would decide, with its price.
type Decision struct {
	Experiment      probe.ExperimentID `json:"experiment"`
	Title           string             `json:"title"`
	Does            string             `json:"does"`
	Costs           string             `json:"costs"`
	Tells           string             `json:"tells"`
	SendsCredential bool               `json:"sends_credential"`
}

// Warning is a fault that did not stop the run.
type Warning struct {
	Fault probe.FaultID `json:"fault"`
	Title string        `json:"title"`
	Text  string        `json:"text"`
	Owner probe.Owner   `json:"owner"`
}

// StandIn says of what kind an address was that has been replaced.
type StandIn struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// Row is one object of the query; its columns keep the host's order.
type Row []probe.Column

// MarshalJSON writes the row as one object; a column without a value is null.
func (r Row) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, c := range r {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(c.Name)
		if err != nil {
			return nil, err
		}
		value := []byte("null")
		if !c.Null {
			if value, err = json.Marshal(c.Value); err != nil {
				return nil, err
			}
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}

// UnmarshalJSON accepts and ignores rows: they are read from the data of the
// step that brought them.
func (r *Row) UnmarshalJSON([]byte) error { return nil }

// Millis is a duration as a number of milliseconds, exact to the microsecond.
type Millis time.Duration

// MarshalJSON writes milliseconds.
func (m Millis) MarshalJSON() ([]byte, error) { return json.Marshal(toMS(time.Duration(m))) }

// UnmarshalJSON reads milliseconds; a number no duration can hold becomes the
// nearest that can.
func (m *Millis) UnmarshalJSON(b []byte) error {
	var f float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*m = Millis(fromMS(f))
	return nil
}

func toMS(d time.Duration) float64 { return float64(d.Round(time.Microsecond).Microseconds()) / 1000 }

func fromMS(f float64) time.Duration {
	const most = math.MaxInt64 / float64(time.Microsecond)
	return time.Duration(min(max(math.Round(f*1000), -most/2), most/2)) * time.Microsecond
}

// Instant is a time as RFC 3339 in UTC, to the millisecond.
type Instant time.Time

// MarshalJSON writes the instant.
func (i Instant) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(i).UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// UnmarshalJSON reads RFC 3339.
func (i *Instant) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	*i = Instant(t.UTC())
	return err
}
