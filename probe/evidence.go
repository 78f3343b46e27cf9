package probe

import (
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Evidence is what a step learnt: facts, never an opinion. The set is closed;
// the step id decides which struct a result holds (see blank), so saved
// reports need no tag for it. Every field is optional: absent is the zero
// value or nil.
type Evidence interface{ evidence() }

// Names is the answer of the resolver (step name).
type Names struct {
	Asked     string        `json:"asked"`
	Literal   bool          `json:"literal"` // an address was typed, nothing was asked
	Addresses []netip.Addr  `json:"addresses"`
	Waited    time.Duration `json:"waited"`
}

// Dial is one or more TCP connection attempts (steps tcp135, tcp-object, host-up).
type Dial struct {
	To       netip.AddrPort `json:"to"`      // the address that answered, else the last one tried
	From     netip.AddrPort `json:"from"`    // our end; its port is 0 when no connection came to be
	OnLink   *bool          `json:"on_link"` // same subnet; nil: not known
	Waited   time.Duration  `json:"waited"`
	Attempts []Attempt      `json:"attempts"` // every address or port tried, in order
}

// Attempt is the answer of one address to a SYN.
type Attempt struct {
	To     netip.AddrPort `json:"to"`
	Kind   Kind           `json:"kind"` // "" when it was open
	Errno  code.Code      `json:"errno"`
	Waited time.Duration  `json:"waited"`
}

// Bind is the answer to an anonymous bind (step bind135).
type Bind struct {
	Interface    string   `json:"interface"`
	MaxXmit      uint16   `json:"max_xmit"`
	MaxRecv      uint16   `json:"max_recv"`
	AssocGroup   uint32   `json:"assoc_group"`
	SecondaryAdr string   `json:"secondary_address"`
	FirstBytes   string   `json:"first_bytes,omitempty"` // hex of what came instead of an answer
	Versions     []string `json:"versions,omitempty"`    // of a bind_nak
}

// Alive is the answer of ServerAlive2 (step alive).
type Alive struct {
	COMVersion string   `json:"com_version"` // "5.7"
	Bindings   []string `json:"bindings"`    // network addresses of the string bindings, as the host lists them
	Towers     []uint16 `json:"towers"`      // tower id of each binding
	Security   []uint16 `json:"security"`    // authentication services offered
	Principals []string `json:"principals"`
}

// Endpoints is what the endpoint mapper said (step eptmap).
type Endpoints struct {
	Asked  string    `json:"asked"`
	Ports  []uint16  `json:"ports"`
	Status code.Code `json:"status"`
}

// Passport is the host's own description in an NTLM CHALLENGE, read before
// any credential was sent (step ntlm; MS-NLMP 2.2.1.2, 2.2.2.1).
type Passport struct {
	Package     string        `json:"package"` // "spnego" or "raw": how the challenge was asked for
	Computer    string        `json:"computer"`
	Domain      string        `json:"domain"`
	DNSComputer string        `json:"dns_computer"`
	DNSDomain   string        `json:"dns_domain"`
	Forest      string        `json:"forest"`
	Version     string        `json:"version"` // "10.0"
	Build       uint16        `json:"build"`
	Flags       uint32        `json:"flags"`
	HasTime     bool          `json:"has_time"`
	ClockSkew   time.Duration `json:"clock_skew"` // host minus us; meaningful with HasTime
}

// Member reports whether the host says it belongs to a domain. A domain
// controller and a member both do.
func (p Passport) Member() bool { return p.Domain != "" && p.Domain != p.Computer }

// Logon is what became of a credential (steps spnego, kerb-ap, identity).
type Logon struct {
	Package  string        `json:"package"` // "raw" or "spnego"
	Protocol string        `json:"protocol"`
	Sent     string        `json:"sent"`       // the exact AUTHORITY\user
	Level    uint8         `json:"level"`      // authentication level, 5 = PKT_INTEGRITY
	Verified bool          `json:"verified"`   // the server's signature on the answer verified: a shared session key is proved
	Answered bool          `json:"answered"`   // an answer to the token or call came
	Waited   time.Duration `json:"waited"`     // until the verdict
	Mechs    []string      `json:"mechanisms"` // what the host offered, when it rejected
	State    string        `json:"state"`      // negState of its answer
}

// KDCAnswer is an answer of a Kerberos server (steps kerb-as, kerb-tgs, account-state).
type KDCAnswer struct {
	KDC        netip.AddrPort `json:"kdc"`
	Realm      string         `json:"realm"`
	Client     string         `json:"client"`
	Service    string         `json:"service"`
	Code       code.Code      `json:"code"`     // KRB-ERROR; zero: a ticket
	NTStatus   code.Code      `json:"ntstatus"` // from the e-data (MS-KILE 2.2.1 KERB-EXT-ERROR)
	HasTime    bool           `json:"has_time"`
	ClockSkew  time.Duration  `json:"clock_skew"` // KDC minus us
	EncType    int32          `json:"enc_type"`
	NoPassword bool           `json:"no_password"` // asked without pre-authentication: no logon was spent
}

// SMBSession is the status of one SMB session setup (step smb-logon).
type SMBSession struct {
	Status  code.Code `json:"status"` // NTSTATUS
	Dialect string    `json:"dialect"`
	Guest   bool      `json:"guest"`
}

// Ping is the answer of SimplePing with a made-up set id (step simple-ping).
type Ping struct {
	Status code.Code `json:"status"` // the return value, win32; a fault stands in the failure
}

// Activation is the answer to RemoteCreateInstance or RemoteActivation (step activate).
type Activation struct {
	Method      string      `json:"method"`
	Class       string      `json:"class"`
	Level       uint8       `json:"level"`
	COMVersion  string      `json:"com_version"`
	HResult     code.Code   `json:"hresult"`
	Results     []code.Code `json:"results"` // per interface
	Bindings    []string    `json:"bindings"`
	Towers      []uint16    `json:"towers"`
	AuthnHint   uint8       `json:"authn_hint"`
	Answered    bool        `json:"answered"`
	FellBack    bool        `json:"fell_back"` // IActivation, because the activator's context was rejected
	Impersonate uint8       `json:"impersonate"`
}

// Bindings is how the object port was chosen (step bindings).
type Bindings struct {
	Listed   []string       `json:"listed"`
	Towers   []uint16       `json:"towers"`
	Chosen   netip.AddrPort `json:"chosen"`    // typed address, port of the bindings
	InList   *bool          `json:"in_list"`   // is the dialled address among them; nil: only names were listed
	Unlisted bool           `json:"unlisted"`  // no tower 7 among them
	SamePort bool           `json:"same_port"` // every TCP binding names one port
}

// ObjectCall is the logon and first answer on the object port (step call-object).
type ObjectCall struct {
	Level     uint8    `json:"level"`
	AuthnHint uint8    `json:"authn_hint"`
	Rejected  []string `json:"rejected"` // spare contexts that the host did not take; no fault
	Verified  bool     `json:"verified"`
	Answered  bool     `json:"answered"`
}

// Login is the answer to NTLMLogin (step ntlmlogin).
type Login struct {
	Namespace string    `json:"namespace"`
	Level     uint8     `json:"level"`
	Imp       uint8     `json:"impersonation"`
	Status    code.Code `json:"status"`
}

// Exec is the answer to ExecQuery (step exec).
type Exec struct {
	Query  string    `json:"query"`
	Class  string    `json:"class"`
	Status code.Code `json:"status"`
}

// Rows is what Next returned (step next), and what Indicate brought (step indicate).
type Rows struct {
	Status  code.Code `json:"status"` // of the last Next
	Count   int       `json:"count"`  // how many rows were read
	More    bool      `json:"more"`   // the host had more, we did not ask
	Columns []string  `json:"columns"`
	First   []Row     `json:"first"` // at most 5
	Null    []string  `json:"null"`  // columns without a value in every row read
	Raw     string    `json:"raw,omitempty"`
}

// Row is one object, its columns in the host's order.
type Row []Column

// Column is one property as text; Null distinguishes no value from an empty one.
type Column struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Null  bool   `json:"null,omitempty"`
}

