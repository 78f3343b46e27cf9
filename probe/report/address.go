package report

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wmidoctor/wmidoctor/probe"
)

// addresses gives every address a stand-in of the same kind, so that what the
// judge asks of an address (private? this machine? which family?) has the same
// answer after redaction.
type addresses struct {
	list []probe.StandIn
	of   map[netip.Addr]netip.Addr // without zone
}

// kinds are the kinds of address that are told apart; the stand-in is base
// with its number in the last two bytes. There is one IPv6 loopback only.
var kinds = []struct {
	name string
	base string
	is   func(netip.Addr) bool
}{
	{"ipv4-loopback", "127.77.0.0", func(a netip.Addr) bool { return a.Is4() && a.IsLoopback() }},
	{"ipv4-private", "10.77.0.0", func(a netip.Addr) bool { return a.Is4() && a.IsPrivate() }},
	{"ipv4-link-local", "169.254.0.0", func(a netip.Addr) bool { return a.Is4() && a.IsLinkLocalUnicast() }},
	{"ipv4", "198.18.0.0", netip.Addr.Is4},
	{"ipv6-loopback", "::1", netip.Addr.IsLoopback},
	{"ipv6-link-local", "fe80::77:0", netip.Addr.IsLinkLocalUnicast},
	{"ipv6-private", "fd77::", netip.Addr.IsPrivate},
	{"ipv6", "2001:db8:77::", netip.Addr.Is6},
}

// standIn is the address number n of a kind.
func standIn(kind string, n int) (netip.Addr, error) {
	for _, k := range kinds {
		if k.name != kind {
			continue
		}
		b := netip.MustParseAddr(k.base).AsSlice()
		if kind != "ipv6-loopback" {
			b[len(b)-2], b[len(b)-1] = byte(n>>8), byte(n)
		}
		a, _ := netip.AddrFromSlice(b)
		return a, nil
	}
	return netip.Addr{}, fmt.Errorf("%w: no kind of address is called %.40q", ErrNotReport, kind)
}

func kindOf(a netip.Addr) string {
	for _, k := range kinds {
		if k.is(a) {
			return k.name
		}
	}
	return ""
}

// replace returns the stand-in of an address, a new one if it was not met
// before. Zones stay: they name an interface, not a host.
func (m *addresses) replace(a netip.Addr) netip.Addr {
	if !a.IsValid() || a.IsUnspecified() {
		return a
	}
	bare := a.Unmap().WithZone("")
	s, known := m.of[bare]
	if !known {
		n := len(m.list) + 1
		s, _ = standIn(kindOf(bare), n)
		m.of[bare] = s
		m.list = append(m.list, probe.StandIn{Name: "addr-" + strconv.Itoa(n), Addr: s})
	}
	return s.WithZone(a.Zone())
}

// An address in running text: four numbers, or hexadecimal groups with colons.
var inText = regexp.MustCompile(`[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|[0-9]+(?:\.[0-9]+)+`)

// inTexts replaces every address in a text by what rename makes of it. What
// stands inside a word is no address: IWbemLevel1Login::EstablishPosition.
func inTexts(s string, rename func(netip.Addr) string) string {
	var out strings.Builder
	end := 0
	for _, at := range inText.FindAllStringIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		after, _ := utf8.DecodeRuneInString(s[at[1]:])
		if wordRune(before) || wordRune(after) {
			continue
		}
		out.WriteString(s[end:at[0]])
		out.WriteString(inToken(s[at[0]:at[1]], rename))
		end = at[1]
	}
	return out.String() + s[end:]
}

func inToken(token string, rename func(netip.Addr) string) string {
	core := strings.TrimRight(token, ".:") // the end of a sentence, or a colon after it
	for _, end := range []int{len(token), len(core)} {
		if a, err := netip.ParseAddr(token[:end]); err == nil {
			return rename(a) + token[end:]
		}
	}
	if host, port, ok := cutPort(core); ok {
		if a, err := netip.ParseAddr(host); err == nil {
			return rename(a) + ":" + port + token[len(core):]
		}
	}
	return token
}

// cutPort cuts 192.0.2.7:135, which the pattern takes for one token when
// another colon follows.
func cutPort(s string) (host, port string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || !strings.Contains(s[:i], ".") {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// naming returns the walk that writes the stand-ins of a redacted report by
// their names, as people read them.
func naming(list []probe.StandIn) rewrite {
	names := map[netip.Addr]string{}
	for _, s := range list {
		names[s.Addr] = s.Name
	}
	return rewrite{
		addr: func(a netip.Addr) netip.Addr { return a },
		text: func(s string) string {
			return inTexts(s, func(a netip.Addr) string {
				if n, ok := names[a]; ok {
					return n
				}
				return a.String()
			})
		},
	}
}

// named writes the names of the stand-ins into a document.
func named(r *probe.Report, d Doc) Doc {
	if len(r.StandIns) == 0 {
		return d
	}
	d = rewritten(d, naming(r.StandIns))
	if _, err := netip.ParseAddr(r.Target.Host); err == nil {
		d.Target.Host, d.Target.Address = "host-1", d.Target.Host
	}
	for _, s := range r.StandIns {
		d.StandIns = append(d.StandIns, StandIn{Name: s.Name, Kind: kindOf(s.Addr)})
	}
	return d
}

var standInName = regexp.MustCompile(`\baddr-[0-9]{1,5}\b`)

// unnamed puts the stand-ins of a saved document back in the place of their
// names, in its JSON text: neither form needs escaping there.
func unnamed(b []byte, saved []StandIn) ([]byte, []probe.StandIn, error) {
	if len(saved) == 0 {
		return b, nil, nil
	}
	if len(saved) > 0xFFFF {
		return nil, nil, fmt.Errorf("%w: it has %d stand-ins", ErrNotReport, len(saved))
	}
	var list []probe.StandIn
	texts := map[string]string{}
	for i, s := range saved {
		if s.Name != "addr-"+strconv.Itoa(i+1) {
			return nil, nil, fmt.Errorf("%w: stand-in %d is called %.40q", ErrNotReport, i+1, s.Name)
		}
		a, err := standIn(s.Kind, i+1)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, probe.StandIn{Name: s.Name, Addr: a})
		texts[s.Name] = a.String()
	}
	return standInName.ReplaceAllFunc(b, func(name []byte) []byte {
		if t, ok := texts[string(name)]; ok {
			return []byte(t)
		}
		return name
	}), list, nil
}
