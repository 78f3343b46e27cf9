package dcom

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode/utf16"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
)

// ErrMalformed is wrapped by every error about bytes that are not what they
// should be.
var ErrMalformed = errors.New("malformed DCOM structure")

// Bindings is a DUALSTRINGARRAY (MS-DCOM 2.2.19): where a resolver or an
// object exporter can be reached, and with which security.
type Bindings struct {
	Strings  []StringBinding
	Security []SecurityBinding
}

// StringBinding is one address (MS-DCOM 2.2.19.3).
type StringBinding struct {
	Tower   uint16 // protocol sequence, TowerTCP and so on
	Address string // network address and endpoint, "host[port]"; without endpoint in a resolver's bindings
}

// String writes it in the form of RPC, "ncacn_ip_tcp:host[port]".
func (b StringBinding) String() string {
	name, ok := map[uint16]string{
		TowerTCP: "ncacn_ip_tcp", TowerUDP: "ncadg_ip_udp", TowerPipe: "ncacn_np",
		TowerHTTP: "ncacn_http", TowerLRPC: "ncalrpc",
	}[b.Tower]
	if !ok {
		name = fmt.Sprintf("tower_0x%02x", b.Tower)
	}
	return name + ":" + b.Address
}

// Split cuts the address into its host and, where an endpoint in brackets
// follows, its port; port is 0 otherwise. The host of an IPv6 address may
// itself stand in brackets, or bare: only the last bracket with a number in it,
// after something else, is an endpoint. ok is false for an endpoint that is no
// port number, such as a pipe.
func (b StringBinding) Split() (host string, port uint16, ok bool) {
	open := strings.LastIndexByte(b.Address, '[')
	if open <= 0 || !strings.HasSuffix(b.Address, "]") {
		return strings.Trim(b.Address, "[]"), 0, b.Address != ""
	}
	n, err := strconv.ParseUint(b.Address[open+1:len(b.Address)-1], 10, 16)
	host = strings.Trim(b.Address[:open], "[]")
	if err != nil || n == 0 {
		return host, 0, false
	}
	return host, uint16(n), host != ""
}

// TCP is the string binding of a TCP port; port 0 leaves the endpoint away.
func TCP(host string, port uint16) StringBinding {
	if port != 0 {
		host += "[" + strconv.Itoa(int(port)) + "]"
	}
	return StringBinding{TowerTCP, host}
}

// SecurityBinding is one way to authenticate (MS-DCOM 2.2.19.4).
type SecurityBinding struct {
	Authn     uint16 // authentication service, MS-RPCE 2.2.1.1.7: 0x09 SPNEGO, 0x0a NTLM, 0x10 Kerberos
	Authz     uint16 // 0xffff: none
	Principal string // account or SPN the server runs under; usually empty in a resolver's bindings
}

// TCP returns the bindings of the TCP tower.
func (b Bindings) TCP() []StringBinding {
	var tcp []StringBinding
	for _, s := range b.Strings {
		if s.Tower == TowerTCP {
			tcp = append(tcp, s)
		}
	}
	return tcp
}

// Port is the TCP port of the first TCP binding that names one, 0 if none does.
func (b Bindings) Port() uint16 {
	for _, s := range b.TCP() {
		if _, port, ok := s.Split(); ok && port != 0 {
			return port
		}
	}
	return 0
}

// Hosts returns the names and addresses of the TCP bindings, each once.
func (b Bindings) Hosts() []string {
	var hosts []string
	seen := map[string]bool{}
	for _, s := range b.TCP() {
		host, _, _ := s.Split()
		if host != "" && !seen[host] {
			seen[host], hosts = true, append(hosts, host)
		}
	}
	return hosts
}

// Names reports whether host, compared as an address or without case as a
// name, is among the TCP bindings.
func (b Bindings) Names(host string) bool {
	ip := net.ParseIP(host)
	for _, h := range b.Hosts() {
		if strings.EqualFold(h, host) || ip != nil && ip.Equal(net.ParseIP(h)) {
			return true
		}
	}
	return false
}

