package machine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The letters of SDDL (MS-DTYP 2.5.1.1). The first letter pair of a mask is
// the one printed.
var (
	sddlSIDs = []struct {
		letters string
		sid     SID
	}{
		{"BA", Administrators}, {"BU", Users}, {"BG", Guests}, {"WD", Everyone}, {"AU", AuthenticatedUsers},
		{"AN", AnonymousLogon}, {"SY", LocalSystem}, {"LS", LocalService}, {"NS", NetworkService},
		{"IU", Interactive}, {"SU", ServiceLogon}, {"NU", NetworkSID}, {"CD", CertSvcDCOM}, {"ER", EventLogReaders},
		{"MU", PerfMonitorUsers}, {"LU", PerfLogUsers}, {"RM", RemoteManagement},
		{"CO", "S-1-3-0"}, {"AC", "S-1-15-2-1"}, {"AO", "S-1-5-32-548"}, {"SO", "S-1-5-32-549"}, {"PO", "S-1-5-32-550"},
		{"BO", "S-1-5-32-551"}, {"NO", "S-1-5-32-556"}, {"RD", "S-1-5-32-555"}, {"PU", "S-1-5-32-547"},
	}
	sddlRights = []struct {
		letters string
		mask    uint32
	}{
		{"CC", 0x1}, {"DC", 0x2}, {"LC", 0x4}, {"SW", 0x8}, {"RP", 0x10}, {"WP", 0x20}, {"DT", 0x40}, {"LO", 0x80}, {"CR", 0x100},
		{"SD", 0x10000}, {"RC", 0x20000}, {"WD", 0x40000}, {"WO", 0x80000},
		{"GA", 0x10000000}, {"GX", 0x20000000}, {"GW", 0x40000000}, {"GR", 0x80000000},
		{"KA", 0xF003F}, {"KR", 0x20019}, {"KW", 0x20006}, {"FA", 0x1F01FF},
	}
	sddlFlags = []struct {
		letters string
		flag    uint8
	}{{"OI", ObjectInherit}, {"CI", ContainerInherit}, {"NP", NoPropagate}, {"IO", InheritOnly}, {"ID", Inherited}, {"SA", 0x40}, {"FA", 0x80}}
	sddlTypes = []string{AccessAllowed: "A", AccessDenied: "D", SystemAudit: "AU"}
)

const maxSDDL = 64 << 10

// ParseSDDL reads the text form O:…G:…D:…S:… . Conditional and object entries
// are refused.
func ParseSDDL(text string) (Descriptor, error) {
	var d Descriptor
	if len(text) > maxSDDL {
		return d, errors.New("parse SDDL: too long")
	}
	rest := strings.TrimSpace(text)
	if rest == "" {
		return d, errors.New("parse SDDL: empty")
	}
	for rest != "" {
		if len(rest) < 2 || rest[1] != ':' {
			return d, fmt.Errorf("parse SDDL: %.20q where O:, G:, D: or S: should stand", rest)
		}
		part, body := rest[0], rest[2:]
		var err error
		switch part {
		case 'O':
			d.Owner, rest, err = cutSID(body)
		case 'G':
			d.Group, rest, err = cutSID(body)
		case 'D':
			d.HasDACL = true
			d.DACL, rest, err = d.cutACL(body, DACLProtected, DACLAutoInh)
		case 'S':
			d.HasSACL = true
			d.SACL, rest, err = d.cutACL(body, SACLProtected, SACLAutoInh)
		default:
			err = fmt.Errorf("unknown part %q", part)
		}
		if err != nil {
			return Descriptor{}, fmt.Errorf("parse SDDL: %w", err)
		}
	}
	return d, nil
}

// cutSID takes the SID at the start of an owner or group part.
func cutSID(body string) (SID, string, error) {
	end := len(body)
	for i := 1; i < len(body); i++ {
		if body[i] == ':' {
			end = i - 1
			break
		}
	}
	sid, err := sidOf(body[:end])
	return sid, body[end:], err
}

func sidOf(text string) (SID, error) {
	for _, s := range sddlSIDs {
		if strings.EqualFold(s.letters, text) {
			return s.sid, nil
		}
	}
	return ParseSID(text)
}

