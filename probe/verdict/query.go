package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of the query and its rows.
const (
	QuerySyntax             probe.FaultID = "q-syntax"
	QueryLanguage           probe.FaultID = "q-language"
	QueryClassMissing       probe.FaultID = "q-class-missing"
	QueryPerfMissing        probe.FaultID = "q-perf-missing"
	QueryMethodDenied       probe.FaultID = "q-method-denied"
	QueryASRCreate          probe.FaultID = "q-asr-create"
	QueryServerBusy         probe.FaultID = "q-server-busy"
	QueryNotCapable         probe.FaultID = "q-not-capable"
	QueryClassDenied        probe.FaultID = "q-class-denied"
	QueryPrivilegeNotHeld   probe.FaultID = "q-privilege-not-held"
	QueryUACPartial         probe.FaultID = "q-uac-partial"
	QueryDoubleHop          probe.FaultID = "q-double-hop"
	QueryProviderLoad       probe.FaultID = "q-provider-load"
	QueryProviderFailure    probe.FaultID = "q-provider-failure"
	QueryProviderCrash      probe.FaultID = "q-provider-crash"
	QueryQuota              probe.FaultID = "q-quota"
	QueryMemory             probe.FaultID = "q-memory"
	QuerySlow               probe.FaultID = "q-slow"
	QueryArbitratorThrottle probe.FaultID = "q-arbitrator-throttle"
	ConnCutIdle             probe.FaultID = "conn-cut-idle"
	QueryCancelled          probe.FaultID = "q-cancelled"
	QueryResetForwardOnly   probe.FaultID = "q-reset-forward-only"
	QueryDecode             probe.FaultID = "q-decode"
)

