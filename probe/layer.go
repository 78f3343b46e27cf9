package probe

// Layer is one of the six the person sees, in the order a client meets them.
type Layer uint8

// The layers. Zero is none: a run that failed nowhere.
const (
	LayerNone Layer = iota
	LayerEndpointMapper
	LayerAuthentication
	LayerActivation
	LayerNamespace
	LayerQuery
	LayerCallback
)

// Layers lists the six layers in order.
func Layers() []Layer {
	return []Layer{LayerEndpointMapper, LayerAuthentication, LayerActivation,
		LayerNamespace, LayerQuery, LayerCallback}
}

// ID is the name of the layer in the outside contract, "" for LayerNone.
func (l Layer) ID() string {
	return [...]string{"", "endpoint-mapper", "authentication", "dcom-activation",
		"namespace", "query", "async-callback"}[l]
}

// Title is the name people see, at most 15 cells.
func (l Layer) Title() string {
	return [...]string{"", "Endpoint mapper", "Authentication", "DCOM activation",
		"Namespace", "Query", "Async callback"}[l]
}

// LayerByID returns the layer of that contract name, LayerNone if there is none.
func LayerByID(id string) Layer {
	for _, l := range Layers() {
		if l.ID() == id {
			return l
		}
	}
	return LayerNone
}

// StepID names one observable action. The words are those of the fault
// catalogue's step column and of the outside contract.
type StepID string

// Steps of layer 1.
const (
	StepName    StepID = "name"    // resolve the name
	StepTCP135  StepID = "tcp135"  // connect to the endpoint mapper port
	StepBind135 StepID = "bind135" // anonymous bind of IObjectExporter
	StepAlive   StepID = "alive"   // ServerAlive2, anonymous
	StepEptMap  StepID = "eptmap"  // ept_map; evidence only
)

// Steps of layer 2.
const (
	StepNTLM     StepID = "ntlm"     // NEGOTIATE sent, CHALLENGE read; no credential
	StepSPNEGO   StepID = "spnego"   // last token in alter_context, whose answer is the verdict
	StepKerbAS   StepID = "kerb-as"  // AS exchange
	StepKerbTGS  StepID = "kerb-tgs" // TGS exchange
	StepKerbAP   StepID = "kerb-ap"  // AP-REQ in the bind
	StepIdentity StepID = "identity" // ServerAlive2 under the logon, signature verified
)

// Steps of layer 3.
const (
	StepActivate   StepID = "activate"    // RemoteCreateInstance of WbemLevel1Login
	StepBindings   StepID = "bindings"    // read the OXID bindings
	StepTCPObject  StepID = "tcp-object"  // connect to the object port
	StepCallObject StepID = "call-object" // bind there and first answer
)

// Steps of layers 4 and 5.
const (
	StepNTLMLogin StepID = "ntlmlogin" // IWbemLevel1Login::NTLMLogin
	StepExec      StepID = "exec"      // IWbemServices::ExecQuery
	StepNext      StepID = "next"      // IEnumWbemClassObject::Next
)

// Steps of layer 6, in the order in which a callback arrives.
const (
	StepListen     StepID = "listen"      // can this machine host a callback
	StepTCP135Back StepID = "tcp135-back" // the host connects to our 135
	StepResolve    StepID = "resolve"     // ServerAlive2 and ResolveOxid2 at our resolver
	StepTCPSink    StepID = "tcp-sink"    // the host connects to the sink port
	StepRQI        StepID = "rqi"         // bind and first object call at the sink
	StepIndicate   StepID = "indicate"    // rows arrive
	StepSetStatus  StepID = "setstatus"   // the end arrives
)

// Steps that only experiments take.
const (
	StepSimplePing   StepID = "simple-ping"   // SimplePing with a made-up set id, under the proven logon
	StepHostUp       StepID = "host-up"       // dial 445, 3389, 5985, once each
	StepAccountState StepID = "account-state" // AS-REQ without pre-authentication
	StepSMBLogon     StepID = "smb-logon"     // SMB session setup, for its NTSTATUS
)
