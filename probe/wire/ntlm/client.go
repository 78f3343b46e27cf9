package ntlm

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// ClientOptions says what the messages shall be protected with. Without Sign
// and Seal the session can only identify the caller (DCE/RPC level CONNECT).
// Inside SPNEGO, Windows asks for Sign at that level too: without it no
// mechListMIC can be made.
type ClientOptions struct {
	Sign     bool
	Seal     bool             // includes Sign
	Identify bool             // the host may learn who the caller is, not act as the caller
	Now      func() time.Time // nil is time.Now; asked only where the host gives no time
}

// What the client calls itself: Windows 10.0.19041.
const (
	clientMajor = 10
	clientMinor = 0
	clientBuild = 19041
)

// ErrNoCredential is what Next returns on the CHALLENGE if the client was made
// without a source of credentials, only to read the challenge.
var ErrNoCredential = errors.New("ntlm: no credential to answer the CHALLENGE with")

// Client is the initiator. It fits the Mechanism of DCE/RPC and SPNEGO.
type Client struct {
	*session // nil until AUTHENTICATE was made
	options  ClientOptions
	get      func(Challenge) (Credential, error)
	random   func([]byte)

	flags     uint32
	negotiate []byte // as sent, for the MIC
	challenge *Challenge
	failed    bool
}

// NewClient makes an initiator. It calls get exactly once, when the CHALLENGE
// is in and has been read; get may be nil to read the challenge only.
func NewClient(o ClientOptions, get func(Challenge) (Credential, error)) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Client{options: o, get: get, random: func(b []byte) { rand.Read(b) }}
}

// Challenge returns what the host said about itself, once it has.
func (c *Client) Challenge() (Challenge, bool) {
	if c.challenge == nil {
		return Challenge{}, false
	}
	return *c.challenge, true
}

// Next takes the host's token, nil at first, and returns the answer. It is
// done with its second token: NTLM's verdict comes with the host's next
// message, not in a token of its own.
func (c *Client) Next(in []byte) (out []byte, done bool, err error) {
	switch {
	case c.failed || c.session != nil:
		return nil, false, errors.New("ntlm: client: no token is expected any more")
	case c.negotiate == nil:
		if len(in) != 0 {
			return nil, false, errors.New("ntlm: client: the first token is ours")
		}
		out, err = c.start()
		return out, false, err
	}
	out, err = c.answer(in)
	c.failed = err != nil
	return out, err == nil, err
}

// start makes the NEGOTIATE (2.2.1.1), with the flags of a Windows client.
func (c *Client) start() ([]byte, error) {
	c.flags = flagUnicode | flagOEM | flagRequestTarget | flagNTLM | flagAlwaysSign |
		flagExtendedSecurity | flagVersion | flag128 | flag56
	if c.options.Sign || c.options.Seal {
		c.flags |= flagSign | flagKeyExchange
	}
	if c.options.Seal {
		c.flags |= flagSeal
	}
	if c.options.Identify {
		c.flags |= flagIdentify
	}
	b := newBuilder(typeNegotiate, 40)
	b.uint32(12, c.flags)
	b.version(32, clientMajor, clientMinor, clientBuild)
	var err error
	c.negotiate, err = b.bytes()
	return c.negotiate, err
}

func (c *Client) answer(in []byte) ([]byte, error) {
	challenge, info, err := readChallenge(in)
	if err != nil {
		return nil, err
	}
	c.challenge = &challenge
	if c.get == nil {
		return nil, ErrNoCredential
	}
	if err := c.acceptable(challenge); err != nil {
		return nil, err
	}
	cred, err := c.get(challenge)
	if err != nil {
		return nil, fmt.Errorf("ntlm: client: credential: %w", err)
	}
	if cred.User == "" && cred.Password != "" {
		return nil, errors.New("ntlm: client: a password without a user")
	}
	a := &answer{Client: c, cred: cred, info: info, serverToken: in}
	out, err := a.make()
	if err != nil {
		return nil, fmt.Errorf("ntlm: client: AUTHENTICATE: %w", err)
	}
	return out, nil
}

// acceptable refuses a host that offers less than Windows clients take.
func (c *Client) acceptable(ch Challenge) error {
	if !c.options.Sign && !c.options.Seal {
		return nil
	}
	for _, need := range []struct {
		flag uint32
		name string
	}{
		{flagExtendedSecurity, "extended session security"},
		{flag128, "128-bit keys"},
		{c.flags & (flagSign | flagSeal), "the protection asked for"},
	} {
		if ch.Flags&need.flag != need.flag {
			return fmt.Errorf("ntlm: client: the host does not offer %s", need.name)
		}
	}
	return nil
}
