package tui

import (
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// The reports of this file are made by hand after the examples in the design
// of the screens; nothing in them was ever measured.

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func ms(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// exampleSteps is the plan of the examples, with the words of the two steps
// that are shown.
func exampleSteps() []probe.Step {
	s := func(l probe.Layer, id probe.StepID, label, title string) probe.Step {
		return probe.Step{ID: id, Layer: l, Label: label, Title: title}
	}
	steps := []probe.Step{
		s(1, probe.StepName, "find address", "Find the address of the host"),
		s(1, probe.StepTCP135, "port 135", "Connect to port 135"),
		s(1, probe.StepBind135, "RPC bind", "Bind to the resolver"),
		s(1, probe.StepAlive, "ServerAlive2", "Ask whether the resolver is alive"),
		s(1, probe.StepEptMap, "endpoint map", "Ask the endpoint mapper"),
		s(2, probe.StepNTLM, "NTLM challenge", "Read the NTLM challenge of the host"),
		s(2, probe.StepIdentity, "identity proof", "Prove the logon with one signed call"),
		s(3, probe.StepActivate, "start WMI", "Ask the host to start WMI for us"),
		s(3, probe.StepBindings, "object address", "Read where WMI listens"),
		s(3, probe.StepTCPObject, "object port", "Connect to the object port"),
		s(3, probe.StepCallObject, "object bind", "Log on at the object port"),
		s(4, probe.StepNTLMLogin, "open namespace", "Open the namespace"),
		s(5, probe.StepExec, "send query", "Send the query"),
		s(5, probe.StepNext, "first rows", "Read the first rows"),
		s(6, probe.StepTCP135Back, "host calls 135", "The host connects to our port 135"),
		s(6, probe.StepResolve, "finds our sink", "The host asks where our sink is"),
		s(6, probe.StepTCPSink, "reaches sink", "The host connects to our sink"),
		s(6, probe.StepRQI, "checks sink", "The host checks our sink"),
		s(6, probe.StepIndicate, "rows arrive", "Rows arrive"),
		s(6, probe.StepSetStatus, "end arrives", "The end arrives"),
	}
	for i := range steps {
		switch steps[i].ID {
		case probe.StepTCPObject:
			steps[i].Words = probe.StepWords{
				Does:        "connects to port 49731 of 192.0.2.7; the host has just named it for WMI.",
				Why:         "port 135 only tells where WMI is. Every later call goes to this second port; a firewall with 135 alone open stops it.",
				Proves:      "the way to WMI itself is open.",
				Sends:       "no credential.",
				Limit:       "3 s, at least two tries.",
				SlowBecause: "nothing has come back from 49731 for 2 s. A dropped packet looks like this; a refusal would have been instant.",
			}
		case probe.StepActivate:
			steps[i].Words = probe.StepWords{
				Does:    "calls RemoteCreateInstance on port 135 for the class WbemLevel1Login.",
				Why:     "WMI has no port of its own to dial. The activator on 135 starts it for us and says on which port it now listens.",
				Sends:   "the logon that layer 2 proved, signed.",
				Costs:   "1 round trip. No further logon.",
				Changes: "nothing on the host.",
				GoesWrong: [][2]string{{"fault 5", "no right to launch DCOM"}, {"fault 5, local user", "UAC filters local admins"},
					{"0x80070422", "WMI service is disabled"}, {"0x80040154", "WMI is damaged"},
					{"no answer", "WMI hangs, or a device between drops the call"}},
			}
		}
	}
	return steps
}

// made is a report built step by step.
type made struct{ probe.Report }

func example() *made {
	m := &made{probe.Report{Started: began,
		Target:  probe.Target{Host: "srv01.corp.example", Port: 135, Namespace: `root\cimv2`, Query: probe.DefaultQuery},
		Account: probe.Account{Typed: `CORP\svc-mon`, Sent: `CORP\svc-mon`, Protocol: "ntlm"}}}
	for _, s := range exampleSteps() {
		m.Results = append(m.Results, probe.Result{Step: s.ID, Layer: s.Layer, Label: s.Label, Title: s.Title})
	}
	return m
}

func (m *made) at(id probe.StepID) *probe.Result {
	for i := range m.Results {
		if m.Results[i].Step == id {
			return &m.Results[i]
		}
	}
	panic("no step " + id)
}

func (m *made) pass(id probe.StepID, took float64, turns int, learnt probe.Evidence) *made {
	r := m.at(id)
	r.Outcome, r.Took, r.RoundTrips, r.Learnt = probe.Passed, ms(took), turns, learnt
	return m
}

func (m *made) fail(id probe.StepID, took float64, f probe.Failure) *made {
	r := m.at(id)
	r.Outcome, r.Took, r.RoundTrips, r.Failure = probe.Failed, ms(took), 1, &f
	return m.skip(id, "layer failed before it")
}

// skip marks everything after a step as skipped.
func (m *made) skip(after probe.StepID, because string) *made {
	hit := false
	for i := range m.Results {
		if hit {
			m.Results[i].Outcome, m.Results[i].Because = probe.Skipped, because
		}
		hit = hit || m.Results[i].Step == after
	}
	return m
}

func (m *made) endpoints() *made {
	return m.pass(probe.StepName, 0.4, 0, &probe.Names{Asked: "srv01.corp.example"}).
		pass(probe.StepTCP135, 2.1, 1, &probe.Dial{To: netip.MustParseAddrPort("192.0.2.7:135")}).
		pass(probe.StepBind135, 2, 1, &probe.Bind{}).
		pass(probe.StepAlive, 14.2, 1, &probe.Alive{Bindings: []string{"192.0.2.7", "10.20.0.7"}}).
		pass(probe.StepEptMap, 2.3, 1, &probe.Endpoints{})
}

func (m *made) challenge(skew time.Duration) *made {
	return m.pass(probe.StepNTLM, 2, 1, &probe.Passport{Computer: "SRV01", Domain: "CORP", DNSComputer: "srv01.corp.example",
		DNSDomain: "corp.example", Build: 20348, HasTime: true, ClockSkew: skew})
}

func (m *made) logon() *made {
	m.endpoints().challenge(1200 * time.Millisecond)
	m.pass(probe.StepIdentity, 36, 1, &probe.Logon{Verified: true, Answered: true})
	m.Account.SentCount, m.Account.AcceptedCount = 1, 1
	return m
}

// deniedReport is screen 3.
func deniedReport() *probe.Report {
	m := example().logon().fail(probe.StepActivate, 12, probe.Failure{Kind: probe.KindFault, Code: code.Code{Space: code.RPC, Number: 5}, Text: "fault 5, access denied"})
	m.Took, m.RoundTrips, m.Outcome = ms(71), 7, probe.Failed
	m.Verdict = probe.Verdict{Layer: probe.LayerActivation, Step: probe.StepActivate,
		Headline: "DCOM activation: access denied",
		Summary:  `srv01 accepted the password of CORP\svc-mon but does not let this account start WMI from another computer.`,
		Causes: []probe.Cause{{Fault: "act-machine-launch", Title: "no right to launch and activate DCOM objects from another computer",
			Confidence: probe.Likely, Owner: probe.OwnerWindows,
			Because: []string{"this call was denied, fault 5", "the same logon was accepted one call earlier"}}},
		Possible: []probe.Suspect{{Fault: "act-app-launch", Title: "the launch permission of WMI was cut"}},
		RuledOut: []probe.Suspect{{Fault: "ntlm-bad-password", Title: "wrong password"}, {Fault: "fw135-drop", Title: "firewall"}, {Fault: "wmi-stopped", Title: "WMI stopped"}},
	}
	return &m.Report
}

// openReport is screen 4.
func openReport() *probe.Report {
	m := example().endpoints().challenge(1200 * time.Millisecond)
	m.fail(probe.StepIdentity, 42, probe.Failure{Kind: probe.KindFault, Code: code.Code{Space: code.RPC, Number: 5}, Text: "fault 5, access denied"})
	m.Account.SentCount, m.Account.RejectedCount = 1, 1
	m.Took, m.RoundTrips, m.Outcome = ms(72), 6, probe.Failed
	m.Verdict = probe.Verdict{Layer: probe.LayerAuthentication, Step: probe.StepIdentity,
		Headline: "Authentication: refused, cause open",
		Summary:  `srv01 refused the logon of CORP\svc-mon. It gives the same answer, fault 5, for every cause below. We do not guess between them.`,
		Possible: []probe.Suspect{{Title: "wrong password"}, {Title: "expired password"}, {Title: "no right to log on over the network"}},
		RuledOut: []probe.Suspect{{Title: "firewall"}, {Title: "unknown or locked account"}},
		Decide: []probe.Decision{{Experiment: "smb-logon", Title: "ask over SMB, which names the cause", SendsCredential: true,
			Does:  "logs on to srv01 over SMB (port 445) and reads the exact reason",
			Costs: "one more failed logon if the password is wrong; this run has 1. Many domains lock an account after 3 to 10. Ask if you do not know.",
			Tells: "wrong password, expired, or not allowed over the network"}},
	}
	return &m.Report
}

func (m *made) rest() *made {
	m.pass(probe.StepActivate, 9, 1, &probe.Activation{}).pass(probe.StepBindings, 0.1, 0, &probe.Bindings{}).
		pass(probe.StepTCPObject, 2, 1, &probe.Dial{To: netip.MustParseAddrPort("192.0.2.7:49731")}).pass(probe.StepCallObject, 3, 1, &probe.ObjectCall{}).
		pass(probe.StepNTLMLogin, 11, 1, &probe.Login{}).pass(probe.StepExec, 10, 1, &probe.Exec{})
	return m.pass(probe.StepNext, 9, 1, &probe.Rows{Count: 1, First: []probe.Row{{
		{Name: "Caption", Value: "Microsoft Windows Server 2022 Standard Edition"}, {Name: "Version", Value: "10.0.20348"}, {Name: "BuildNumber", Value: "20348"}}}})
}

func (m *made) callback() *made {
	for _, id := range []probe.StepID{probe.StepTCP135Back, probe.StepResolve, probe.StepTCPSink, probe.StepRQI, probe.StepIndicate, probe.StepSetStatus} {
		m.pass(id, 7.8, 0, &probe.CallbackStage{Seen: true, Rows: 1})
	}
	return m
}

// worksReport is screen 5.
func worksReport() *probe.Report {
	m := example().logon()
	m.challenge(252 * time.Second)
	m.at(probe.StepNTLM).Outcome = probe.Warned
	m.rest().callback()
	m.at(probe.StepActivate).Outcome = probe.Warned
	m.Took, m.RoundTrips, m.Outcome = ms(150), 9, probe.Warned
	m.Verdict = probe.Verdict{Headline: `WMI works for CORP\svc-mon`,
		Summary: "All six layers passed: 9 round trips, 1 callback.\n2 warnings; neither stopped this run.",
		Warnings: []probe.Warning{
			{Fault: "clock-skew", Title: "Clock: srv01 is 4 min 12 s ahead", Text: "Kerberos refuses 5 min or more; NTLM was used. Which of the two clocks is wrong is not known.", Owner: probe.OwnerJumpBox},
			{Fault: "old-clients", Title: "Older clients will be refused (KB5004442)", Text: "srv01 starts WMI only for signed requests. This program signs; old wmic and OPC clients do not.", Owner: probe.OwnerDeveloper},
		}}
	return &m.Report
}

// callbackReport is screen 17.
func callbackReport() *probe.Report {
	m := example().logon().rest()
	from := netip.MustParseAddrPort("192.0.2.7:50412")
	stage := func(call string, n int) *probe.CallbackStage {
		s := &probe.CallbackStage{Seen: true, From: from}
		for range n {
			s.Tries = append(s.Tries, probe.CallbackTry{Call: call})
		}
		return s
	}
	m.pass(probe.StepTCP135Back, 38, 0, stage("", 0)).pass(probe.StepResolve, 4, 0, stage("ResolveOxid2", 2)).pass(probe.StepTCPSink, 3, 0, stage("", 3))
	m.fail(probe.StepRQI, 6000, probe.Failure{Kind: probe.KindTimeout, Text: "no further call"})
	m.at(probe.StepRQI).Learnt = stage("RemQueryInterface", 3)
	m.Took, m.RoundTrips, m.Outcome = ms(6200), 9, probe.Failed
	m.Verdict = probe.Verdict{Layer: probe.LayerCallback, Step: probe.StepRQI, Headline: "Async callback: stopped at stage 4",
		Summary: "srv01 called back and found us, but would not make the last call unsigned, and the two machines share no domain that could sign it.",
		Causes:  []probe.Cause{{Fault: "cb-anonymous", Title: "anonymous callbacks are off on srv01", Confidence: probe.Likely, Owner: probe.OwnerWindows, Because: []string{"3 signed tries came, then silence"}}}}
	return &m.Report
}

// stoppedReport is screen 18.
func stoppedReport() *probe.Report {
	m := example().logon()
	r := m.at(probe.StepActivate)
	r.Outcome, r.Took = probe.Cancelled, 8*time.Second
	m.Took, m.Outcome = ms(8100), probe.Cancelled
	return &m.Report
}

func exampleFixes(r *probe.Report) []probe.Fix {
	switch r.Verdict.Step {
	case probe.StepActivate:
		return []probe.Fix{
			{Fault: "act-machine-launch", Section: "dcom-rights", ID: "join-dcom-users", Title: "join the group Distributed COM Users", Shell: "cmd", Where: "host", Elevated: true, Risk: "low",
				Run: `net localgroup "Distributed COM Users" "CORP\svc-mon" /add`, Undo: `net localgroup "Distributed COM Users" "CORP\svc-mon" /delete`, Verify: `net localgroup "Distributed COM Users"`},
			{Fault: "act-machine-launch", Section: "dcom-rights", ID: "edit-limits", Title: "give the account the launch right by hand, if the group is not enough", Shell: "gui", Where: "host", Risk: "low",
				Run: "Component Services > Computers > My Computer > Properties > COM Security > Launch and Activation Permissions > Edit Limits > Remote Launch, Remote Activation"},
		}
	case probe.StepRQI:
		return []probe.Fix{{Fault: "cb-anonymous", Section: "callback", ID: "anonymous", Title: "allow callbacks without a signature", Shell: "cmd", Where: "host", Elevated: true, Risk: "medium",
			Run: `reg add HKLM\SOFTWARE\Microsoft\WBEM\CIMOM /v AllowAnonymousCallback /t REG_DWORD /d 1 /f`, Undo: `reg add HKLM\SOFTWARE\Microsoft\WBEM\CIMOM /v AllowAnonymousCallback /t REG_DWORD /d 0 /f`}}
	}
	if len(r.Verdict.Warnings) > 0 {
		return []probe.Fix{
			{Fault: "clock-skew", Title: "set the clock", Shell: "sh", Where: "jump-box", Run: "sudo chronyc makestep"},
			{Fault: "clock-skew", Title: "set the clock of the host", Shell: "cmd", Where: "host", Run: "w32tm /resync"},
		}
	}
	return nil
}

func exampleTexts() pane.Texts {
	return pane.Texts{
		Prescribe: exampleFixes,
		Describe: func(r probe.Result) []report.Item {
			if r.Step != probe.StepActivate || r.Outcome != probe.Failed {
				return []report.Item{{Title: "", Value: "answered", Meaning: "nothing out of order"}}
			}
			return []report.Item{
				{Value: "RemoteCreateInstance", Meaning: "the call that starts WMI"},
				{Value: "class 8bc3f05e-d86b-…", Meaning: "WbemLevel1Login, the door"},
				{Value: "level 5, PKT_INTEGRITY", Meaning: "signed; also required by hosts patched since 2023"},
				{Value: "fault 0x00000005", Meaning: "access denied, from RPC, before WMI was looked at"},
				{Value: "flags 0x03", Meaning: "first and last fragment"},
				{Value: "no HRESULT", Meaning: "WMI itself never answered"},
			}
		},
		Facts: func(r *probe.Report) []report.Fact {
			p, ok := probe.Learnt[*probe.Passport](r.Result(probe.StepNTLM))
			if !ok {
				return nil
			}
			return []report.Fact{{Title: "Computer", Value: p.Computer, From: "the NTLM challenge"}, {Title: "Domain", Value: p.Domain, From: "the NTLM challenge"},
				{Title: "Windows", Value: "build 20348, Server 2022", From: "the NTLM challenge"}, {Title: "It lists", Value: "192.0.2.7, 10.20.0.7", From: "ServerAlive2"}}
		},
		Guide: pane.Guide{
			Sections: func(words string) []guide.Section {
				if words == "xyz" {
					return nil
				}
				return []guide.Section{{ID: "dcom-rights", Title: "Rights to start WMI over DCOM"}, {ID: "firewall", Title: "Firewall rules for WMI"}}
			},
			For: func(r *probe.Report) []string {
				if r.Verdict.Layer == probe.LayerActivation {
					return []string{"dcom-rights"}
				}
				return nil
			},
			Blocks: func(id string, r *probe.Report) []guide.Block {
				return []guide.Block{
					{Kind: guide.Paragraph, Text: "Windows asks twice before it starts a DCOM object for a caller on another computer: the limits of the machine, then the permission of the object. Members of Distributed COM Users pass the first check without being administrators."},
					{Kind: guide.CommandBlock, Fix: exampleFixes(deniedReport())[0]},
					{Kind: guide.ListItem, Level: 1, Text: "one way"}, {Kind: guide.ListItem, Level: 1, Text: "another way"},
					{Kind: guide.Table, Cells: [][]string{{"Right", "Needed for"}, {"Remote Launch", "starting WMI from another computer"}}},
				}
			},
		},
	}
}

// exampleFrames are those of screen 8.
func exampleFrames() []probe.FrameSeen {
	host := netip.MustParseAddrPort("192.0.2.7:135")
	f := func(at float64, step probe.StepID, out bool, kind, op, status string, size int) probe.FrameSeen {
		return probe.FrameSeen{Step: step, Frame: trace.Frame{At: began.Add(ms(at)), Conn: 1, Remote: host, Out: out, Type: kind, Operation: op, Status: status, Size: size, Bad: kind == "fault"}}
	}
	frames := []probe.FrameSeen{
		f(30.1, probe.StepNTLM, true, "bind", "NTLM negotiate", "", 116),
		f(32.0, probe.StepNTLM, false, "bind_ack", "NTLM challenge", "", 334),
		f(32.3, probe.StepIdentity, true, "auth3", "NTLM authenticate", "", 470),
		f(32.3, probe.StepIdentity, true, "request", "ServerAlive2, signed", "", 72),
		f(34.4, probe.StepIdentity, false, "response", "ServerAlive2", "0", 196),
		f(59.2, probe.StepActivate, true, "request", "RemoteCreateInstance, signed", "", 968),
		f(71.0, probe.StepActivate, false, "fault", "RemoteCreateInstance", "fault 0x00000005 access denied", 32),
	}
	frames[6].Frame.Raw = []byte{5, 0, 3, 3, 0x10, 0, 0, 0, 0x20, 0, 0, 0, 3, 0, 0, 0, 0x20, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}
	frames[6].Frame.Fields = []trace.Field{{Name: "type", Value: "3 fault", Meaning: "the call failed in RPC; no result follows"},
		{Name: "flags", Value: "0x03", Meaning: "first and last fragment"}, {Name: "call", Value: "3", Meaning: "answers frame 13, RemoteCreateInstance (opnum 4)"},
		{Name: "status", Value: "0x00000005", Meaning: "access denied (Win32 5)"}}
	return frames
}
