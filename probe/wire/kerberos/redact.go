package kerberos

// First bytes of the messages (RFC 4120 5.10).
const (
	tagASReq  = 0x6A
	tagASRep  = 0x6B
	tagTGSReq = 0x6C
	tagTGSRep = 0x6D
	tagAPReq  = 0x6E
	tagAPRep  = 0x6F
	tagError  = 0x7E
	tagGSS    = 0x60 // a token with a header (RFC 2743 3.1)
)

// messageName is what a message is called on screens.
func messageName(raw []byte) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case tagASReq:
		return "AS-REQ"
	case tagASRep:
		return "AS-REP"
	case tagTGSReq:
		return "TGS-REQ"
	case tagTGSRep:
		return "TGS-REP"
	case tagAPReq:
		return "AP-REQ"
	case tagAPRep:
		return "AP-REP"
	case tagError:
		return "KRB-ERROR"
	}
	return "Kerberos"
}

// Redact returns a copy of a message or token that may be shown: names, times
// and numbers stay, every OCTET STRING is zeros. Whatever is encrypted, or made
// with a key, is in one: tickets, authenticators, proofs of a password,
// checksums. What is no well-formed message becomes all zeros. A KRB-ERROR
// holds no secret and stays whole.
func Redact(token []byte) []byte {
	out := make([]byte, len(token))
	if len(token) == 0 {
		return out
	}
	switch token[0] {
	case tagError:
		if _, ok := readError(token); ok {
			copy(out, token)
		}
	case tagASReq, tagASRep, tagTGSReq, tagTGSRep, tagAPReq, tagAPRep:
		copy(out, token)
		if !blank(out, 0) {
			clear(out)
		}
	}
	return out
}

const deepest = 24 // more than any Kerberos message nests

// blank zeros the OCTET STRINGs in DER, in place. It is false where b is no DER.
func blank(b []byte, depth int) bool {
	if depth > deepest {
		return false
	}
	for len(b) > 0 {
		tag := b[0]
		header, size, ok := derLength(b)
		if !ok || tag&0x1F == 0x1F {
			return false
		}
		body := b[header : header+size]
		switch {
		case tag&0x20 != 0:
			if !blank(body, depth+1) {
				return false
			}
		case tag == 0x04:
			clear(body)
		}
		b = b[header+size:]
	}
	return true
}

// derLength reads tag and length: the size of both, and that of the content.
func derLength(b []byte) (header, size int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	header, size = 2, int(b[1])
	if size >= 0x80 {
		n := size & 0x7F
		if n == 0 || n > 3 || len(b) < 2+n {
			return 0, 0, false
		}
		size = 0
		for _, c := range b[2 : 2+n] {
			size = size<<8 | int(c)
		}
		header += n
	}
	return header, size, size <= len(b)-header
}
