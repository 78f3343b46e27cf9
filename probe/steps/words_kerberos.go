package steps

import "github.com/wmidoctor/wmidoctor/probe"

// kerberosWords returns the words of the steps with Kerberos.
func kerberosWords() map[probe.StepID]text {
	return map[probe.StepID]text{
		probe.StepKerbAS:  kerbASWords(),
		probe.StepKerbTGS: kerbTGSWords(),
		probe.StepKerbAP:  kerbAPWords(),
	}
}

func kerbASWords() text {
	return text{"Kerberos logon", "Log on to the domain with Kerberos", probe.StepWords{
		Does:   "asks a Kerberos server of the domain for a first ticket.",
		Why:    "it checks the password itself and says what is wrong with an account.",
		Proves: "the domain knows the account and its password.",
		Sends:  "the time, encrypted with a key made of the password.", Costs: "4 round trips, 1 logon.",
		Changes:     "the domain notes a logon, and a failed one counts.",
		Limit:       "10 s.",
		SlowBecause: "the Kerberos server does not answer, or DNS does not name one.",
		GoesWrong: [][2]string{
			{"24", "wrong password"}, {"6", "no such account in this domain"},
			{"18", "locked, disabled, expired or out of hours"}, {"37", "two clocks differ too much"}},
	}}
}

func kerbTGSWords() text {
	return text{"host ticket", "Get a ticket for the host", probe.StepWords{
		Does:   "asks the Kerberos server for a ticket for the name you typed.",
		Why:    "the host believes a ticket that only the domain can have made for it.",
		Proves: "the domain knows a computer of this name.",
		Sends:  "the first ticket; no password.", Costs: "2 round trips.", Changes: "nothing.",
		Limit:       "10 s.",
		SlowBecause: "the Kerberos server does not answer.",
		GoesWrong: [][2]string{
			{"7", "no computer is registered under this name"},
			{"12", "the domain does not allow it, for this account or host"}},
	}}
}

func kerbAPWords() text {
	return text{"Kerberos bind", "Show the ticket to the host", probe.StepWords{
		Does:   "binds on port 135 with the ticket and reads the host's answer to it.",
		Why:    "only the computer that the ticket is for can read it and answer.",
		Proves: "this is the host the domain means, and it takes Kerberos.",
		Sends:  "the ticket; no password.", Costs: "2 round trips.",
		Changes: "the host notes a logon.", Limit: "10 s.",
		SlowBecause: "the host has not answered the ticket.",
		GoesWrong: [][2]string{
			{"bind_nak 9", "the ticket is for another computer"},
			{"bind_nak 8", "the host does not take Kerberos here"}},
	}}
}
