// Package machine is a Windows machine as data, and the decisions that follow
// from it. It is the brain of the practice host: the wire part asks it what
// Windows would decide, scenarios and the console change it, and nothing in it
// is scripted. It opens no socket and speaks no protocol.
//
// The state is plain exported data (accounts, groups, firewall rules, registry
// values, services, namespaces). The decisions are methods that read it:
// [Machine.Logon], [Machine.MayBind], [Machine.MayActivate], [Machine.MayCall],
// [Machine.MayOpen], [Machine.MayQuery], [Machine.Admits] and
// [Machine.Callback]. Values that Windows reads only once, at boot or at the
// start of a service, are kept as they were then: see [Machine.Reboot] and
// [Machine.StartService].
//
// Rules marked "inferred" are trade knowledge that no open specification
// states; the rest names its source.
package machine
