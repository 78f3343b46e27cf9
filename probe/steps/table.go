package steps

import (
	"context"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Deadlines of the outside contract. A SYN and the first answer of a port get
// three seconds: Linux sends its second SYN after one, Windows after three
// hundred milliseconds to one second, so at least two have gone out by then.
const (
	connectWithin  = 3 * time.Second
	resolveWithin  = 5 * time.Second
	callWithin     = 10 * time.Second
	activateWithin = 30 * time.Second
	addressesTried = 4 // of one name; each gets its own three seconds
)

// table is the plan: what is done, in which order, and what it needs.
func (w *walk) table() []probe.Step {
	t := append([]probe.Step{
		w.row(probe.LayerEndpointMapper, probe.StepName, resolveWithin, w.resolveName),
		w.row(probe.LayerEndpointMapper, probe.StepTCP135, addressesTried*connectWithin, w.connect135, probe.StepName),
		w.row(probe.LayerEndpointMapper, probe.StepBind135, connectWithin, w.bind135, probe.StepTCP135),
		w.row(probe.LayerEndpointMapper, probe.StepAlive, callWithin, w.alive, probe.StepBind135),
	}, w.logonRows()...)
	t = append(t,
		w.row(probe.LayerActivation, probe.StepActivate, activateWithin, w.activate, probe.StepIdentity),
		w.row(probe.LayerActivation, probe.StepBindings, callWithin, w.bindings, probe.StepActivate),
		w.row(probe.LayerActivation, probe.StepTCPObject, connectWithin, w.connectObject, probe.StepBindings),
		w.row(probe.LayerActivation, probe.StepCallObject, callWithin, w.callObject, probe.StepTCPObject),

		w.row(probe.LayerNamespace, probe.StepNTLMLogin, callWithin, w.login, probe.StepCallObject),

		w.row(probe.LayerQuery, probe.StepExec, callWithin, w.execQuery, probe.StepNTLMLogin),
		w.row(probe.LayerQuery, probe.StepNext, callWithin, w.firstRows, probe.StepExec),

		w.row(probe.LayerCallback, probe.StepListen, callWithin, w.listen, probe.StepNext),
	)
	return t
}

// logonRows are the steps of layer 2.
func (w *walk) logonRows() []probe.Step {
	if w.kerberos {
		return w.kerberosRows()
	}
	t := []probe.Step{
		w.row(probe.LayerAuthentication, probe.StepNTLM, callWithin, w.challenge, probe.StepBind135),
		w.row(probe.LayerAuthentication, probe.StepSPNEGO, callWithin, w.negotiate, probe.StepBind135),
		w.row(probe.LayerAuthentication, probe.StepIdentity, callWithin, w.identity, probe.StepSPNEGO, probe.StepNTLM),
	}
	if w.raw {
		t = without(t, probe.StepSPNEGO)
	}
	return t
}

func (w *walk) row(l probe.Layer, id probe.StepID, within time.Duration,
	do func(context.Context) (probe.Evidence, error), needs ...probe.StepID) probe.Step {
	text := wordsOf(id)
	return probe.Step{
		ID: id, Layer: l, Label: text.label, Title: text.title, Words: text.StepWords,
		Within: within, Needs: needs, Do: do,
	}
}

func without(t []probe.Step, id probe.StepID) []probe.Step {
	kept := t[:0]
	for _, s := range t {
		if s.ID != id {
			kept = append(kept, s)
		}
	}
	return kept
}
