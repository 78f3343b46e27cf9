package probe

import (
	"context"
	"errors"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// refusing is a plan whose logon is refused, with a free experiment, one that
// sends the credential again and one that leaves a mark.
func refusing(purse *Purse) Planner {
	spend := func(context.Context) (Evidence, error) {
		if _, err := purse.Spend(StepIdentity); err != nil {
			return nil, err
		}
		purse.Rejected()
		return nil, errors.New("refused")
	}
	return func(trace.Sink) Plan {
		return Plan{Purse: purse, Steps: way(map[StepID]do{StepIdentity: spend}), Experiments: []Experiment{
			{ID: "smb-logon", SendsAgain: true, Steps: []Step{{ID: StepSMBLogon, Layer: LayerAuthentication, Needs: []StepID{StepAlive}, Do: spend}}},
			{ID: "ask-kdc", Steps: []Step{{ID: StepAccountState, Layer: LayerAuthentication, Do: passes}}},
			{ID: "at-connect", AskedOnly: true, Steps: []Step{{ID: StepActivate, Layer: LayerActivation, Do: passes}}},
		}}
	}
}

func wantsAll(r *Report) (v Verdict) {
	for _, id := range []ExperimentID{"at-connect", "smb-logon", "ask-kdc", "unknown-here"} {
		if !r.Tried(id) {
			v.Decide = append(v.Decide, Decision{Experiment: id})
		}
	}
	return v
}

func TestExperiments(t *testing.T) {
	for _, c := range []struct {
		name    string
		runner  Runner
		consent bool
		want    []ExperimentID
		sent    int
	}{
		{"the free one by itself", Runner{}, false, []ExperimentID{"ask-kdc"}, 1},
		{"the person agrees to all", Runner{}, true, []ExperimentID{"ask-kdc", "at-connect", "smb-logon"}, 2},
		{"the flag allows what sends again, not what leaves a mark", Runner{Target: Target{Experiments: true}}, false,
			[]ExperimentID{"ask-kdc", "smb-logon"}, 2},
		{"agreed beforehand", Runner{Agreed: []ExperimentID{"smb-logon"}}, false, []ExperimentID{"ask-kdc", "smb-logon"}, 2},
		{"never with --only-anonymous", Runner{Target: Target{OnlyAnonymous: true, Experiments: true}}, true,
			[]ExperimentID{"ask-kdc", "at-connect"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			purse := named()
			asked := map[ExperimentID]int{}
			r := c.runner
			r.Judge, r.Front = wantsAll, &watcher{consent: func(e Experiment) bool { asked[e.ID]++; return c.consent }}
			got := r.Run(t.Context(), refusing(purse))
			var ids []ExperimentID
			for _, trial := range got.Trials {
				ids = append(ids, trial.Experiment)
			}
			if len(ids) != len(c.want) {
				t.Fatalf("tried %v, want %v", ids, c.want)
			}
			for i := range ids {
				if ids[i] != c.want[i] {
					t.Fatalf("tried %v, want %v", ids, c.want)
				}
			}
			for id, n := range asked {
				if n > 1 {
					t.Errorf("asked %d times for %s", n, id)
				}
			}
			if got.Account.SentCount != c.sent || got.Account.RejectedCount != c.sent {
				t.Errorf("sent %d, rejected %d, want %d", got.Account.SentCount, got.Account.RejectedCount, c.sent)
			}
			if purse.Peek() == nil {
				t.Error("the purse is still open after the experiments")
			}
		})
	}
}

func TestAnUnusedAllowanceEndsWithItsExperiment(t *testing.T) {
	purse := named()
	purse.Spend(StepIdentity)
	purse.Rejected()
	s := &session{Runner: Runner{Front: &watcher{}}, ctx: t.Context(), person: t.Context(), voice: &voice{front: &watcher{}},
		plan: Plan{Purse: purse}, report: &Report{}}
	s.ctx, s.limit = withLimit(t.Context(), DefaultTotalTimeout)
	defer s.limit.stop()
	s.try(Experiment{ID: "smb-logon", SendsAgain: true, Steps: []Step{{ID: StepSMBLogon, Do: fails("no route to 445")}}})
	if purse.Peek() == nil {
		t.Fatal("an allowance outlived its experiment")
	}
}

func TestPurse(t *testing.T) {
	const spend, accepted, rejected, allow, forbid, replace = "spend", "accepted", "rejected", "allow", "forbid", "replace"
	for _, c := range []struct {
		name string
		do   []string
		want error // of the next Spend
	}{
		{"fresh", nil, nil},
		{"accepted, as on the object port", []string{spend, accepted}, nil},
		{"rejected", []string{spend, rejected}, ErrRejected},
		{"unanswered counts as rejected", []string{spend}, ErrRejected},
		{"allowed once", []string{spend, rejected, allow}, nil},
		{"allowed once, not twice", []string{spend, rejected, allow, spend, rejected}, ErrRejected},
		{"allowed twice is once", []string{spend, rejected, allow, allow, spend, rejected}, ErrRejected},
		{"taken back", []string{spend, rejected, allow, forbid}, ErrRejected},
		{"a new password", []string{spend, rejected, replace}, nil},
		{"accepted after consent", []string{spend, rejected, allow, spend, accepted}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := named()
			for _, d := range c.do {
				switch d {
				case spend:
					if _, err := p.Spend(StepIdentity); err != nil {
						t.Fatal(err)
					}
				case accepted:
					p.Accepted()
				case rejected:
					p.Rejected()
				case allow:
					p.Allow()
				case forbid:
					p.Forbid()
				case replace:
					p.Replace(Credential{Account: p.Account()})
				}
			}
			if got := p.Peek(); !errors.Is(got, c.want) {
				t.Errorf("next Spend: %v, want %v", got, c.want)
			}
		})
	}
	if _, err := NewPurse(Credential{}).Spend(StepIdentity); !errors.Is(err, ErrAnonymous) {
		t.Error(err)
	}
}

func TestTheVerdictSaysWhatAnExperimentCosts(t *testing.T) {
	words := ExperimentWords{Does: "logs on over SMB", Costs: "one more failed logon", Tells: "the exact reason"}
	r := Run(t.Context(), planOf(nil, Experiment{ID: "smb-logon", Title: "ask over SMB", SendsAgain: true, Words: words}),
		func(*Report) Verdict { return Verdict{Decide: []Decision{{Experiment: "smb-logon"}}} }, &watcher{})
	want := Decision{Experiment: "smb-logon", Title: "ask over SMB", Does: words.Does, Costs: words.Costs, Tells: words.Tells, SendsCredential: true}
	if got := r.Verdict.Decide[0]; got != want {
		t.Fatalf("%+v", got)
	}
}
