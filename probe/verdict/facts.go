package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// The facts of the host that the rows read, where its administrator gave them.
// Each is a boolean unless noted; a fact that is absent or of another type says
// nothing.
const (
	factHome        = "os.home_edition"                // Home or Starter
	factDCOM        = "dcom.disabled"                  // EnableDCOM is N
	factPolicy      = "dcom.limits_by_policy"          // a GPO sets the machine limits
	factMember562   = "account.member_of_562"          // the account is in Distributed COM Users
	factRID         = "account.rid"                    // number: the last part of the account's SID
	factFilterAdmin = "registry.filter_admin_token"    // FilterAdministratorToken is 1
	factTokenPolicy = "registry.token_filter_policy"   // LocalAccountTokenFilterPolicy is 1
	factProfile     = "firewall.profile_public"        // the active profile is Public
	factWMIRules    = "firewall.wmi_rules_on"          // the WMI rules of the active profile are on
	factBlockRule   = "firewall.block_rule"            // a Block rule covers port 135
	factIPsec       = "firewall.ipsec_required"        // a connection security rule requires IPsec
	factRPCFilter   = "rpc.filter_present"             // netsh rpc filter has entries
	factForceGuest  = "registry.force_guest"           // ForceGuest is 1
	factNTLMDenied  = "registry.ntlm_incoming_denied"  // RestrictReceivingNTLMTraffic is 2
	factDenyAce     = "namespace.account_denied"       // a deny ACE names the account or a group of it
	factEntra       = "os.entra_joined_only"           // joined to Entra ID, not to a domain
	factLAPS        = "account.laps_managed"           // LAPS rotates the account's password
	factDenyNetwork = "account.network_logon_denied"   // SeDenyNetworkLogonRight covers the account
	factChannel     = "os.secure_channel_broken"       // Test-ComputerSecureChannel says False
	factOutbound    = "firewall.outbound_blocked"      // outbound connections are blocked by default
	factAnonymousCB = "wmi.anonymous_callback_refused" // AllowAnonymousCallback is 0 or absent
	factUnsecapp    = "wmi.unsecapp_access_default"    // UnsecAppAccessControlDefault is 1
)

func boolFact(r *probe.Report, key string) (value, known bool) {
	if r.HostFacts == nil {
		return false, false
	}
	value, known = r.HostFacts.Facts[key].(bool)
	return value, known
}

func numberFact(r *probe.Report, key string) (value float64, known bool) {
	if r.HostFacts == nil {
		return 0, false
	}
	value, known = r.HostFacts.Facts[key].(float64)
	return value, known
}