func (d *Descriptor) cutACL(body string, protected, inherited uint16) ([]ACE, string, error) {
	open := strings.IndexByte(body, '(')
	next := strings.IndexByte(body, ':')
	flags := body
	switch {
	case next > 0 && (open < 0 || next < open):
		flags = body[:next-1]
	case open >= 0:
		flags = body[:open]
	}
	body = body[len(flags):]
	for f := flags; f != ""; {
		switch {
		case strings.HasPrefix(f, "P"):
			d.Control |= protected
			f = f[1:]
		case strings.HasPrefix(f, "AI"):
			d.Control |= inherited
			f = f[2:]
		case strings.HasPrefix(f, "AR"):
			f = f[2:]
		default:
			return nil, "", fmt.Errorf("ACL flags %.20q", flags)
		}
	}
	list := []ACE{}
	for strings.HasPrefix(body, "(") {
		end := strings.IndexByte(body, ')')
		if end < 0 {
			return nil, "", errors.New("entry without )")
		}
		ace, err := parseACE(body[1:end])
		if err != nil {
			return nil, "", err
		}
		if list = append(list, ace); len(list) > maxACEs {
			return nil, "", errors.New("too many entries")
		}
		body = body[end+1:]
	}
	return list, body, nil
}

func parseACE(text string) (ACE, error) {
	f := strings.Split(text, ";")
	if len(f) != 6 || f[3] != "" || f[4] != "" {
		return ACE{}, fmt.Errorf("entry (%.60s) does not have the form (type;flags;rights;;;account)", text)
	}
	a := ACE{Type: 0xFF}
	for i, t := range sddlTypes {
		if strings.EqualFold(t, f[0]) {
			a.Type = uint8(i)
		}
	}
	if a.Type == 0xFF {
		return ACE{}, fmt.Errorf("entry type %.20q", f[0])
	}
	for rest := f[1]; rest != ""; {
		n, ok := flagOf(rest)
		if !ok {
			return ACE{}, fmt.Errorf("entry flags %.20q", f[1])
		}
		a.Flags |= n
		rest = rest[2:]
	}
	var err error
	if a.Mask, err = parseMask(f[2]); err != nil {
		return ACE{}, err
	}
	a.SID, err = sidOf(f[5])
	return a, err
}

func flagOf(text string) (uint8, bool) {
	for _, f := range sddlFlags {
		if len(text) >= 2 && strings.EqualFold(f.letters, text[:2]) {
			return f.flag, true
		}
	}
	return 0, false
}

func parseMask(text string) (uint32, error) {
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		n, err := strconv.ParseUint(text, 0, 32)
		if err != nil {
			return 0, fmt.Errorf("rights %.20q", text)
		}
		return uint32(n), nil
	}
	var mask uint32
next:
	for rest := text; rest != ""; rest = rest[2:] {
		for _, r := range sddlRights {
			if len(rest) >= 2 && strings.EqualFold(r.letters, rest[:2]) {
				mask |= r.mask
				continue next
			}
		}
		return 0, fmt.Errorf("rights %.20q", text)
	}
	return mask, nil
}

// SDDL prints the text form, with letters where there are some.
func (d Descriptor) SDDL() string {
	var b strings.Builder
	if d.Owner != "" {
		b.WriteString("O:" + d.Owner.letters())
	}
	if d.Group != "" {
		b.WriteString("G:" + d.Group.letters())
	}
	write := func(part string, list []ACE, protected, inherited bool) {
		b.WriteString(part)
		if protected {
			b.WriteString("P")
		}
		if inherited {
			b.WriteString("AI")
		}
		for _, a := range list {
			b.WriteString(a.String())
		}
	}
	if d.HasDACL {
		write("D:", d.DACL, d.Control&DACLProtected != 0, d.Control&DACLAutoInh != 0)
	}
	if d.HasSACL {
		write("S:", d.SACL, d.Control&SACLProtected != 0, d.Control&SACLAutoInh != 0)
	}
	return b.String()
}

func (s SID) letters() string {
	for _, known := range sddlSIDs {
		if known.sid == s {
			return known.letters
		}
	}
	return string(s)
}

// String prints the entry as it stands in SDDL.
func (a ACE) String() string {
	var flags, rights string
	for _, f := range sddlFlags {
		if a.Flags&f.flag != 0 {
			flags += f.letters
		}
	}
	rest := a.Mask
	for _, r := range sddlRights {
		switch {
		case len(r.letters) == 2 && r.mask == a.Mask && (r.letters == "KA" || r.letters == "FA"):
			rights, rest = r.letters, 0
		case rest&r.mask == r.mask && r.mask&(r.mask-1) == 0:
			rights += r.letters
			rest &^= r.mask
		}
	}
	if rest != 0 {
		rights = fmt.Sprintf("%#x", a.Mask)
	}
	name := "?"
	if int(a.Type) < len(sddlTypes) {
		name = sddlTypes[a.Type]
	}
	return "(" + name + ";" + flags + ";" + rights + ";;;" + a.SID.letters() + ")"
}
