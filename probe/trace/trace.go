// Package trace is a frame as every screen may see it. A frame is dissected
// once, at capture, by whoever sent or read it, so that no screen needs
// protocol code. Secrets are blanked before a frame is made.
package trace

import (
	"net/netip"
	"time"
)

// Frame is one protocol data unit, or one step of a TCP connection.
type Frame struct {
	At            time.Time      // when its last byte was written or read
	Conn          int            // number of the connection within the run, from 1
	Local, Remote netip.AddrPort // ends of the connection
	Out           bool           // we sent it
	Served        bool           // on a connection that the other side opened to us
	Type          string         // "connect", "connected", "bind", "bind_ack", "request", "fault", "AS-REQ" …
	CallID        uint32         // DCE/RPC call identifier, 0 where there is none
	Operation     string         // "ServerAlive2", "NTLM challenge" … or empty
	Status        string         // "0", "fault 0x00000005 access denied" … or empty
	Bad           bool           // the frame reports a failure
	Raw           []byte         // its bytes; tokens and sealed bodies keep their length, secrets are zero
	Size          int            // its length on the wire
	Fields        []Field        // what the dissector read
}

// Field is one dissected value.
type Field struct {
	Name, Value, Meaning string
	Offset, Size         int // place in Raw; Size 0 for a derived value
}

// Sink receives frames in the order of the wire of each connection. It may be
// called from several goroutines.
type Sink func(Frame)
