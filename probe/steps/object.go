package steps

import (
	"context"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// connectObject dials the object port.
func (w *walk) connectObject(ctx context.Context) (probe.Evidence, error) {
	e := &probe.Dial{}
	conn, err := w.attempt(ctx, e, w.started.port)
	if len(e.Attempts) > 0 {
		e.Waited = e.Attempts[0].Waited
	}
	if err != nil {
		return e, err
	}
	w.object = &object{conn: conn}
	return e, nil
}

// objectInterfaces are bound at once on the object port: the first is called
// with the logon, the others save an alter_context each. A host may not know
// one of them before it has handed out such an object; that is no fault, and
// the interface is offered again with its first call.
func objectInterfaces() []dcom.GUID {
	return []dcom.GUID{dcom.IIDLevel1Login, dcom.IIDServices, dcom.IIDEnumObject, dcom.IIDRemUnknown}
}

// callObject logs on at the object port and sends NTLMLogin with the last leg
// of the logon. What RPC refuses here, or what gets no answer, is this step's;
// any answer of NTLMLogin itself is left to the step that opens the namespace.
func (w *walk) callObject(ctx context.Context) (probe.Evidence, error) {
	hint := rpc.Level(w.started.activation.AuthnHint)
	w.object.level = max(w.objectLevel, hint)
	e := &probe.ObjectCall{Level: uint8(w.object.level), AuthnHint: uint8(hint)}
	if err := w.mayLogOn(); err != nil {
		return nil, err
	}
	login, err := w.logOnToObject(ctx, e)
	if err != nil {
		return e, err
	}
	resource := wmi.Resource(w.target.Namespace)
	w.object.services, err = w.object.client.Login(ctx, login, resource).Wait(ctx)
	e.Answered = answeredByLogin(err)
	e.Verified = e.Answered
	if !w.introduce.spnego {
		w.settleOnObject(err)
	}
	if e.Answered {
		w.object.answer = err
		return e, nil
	}
	return e, err
}

// logOnToObject goes every leg of the logon but the one that waits for the
// first request.
func (w *walk) logOnToObject(ctx context.Context, e *probe.ObjectCall) (*dcom.ObjRef, error) {
	var syntaxes []*dcerpc.SyntaxID
	for _, iid := range objectInterfaces() {
		syntaxes = append(syntaxes, iid.Syntax())
	}
	auth := w.logonWith(w.object.level, w.introduce.spnego, probe.StepCallObject)
	if w.withTicket() {
		auth = w.kerberosAuth(w.object.level)
	}
	h, err := w.object.conn.Start(ctx, auth, syntaxes...)
	if err != nil {
		return nil, err
	}
	if err := h.Finish(ctx); err != nil {
		w.settle(err)
		return nil, err
	}
	if w.introduce.spnego {
		w.settle(nil)
	}
	for i, iid := range objectInterfaces() {
		if h.Binding(i).Rejected() != nil {
			e.Rejected = append(e.Rejected, dcom.Name(iid))
		}
	}
	w.object.client = wmi.NewClient(h.Binding(0), &w.started.activation)
	w.clients = append(w.clients, w.object.client)
	return w.started.activation.Interface(dcom.IIDLevel1Login), nil
}

// settleOnObject tells the purse what a raw logon on the object port came to.
// The same credential was accepted on 135 a moment ago, so a fault here is
// about access, not about the password; only a failure of the package counts
// as a refusal.
func (w *walk) settleOnObject(err error) {
	if answeredByLogin(err) || deniedAccess(err) {
		w.settle(nil)
		return
	}
	w.settle(err)
}

// deniedAccess reports whether a fault is about rights rather than the package.
func deniedAccess(err error) bool {
	f := failureOf(err)
	return f.Kind == probe.KindFault && f.Code.Number != securityPackageError
}

// securityPackageError is fault 0x721, RPC_S_SEC_PKG_ERROR.
const securityPackageError = 0x721

// answeredByLogin reports whether NTLMLogin itself answered: well, badly or
// unreadably.
func answeredByLogin(err error) bool {
	if err == nil {
		return true
	}
	switch failureOf(err).Kind {
	case probe.KindMalformed, probe.KindWBEM, probe.KindHResult:
		return true
	}
	return false
}

// login reads the answer to NTLMLogin: whether the namespace opens.
func (w *walk) login(context.Context) (probe.Evidence, error) {
	e := &probe.Login{Namespace: w.target.Namespace, Level: uint8(w.object.level), Imp: impersonate}
	err := w.object.answer
	e.Status = statusOf(err)
	return e, err
}

// statusOf is the return value that an error carries, the zero code for any
// other error.
func statusOf(err error) code.Code {
	if err == nil {
		return code.Code{}
	}
	switch f := failureOf(err); f.Kind {
	case probe.KindWBEM, probe.KindHResult:
		return f.Code
	}
	return code.Code{}
}
