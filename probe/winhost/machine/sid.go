package machine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// SID is a security identifier in its text form, S-1-5-32-562 (MS-DTYP 2.4.2.1).
// The text form is canonical, so SIDs compare with ==.
type SID string

// Well-known SIDs (MS-DTYP 2.4.2.4).
const (
	Everyone           SID = "S-1-1-0"
	NetworkSID         SID = "S-1-5-2"
	Interactive        SID = "S-1-5-4"
	ServiceLogon       SID = "S-1-5-6"
	AnonymousLogon     SID = "S-1-5-7"
	AuthenticatedUsers SID = "S-1-5-11"
	LocalSystem        SID = "S-1-5-18"
	LocalService       SID = "S-1-5-19"
	NetworkService     SID = "S-1-5-20"
	LocalAccount       SID = "S-1-5-113"
	LocalAdminAccount  SID = "S-1-5-114"
	Administrators     SID = "S-1-5-32-544"
	Users              SID = "S-1-5-32-545"
	Guests             SID = "S-1-5-32-546"
	PerfMonitorUsers   SID = "S-1-5-32-558"
	PerfLogUsers       SID = "S-1-5-32-559"
	DCOMUsers          SID = "S-1-5-32-562"
	EventLogReaders    SID = "S-1-5-32-573"
	CertSvcDCOM        SID = "S-1-5-32-574"
	RemoteManagement   SID = "S-1-5-32-580"
)

const maxSubAuthorities = 15 // MS-DTYP 2.4.2.2

// ParseSID reads the text form. At most fifteen sub-authorities are allowed.
func ParseSID(text string) (SID, error) {
	parts := strings.Split(text, "-")
	if len(text) > 190 || len(parts) < 3 || len(parts) > 3+maxSubAuthorities || !strings.EqualFold(parts[0], "S") || parts[1] != "1" {
		return "", fmt.Errorf("parse SID %.40q: not of the form S-1-5-…", text)
	}
	authority, err := strconv.ParseUint(parts[2], 10, 48)
	if err != nil {
		return "", fmt.Errorf("parse SID %.40q: authority: %w", text, errors.Unwrap(err))
	}
	out := "S-1-" + strconv.FormatUint(authority, 10)
	for _, p := range parts[3:] {
		sub, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			return "", fmt.Errorf("parse SID %.40q: sub-authority: %w", text, errors.Unwrap(err))
		}
		out += "-" + strconv.FormatUint(sub, 10)
	}
	return SID(out), nil
}

// RID is the last sub-authority, or 0 where there is none.
func (s SID) RID() uint32 {
	i := strings.LastIndexByte(string(s), '-')
	n, err := strconv.ParseUint(string(s)[i+1:], 10, 32)
	if i < 0 || err != nil {
		return 0
	}
	return uint32(n)
}

// In says whether s was issued by the given machine or domain: its SID is
// authority plus one RID.
func (s SID) In(authority SID) bool {
	rest, ok := strings.CutPrefix(string(s), string(authority)+"-")
	return ok && !strings.Contains(rest, "-")
}

// appendBinary adds the packet form of MS-DTYP 2.4.2.2. A SID that did not come
// from ParseSID or a constant adds nothing.
func (s SID) appendBinary(to []byte) []byte {
	parts := strings.Split(string(s), "-")
	if len(parts) < 3 || len(parts) > 3+maxSubAuthorities {
		return to
	}
	authority, _ := strconv.ParseUint(parts[2], 10, 48)
	var six [8]byte
	binary.BigEndian.PutUint64(six[:], authority)
	to = append(to, 1, byte(len(parts)-3))
	to = append(to, six[2:]...)
	for _, p := range parts[3:] {
		n, _ := strconv.ParseUint(p, 10, 32)
		to = binary.LittleEndian.AppendUint32(to, uint32(n))
	}
	return to
}

// decodeSID reads one packet-form SID and returns how many bytes it took.
func decodeSID(b []byte) (SID, int, error) {
	if len(b) < 8 {
		return "", 0, errors.New("decode SID: shorter than its header")
	}
	count := int(b[1])
	size := 8 + 4*count
	if b[0] != 1 || count > maxSubAuthorities || len(b) < size {
		return "", 0, fmt.Errorf("decode SID: revision %d with %d sub-authorities in %d bytes", b[0], count, len(b))
	}
	authority := binary.BigEndian.Uint64(append([]byte{0, 0}, b[2:8]...))
	out := "S-1-" + strconv.FormatUint(authority, 10)
	for i := range count {
		out += "-" + strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b[8+4*i:])), 10)
	}
	return SID(out), size, nil
}
