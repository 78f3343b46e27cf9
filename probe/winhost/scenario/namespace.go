package scenario

import (
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// namespaces is layer 4: NTLMLogin.
func namespaces() []Scenario {
	return []Scenario{
		play("ns-remote-enable", 1, "DCOM lets the account in. WMI itself says access denied.",
			"that WMI has rights of its own",
			[3]string{"The refusal came from WMI.", "Every user may read here, at the console.", "Grant Remote Enable on root\\cimv2."},
			func(m *machine.Machine, _ *winhost.Path) { m.Revoke("root", monitor(m).SID) }),
		play("ns-enable", 2, "An entry was added to the namespace by hand. It was meant for somebody else.",
			"that a denial beats a grant",
			[3]string{"Remote Enable is granted.", "Look at all entries of the list, the first ones too.", "A deny entry for the account stands above; remove it."},
			func(m *machine.Machine, _ *winhost.Path) {
				n := m.Namespace(`root\cimv2`)
				n.ACL = append([]machine.ACE{{Type: machine.AccessDenied, Mask: machine.WMIEnable, SID: monitor(m).SID}}, n.ACL...)
			}),
		play("uac-filtered-namespace", 3, "localadm was put into Distributed COM Users. Now WMI refuses him.",
			"that filtering goes on in WMI",
			[3]string{"He is an administrator. Is he one here?", "Which entries of the namespace count for him?", "Give the account itself an entry, not the group."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Join(machine.DCOMUsers, m.Account("WINHOST", "localadm").SID)
			}, as(`WINHOST\localadm`)),
		play("ns-requires-encryption", 2, "The cluster's namespace refuses what root\\cimv2 allows.",
			"that a namespace can want encryption",
			[3]string{"Another namespace opens.", "Signed is not the same as encrypted.", "The namespace requires PKT_PRIVACY."},
			nil, in(`root\MSCluster`)),
		play("ns-not-found", 1, "The name of the namespace comes from a forum.",
			"to list what is there",
			[3]string{"It is not about rights.", "Does root\\cimv2 open?", "There is no namespace of this name."},
			nil, in(`root\cimv22`)),
		play("ns-bad-syntax", 2, "The namespace was pasted from source code, with all its backslashes.",
			"how a namespace is written",
			[3]string{"Look at the name, sign by sign.", "Count the backslashes.", "Write root\\cimv2, with one."},
			nil, in(`root\\cimv2`)),
		play("ns-init-failure", 2, "Drive C: is full. Several things have stopped working.",
			"what WMI needs to start",
			[3]string{"It fails for everybody, in every namespace.", "Look up the code.", "WMI could not initialise; free the disk, restart it."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.System.DiskFull, m.WMI.Repository = true, machine.Unusable
			}),
		play("ns-repository-damaged", 2, "The power failed last night. Since then root\\cimv2 does not exist.",
			"when not found means damaged",
			[3]string{"This namespace is always there.", "Does root open?", "The repository is inconsistent; verify, then salvage."},
			func(m *machine.Machine, _ *winhost.Path) { m.Damage(`root\cimv2`, `root\cimv2\Security`) }),
		play("ns-shutting-down", 1, "The updates are being installed. Services come and go.",
			"that some refusals pass by themselves",
			[3]string{"Look up the code.", "Try again in half a minute.", "The service is stopping; wait for its restart."},
			func(m *machine.Machine, _ *winhost.Path) { m.WMI.ShuttingDown = true }),
		play("ns-quota", 3, "A monitoring agent opens the namespace every second and never lets go.",
			"that open namespaces are counted",
			[3]string{"It is refused before any query.", "What is used up?", "Too many are open; end the client that leaks."},
			func(m *machine.Machine, _ *winhost.Path) {
				heavy(m, "invscan.exe")
				m.Namespace(`root\cimv2`).Open = 4096
			}),
		play("ns-acl-not-inherited", 3, "The account was granted root\\cimv2. Its child namespace refuses.",
			"that a grant must be inherited",
			[3]string{"The parent opens.", "Does the entry reach further than its own namespace?", "Add the flag for child namespaces to the entry."},
			func(m *machine.Machine, _ *winhost.Path) {
				sid := monitor(m).SID
				m.Revoke("root", sid)
				m.Grant(`root\cimv2`, sid, machine.WMIEnable|machine.WMIRemoteEnable, 0)
			}, in(`root\cimv2\Security`)),
	}
}
