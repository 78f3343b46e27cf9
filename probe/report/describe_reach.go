package report

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Layers 1 and 3: names, connections, what RPC says before any logon.

func (l *list) names(e *probe.Names) {
	if e.Literal {
		l.add("name-asked", "you typed", e.Asked, "an address; no name had to be looked up")
	} else {
		l.add("name-asked", "name asked for", e.Asked, "what the resolver of this machine was asked")
	}
	if len(e.Addresses) == 0 {
		l.when(!e.Literal, "name-addresses", "addresses", "none", "nobody can be called under this name from here")
	} else {
		l.add("name-addresses", "addresses", addrs(e.Addresses), "tried one after another, in this order")
	}
	l.when(e.Waited > 0, "name-waited", "resolver took", Span(e.Waited), "how long the look-up lasted")
}

func (l *list) dial(e *probe.Dial) {
	l.add("dial-to", "connect to", addrPort(e.To), "the address and TCP port that was tried last, or that answered")
	for i, a := range e.Attempts {
		id := fmt.Sprintf("dial-attempt-%d", i+1)
		answer := "open"
		if a.Kind != "" {
			answer = string(a.Kind)
		}
		value := fmt.Sprintf("%s: %s after %s", addrPort(a.To), answer, Span(a.Waited))
		if !a.Errno.IsZero() {
			value += ", " + CodeName(a.Errno)
		}
		l.add(id, fmt.Sprintf("try %d", i+1), value, answerMeaning(a.Kind))
	}
	if e.From.IsValid() {
		value := e.From.Addr().String()
		if e.From.Port() != 0 {
			value = addrPort(e.From)
		}
		l.add("dial-from", "from", value, "the address of this machine on the way to the host")
	}
	if e.OnLink != nil {
		if *e.OnLink {
			l.add("dial-route", "way", "same subnet", "no router lies between this machine and the host")
		} else {
			l.add("dial-route", "way", "through a router", "a router or firewall between may drop packets as well")
		}
	}
	l.when(e.Waited > 0, "dial-waited", "took", Span(e.Waited), "from the first SYN to the answer, or to giving up")
}

// answerMeaning is what the answer to a SYN says.
func answerMeaning(k probe.Kind) string {
	switch k {
	case "":
		return "something listens there and the way is open"
	case probe.KindRefused:
		return "a refusal came back at once: the machine is there, nothing listens, or a firewall refuses in its name"
	case probe.KindTimeout:
		return "nothing came back: a firewall drops the packets, or there is no machine"
	case probe.KindUnreachable:
		return "a router or this machine says that there is no way to it"
	case probe.KindProhibited:
		return "a device on the way says that it is forbidden"
	case probe.KindLocalDenied:
		return "this machine itself did not let the packet out"
	case probe.KindReset:
		return "the connection was torn down by force"
	case probe.KindCancelled:
		return "stopped before an answer"
	}
	return "the answer to the connection attempt"
}

func (l *list) bind(e *probe.Bind) {
	l.add("bind-interface", "interface asked for", e.Interface, "the service at port 135 that a client greets first")
	l.when(e.MaxXmit > 0, "bind-fragment", "fragment sizes", fmt.Sprintf("%d out, %d in", e.MaxXmit, e.MaxRecv), "how long one piece of a message may be")
	l.when(e.AssocGroup > 0, "bind-group", "association group", fmt.Sprintf("0x%08X", e.AssocGroup), "the host's number for this client; it lets connections share objects")
	l.add("bind-secondary", "secondary address", e.SecondaryAdr, "the port the host says it was reached at")
	l.add("bind-first-bytes", "first bytes", e.FirstBytes, "what came instead of an RPC answer, as hexadecimal digits")
	l.add("bind-versions", "versions offered", strings.Join(e.Versions, ", "), "the protocol versions the host speaks")
}

func (l *list) alive(e *probe.Alive) {
	l.add("alive-com-version", "COM version", e.COMVersion, "the version of DCOM that the host speaks; 5.7 on every Windows in use")
	l.add("alive-bindings", "it lists itself as", strings.Join(e.Bindings, ", "), "names and addresses under which the host believes it can be reached")
	l.when(len(e.Towers) > 0, "alive-towers", "transports", towers(e.Towers), "7 is TCP, which this program needs")
	l.when(len(e.Security) > 0, "alive-security", "logon packages", packages(e.Security), "the ways of logging on that the host offers to DCOM clients")
	l.add("alive-principals", "principals", strings.Join(nonEmpty(e.Principals), ", "), "the names of its service accounts, as the host gives them")
}

func (l *list) endpoints(e *probe.Endpoints) {
	l.add("endpoints-asked", "service asked for", e.Asked, "what the endpoint mapper was asked to find; evidence only, WMI does not depend on it")
	if len(e.Ports) > 0 {
		l.add("endpoints-ports", "ports", join(e.Ports), "the TCP ports it named")
	}
	l.code("endpoints-status", "mapper's answer", e.Status, "found")
}

func (l *list) bindings(e *probe.Bindings) {
	l.add("object-listed", "WMI is at", strings.Join(e.Listed, ", "), "the addresses and ports the host named for the object")
	l.when(len(e.Towers) > 0, "object-towers", "transports", towers(e.Towers), "7 is TCP, which this program needs")
	l.add("object-chosen", "used from here", addrPort(e.Chosen), "the address that answered at port 135, with the port the host named")
	if e.InList != nil {
		if *e.InList {
			l.add("object-in-list", "address listed", "yes", "the host itself lists the address we use")
		} else {
			l.add("object-in-list", "address listed", "no", "the host does not know the address we reach it at: address translation, or another network card")
		}
	}
	l.when(e.Unlisted, "object-no-tcp", "TCP", "not listed", "the host named no TCP address, so there is nowhere to connect")
	l.when(e.SamePort, "object-same-port", "one port", "yes", "every TCP address names the same port")
}

func towers(list []uint16) string {
	var out []string
	for _, t := range list {
		switch t {
		case 0x07:
			out = append(out, "7 TCP")
		case 0x08:
			out = append(out, "8 UDP")
		case 0x0F:
			out = append(out, "15 named pipe")
		default:
			out = append(out, fmt.Sprint(t))
		}
	}
	return strings.Join(out, ", ")
}

func packages(list []uint16) string {
	names := map[uint16]string{9: "SPNEGO", 10: "NTLM", 14: "SChannel", 16: "Kerberos", 20: "Digest", 0xFFFF: "default"}
	var out []string
	for _, p := range list {
		if n, ok := names[p]; ok {
			out = append(out, fmt.Sprintf("%d %s", p, n))
		} else {
			out = append(out, fmt.Sprint(p))
		}
	}
	return strings.Join(out, ", ")
}

func join[T any](list []T) string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = fmt.Sprint(x)
	}
	return strings.Join(out, ", ")
}

func nonEmpty(list []string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
