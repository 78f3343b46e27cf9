package machine

import "slices"

// The user rights that decide something here (MS-LSAD 3.1.1.2.1, .2).
const (
	NetworkLogon     = "SeNetworkLogonRight"
	DenyNetworkLogon = "SeDenyNetworkLogonRight"
	ManageAuditing   = "SeSecurityPrivilege"
)

// HasRight says whether one of the caller's enabled SIDs holds a right.
func (m *Machine) HasRight(c Caller, right string) bool {
	return slices.ContainsFunc(m.Rights[right], c.Has)
}

func stockRights() map[string][]SID {
	return map[string][]SID{
		NetworkLogon:     {Everyone, Administrators, Users},
		DenyNetworkLogon: nil,
		ManageAuditing:   {Administrators},
	}
}