func queryRows() []Fault {
	return []Fault{
		{
			ID: QuerySyntax, Step: probe.StepExec, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "query misspelt", Head: "query not understood",
			Title:      "the query is not correct WQL",
			Plain:      "WMI on {host} does not understand the query.",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041017),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{QueryLanguage},
		},
		{
			ID: QueryLanguage, Step: probe.StepExec, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "query language", Head: "query language not known",
			Title:      "the host does not know the query language",
			Plain:      "WMI on {host} does not know the language of the query.",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041018),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{QuerySyntax},
		},
		{
			ID: QueryClassMissing, Step: probe.StepExec, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "class not there", Head: "class not found",
			Title:      "the class does not exist in this namespace",
			Plain:      "WMI on {host} knows no such class in this namespace.",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041010),
			Needs:      []Clue{not(performanceClass())},
			LookAlikes: []probe.FaultID{QueryPerfMissing, QuerySyntax},
		},
		{
			ID: QueryPerfMissing, Step: probe.StepExec, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "no counters in WMI", Head: "class not found",
			Title:      "the performance counters are not known to WMI",
			Plain:      "WMI on {host} does not know its performance counters.",
			Source:     "vendor",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041010),
			Needs:      []Clue{performanceClass()},
			LookAlikes: []probe.FaultID{QueryClassMissing},
		},
		{
			ID: QueryMethodDenied, Step: probe.StepExec, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "no right to run methods", Head: "method denied",
			Title:      "the account may not run methods",
			Plain:      "WMI on {host} lets {account} read but not run methods.",
			Signs:      at(probe.StepExec).wbem(0x80041003),
			Needs:      []Clue{ownPractice("this program runs no method")},
			LookAlikes: []probe.FaultID{QueryClassDenied},
		},
		{
			ID: QueryASRCreate, Step: probe.StepExec, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "process start blocked", Head: "process start blocked",
			Title:      "a rule blocks the start of processes over WMI",
			Plain:      "A rule of Defender on {host} blocks processes that are started over WMI.",
			Windows:    "10 1803+ / 2019+",
			Source:     "rule and event; return value",
			Signs:      at(probe.StepExec).wbem(0x80041003),
			Needs:      []Clue{ownPractice("this program starts no process")},
			LookAlikes: []probe.FaultID{QueryMethodDenied, EDRBlocksWmi},
		},
		{
			ID: QueryServerBusy, Step: probe.StepExec, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "WMI too busy", Head: "WMI is too busy",
			Title:      "WMI is paused or has too many requests",
			Plain:      "WMI on {host} is too busy. Try again in half a minute.",
			Source:     "WMI 3.1.4.3",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041045),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{QueryQuota, NSShuttingDown},
		},
		{
			ID: QueryNotCapable, Step: probe.StepExec, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "class cannot be listed", Head: "query not possible",
			Title:      "this class cannot be queried like that",
			Plain:      "WMI on {host} cannot answer this query for this class.",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041024, 0x8004100C, 0x80041002),
			LookAlikes: []probe.FaultID{QueryClassMissing},
		},
		{
			ID: QueryClassDenied, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "class denied", Head: "access denied for this class",
			Title:      "the provider of the class refuses the account",
			Plain:      "WMI on {host} works for {account}, but the provider of this class refuses it.",
			Source:     "vendor page, SCM access rights; aiowmi 35; ACE",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041003),
			Needs:      []Clue{simpleQueryWorks()},
			LookAlikes: []probe.FaultID{NSRemoteEnable, QueryUACPartial, QueryPrivilegeNotHeld},
		},
		{
			ID: QueryPrivilegeNotHeld, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "privilege missing", Head: "privilege missing",
			Title:      "the class needs a privilege of the account",
			Plain:      "WMI on {host} needs a privilege for this class that {account} does not hold.",
			Source:     "SupportArticles WMI access guide",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041062),
			LookAlikes: []probe.FaultID{QueryClassDenied},
		},
		{
			ID: QueryUACPartial, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "answer may be incomplete", Head: "answer may be incomplete",
			Title:      "UAC may hide part of the answer",
			Plain:      "WMI on {host} answered, but UAC may hide rows from a local administrator.",
			Windows:    "Vista+",
			Source:     "UAC and WMI",
			Signs:      at(probe.StepNext).wbem(0x80041003),
			Needs:      []Clue{simpleQueryWorks(), accountOfTheHost(), notBuiltinAdministrator()},
			Notice:     filteredRows(),
			LookAlikes: []probe.FaultID{QueryClassDenied},
		},
		{
			ID: QueryDoubleHop, Step: probe.StepNext, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "data on a third machine", Head: "access denied for this class",
			Title:      "the class reads from a third machine",
			Plain:      "WMI on {host} may have to read from a third machine, where it cannot act as {account}.",
			Signs:      either(at(probe.StepNext).wbem(0x80041003), at(probe.StepNext).hresult(0x80070005)),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{QueryClassDenied},
		},
		{
			ID: QueryProviderLoad, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "provider does not load", Head: "provider does not load",
			Title:      "the provider of the class does not load",
			Plain:      "WMI on {host} cannot load the provider of this class.",
			Source:     "events",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041011, 0x80041012, 0x80041013),
			LookAlikes: []probe.FaultID{QueryProviderFailure, QueryNotCapable},
		},
		{
			ID: QueryProviderFailure, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "provider failed", Head: "provider failed",
			Title:      "the provider of the class failed",
			Plain:      "The provider of this class on {host} ended with an error.",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041001, 0x80041004),
			LookAlikes: []probe.FaultID{QueryProviderLoad},
		},
		{
			ID: QueryProviderCrash, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "provider crashed", Head: "provider crashed",
			Title:      "the process of the provider died",
			Plain:      "The provider of this class on {host} died while it answered.",
			Signs:      at(probe.StepExec, probe.StepNext).hresult(0x800706BE, 0x800706BA),
			LookAlikes: []probe.FaultID{ConnCutIdle, ObjPortDrop},
		},
		{
			ID: QueryQuota, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "provider over its quota", Head: "quota exceeded",
			Title:      "the provider's process is over its quota",
			Plain:      "WMI on {host} stopped the query because it took too much memory or too many handles.",
			Windows:    "Vista+",
			Source:     "SupportArticles",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x8004106C),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{NSQuota, QueryMemory},
		},
		{
			ID: QueryMemory, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "host out of memory", Head: "host out of memory",
			Title:      "the host has no memory left for the query",
			Plain:      "{host} has no memory left for this query.",
			Signs:      either(at(probe.StepExec, probe.StepNext).wbem(0x80041006), at(probe.StepExec, probe.StepNext).hresult(0x8007000E)),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{QueryQuota},
		},
		{
			ID: QuerySlow, Step: probe.StepNext, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "query is slow", Head: "query not done in time",
			Title:      "the provider needs longer than this run waits",
			Plain:      "WMI on {host} works on the query but was not done in time.",
			Source:     "Next",
			Signs:      at(probe.StepNext).wbem(0x00040004),
			LookAlikes: []probe.FaultID{ConnCutIdle, ActNoAnswer, QueryArbitratorThrottle},
		},
		{
			ID: QueryArbitratorThrottle, Step: probe.StepNext, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "WMI holds queries up", Head: "query not done in time",
			Title:      "WMI holds queries back until memory is free",
			Plain:      "WMI on {host} may hold all queries back because results nobody fetches fill its memory.",
			Windows:    "2012 R2+ since March 2018",
			Source:     "KB4096063",
			Signs:      either(at(probe.StepNext).wbem(0x00040004), at(probe.StepNext).kinds(probe.KindTimeout)),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{QueryQuota, QuerySlow, QueryMemory},
		},
		{
			ID: ConnCutIdle, Step: probe.StepNext, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "connection cut", Head: "connection cut",
			Title:      "a device on the way cut the connection",
			Plain:      "The connection to {host} fell silent or was cut while WMI was in use.",
			Signs:      at(probe.StepExec, probe.StepNext).kinds(probe.KindTimeout, probe.KindReset, probe.KindClosed, probe.KindTruncated),
			LookAlikes: []probe.FaultID{QuerySlow},
		},
		{
			ID: QueryCancelled, Step: probe.StepNext, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "query cancelled", Head: "query cancelled",
			Title:      "the query was cancelled",
			Plain:      "The query was cancelled before it was done.",
			Signs:      at(probe.StepExec, probe.StepNext).wbem(0x80041032),
			LookAlikes: []probe.FaultID{ConnCutIdle},
		},
		{
			ID: QueryResetForwardOnly, Step: probe.StepNext, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "enumerator not reset", Head: "operation not valid",
			Title:      "the result cannot be read a second time",
			Plain:      "WMI on {host} refused to start the result anew. This is for the developer.",
			Source:     "Reset; value",
			Signs:      at(probe.StepNext).wbem(0x80041016),
			LookAlikes: []probe.FaultID{QuerySyntax},
		},
		{
			ID: QueryDecode, Step: probe.StepNext, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "answer not readable", Head: "answer not readable",
			Title:      "this program cannot read the object",
			Plain:      "WMI on {host} answered, and this program could not read it. This is for the developer.",
			Source:     "WMIO",
			Signs:      at(probe.StepNext).kinds(probe.KindMalformed),
			LookAlikes: []probe.FaultID{QueryProviderFailure},
		},
	}
}
