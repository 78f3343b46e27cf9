package ntlm

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ServerOptions is the machine that the server plays, and who may log on.
type ServerOptions struct {
	NetBIOSComputer string
	NetBIOSDomain   string // empty on a stand-alone host, which answers for itself
	DNSComputer     string
	DNSDomain       string
	DNSTree         string
	Major, Minor    uint8
	Build           uint16
	Now             func() time.Time // nil is time.Now; a zero time is not sent, as before Vista
	AllowVersion1   bool             // let CheckPassword accept NTLMv1

	// Verify decides. It looks the account up and calls CheckPassword; an
	// error refuses, and Next returns it wrapped. It also decides whether an
	// anonymous attempt is let in.
	Verify func(*Attempt) error
}

// Errors of Server.Next for a client that passed Verify.
var (
	ErrMIC = errors.New("ntlm: server: the MIC of the AUTHENTICATE is wrong")

	errUnproven = errors.New("ntlm: server: let in without a password that matched")
	errOrder    = errors.New("ntlm: server: no token is expected any more")
)

// Server is the acceptor. It fits the Mechanism of DCE/RPC and SPNEGO.
type Server struct {
	*session // nil until the client is let in
	options  ServerOptions
	random   func([]byte)

	flags     uint32 // of the CHALLENGE
	nonce     [8]byte
	negotiate []byte // as received, and the answer as sent, for the MIC
	challenge []byte
	attempt   *Attempt
	failed    bool
}

// NewServer makes an acceptor for one connection.
func NewServer(o ServerOptions) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NetBIOSDomain == "" {
		o.NetBIOSDomain = o.NetBIOSComputer
	}
	return &Server{options: o, random: func(b []byte) { rand.Read(b) }}
}

// Attempt returns the logon as soon as the AUTHENTICATE was read, also of one
// that was refused; nil before.
func (s *Server) Attempt() *Attempt { return s.attempt }

// Anonymous says whether the client was let in as nobody.
func (s *Server) Anonymous() bool { return s.session != nil && s.session.anonymous }

// Next takes the client's token and returns the answer. It is done, without an
// answer, when it has let the client in.
func (s *Server) Next(in []byte) (out []byte, done bool, err error) {
	switch {
	case s.failed || s.session != nil:
		return nil, false, errOrder
	case s.negotiate == nil:
		out, err = s.greet(in)
		s.failed = err != nil
		return out, false, err
	}
	err = s.decide(in)
	s.failed = err != nil
	return nil, err == nil, err
}

// readNegotiate returns the flags of a NEGOTIATE (MS-NLMP 2.2.1.1). The rest
// of it is optional and may be missing.
func readNegotiate(token []byte) (uint32, error) {
	if err := expect(token, typeNegotiate, 16); err != nil {
		return 0, fmt.Errorf("ntlm: read NEGOTIATE: %w", err)
	}
	return binary.LittleEndian.Uint32(token[12:]), nil
}

// greet answers a NEGOTIATE with the CHALLENGE (3.2.5.1.1).
func (s *Server) greet(in []byte) ([]byte, error) {
	offered, err := readNegotiate(in)
	if err != nil {
		return nil, err
	}
	const kept = flagRequestTarget | flagSign | flagSeal | flagNTLM | flagAlwaysSign |
		flagExtendedSecurity | flagIdentify | flag128 | flag56 | flagKeyExchange
	c := Challenge{
		NetBIOSComputer: s.options.NetBIOSComputer, NetBIOSDomain: s.options.NetBIOSDomain,
		DNSComputer: s.options.DNSComputer, DNSDomain: s.options.DNSDomain, DNSTree: s.options.DNSTree,
		Major: s.options.Major, Minor: s.options.Minor, Build: s.options.Build,
		Timestamp: s.options.Now(), Flags: offered&kept | flagTargetInfo | flagVersion,
	}
	if offered&flagUnicode != 0 {
		c.Flags |= flagUnicode
	} else {
		c.Flags |= flagOEM
	}
	if offered&flagRequestTarget != 0 {
		c.TargetName = s.options.NetBIOSDomain
		if s.options.NetBIOSDomain == s.options.NetBIOSComputer {
			c.Flags |= flagTargetServer
		} else {
			c.Flags |= flagTargetDomain
		}
	}
	s.random(c.Nonce[:])
	s.flags, s.nonce = c.Flags, c.Nonce
	if s.challenge, err = c.bytes(); err != nil {
		return nil, fmt.Errorf("ntlm: server: CHALLENGE: %w", err)
	}
	s.negotiate = append([]byte(nil), in...)
	return append([]byte(nil), s.challenge...), nil
}

// decide reads an AUTHENTICATE and lets the client in or not (3.2.5.1.2).
func (s *Server) decide(in []byte) error {
	m, err := readAuthenticate(in)
	if err != nil {
		return err
	}
	flags := m.Flags & s.flags
	a := &Attempt{
		Authenticate: m.Authenticate, Version1: !m.Anonymous && len(m.nt) <= version1NT,
		message: m, nonce: s.nonce[:], allowVersion1: s.options.AllowVersion1,
		extended: flags&flagExtendedSecurity != 0,
	}
	s.attempt = a
	if s.options.Verify == nil {
		return errors.New("ntlm: server: nobody may log on")
	}
	if err := s.options.Verify(a); err != nil {
		return fmt.Errorf("ntlm: server: %w", err)
	}
	if a.Anonymous {
		a.exchangeKey = make([]byte, 16)
	}
	if a.exchangeKey == nil {
		return errUnproven
	}
	exported := a.exchangeKey
	if flags&flagKeyExchange != 0 {
		if len(m.sessionKey) != 16 {
			return fmt.Errorf("ntlm: server: session key of %d bytes", len(m.sessionKey))
		}
		exported = rc4K(a.exchangeKey, m.sessionKey)
	}
	if m.MIC && !s.checkMIC(m, in, exported) {
		return ErrMIC
	}
	s.session = newSession(flags, exported, true)
	s.session.mic, s.session.anonymous = m.MIC, m.Anonymous
	return nil
}

// checkMIC verifies the MIC over the three messages, itself taken as zeros.
func (s *Server) checkMIC(m *authenticate, token, exported []byte) bool {
	mic, ok := m.mic(token)
	if !ok {
		return false
	}
	var none [16]byte
	want := hmacMD5(exported, s.negotiate, s.challenge, token[:authMIC], none[:], token[authPayload:])
	return hmac.Equal(want, mic)
}
