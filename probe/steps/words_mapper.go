package steps

import "github.com/wmidoctor/wmidoctor/probe"

// mapperWords returns the words of layer 1, the endpoint mapper.
func mapperWords() map[probe.StepID]text {
	return map[probe.StepID]text{
		probe.StepName:    nameWords(),
		probe.StepTCP135:  tcp135Words(),
		probe.StepBind135: bind135Words(),
		probe.StepAlive:   aliveWords(),
	}
}

func nameWords() text {
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
}

func tcp135Words() text {
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
}

func bind135Words() text {
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
}

func aliveWords() text {
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
}
