package steps

import "github.com/wmidoctor/wmidoctor/probe"

// text is what a step says of itself: a label of at most 14 cells, a title of
// at most 44, and its words, whose lengths a test holds.
type text struct {
	label, title string
	probe.StepWords
}

const noCredential = "no credential."

// wordsOf returns the words of a step.
func wordsOf(id probe.StepID) text {
	switch id {
	case probe.StepName:
		return text{"find address", "Find the address of the host", probe.StepWords{
			Does:   "asks this machine's resolver for the name, or takes the address as typed.",
			Why:    "a wrong or missing address looks like a firewall later on.",
			Proves: "the name has an address here.",
			Sends:  noCredential, Costs: "a question to your DNS server.", Changes: "nothing.",
			Limit:       "5 s.",
			SlowBecause: "the DNS server has not answered yet. A name that does not exist would have been refused at once.",
			GoesWrong: [][2]string{
				{"no such name", "misspelt, or a short name without the right suffix"},
				{"no answer", "the DNS server is not reachable, for example without the VPN"}},
		}}
	case probe.StepTCP135:
		return text{"port 135", "Connect to the endpoint mapper port", probe.StepWords{
			Does:   "opens a TCP connection to port 135.",
			Why:    "every remote WMI connection begins at this port of the host.",
			Proves: "the host is up and nothing on the way blocks the port.",
			Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.",
			Limit:       "3 s an address, at least two tries.",
			SlowBecause: "nothing has come back from port 135. A dropped packet looks like this; a refusal would have been instant.",
			GoesWrong: [][2]string{
				{"no answer", "a firewall drops, or the host is off"},
				{"refused", "nothing listens: not Windows, or a device in between refuses"},
				{"unreachable", "no route, or nobody has this address"}},
		}}
	case probe.StepBind135:
		return text{"RPC bind", "Greet the RPC service on port 135", probe.StepWords{
			Does:   "sends an anonymous bind for the object resolver, IObjectExporter.",
			Why:    "an open port may belong to anything. Only RPC answers a bind.",
			Proves: "Windows RPC, or something like it, is behind the port.",
			Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.",
			Limit:       "3 s.",
			SlowBecause: "the port is open, but nothing has answered. The host may be frozen, or a device in between swallows RPC.",
			GoesWrong: [][2]string{
				{"other bytes", "something else listens on 135"},
				{"reset", "a device in between cuts RPC"},
				{"rejected", "RPC without DCOM: not a Windows host"}},
		}}
	case probe.StepAlive:
		return text{"ServerAlive2", "Ask the object resolver who it is", probe.StepWords{
			Does:   "calls ServerAlive2, which travelled with the bind.",
			Why:    "the answer holds the DCOM version and every address the host has.",
			Proves: "DCOM answers strangers.",
			Sends:  noCredential, Costs: "nothing more: it left with the bind.", Changes: "nothing.",
			Limit:       "10 s.",
			SlowBecause: "the bind was answered, the call was not. Large packets may be lost on the way, or RPC is overloaded.",
			GoesWrong: [][2]string{
				{"fault 5", "policy: no RPC without a logon"},
				{"too busy", "the host is overloaded"}},
		}}
	case probe.StepNTLM:
		return text{"NTLM challenge", "Ask the host for its NTLM challenge", probe.StepWords{
			Does:   "sends the first NTLM message, which holds no name and no password.",
			Why:    "the answer names the computer, its domain, its build and its clock.",
			Proves: "who answers, before any password is at risk.",
			Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.",
			Limit:       "10 s.",
			SlowBecause: "the host has not answered the first message of the logon.",
			GoesWrong: [][2]string{
				{"bind_nak 8", "the host does not know this package"},
				{"other name", "DNS leads to another computer"}},
		}}
	case probe.StepSPNEGO:
		return text{"negotiate", "Log on, and hear the verdict on it", probe.StepWords{
			Does:   "answers the challenge with the credential, inside SPNEGO.",
			Why:    "SPNEGO makes the host answer the logon itself, before any call is made.",
			Proves: "the host accepts this account and password.",
			Sends:  "proof of the password, never the password.", Costs: "1 round trip, 1 logon.",
			Changes:     "the host notes a logon, and a failed one counts.",
			Limit:       "10 s.",
			SlowBecause: "the host is asking its domain controller. Many seconds mean that it cannot reach one.",
			GoesWrong: [][2]string{
				{"fault 5", "wrong password, or an account that may not log on"},
				{"0x721", "the package failed: NTLM forbidden, or signing"}},
		}}
	case probe.StepIdentity:
		return text{"identity proof", "Prove who we are, with a signed call", probe.StepWords{
			Does:   "calls ServerAlive2 again, signed by the logon, and checks the answer's signature.",
			Why:    "this call needs a logon and no right at all: it tells identity from permission.",
			Proves: "both ends share the key that only the right password makes.",
			Sends:  "the logon, signed.", Costs: "1 round trip.", Changes: "nothing.",
			Limit:       "10 s.",
			SlowBecause: "the host is asking its domain controller. Many seconds mean that it cannot reach one.",
			GoesWrong: [][2]string{
				{"fault 5", "wrong password, or an account that may not log on"},
				{"0x721", "signing failed, or the package is forbidden"}},
		}}
	case probe.StepActivate:
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
	case probe.StepBindings:
		return text{"object address", "Read where the WMI object listens", probe.StepWords{
			Does:   "reads addresses and ports of the answer, and keeps the address you typed.",
			Why:    "hosts behind NAT or with several networks list addresses nobody can reach.",
			Proves: "the object has a TCP port.",
			Sends:  noCredential, Costs: "nothing: it was in the answer.", Changes: "nothing.",
			Limit:     "none.",
			GoesWrong: [][2]string{{"no TCP port", "only named pipes were offered"}},
		}}
	case probe.StepTCPObject:
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
	case probe.StepCallObject:
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
	case probe.StepNTLMLogin:
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
	case probe.StepExec:
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
	case probe.StepNext:
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
	case probe.StepListen:
		return text{"can we listen", "See whether we can host a callback", probe.StepWords{
			Does:   "looks whether this machine could receive the host's call back.",
			Why:    "asynchronous WMI calls come back on a connection that the host opens to us.",
			Proves: "nothing about ordinary queries; these need no callback.",
			Sends:  noCredential, Costs: "nothing.", Changes: "nothing.", Limit: "10 s.",
		}}
	}
	return text{label: string(id), title: string(id)}
}
