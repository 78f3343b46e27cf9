package steps

import "github.com/wmidoctor/wmidoctor/probe"

// authenticationWords returns the words of layer 2, authentication.
func authenticationWords() map[probe.StepID]text {
	return map[probe.StepID]text{
		probe.StepNTLM:     ntlmWords(),
		probe.StepSPNEGO:   spnegoWords(),
		probe.StepIdentity: identityWords(),
	}
}

func ntlmWords() text {
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
}

func spnegoWords() text {
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
}

func identityWords() text {
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
}
