package spnego

import (
	"encoding/asn1"
	"errors"
	"fmt"
)

// Server is the acceptor. It fits the Mechanism of DCE/RPC.
type Server struct {
	selected
	accept   func(asn1.ObjectIdentifier) Mechanism
	oid      asn1.ObjectIdentifier
	switched bool // to another than the client's first mechanism
	failed   bool
}

// NewServer makes an acceptor for one connection. It asks accept for each
// mechanism of the client, in the client's order, and takes the first that
// is not nil.
func NewServer(accept func(asn1.ObjectIdentifier) Mechanism) *Server {
	return &Server{accept: accept}
}

// Selected returns the identifier of the negotiated mechanism, nil before.
func (s *Server) Selected() asn1.ObjectIdentifier { return s.oid }

// Next takes the client's token and returns the answer. When the client is
// refused, out is a reject that may be sent before the error is acted on.
func (s *Server) Next(in []byte) (out []byte, done bool, err error) {
	var answer Offer
	switch {
	case s.done || s.failed:
		return nil, false, errors.New("spnego: server: no token is expected any more")
	case s.mech == nil:
		answer, err = s.first(in)
	default:
		answer, err = s.later(in)
	}
	if err != nil {
		s.failed = true
		out, _ = Offer{State: Reject}.bytes()
		return out, false, err
	}
	if answer.State == AcceptCompleted {
		s.finish()
	}
	out, err = answer.bytes()
	return out, s.done && err == nil, err
}

// first chooses the mechanism. The client's token is for the first it offers
// and is dropped if another is taken.
func (s *Server) first(in []byte) (Offer, error) {
	init, err := ReadInit(in)
	if err != nil {
		return Offer{}, err
	}
	for _, oid := range init.Mechs {
		if m := s.accept(oid); m != nil {
			s.oid, s.mech = oid, m
			break
		}
	}
	if s.mech == nil {
		return Offer{}, ErrNoCommonMechanism
	}
	s.list = append([]byte(nil), init.list...)
	s.switched = !same(s.oid, init.Mechs[0])
	answer := Offer{State: AcceptIncomplete, SupportedMech: s.oid}
	if s.switched {
		answer.State = RequestMIC
		return answer, nil
	}
	if len(init.Token) == 0 {
		return answer, nil
	}
	if answer.ResponseToken, err = s.next(init.Token); err != nil {
		return Offer{}, err
	}
	if s.complete {
		answer.State = AcceptCompleted
	}
	return answer, nil
}

func (s *Server) later(in []byte) (Offer, error) {
	got, err := ReadResponse(in)
	if err != nil {
		return Offer{}, err
	}
	if got.State == Reject {
		return Offer{}, errors.New("spnego: server: the client rejected the negotiation")
	}
	answer := Offer{State: AcceptIncomplete}
	switch {
	case s.complete && len(got.ResponseToken) > 0:
		return Offer{}, errors.New("spnego: server: a token after the mechanism's last")
	case s.complete:
	case len(got.ResponseToken) == 0:
		return Offer{}, errors.New("spnego: server: the client's answer has no token for the mechanism")
	default:
		if answer.ResponseToken, err = s.next(got.ResponseToken); err != nil {
			return Offer{}, err
		}
	}
	if !s.complete {
		return answer, nil
	}
	return s.exchangeMIC(got, answer)
}

// exchangeMIC verifies the client's mechListMIC and answers it with ours. One
// is demanded only where the client's first mechanism was not taken (RFC 4178
// section 5): clients that send none otherwise are let in, as on Windows.
func (s *Server) exchangeMIC(got, answer Offer) (Offer, error) {
	able, _ := s.mic()
	if !able {
		answer.State = AcceptCompleted
		return answer, nil
	}
	if len(got.MechListMIC) > 0 {
		if err := s.verify(got.MechListMIC); err != nil {
			return Offer{}, fmt.Errorf("spnego: server: the client's mechListMIC: %w", err)
		}
	}
	if !s.switched || s.verified {
		answer.State = AcceptCompleted
	} else if s.sent {
		return Offer{}, errors.New("spnego: server: the client sent no mechListMIC")
	}
	var err error
	if (s.verified || s.switched) && !s.sent {
		answer.MechListMIC, err = s.sign()
	}
	return answer, err
}
