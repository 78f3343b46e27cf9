package machine

import (
	"net/netip"
	"slices"
	"strings"
)

// Interfaces by UUID, as RPC filters name them.
const (
	IfaceEPM      = "e1af8308-5d1f-11c9-91a4-08002b14a0fa"
	IfaceResolver = "99fcfec4-5260-101b-bbcb-00aa0021347a" // IObjectExporter
	IfaceSCM      = "000001a0-0000-0000-c000-000000000046" // IRemoteSCMActivator
	IfaceOldSCM   = "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57" // IActivation
	IfaceLogin    = "f309ad18-d86a-11d0-a075-00c04fb68820" // IWbemLevel1Login
	IfaceServices = "9556dc99-828c-11cf-a37e-00aa003240c7" // IWbemServices
)

// RPC is the state of the RPC runtime and its filters.
type RPC struct {
	Busy        bool   // too many calls queued: fault 0x1C010014
	Exhausted   bool   // too many contexts: bind_nak 2
	MaxFragment uint16 // a bind that offers more is refused with bind_nak 4 (0 before 2012 R2 was current); 0: any
	// Packages that RPC accepts.
	NTLM, Kerberos, Negotiate bool
	// Mechanisms inside Negotiate.
	NegotiateNTLM, NegotiateKerberos bool
	Filters                          []Filter
	nextFilter                       uint32
}

// Filter is one filter of netsh rpc: it blocks an interface, or every one, for
// all callers or those from one address.
type Filter struct {
	Key    string // a GUID in braces
	Layer  string // um, epmap, ep_add, proxy_conn, proxy_if
	Action string // block, permit, continue
	Iface  string // UUID; empty: any
	Remote string // address or prefix; empty: any
}

func (r RPC) clone() RPC {
	r.Filters = slices.Clone(r.Filters)
	return r
}

// blocked asks the filters of the user-mode layer.
func (m *Machine) blocked(iface string, from netip.Addr) bool {
	return slices.ContainsFunc(m.RPC.Filters, func(f Filter) bool {
		return f.Action == "block" && f.Layer == "um" && (f.Iface == "" || strings.EqualFold(f.Iface, iface)) &&
			(f.Remote == "" || m.inScope(f.Remote, from.Unmap()))
	})
}

// MayBind decides on a presentation context before any call: hung RPCSS, full
// tables, fragments and interfaces that are not there. authType is 0 for a bind
// without authentication.
func (m *Machine) MayBind(iface string, authType uint8, fragment uint16) Denial {
	switch {
	case m.System.Off, m.System.Frozen, m.Services["rpcss"].Health == Hung:
		return Denial{Kind: NoAnswer}
	case m.RPC.Exhausted:
		return Denial{Kind: BindNak, Reason: nakLocalLimit}
	case m.RPC.MaxFragment != 0 && fragment > m.RPC.MaxFragment:
		reason := uint16(4)
		if m.System.Build <= Build81 {
			reason = 0 // Samba's raw_protocol tests against 2012 R2
		}
		return Denial{Kind: BindNak, Reason: reason}
	case authType != 0 && !m.accepts(authType):
		return Denial{Kind: BindNak, Reason: nakAuthType}
	case !m.offers(lower(iface)):
		return Denial{Kind: Rejected}
	}
	return Denial{}
}

func (m *Machine) accepts(authType uint8) bool {
	switch authType {
	case spnegoAuthType:
		return m.RPC.Negotiate
	case ntlmAuthType:
		return m.RPC.NTLM
	case kerberosAuthType:
		return m.RPC.Kerberos && m.Role != Workgroup
	}
	return false
}

func (m *Machine) offers(iface string) bool {
	if slices.Contains(m.WMI.Unregistered, iface) {
		return false
	}
	switch iface {
	case IfaceResolver, IfaceOldSCM:
		return !m.System.ResolverMissing
	case IfaceSCM:
		return !m.System.ResolverMissing && m.System.Build >= Build2000
	}
	return true
}

// Marshaled says that an object of this interface went out, from when on the
// host takes a context for it.
func (m *Machine) Marshaled(iface string) {
	m.WMI.Unregistered = slices.DeleteFunc(m.WMI.Unregistered, func(s string) bool { return strings.EqualFold(s, iface) })
}

// MayAsk decides on a call of the resolver or endpoint mapper on port 135. The
// resolver's two ServerAlive calls check no permission (MS-DCOM 3.1.2.5.1.4,
// .6), so only the runtime itself can refuse them.
func (m *Machine) MayAsk(c Caller, call Question) Denial {
	switch {
	case m.System.Frozen, m.Services["rpcss"].Health == Hung:
		return Denial{Kind: NoAnswer}
	case m.RPC.Busy:
		return fault(faultTooBusy)
	case m.blocked(call.iface(), c.From):
		return fault(faultAccess)
	case call == AskServerAlive2 && m.System.Build < Build2000:
		return fault(faultOpRange)
	}
	restrict, _ := m.booted.DWord(KeyRPCPolicy, "RestrictRemoteClients")
	switch {
	case !c.Anonymous:
	case restrict >= 2: // MS-RPCE 3.1.1.1.3; the value of the fault is inferred
		return fault(faultAccess)
	case restrict == 1 && call == AskEndpoints: // MS-RPCE note 62
		return fault(faultAccess)
	}
	if call == AskPing || call == AskResolve { // MS-DCOM notes 53, 54, 56
		if m.System.Build >= BuildXP && !m.limit("MachineAccessRestriction", defaultAccessLimit).Allows(c, remoteAccess) {
			return fault(faultAccess)
		}
		unknown := orInvalidSet
		if call == AskResolve {
			unknown = orInvalidOXID
		}
		return Denial{Kind: Result, Code: win32(unknown)}
	}
	return Denial{}
}

// Question is a call on port 135 that is no activation.
type Question uint8

// The questions. For AskPing and AskResolve the answer to a made-up set or OXID
// is a refusal of its own, 0x778 or 0x776; a caller that knows the object
// drops it.
const (
	AskServerAlive Question = iota
	AskServerAlive2
	AskEndpoints
	AskPing
	AskResolve
)

func (q Question) iface() string {
	if q == AskEndpoints {
		return IfaceEPM
	}
	return IfaceResolver
}

// AddFilter installs an RPC filter and gives it a key of its own.
func (m *Machine) AddFilter(f Filter) Filter {
	m.RPC.nextFilter++
	if f.Key == "" {
		f.Key = filterKey(m.RPC.nextFilter)
	}
	if f.Layer == "" {
		f.Layer = "um"
	}
	m.RPC.Filters = append(m.RPC.Filters, f)
	return f
}