// Listening is whether this machine can host a callback (step listen).
type Listening struct {
	Resolver netip.AddrPort `json:"resolver"`
	Sink     netip.AddrPort `json:"sink"`
	Reason   string         `json:"reason"`  // why not, or why only in part
	Holder   string         `json:"holder"`  // program that owns the port, where the system tells
	Capture  bool           `json:"capture"` // we can see SYNs that a firewall here drops
	Makes    string         `json:"makes"`   // the command that makes it possible
}

// CallbackStage is one stage of the host's call back (steps tcp135-back to setstatus).
type CallbackStage struct {
	Seen     bool             `json:"seen"`
	From     netip.AddrPort   `json:"from"`
	Others   []netip.AddrPort `json:"others"`   // callers that are not the host
	Tries    []CallbackTry    `json:"tries"`    // each bind or call of this stage
	SYN      *bool            `json:"syn"`      // a capture saw a SYN; nil: no capture
	Pending  bool             `json:"pending"`  // our ExecQueryAsync was still unanswered
	Returned code.Code        `json:"returned"` // what ExecQueryAsync answered
	Status   code.Code        `json:"status"`   // SetStatus
	Rows     int              `json:"rows"`
	Waited   time.Duration    `json:"waited"`
}

// CallbackTry is one attempt of the host at our listeners.
type CallbackTry struct {
	AuthType uint8     `json:"auth_type"`
	Level    uint8     `json:"level"`
	Identity string    `json:"identity"` // as claimed, not verified
	Call     string    `json:"call"`
	Answer   code.Code `json:"answer"`
}

