package rpc

import (
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// Moment is a point of a connection's life at which a Hook is asked.
type Moment uint8

const (
	AtAccept  Moment = iota + 1 // accepted, nothing read yet
	AtBind                      // a bind or alter_context was read, with or without a token
	AtAuth3                     // an auth3 was read
	AtRequest                   // a whole request was read and verified
)

// Event is what a Hook is asked about.
type Event struct {
	Moment   Moment
	Peer     *Peer
	Alter    bool               // AtBind: an alter_context
	Syntaxes []*dcerpc.SyntaxID // AtBind: the interfaces asked for
	Fragment uint16             // AtBind: the largest fragment the client wants to send
	AuthType dcerpc.AuthType    // AtBind, AtAuth3: 0 without a token
	Level    Level              // AtBind, AtAuth3
	Request  *Incoming          // AtRequest
}

// Hook decides how an answer differs from the ordinary one. The zero Action
// leaves it as it is.
type Hook func(*Event) Action

// Chain asks hooks in turn and takes the first action that is not zero.
func Chain(hooks ...Hook) Hook {
	return func(e *Event) Action {
		for _, h := range hooks {
			if h == nil {
				continue
			}
			if a := h(e); !a.zero() {
				return a
			}
		}
		return Action{}
	}
}

// Action bends one answer. Its parts combine: delay, then First, then the
// answer (ordinary, or one of Nak, Fault, Stub, or with rejected contexts), then
// the End.
type Action struct {
	Delay  time.Duration // wait before anything else
	First  []byte        // raw bytes sent before the answer
	Nak    *BindNak      // AtBind: answer with bind_nak
	Reject []Rejected    // AtBind: contexts rejected; a nil Syntax means all
	Fault  *Fault        // answer with a fault; DidNotExecute and Extended are sent
	Stub   []byte        // AtRequest: answer with these bytes as the response's stub
	// After is how many bytes of the answer leave before End happens; 0 means
	// that there is no answer. Without an End it has no meaning.
	After int
	End   Ending
}

// Ending is what happens to a connection, or to one answer.
type Ending uint8

const (
	Stall Ending = iota + 1 // the rest of the answer is never sent; the connection stays open
	Close                   // FIN
	Reset                   // RST, where the connection has SetLinger
)

func (a Action) zero() bool {
	return a.Delay == 0 && a.First == nil && a.Nak == nil && a.Reject == nil && a.Fault == nil && a.Stub == nil && a.End == 0
}

// Unanswered is the error of a handler that gives no answer: the call hangs, or
// the connection ends without one.
type Unanswered struct{ End Ending }

func (*Unanswered) Error() string { return "the call gets no answer" }
