package steps

import (
	"context"
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// experiments are extra probes that separate causes with one face. Most are
// steps of the walk on a branch of it with one setting changed.
func (w *walk) experiments() []probe.Experiment {
	return []probe.Experiment{
		w.simplePing(), w.hostUp(),
		w.otherNamespace("root-namespace", `root`, "Open root to compare"),
		w.otherNamespace("cimv2-namespace", `root\cimv2`, `Open root\cimv2 to compare`),
		w.simpleQuery(), w.activateAgain(), w.loginAtPrivacy(), w.activateAtConnect(),
		w.kdcWithoutPassword(), w.smbLogon(),
	}
}

// branch makes the branch when its first step is taken, not before: until then
// the walk has not come far enough.
func (w *walk) branch(change func(*walk)) func() *walk {
	var made *walk
	return func() *walk {
		if made == nil {
			made = w.fork(change)
		}
		return made
	}
}

type doing = func(*walk, context.Context) (probe.Evidence, error)

// on is a step of the table taken on a branch.
func (w *walk) on(branch func() *walk, l probe.Layer, id probe.StepID, within time.Duration, do doing, needs ...probe.StepID) probe.Step {
	return w.row(l, id, within, func(ctx context.Context) (probe.Evidence, error) { return do(branch(), ctx) }, needs...)
}

// simplePing pings a set that does not exist, under the proven logon. Windows
// checks the access limit of DCOM for this call and nothing else (MS-DCOM notes
// 53, 54, 56): access denied is that limit; "unknown set" means that it passes.
func (w *walk) simplePing() probe.Experiment {
	return probe.Experiment{
		ID: "simple-ping", Title: "Ping a set that does not exist",
		Words: probe.ExperimentWords{
			Does:  "calls SimplePing with a made-up number, under the logon that was accepted",
			Sends: "no credential", Costs: "one round trip; changes nothing on the host",
			Tells: "whether the limit on access or the limit on launching refuses the account",
		},
		Steps: []probe.Step{w.row(probe.LayerActivation, probe.StepSimplePing, callWithin, w.pingMadeUpSet, probe.StepIdentity)},
	}
}

func (w *walk) pingMadeUpSet(ctx context.Context) (probe.Evidence, error) {
	b := w.admitted.conn.Use(dcom.IIDObjectExporter.Syntax(), w.admitted.activator)
	status, err := dcom.SimplePing(ctx, b, dcom.NewID()).Wait(ctx)
	if err != nil {
		return &probe.Ping{}, err
	}
	return &probe.Ping{Status: code.Code{Space: code.Win32, Number: status}}, nil
}

// hostUp dials three ports that Windows hosts often have open, once each.
func (w *walk) hostUp() probe.Experiment {
	return probe.Experiment{
		ID: "host-up", Title: "Try three other ports",
		Words: probe.ExperimentWords{
			Does:  "opens and closes a connection to 445, 3389 and 5985, once each",
			Sends: "nothing", Costs: "up to 3 s a port",
			Tells: "whether the host is up and only port 135 is closed to us",
		},
		Steps: []probe.Step{w.row(probe.LayerEndpointMapper, probe.StepHostUp, 3*connectWithin, w.dialOthers, probe.StepName)},
	}
}

func (w *walk) dialOthers(ctx context.Context) (probe.Evidence, error) {
	e := &probe.Dial{}
	began := time.Now()
	var last error
	for _, port := range []uint16{445, 3389, 5985} {
		conn, err := w.attempt(ctx, e, netip.AddrPortFrom(w.names[0], port))
		e.Waited = time.Since(began)
		if err == nil {
			conn.Close()
			return e, nil
		}
		if last = tellingMore(last, err); ctx.Err() != nil {
			break
		}
	}
	return e, last
}

// otherNamespace asks the same login object for another namespace: no logon.
func (w *walk) otherNamespace(id probe.ExperimentID, namespace, title string) probe.Experiment {
	b := w.branch(func(w *walk) {
		w.target.Namespace = namespace
		copied := *w.object
		w.object = &copied
	})
	return probe.Experiment{
		ID: id, Title: title,
		Words: probe.ExperimentWords{
			Does:  "asks the open WMI connection for the namespace " + namespace,
			Sends: "no credential", Costs: "one round trip; changes nothing on the host",
			Tells: "whether all namespaces refuse the account, or only the one you asked for",
		},
		Steps: []probe.Step{w.on(b, probe.LayerNamespace, probe.StepNTLMLogin, callWithin, (*walk).loginAgain, probe.StepCallObject)},
	}
}

func (w *walk) loginAgain(ctx context.Context) (probe.Evidence, error) {
	ref := w.started.activation.Interface(dcom.IIDLevel1Login)
	w.object.services, w.object.answer = w.object.client.Login(ctx, ref, wmi.Resource(w.target.Namespace)).Wait(ctx)
	return w.login(ctx)
}

// simpleQuery runs the smallest query on the open namespace.
func (w *walk) simpleQuery() probe.Experiment {
	b := w.branch(func(w *walk) { w.target.Query = "SELECT Name FROM Win32_OperatingSystem" })
	return probe.Experiment{
		ID: "simple-query", Title: "Run the smallest query",
		Words: probe.ExperimentWords{
			Does:  "runs SELECT Name FROM Win32_OperatingSystem on the open namespace",
			Sends: "no credential", Costs: "two round trips",
			Tells: "whether queries fail, or only this class",
		},
		Steps: []probe.Step{
			w.on(b, probe.LayerQuery, probe.StepExec, callWithin, (*walk).execQuery, probe.StepNTLMLogin),
			w.on(b, probe.LayerQuery, probe.StepNext, callWithin, (*walk).firstRows, probe.StepExec),
		},
	}
}

// activateAgain asks for a new object, whose port may be another one.
func (w *walk) activateAgain() probe.Experiment {
	b := w.branch(func(*walk) {})
	return probe.Experiment{
		ID: "activate-again", Title: "Ask the host to start WMI once more",
		Words: probe.ExperimentWords{
			Does:  "activates again under the same logon and connects to the port named now",
			Sends: "no credential", Costs: "two round trips",
			Tells: "whether WMI was restarted meanwhile",
		},
		Steps: []probe.Step{
			w.on(b, probe.LayerActivation, probe.StepActivate, activateWithin, (*walk).activate, probe.StepIdentity),
			w.on(b, probe.LayerActivation, probe.StepBindings, callWithin, (*walk).bindings, probe.StepActivate),
			w.on(b, probe.LayerActivation, probe.StepTCPObject, connectWithin, (*walk).connectObject, probe.StepBindings),
		},
	}
}

// loginAtPrivacy logs on at the object port once more, sealed: what a namespace
// that requires encryption wants.
func (w *walk) loginAtPrivacy() probe.Experiment {
	b := w.branch(func(w *walk) { w.objectLevel = rpc.LevelPrivacy })
	return probe.Experiment{
		ID: "login-at-privacy", Title: "Open the namespace once more, encrypted", SendsAgain: true,
		Words: probe.ExperimentWords{
			Does:  "logs on to the WMI port a second time, with every call encrypted",
			Sends: "the credential once more; the host has accepted it before",
			Costs: "four round trips and one more logon in the host's log",
			Tells: "whether the namespace only wants encryption",
		},
		Steps: []probe.Step{
			w.on(b, probe.LayerActivation, probe.StepTCPObject, connectWithin, (*walk).connectObject, probe.StepBindings),
			w.on(b, probe.LayerActivation, probe.StepCallObject, callWithin, (*walk).callObject, probe.StepTCPObject),
			w.on(b, probe.LayerNamespace, probe.StepNTLMLogin, callWithin, (*walk).login, probe.StepCallObject),
		},
	}
}

// activateAtConnect shows how older clients fare. It writes error 10036 into
// the host's log, so it is never done unasked.
func (w *walk) activateAtConnect() probe.Experiment {
	b := w.branch(func(w *walk) { w.level, w.introduce, w.admitted = rpc.LevelConnect, nil, nil })
	return probe.Experiment{
		ID: "activate-at-connect", Title: "Ask again unsigned, as old clients do", SendsAgain: true, AskedOnly: true,
		Words: probe.ExperimentWords{
			Does:  "logs on once more and starts WMI without signing the request",
			Sends: "the credential once more; the host has accepted it before",
			Costs: "one more logon, and on a hardened host error 10036 in its System log",
			Tells: "whether clients that do not sign are refused here",
		},
		Steps: []probe.Step{
			w.on(b, probe.LayerAuthentication, probe.StepNTLM, callWithin, (*walk).challengeAgain, probe.StepBind135),
			w.on(b, probe.LayerAuthentication, probe.StepSPNEGO, callWithin, (*walk).negotiate, probe.StepNTLM),
			w.on(b, probe.LayerActivation, probe.StepActivate, activateWithin, (*walk).activateUnproven, probe.StepSPNEGO),
		},
	}
}

// challengeAgain begins a logon on a connection of its own.
func (w *walk) challengeAgain(ctx context.Context) (probe.Evidence, error) {
	conn, err := w.dial(ctx, w.found.conn.RemoteAddr())
	if err != nil {
		return &probe.Passport{}, err
	}
	begin := func() (*introduced, error) { return w.begin(ctx, conn, true) }
	if w.granted != nil && w.granted.ticket != nil {
		begin = func() (*introduced, error) { return w.beginKerberos(ctx, conn) }
	}
	in, err := begin()
	if err != nil {
		return &probe.Passport{}, err
	}
	w.introduce = in
	return &in.passport, nil
}

// activateUnproven activates right after the logon, without the signed call
// that would prove it: at CONNECT level nothing is signed.
func (w *walk) activateUnproven(ctx context.Context) (probe.Evidence, error) {
	w.admitted = &admitted{conn: w.introduce.conn, activator: w.introduce.handshake.Binding(0)}
	return w.activate(ctx)
}
