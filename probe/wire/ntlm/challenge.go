package ntlm

import (
	"encoding/binary"
	"fmt"
	"time"
)

// Challenge is what a host says about itself in its CHALLENGE (MS-NLMP
// 2.2.1.2), before it has seen any credential. Absent parts are zero.
type Challenge struct {
	TargetName      string // domain of a member, name of a stand-alone host
	NetBIOSComputer string
	NetBIOSDomain   string
	DNSComputer     string
	DNSDomain       string
	DNSTree         string    // name of the forest
	Timestamp       time.Time // the host's clock, UTC
	Major, Minor    uint8     // Windows version, as 10.0
	Build           uint16    // and its build, as 20348
	Flags           uint32    // NegotiateFlags, 2.2.2.5
	Nonce           [8]byte   // ServerChallenge
}

// DomainMember says whether the host answers for a domain rather than for
// its own accounts only.
func (c Challenge) DomainMember() bool { return c.Flags&flagTargetDomain != 0 }

// ReadChallenge reads a CHALLENGE. It needs no credential.
func ReadChallenge(token []byte) (Challenge, error) {
	c, _, err := readChallenge(token)
	return c, err
}

func readChallenge(token []byte) (Challenge, []avPair, error) {
	var c Challenge
	fail := func(err error) (Challenge, []avPair, error) {
		return Challenge{}, nil, fmt.Errorf("ntlm: read CHALLENGE: %w", err)
	}
	if err := expect(token, typeChallenge, 32); err != nil {
		return fail(err)
	}
	c.Flags = binary.LittleEndian.Uint32(token[20:])
	copy(c.Nonce[:], token[24:])

	target, err := locate(token, 12)
	if err != nil {
		return fail(fmt.Errorf("target name: %w", err))
	}
	if c.TargetName, err = readString(token[target.from:target.to], c.Flags&flagUnicode != 0); err != nil {
		return fail(fmt.Errorf("target name: %w", err))
	}
	if c.Flags&flagVersion != 0 && len(token) >= 56 {
		c.Major, c.Minor = token[48], token[49]
		c.Build = binary.LittleEndian.Uint16(token[50:])
	}
	if c.Flags&flagTargetInfo == 0 || len(token) < 48 {
		return c, nil, nil
	}
	info, err := locate(token, 40)
	if err != nil {
		return fail(fmt.Errorf("target info: %w", err))
	}
	if info.empty() {
		return c, nil, nil
	}
	pairs, err := readAVPairs(token[info.from:info.to])
	if err != nil {
		return fail(fmt.Errorf("target info: %w", err))
	}
	if err := c.describe(pairs); err != nil {
		return fail(fmt.Errorf("target info: %w", err))
	}
	return c, pairs, nil
}

// describe takes over what the target info says. Its names are always Unicode.
func (c *Challenge) describe(pairs []avPair) error {
	names := map[uint16]*string{
		avNetBIOSComputer: &c.NetBIOSComputer,
		avNetBIOSDomain:   &c.NetBIOSDomain,
		avDNSComputer:     &c.DNSComputer,
		avDNSDomain:       &c.DNSDomain,
		avDNSTree:         &c.DNSTree,
	}
	for _, p := range pairs {
		if name, ok := names[p.id]; ok {
			s, err := readString(p.value, true)
			if err != nil {
				return fmt.Errorf("attribute %d: %w", p.id, err)
			}
			*name = s
		}
		if p.id == avTimestamp {
			if len(p.value) != 8 {
				return fmt.Errorf("timestamp of %d bytes", len(p.value))
			}
			c.Timestamp = readFiletime(p.value)
		}
	}
	return nil
}

// bytes encodes the CHALLENGE. The timestamp is left out when it is zero.
func (c Challenge) bytes() ([]byte, error) {
	b := newBuilder(typeChallenge, 56)
	name, err := writeString(c.TargetName, c.Flags&flagUnicode != 0)
	if err != nil {
		return nil, err
	}
	b.field(12, name)
	b.uint32(20, c.Flags)
	copy(b.fixed[24:], c.Nonce[:])

	// The order is the one of every Windows host seen so far.
	var pairs []avPair
	for _, p := range []struct {
		id   uint16
		name string
	}{
		{avNetBIOSDomain, c.NetBIOSDomain},
		{avNetBIOSComputer, c.NetBIOSComputer},
		{avDNSDomain, c.DNSDomain},
		{avDNSComputer, c.DNSComputer},
		{avDNSTree, c.DNSTree},
	} {
		if p.name != "" {
			pairs = append(pairs, avPair{p.id, utf16le(p.name)})
		}
	}
	if !c.Timestamp.IsZero() {
		pairs = append(pairs, avPair{avTimestamp, filetime(c.Timestamp)})
	}
	b.field(40, writeAVPairs(pairs))
	b.version(48, c.Major, c.Minor, c.Build)
	return b.bytes()
}