func (*Names) evidence()         {}
func (*Dial) evidence()          {}
func (*Bind) evidence()          {}
func (*Alive) evidence()         {}
func (*Endpoints) evidence()     {}
func (*Passport) evidence()      {}
func (*Logon) evidence()         {}
func (*KDCAnswer) evidence()     {}
func (*SMBSession) evidence()    {}
func (*Ping) evidence()          {}
func (*Activation) evidence()    {}
func (*Bindings) evidence()      {}
func (*ObjectCall) evidence()    {}
func (*Login) evidence()         {}
func (*Exec) evidence()          {}
func (*Rows) evidence()          {}
func (*Listening) evidence()     {}
func (*CallbackStage) evidence() {}

// Blank returns an empty struct of the kind a step's result holds, nil for a
// step we do not know. It is how a saved report finds its types again.
func Blank(id StepID) Evidence {
	switch id {
	case StepName:
		return new(Names)
	case StepTCP135, StepTCPObject, StepHostUp:
		return new(Dial)
	case StepBind135:
		return new(Bind)
	case StepAlive:
		return new(Alive)
	case StepEptMap:
		return new(Endpoints)
	case StepNTLM:
		return new(Passport)
	case StepSPNEGO, StepKerbAP, StepIdentity:
		return new(Logon)
	case StepKerbAS, StepKerbTGS, StepAccountState:
		return new(KDCAnswer)
	case StepSMBLogon:
		return new(SMBSession)
	case StepSimplePing:
		return new(Ping)
	case StepActivate:
		return new(Activation)
	case StepBindings:
		return new(Bindings)
	case StepCallObject:
		return new(ObjectCall)
	case StepNTLMLogin:
		return new(Login)
	case StepExec:
		return new(Exec)
	case StepNext:
		return new(Rows)
	case StepListen:
		return new(Listening)
	case StepTCP135Back, StepResolve, StepTCPSink, StepRQI, StepIndicate, StepSetStatus:
		return new(CallbackStage)
	}
	return nil
}

// Learnt returns what a result holds, if it is of the wanted kind.
func Learnt[E Evidence](r Result) (e E, ok bool) {
	e, ok = r.Learnt.(E)
	return e, ok
}
