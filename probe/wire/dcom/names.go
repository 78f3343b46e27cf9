package dcom

// Native RPC interfaces of a COM host's port 135 (MS-DCOM 1.9).
var (
	IIDObjectExporter     = must("99fcfec4-5260-101b-bbcb-00aa0021347a") // IObjectExporter, also called IOXIDResolver
	IIDActivation         = must("4d9f4ab8-7d1c-11cf-861e-0020af6e7c57") // IActivation
	IIDRemoteSCMActivator = must("000001a0-0000-0000-c000-000000000046") // IRemoteSCMActivator, also called ISystemActivator
)

// COM interfaces (MS-DCOM 1.9, MS-WMI 1.9).
var (
	IIDUnknown       = must("00000000-0000-0000-c000-000000000046") // IUnknown
	IIDRemUnknown    = must("00000131-0000-0000-c000-000000000046") // IRemUnknown
	IIDRemUnknown2   = must("00000143-0000-0000-c000-000000000046") // IRemUnknown2
	IIDClassFactory  = must("00000001-0000-0000-c000-000000000046") // IClassFactory
	IIDLevel1Login   = must("f309ad18-d86a-11d0-a075-00c04fb68820") // IWbemLevel1Login
	IIDLoginClientID = must("d4781cd6-e5d3-44df-ad94-930efe48a887") // IWbemLoginClientID
	IIDLoginClientEx = must("9f6c78ef-fce5-42fa-abea-3e7df91921dc") // IWbemLoginClientIDEx
	IIDServices      = must("9556dc99-828c-11cf-a37e-00aa003240c7") // IWbemServices
	IIDEnumObject    = must("027947e1-d731-11ce-a357-000000000001") // IEnumWbemClassObject
	IIDFetchSmart    = must("1c1c45ee-4395-11d2-b60b-00104b703efd") // IWbemFetchSmartEnum
	IIDSmartEnum     = must("423ec01e-2e35-11d2-b604-00104b703efd") // IWbemWCOSmartEnum
	IIDObjectSink    = must("7c857801-7381-11cf-884d-00aa004b2e24") // IWbemObjectSink
	IIDCallResult    = must("44aca675-e8fc-11d0-a07c-00c04fb68820") // IWbemCallResult
	IIDClassObject   = must("dc12a681-737f-11cf-884d-00aa004b2e24") // IWbemClassObject
	IIDContext       = must("44aca674-e8fc-11d0-a07c-00c04fb68820") // IWbemContext
)

// Classes (MS-WMI 1.9, MS-WMIO).
var (
	ClassLevel1Login = must("8bc3f05e-d86b-11d0-a075-00c04fb68820") // CLSID_WbemLevel1Login, also the AppID of WMI
	ClassObject      = must("4590f812-1d3a-11d0-891f-00aa004b2e24") // CLSID_WbemClassObject, the unmarshaler of objects
)

// Identifiers within activation properties and custom references (MS-DCOM 1.9).
var (
	iidPropertiesIn      = must("000001a2-0000-0000-c000-000000000046")
	iidPropertiesOut     = must("000001a3-0000-0000-c000-000000000046")
	classPropertiesIn    = must("00000338-0000-0000-c000-000000000046")
	classPropertiesOut   = must("00000339-0000-0000-c000-000000000046")
	iidContext           = must("000001c0-0000-0000-c000-000000000046")
	classContext         = must("0000033b-0000-0000-c000-000000000046")
	propInstantiation    = must("000001ab-0000-0000-c000-000000000046")
	propSCMRequest       = must("000001aa-0000-0000-c000-000000000046")
	propContext          = must("000001a5-0000-0000-c000-000000000046")
	propLocation         = must("000001a4-0000-0000-c000-000000000046")
	propSecurity         = must("000001a6-0000-0000-c000-000000000046")
	propSpecial          = must("000001b9-0000-0000-c000-000000000046")
	propInstance         = must("000001ad-0000-0000-c000-000000000046")
	propSCMReply         = must("000001b6-0000-0000-c000-000000000046")
	propPropertiesOut    = classPropertiesOut
	dataElementSignature = uint32(0x4E535956)
)

var names = map[GUID]string{
	IIDObjectExporter: "IObjectExporter", IIDActivation: "IActivation", IIDRemoteSCMActivator: "IRemoteSCMActivator",
	IIDUnknown: "IUnknown", IIDRemUnknown: "IRemUnknown", IIDRemUnknown2: "IRemUnknown2", IIDClassFactory: "IClassFactory",
	IIDLevel1Login: "IWbemLevel1Login", IIDLoginClientID: "IWbemLoginClientID", IIDLoginClientEx: "IWbemLoginClientIDEx",
	IIDServices: "IWbemServices", IIDEnumObject: "IEnumWbemClassObject", IIDFetchSmart: "IWbemFetchSmartEnum",
	IIDSmartEnum: "IWbemWCOSmartEnum", IIDObjectSink: "IWbemObjectSink", IIDCallResult: "IWbemCallResult",
	IIDClassObject: "IWbemClassObject", IIDContext: "IWbemContext",
	ClassLevel1Login: "WbemLevel1Login", ClassObject: "WbemClassObject",
	iidPropertiesIn: "IActivationPropertiesIn", iidPropertiesOut: "IActivationPropertiesOut",
	classPropertiesIn: "ActivationPropertiesIn", classPropertiesOut: "ActivationPropertiesOut",
	iidContext: "IContext", classContext: "ContextMarshaler",
	propInstantiation: "InstantiationInfo", propSCMRequest: "ScmRequestInfo", propContext: "ActivationContextInfo",
	propLocation: "ServerLocationInfo", propSecurity: "SecurityInfo", propSpecial: "SpecialSystemProperties",
	propInstance: "InstanceInfo", propSCMReply: "ScmReplyInfo",
}

// Name is what the specifications call an interface, a class or an activation
// property, or its digits where they are unknown here.
func Name(g GUID) string {
	if n, ok := names[g]; ok {
		return n
	}
	return g.String()
}

func must(s string) GUID {
	g, err := ParseGUID(s)
	if err != nil {
		panic(err) // a constant of this file
	}
	return g
}
