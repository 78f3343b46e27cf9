package spnego

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
)

// Mech is a mechanism under the identifier it is negotiated with.
type Mech struct {
	OID       asn1.ObjectIdentifier
	Mechanism Mechanism
}

// Client is the initiator. It fits the Mechanism of DCE/RPC.
type Client struct {
	selected
	mechs     []Mech // in order of preference
	chosen    int
	answered  bool // the server has answered once
	switched  bool // to another than our first mechanism
	requested bool // the server asked for a mechListMIC
	failed    bool
}

// NewClient offers these mechanisms, the best first. The first token already
// carries the first one's.
func NewClient(mechs ...Mech) *Client { return &Client{mechs: mechs} }

// Next takes the server's token, nil at first, and returns the answer. It is
// done with the server's accept-completed, usually without an answer to it.
func (c *Client) Next(in []byte) (out []byte, done bool, err error) {
	switch {
	case c.done || c.failed:
		return nil, false, errors.New("spnego: client: no token is expected any more")
	case c.mech == nil && len(in) != 0:
		return nil, false, errors.New("spnego: client: the first token is ours")
	case c.mech == nil:
		out, err = c.start()
	default:
		out, done, err = c.answer(in)
	}
	c.failed = err != nil
	return out, done && err == nil, err
}

func (c *Client) start() ([]byte, error) {
	if len(c.mechs) == 0 {
		return nil, errors.New("spnego: client: no mechanism to offer")
	}
	var oids []asn1.ObjectIdentifier
	for _, m := range c.mechs {
		oids = append(oids, m.OID)
	}
	c.mech = c.mechs[0].Mechanism
	token, err := c.next(nil)
	if err != nil {
		return nil, err
	}
	if c.list, err = mechList(oids); err != nil {
		return nil, fmt.Errorf("spnego: client: mechanism list: %w", err)
	}
	return Init{Token: token, list: c.list}.bytes()
}

func (c *Client) answer(in []byte) (out []byte, done bool, err error) {
	offer, err := ReadResponse(in)
	if err != nil {
		return nil, false, err
	}
	if offer.State == Reject {
		return nil, false, Rejected{offer}
	}
	// Windows 2000 repeats the token where the mechListMIC belongs.
	if bytes.Equal(offer.MechListMIC, offer.ResponseToken) {
		offer.MechListMIC = nil
	}
	token, err := c.token(offer)
	if err != nil {
		return nil, false, err
	}
	mic, err := c.exchangeMIC(offer)
	if err != nil {
		return nil, false, err
	}
	over := c.complete && (offer.State == AcceptCompleted || offer.State == NoState && token == nil && mic == nil)
	if over {
		c.finish()
	}
	if token == nil && mic == nil {
		if !over {
			return nil, false, fmt.Errorf("spnego: client: the server says %s, but nothing is left to send", offer.State)
		}
		return nil, true, nil
	}
	out, err = Offer{State: AcceptIncomplete, ResponseToken: token, MechListMIC: mic}.bytes()
	return out, over, err
}

// token goes on with the mechanism that the server wants.
func (c *Client) token(offer Offer) ([]byte, error) {
	fresh, err := c.choose(offer)
	switch {
	case err != nil:
		return nil, err
	case fresh:
		c.mech = c.mechs[c.chosen].Mechanism
		return c.next(nil)
	case c.complete && len(offer.ResponseToken) > 0:
		return nil, errors.New("spnego: client: a token after the mechanism's last")
	case c.complete:
		return nil, nil
	case len(offer.ResponseToken) == 0:
		return nil, errors.New("spnego: client: the server's answer has no token for the mechanism")
	}
	return c.next(offer.ResponseToken)
}

// choose follows the server's choice; fresh when it is not our first one.
func (c *Client) choose(offer Offer) (fresh bool, err error) {
	first := !c.answered
	c.answered = true
	c.requested = c.requested || offer.State == RequestMIC
	if offer.SupportedMech == nil || same(offer.SupportedMech, c.mechs[c.chosen].OID) {
		return false, nil
	}
	if !first {
		return false, fmt.Errorf("spnego: client: the server changes its mind to %s", offer.SupportedMech)
	}
	for i, m := range c.mechs {
		if same(m.OID, offer.SupportedMech) {
			c.chosen, c.switched = i, true
			return true, nil
		}
	}
	return false, fmt.Errorf("spnego: client: the server chose %s, which was not offered", offer.SupportedMech)
}

// exchangeMIC verifies the server's mechListMIC and makes ours where one is
// due: after a change of mechanism, on request, or when the mechanism wants it
// (RFC 4178 section 5, MS-SPNG 3.1.5.1).
func (c *Client) exchangeMIC(offer Offer) (ours []byte, err error) {
	theirs := len(offer.MechListMIC) > 0
	if !c.complete {
		if theirs {
			return nil, errors.New("spnego: client: a mechListMIC before the mechanism is done")
		}
		return nil, nil
	}
	able, wanted := c.mic()
	if !able {
		return nil, nil
	}
	if theirs {
		if err := c.verify(offer.MechListMIC); err != nil {
			return nil, fmt.Errorf("spnego: client: the server's mechListMIC: %w", err)
		}
	}
	due := c.switched || c.requested || wanted || c.verified
	if due && !c.verified && (c.sent || offer.State == AcceptCompleted) {
		return nil, errors.New("spnego: client: the server sent no mechListMIC")
	}
	if due && !c.sent && offer.State != AcceptCompleted {
		return c.sign()
	}
	return nil, nil
}
