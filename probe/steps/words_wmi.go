package steps

import "github.com/wmidoctor/wmidoctor/probe"

// wmiWords returns the words of the layers in WMI itself, 4 to 6.
func wmiWords() map[probe.StepID]text {
	return map[probe.StepID]text{
		probe.StepNTLMLogin: ntlmLoginWords(),
		probe.StepExec:      execWords(),
		probe.StepNext:      nextWords(),
		probe.StepListen:    listenWords(),
	}
}

func ntlmLoginWords() text {
	return text{"open namespace", "Open the namespace", probe.StepWords{
		Does:   "reads the answer to NTLMLogin, which asked for the namespace.",
		Why:    "each namespace has its own list of who may use it from afar.",
		Proves: "the account may use this namespace from another computer.",
		Sends:  noCredential, Costs: "nothing more.", Changes: "nothing.",
		Limit:       "10 s.",
		SlowBecause: "WMI is opening the namespace.",
		GoesWrong: [][2]string{
			{"0x80041003", "no Remote Enable on the namespace"},
			{"0x8004100E", "no such namespace"}},
	}}
}

func execWords() text {
	return text{"send query", "Send the query", probe.StepWords{
		Does:   "calls ExecQuery with the WQL query.",
		Why:    "WMI checks the query and the class before it asks a provider.",
		Proves: "the query is understood.",
		Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.",
		Limit:       "10 s.",
		SlowBecause: "WMI has not taken the query yet. Other clients may hold it up.",
		GoesWrong: [][2]string{
			{"0x80041017", "the query is no WQL"},
			{"0x80041010", "no such class in this namespace"}},
	}}
}

func nextWords() text {
	return text{"first rows", "Fetch the first rows", probe.StepWords{
		Does:   "calls Next for the first two rows.",
		Why:    "providers do their work, and check rights of their own, only now.",
		Proves: "WMI works for this account.",
		Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.",
		Limit:       "10 s.",
		SlowBecause: "the provider is still collecting. Some classes take minutes.",
		GoesWrong: [][2]string{
			{"0x80041003", "the provider refuses this class"},
			{"0x40004", "the provider is slow"}},
	}}
}

func listenWords() text {
	return text{"can we listen", "See whether we can host a callback", probe.StepWords{
		Does:   "looks whether this machine could receive the host's call back.",
		Why:    "asynchronous WMI calls come back on a connection that the host opens to us.",
		Proves: "nothing about ordinary queries; these need no callback.",
		Sends:  noCredential, Costs: "nothing.", Changes: "nothing.", Limit: "10 s.",
	}}
}
