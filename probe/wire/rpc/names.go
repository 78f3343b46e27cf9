package rpc

import (
	"strings"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Fault statuses that this package gives or reads itself (C706 appendix E,
// MS-ERREF 2.2).
const (
	statusAccessDenied     = 0x00000005
	statusBadStub          = 0x000006F7 // RPC_X_BAD_STUB_DATA
	statusPackage          = 0x00000721 // RPC_S_SEC_PKG_ERROR
	statusContextMismatch  = 0x1C00001A
	statusUnknownOperation = 0x1C010002 // nca_s_op_rng_error
	statusUnknownInterface = 0x1C010003 // nca_s_unk_if
	statusProtocolError    = 0x1C01000B // nca_s_proto_error
)

// Reasons of a bind_nak (C706 12.6.3.1, MS-RPCE 2.2.2.5).
const (
	NakUnspecified = 0
	NakLocalLimit  = 2
	NakVersion     = 4
	NakAuthType    = 8
	NakAuthFailed  = 9
)

func nakName(reason uint16) string {
	switch reason {
	case 0:
		return "reason not specified"
	case 1:
		return "temporary congestion"
	case NakLocalLimit:
		return "local limit exceeded"
	case NakVersion:
		return "protocol version not supported"
	case NakAuthType:
		return "authentication type not recognised"
	case NakAuthFailed:
		return "refused by the security package"
	}
	return ""
}

func faultName(status uint32) string {
	e, _ := code.Lookup(code.Code{Space: code.RPC, Number: status})
	return e.Name
}

// known is an interface whose calls a trace names: the names of its operations
// from the first one that the interface itself declares.
type known struct {
	uuid, name string
	from       int
	operations string
}

// The interfaces between a WMI client and a host (C706 appendix O, MS-RPCE
// 2.2.1.3, MS-DCOM 1.9, MS-WMI 1.9).
var interfaces = []known{
	{"e1af8308-5d1f-11c9-91a4-08002b14a0fa", "ept", 0, "ept_insert ept_delete ept_lookup ept_map ept_lookup_handle_free ept_inq_object ept_mgmt_delete"},
	{"afa8bd80-7d8a-11c9-bef4-08002b102989", "mgmt", 0, "inq_if_ids inq_stats is_server_listening stop_server_listening inq_princ_name"},
	{"99fcfec4-5260-101b-bbcb-00aa0021347a", "IObjectExporter", 0, "ResolveOxid SimplePing ComplexPing ServerAlive ResolveOxid2 ServerAlive2"},
	{"4d9f4ab8-7d1c-11cf-861e-0020af6e7c57", "IActivation", 0, "RemoteActivation"},
	{"000001a0-0000-0000-c000-000000000046", "IRemoteSCMActivator", 3, "RemoteGetClassObject RemoteCreateInstance"},
	{"00000000-0000-0000-c000-000000000046", "IUnknown", 0, "QueryInterface AddRef Release"},
	{"00000001-0000-0000-c000-000000000046", "IClassFactory", 3, "CreateInstance LockServer"},
	{"00000131-0000-0000-c000-000000000046", "IRemUnknown", 3, "RemQueryInterface RemAddRef RemRelease"},
	{"00000143-0000-0000-c000-000000000046", "IRemUnknown2", 3, "RemQueryInterface RemAddRef RemRelease RemQueryInterface2"},
	{"f309ad18-d86a-11d0-a075-00c04fb68820", "IWbemLevel1Login", 3, "EstablishPosition RequestChallenge WBEMLogin NTLMLogin"},
	{"d4781cd6-e5d3-44df-ad94-930efe48a887", "IWbemLoginClientID", 3, "SetClientInfo"},
	{"9f6c78ef-fce5-42fa-abea-3e7df91921dc", "IWbemLoginClientIDEx", 3, "SetClientInfoEx"},
	{"541679ab-2e5f-11d3-b34e-00104bcc4b4a", "IWbemLoginHelper", 3, "SetEvent"},
	{"9556dc99-828c-11cf-a37e-00aa003240c7", "IWbemServices", 3, "OpenNamespace CancelAsyncCall QueryObjectSink GetObject GetObjectAsync " +
		"PutClass PutClassAsync DeleteClass DeleteClassAsync CreateClassEnum CreateClassEnumAsync " +
		"PutInstance PutInstanceAsync DeleteInstance DeleteInstanceAsync CreateInstanceEnum CreateInstanceEnumAsync " +
		"ExecQuery ExecQueryAsync ExecNotificationQuery ExecNotificationQueryAsync ExecMethod ExecMethodAsync"},
	{"027947e1-d731-11ce-a357-000000000001", "IEnumWbemClassObject", 3, "Reset Next NextAsync Clone Skip"},
	{"1c1c45ee-4395-11d2-b60b-00104b703efd", "IWbemFetchSmartEnum", 3, "GetSmartEnum"},
	{"423ec01e-2e35-11d2-b604-00104b703efd", "IWbemWCOSmartEnum", 3, "Next"},
	{"44aca675-e8fc-11d0-a07c-00c04fb68820", "IWbemCallResult", 3, "GetResultObject GetResultString GetResultServices GetCallStatus"},
	{"7c857801-7381-11cf-884d-00aa004b2e24", "IWbemObjectSink", 3, "Indicate SetStatus"},
	{"2c9273e0-1dc3-11d3-b364-00105a1f8177", "IWbemRefreshingServices", 3, "AddObjectToRefresher AddObjectToRefresherByTemplate AddEnumToRefresher RemoveObjectFromRefresher GetRemoteRefresher ReconnectRemoteRefresher"},
	{"12345678-1234-abcd-ef00-01234567cffb", "NETLOGON", 0, ""},
	{"8a885d04-1ceb-11c9-9fe8-08002b104860", "NDR", 0, ""},
	{"71710533-beba-4937-8319-b5dbef9ccc36", "NDR64", 0, ""},
}

func lookup(s *dcerpc.SyntaxID) *known {
	if s == nil {
		return nil
	}
	u := strings.ToLower(s.IfUUID.String())
	for i := range interfaces {
		if interfaces[i].uuid == u {
			return &interfaces[i]
		}
	}
	return nil
}

// SyntaxName is the name of a known interface, the UUID of any other.
func SyntaxName(s *dcerpc.SyntaxID) string {
	if s == nil {
		return ""
	}
	if k := lookup(s); k != nil {
		return k.name
	}
	if _, ok := askedFeatures(s); ok {
		return "bind-time features"
	}
	return strings.ToLower(s.IfUUID.String())
}

// OperationName is the name of an operation of a known interface, empty for
// any other.
func OperationName(s *dcerpc.SyntaxID, opnum int) string {
	k := lookup(s)
	if k == nil {
		return ""
	}
	names := strings.Fields(k.operations)
	if i := opnum - k.from; i >= 0 && i < len(names) {
		return names[i]
	}
	return ""
}
