package steps

import "github.com/wmidoctor/wmidoctor/probe"

// experimentWords returns the words of the steps that only experiments take.
func experimentWords() map[probe.StepID]text {
	return map[probe.StepID]text{
		probe.StepSimplePing:   simplePingWords(),
		probe.StepHostUp:       hostUpWords(),
		probe.StepAccountState: accountStateWords(),
		probe.StepSMBLogon:     smbLogonWords(),
	}
}

func simplePingWords() text {
	return text{"access check", "Ping a set of objects that does not exist", probe.StepWords{
		Does:   "calls SimplePing with a made-up number, under the same logon.",
		Why:    "the host checks the access limit for this call, and nothing else.",
		Proves: "which limit refuses: access or launch.",
		Sends:  noCredential, Costs: "1 round trip.", Changes: "nothing.", Limit: "10 s.",
		SlowBecause: "the host has not answered the call.",
		GoesWrong:   [][2]string{{"fault 5", "the limit on access refuses"}, {"0x778", "no such set: access is allowed"}},
	}}
}

func hostUpWords() text {
	return text{"other ports", "Try three ports that are often open", probe.StepWords{
		Does:   "opens and closes 445, 3389 and 5985, once each.",
		Why:    "one that answers shows that the host is up.",
		Proves: "the host is up, if one answers.",
		Sends:  "nothing.", Costs: "up to 3 s a port.", Changes: "nothing.", Limit: "9 s.",
		SlowBecause: "nothing answers; a firewall that drops looks the same.",
		GoesWrong:   [][2]string{{"silence", "host off, or all three are filtered"}},
	}}
}

func accountStateWords() text {
	return text{"account state", "Ask the domain about the account", probe.StepWords{
		Does:   "asks a Kerberos server for a ticket without proof of the password.",
		Why:    "it refuses, and how it refuses shows the state of the account.",
		Proves: "whether the account exists.",
		Sends:  "the account's name.", Costs: "2 round trips.", Changes: "nothing; no failed logon is counted.",
		Limit:       "10 s.",
		SlowBecause: "the Kerberos server does not answer, or DNS does not name one.",
		GoesWrong:   [][2]string{{"6", "no such account"}, {"18", "locked, disabled, expired or out of hours"}},
	}}
}

func smbLogonWords() text {
	return text{"SMB logon", "Log on over SMB for the exact reason", probe.StepWords{
		Does:   "logs on to port 445 once and reads the status.",
		Why:    "over SMB the host says why it refuses; over RPC it does not.",
		Proves: "the exact reason of the refusal.",
		Sends:  "proof of the password, never the password.", Costs: "4 round trips, 1 logon.",
		Changes:     "the host notes a logon, and a failed one counts.",
		Limit:       "10 s.",
		SlowBecause: "new Windows holds the answer to a failed logon back for 2 s.",
		GoesWrong:   [][2]string{{"0xC000006D", "wrong name or password"}, {"0xC0000234", "locked"}},
	}}
}
