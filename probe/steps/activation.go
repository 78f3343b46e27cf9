package steps

import (
	"context"
	"errors"
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// activate asks the host to start WMI. IActivation is tried only where the
// host does not know IRemoteSCMActivator, never after a denial.
func (w *walk) activate(ctx context.Context) (probe.Evidence, error) {
	e := &probe.Activation{
		Method: "RemoteCreateInstance", Class: dcom.ClassLevel1Login.String(), Level: uint8(w.level),
		COMVersion: w.found.version.Agreed().String(), Impersonate: impersonate,
	}
	request := dcom.ActivationRequest{
		Class: dcom.ClassLevel1Login, IIDs: []dcom.GUID{dcom.IIDLevel1Login}, Version: w.found.version.Agreed(),
	}
	result, err := dcom.Activate(ctx, w.admitted.activator, request).Wait(ctx)
	var rejected *rpc.Rejected
	if errors.As(err, &rejected) {
		e.Method, e.FellBack = "RemoteActivation", true
		old := w.admitted.conn.Use(dcom.IIDActivation.Syntax(), w.admitted.activator)
		result, err = dcom.RemoteActivation(ctx, old, request).Wait(ctx)
	}
	e.Answered = err == nil || !noAnswer(err)
	e.HResult = hresult(result.HResult)
	if err != nil {
		return e, err
	}
	for _, i := range result.Interfaces {
		e.Results = append(e.Results, hresult(i.HResult))
	}
	e.Bindings, e.Towers = listed(result.Bindings)
	e.AuthnHint = uint8(result.AuthnHint)
	if err := refusedInterface(w.admitted.conn.RemoteAddr(), e.Method, &result); err != nil {
		return e, err
	}
	w.started = &started{activation: result}
	return e, nil
}

// The impersonation level we grant (MS-RPCE 2.2.1.1.9): WMI needs 3,
// Impersonate.
const impersonate = 3

// hresult puts a return value into its space; success is no code.
func hresult(n uint32) code.Code {
	if n == 0 {
		return code.Code{}
	}
	_, c := returned(n)
	return c
}

// refusedInterface tells whether a successful call refused the one interface
// that was asked for.
func refusedInterface(at netip.AddrPort, method string, a *dcom.Activation) error {
	for _, i := range a.Interfaces {
		if i.HResult&0x80000000 != 0 {
			return refused(at, method, i.HResult)
		}
	}
	if a.Interface(dcom.IIDLevel1Login) == nil {
		return fail(probe.KindMalformed, probe.PhaseResponse, at, "the answer says success but holds no object")
	}
	return nil
}

func refused(at netip.AddrPort, call string, status uint32) error {
	kind, c := returned(status)
	f := &probe.Failure{Kind: kind, Code: c, Phase: probe.PhaseResponse, At: at, Call: call, Executed: true,
		Text: call + " returned " + c.String()}
	return &failed{f}
}

// bindings chooses where to dial: always the address that answered on 135,
// with the port of the bindings. Hosts behind NAT or with several networks
// list addresses that nobody outside can reach.
func (w *walk) bindings(context.Context) (probe.Evidence, error) {
	b := w.started.activation.Bindings
	e := &probe.Bindings{SamePort: true}
	e.Listed, e.Towers = listed(b)
	at := w.admitted.conn.RemoteAddr()
	port := b.Port()
	if port == 0 {
		e.Unlisted = true
		return e, fail(probe.KindUnreachable, probe.PhaseResponse, at, "the bindings of the object name no TCP port")
	}
	anyAddress := false
	for _, s := range b.TCP() {
		host, p, _ := s.Split()
		if p != port {
			e.SamePort = false
		}
		if _, err := netip.ParseAddr(host); err == nil {
			anyAddress = true
		}
	}
	if anyAddress {
		in := b.Names(w.found.address.WithZone("").String())
		e.InList = &in
	}
	e.Chosen = netip.AddrPortFrom(w.found.address, port)
	w.started.port = e.Chosen
	return e, nil
}
