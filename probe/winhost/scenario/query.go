package scenario

import (
	"time"

	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// queries is layer 5: ExecQuery and Next.
func queries() []Scenario {
	const product = "SELECT Name, Version FROM Win32_Product"
	return []Scenario{
		play("q-syntax", 1, "The query was typed from memory.",
			"how WMI answers a wrong query",
			[3]string{"Everything up to the query passed.", "Read the query word by word.", "SELECT is misspelled."},
			nil, ask("SELEC Caption FROM Win32_OperatingSystem")),
		play("q-class-missing", 1, "The query works on another server. Here the class is unknown.",
			"that classes come with roles",
			[3]string{"The query is well formed.", "Is the class here?", "There is no such class in this namespace."},
			nil, ask("SELECT Name FROM MSCluster_Node")),
		play("q-perf-missing", 2, "The graphs are empty since the update. Other queries work.",
			"where counters come from",
			[3]string{"Which classes are missing?", "They are all of one kind.", "The counters must be registered in WMI again."},
			func(m *machine.Machine, _ *winhost.Path) { m.WMI.PerfLost = true },
			ask("SELECT PercentProcessorTime FROM Win32_PerfFormattedData_PerfOS_Processor")),
		play("q-server-busy", 2, "A backup of the repository is running, and everyone asks at once.",
			"that WMI can have a queue",
			[3]string{"The namespace opened.", "Try again in half a minute.", "The service is paused and its queue is full."},
			func(m *machine.Machine, _ *winhost.Path) { heavy(m, "invscan.exe"); m.WMI.Busy = true }),
		play("q-not-capable", 2, "A ping over WMI, to see whether the gateway is there. To whom?",
			"that some classes want a key",
			[3]string{"The class exists.", "What would it have to know to answer?", "Add WHERE Address='…'."},
			nil, ask("SELECT StatusCode FROM Win32_PingStatus")),
		play("q-class-denied", 2, "The system's data can be read. The list of services cannot.",
			"that providers check for themselves",
			[3]string{"Another class works.", "Who guards the services?", "The service control manager does not let you list."},
			func(m *machine.Machine, _ *winhost.Path) { m.Manager = machine.StockManager },
			ask("SELECT Name, State FROM Win32_Service")),
		play("q-privilege-not-held", 2, "The application log can be read. The security log cannot.",
			"that a class may want a privilege",
			[3]string{"Only one log is refused.", "Reading it takes a privilege.", "Join the account to Event Log Readers."},
			func(m *machine.Machine, _ *winhost.Path) { forget(m, machine.EventLogReaders, monitor(m)) },
			ask("SELECT EventCode FROM Win32_NTLogEvent WHERE Logfile='Security'")),
		play("q-uac-partial", 3, "The query succeeds and brings nothing. There surely are accounts on this host.",
			"that success can be incomplete",
			[3]string{"No error does not mean complete.", "Who asks, and what was taken from him?", "UAC filters the account: rows are left out."},
			func(m *machine.Machine, _ *winhost.Path) {
				sid := m.Account("WINHOST", "localadm").SID
				m.Join(machine.DCOMUsers, sid)
				m.Grant("root", sid, machine.WMIEnable|machine.WMIRemoteEnable, machine.ContainerInherit)
			}, func(t *Target) { t.User, t.Query = `WINHOST\localadm`, "SELECT Name, SID FROM Win32_UserAccount" }),
		play("q-provider-load", 2, "After the clean-up of old software one class fails.",
			"what stands behind a class",
			[3]string{"The class is known.", "Who brings its data?", "The provider's DLL cannot be loaded."},
			provider("cimwin32", machine.ProviderUnloadable)),
		play("q-provider-failure", 2, "The query is accepted. Instead of rows comes an error.",
			"that providers fail on their own",
			[3]string{"WMI itself works.", "Try a class of another provider.", "The provider of this class reports a failure."},
			provider("cimwin32", machine.ProviderFails)),
		play("q-provider-crash", 3, "Rows are on their way, and then a remote procedure call has failed. Yet the line is up.",
			"that a code can sit in an answer",
			[3]string{"The connection is still there.", "Whose call failed?", "The provider's process died; WMI tells so."},
			provider("cimwin32", machine.ProviderCrashes)),
		play("q-quota", 3, "Somebody's inventory reads everything at once. Others get an error.",
			"that providers share a limit",
			[3]string{"It depends on what else is going on.", "Look for event 5612.", "The provider host's memory quota is used up."},
			func(m *machine.Machine, _ *winhost.Path) { heavy(m, "invscan.exe"); m.WMI.HeavyMB = m.WMI.QuotaMB + 64 }),
		play("q-memory", 2, "The server swaps. Everything is slow, and queries fail.",
			"that WMI needs memory too",
			[3]string{"Look up the code.", "How is the host itself?", "The host is out of memory."},
			func(m *machine.Machine, _ *winhost.Path) { m.System.FreeMemoryMB = 24 }),
		play("q-slow", 1, "Just list the installed programs. It takes, and takes.",
			"why not to use Win32_Product",
			[3]string{"The host keeps saying that it is at it.", "Which class was asked?", "Win32_Product checks every installation; avoid it."},
			nil, ask(product)),
		play("q-arbitrator-throttle", 3, "Since a program forgot to fetch its results, every query hangs, for everyone.",
			"that one client can hold up all",
			[3]string{"The query was taken. Nothing comes.", "Does it hang for other clients as well?", "Unfetched results block WMI; end that client."},
			func(m *machine.Machine, _ *winhost.Path) { heavy(m, "invscan.exe"); m.WMI.Throttled = true }),
		play("q-double-hop", 3, "The installation sources lie on a file server. The class wants to look there.",
			"that a logon does not travel twice",
			[3]string{"Classes with local data work.", "Where does the data come from?", "Your logon cannot travel on to the third machine."},
			provider("msiprov", machine.ProviderElsewhere), ask(product)),
		play("conn-cut-idle", 3, "Long queries die, short ones pass. There is a firewall between.",
			"what idle time does to a connection",
			[3]string{"It was fine until it waited.", "How long was the line quiet?", "A firewall forgets connections that are idle."},
			func(m *machine.Machine, p *winhost.Path) {
				m.WMI.Providers["msiprov"].State = machine.ProviderSlow
				elsewhere(p)
				bend(p, false, func() *winhost.Flow { return &winhost.Flow{Out: forgetIdle(idleTimer)} })
			}, ask(product)),
	}
}

// idleTimer of the firewall in conn-cut-idle is short, so that a run meets it.
const idleTimer = 3 * time.Second

// forgetIdle loses everything from when the connection was idle too long.
func forgetIdle(timer time.Duration) func([]byte) []byte {
	last, lost := time.Now(), false
	return func(b []byte) []byte {
		lost = lost || time.Since(last) >= timer
		last = time.Now()
		if lost {
			return nil
		}
		return b
	}
}