// ReadBindings reads the words of a DUALSTRINGARRAY. security is the index of
// the first security binding, as its header says. An empty array is no error.
func ReadBindings(words []uint16, security int) (Bindings, error) {
	var b Bindings
	if security < 0 || security > len(words) {
		return b, fmt.Errorf("%w: security bindings begin at %d of %d words", ErrMalformed, security, len(words))
	}
	part := words[:security]
	for len(part) > 0 && part[0] != 0 {
		address, rest, err := cutString(part[1:])
		if err != nil {
			return b, fmt.Errorf("string binding %d: %w", len(b.Strings), err)
		}
		b.Strings, part = append(b.Strings, StringBinding{part[0], address}), rest
	}
	part = words[security:]
	for len(part) > 0 && part[0] != 0 {
		if len(part) < 2 {
			return b, fmt.Errorf("%w: security binding %d ends after one word", ErrMalformed, len(b.Security))
		}
		principal, rest, err := cutString(part[2:])
		if err != nil {
			return b, fmt.Errorf("security binding %d: %w", len(b.Security), err)
		}
		b.Security, part = append(b.Security, SecurityBinding{part[0], part[1], principal}), rest
	}
	return b, nil
}

func cutString(words []uint16) (string, []uint16, error) {
	for i, w := range words {
		if w == 0 {
			return string(utf16.Decode(words[:i])), words[i+1:], nil
		}
	}
	return "", nil, fmt.Errorf("%w: its text is not terminated", ErrMalformed)
}

// parseBindings reads the packet form (MS-DCOM 2.2.19.1) from the front of p
// and returns what follows it.
func parseBindings(p []byte) (Bindings, []byte, error) {
	if len(p) < 4 {
		return Bindings{}, nil, fmt.Errorf("%w: %d bytes of a DUALSTRINGARRAY's header", ErrMalformed, len(p))
	}
	entries, security := int(binary.LittleEndian.Uint16(p)), int(binary.LittleEndian.Uint16(p[2:]))
	p = p[4:]
	if 2*entries > len(p) {
		return Bindings{}, nil, fmt.Errorf("%w: a DUALSTRINGARRAY of %d words in %d bytes", ErrMalformed, entries, len(p))
	}
	words := make([]uint16, entries)
	for i := range words {
		words[i] = binary.LittleEndian.Uint16(p[2*i:])
	}
	b, err := ReadBindings(words, security)
	return b, p[2*entries:], err
}

// words is the array and the index of its first security binding.
func (b Bindings) words() (words []uint16, security uint16) {
	for _, s := range b.Strings {
		words = append(append(append(words, s.Tower), utf16.Encode([]rune(s.Address))...), 0)
	}
	words = append(words, 0)
	n := len(words)
	for _, s := range b.Security {
		words = append(append(append(words, s.Authn, s.Authz), utf16.Encode([]rune(s.Principal))...), 0)
	}
	return append(words, 0), uint16(n)
}

func (b Bindings) appendTo(p []byte) []byte {
	words, security := b.words()
	p = binary.LittleEndian.AppendUint16(p, uint16(len(words)))
	p = binary.LittleEndian.AppendUint16(p, security)
	for _, w := range words {
		p = binary.LittleEndian.AppendUint16(p, w)
	}
	return p
}

func (b Bindings) ndr() *ms.DualStringArray {
	words, security := b.words()
	return &ms.DualStringArray{EntriesLength: uint16(len(words)), SecurityOffset: security, StringArray: words}
}

// bindingsOf reads the NDR form; nil gives no bindings. The array's own length
// counts, as on the wire; wNumEntries must not exceed it.
func bindingsOf(d *ms.DualStringArray) (Bindings, error) {
	if d == nil {
		return Bindings{}, nil
	}
	if int(d.EntriesLength) > len(d.StringArray) {
		return Bindings{}, fmt.Errorf("%w: a DUALSTRINGARRAY of %d words holds %d", ErrMalformed, d.EntriesLength, len(d.StringArray))
	}
	return ReadBindings(d.StringArray[:d.EntriesLength], int(d.SecurityOffset))
}
