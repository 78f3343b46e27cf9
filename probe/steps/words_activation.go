package steps

import "github.com/wmidoctor/wmidoctor/probe"

// activationWords returns the words of layer 3, DCOM activation.
func activationWords() map[probe.StepID]text {
	return map[probe.StepID]text{
		probe.StepActivate:   activateWords(),
		probe.StepBindings:   bindingsWords(),
		probe.StepTCPObject:  tcpObjectWords(),
		probe.StepCallObject: callObjectWords(),
	}
}

func activateWords() text {
	return text{"start WMI", "Ask the host to start WMI for us", probe.StepWords{
		Does:   "calls RemoteCreateInstance on port 135 for the class WbemLevel1Login.",
		Why:    "WMI has no port of its own to dial. The activator on 135 starts it for us and says on which port it now listens.",
		Proves: "the account may start DCOM objects from another computer.",
		Sends:  "the logon that layer 2 proved, signed.", Costs: "1 round trip. No further logon.",
		Changes:     "nothing on the host.",
		Limit:       "30 s.",
		SlowBecause: "WMI is starting. A hung service or a damaged repository takes 30 s to 2 min to say so.",
		GoesWrong: [][2]string{
			{"fault 5", "no right to launch DCOM"},
			{"fault 5, local user", "UAC filters local admins"},
			{"0x80070422", "WMI service is disabled"},
			{"0x80040154", "WMI is damaged"},
			{"no answer", "WMI hangs, or a device between drops the call"}},
	}}
}

func bindingsWords() text {
	return text{"object address", "Read where the WMI object listens", probe.StepWords{
		Does:   "reads addresses and ports of the answer, and keeps the address you typed.",
		Why:    "hosts behind NAT or with several networks list addresses nobody can reach.",
		Proves: "the object has a TCP port.",
		Sends:  noCredential, Costs: "nothing: it was in the answer.", Changes: "nothing.",
		Limit:     "none.",
		GoesWrong: [][2]string{{"no TCP port", "only named pipes were offered"}},
	}}
}

func tcpObjectWords() text {
	return text{"object port", "Connect to the object port", probe.StepWords{
		Does:   "connects to the port that the host has just named for WMI.",
		Why:    "port 135 only tells where WMI is. Every later call goes to this second port; a firewall with 135 alone open stops it.",
		Proves: "the way to WMI itself is open.",
		Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.",
		Limit:       "3 s, at least two tries.",
		SlowBecause: "nothing has come back from this port. A dropped packet looks like this; a refusal would have been instant.",
		GoesWrong: [][2]string{
			{"no answer", "a firewall lets 135 through, but not this port"},
			{"refused", "WMI was restarted meanwhile, or only 135 is forwarded"}},
	}}
}

func callObjectWords() text {
	return text{"object bind", "Log on to the WMI object and call it", probe.StepWords{
		Does:   "logs on again on the object port and sends NTLMLogin with it.",
		Why:    "DCOM checks here who may call; what it refuses never reaches WMI.",
		Proves: "WMI itself answers.",
		Sends:  "proof of the password that layer 2 proved.", Costs: "2 round trips, 1 logon.",
		Changes:     "nothing on the host.",
		Limit:       "10 s.",
		SlowBecause: "WMI has not answered its first call.",
		GoesWrong: [][2]string{
			{"fault 5", "access limit of DCOM, or the level is too low"},
			{"reset", "endpoint protection cuts remote WMI"}},
	}}
}
