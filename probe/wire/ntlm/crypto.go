package ntlm

import (
	"crypto/des"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"strings"

	//lint:ignore SA1019 the protocol is built on MD4
	"golang.org/x/crypto/md4"
)

func md4sum(data []byte) []byte {
	h := md4.New()
	h.Write(data)
	return h.Sum(nil)
}

func md5sum(parts ...[]byte) []byte {
	h := md5.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func hmacMD5(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func newRC4(key []byte) *rc4.Cipher {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err) // keys here have 7 to 16 bytes by construction
	}
	return c
}

func rc4K(key, data []byte) []byte {
	out := make([]byte, len(data))
	newRC4(key).XORKeyStream(out, data)
	return out
}

// ntowfv1 is the password's NT hash (MS-NLMP 3.3.1).
func ntowfv1(password string) []byte { return md4sum(utf16le(password)) }

// ntowfv2 mixes user and domain in (3.3.2). Only the user is upper-cased.
func ntowfv2(password, user, domain string) []byte {
	return hmacMD5(ntowfv1(password), utf16le(strings.ToUpper(user)), utf16le(domain))
}

// ntlmv2Response computes the NT response and the session base key over the
// server's nonce and the client's blob ("temp" in 3.3.2).
func ntlmv2Response(owf []byte, nonce, blob []byte) (response, baseKey []byte) {
	proof := hmacMD5(owf, nonce, blob)
	return append(proof, blob...), hmacMD5(owf, proof)
}

// lmv2Response is sent where the server gave no timestamp (3.3.2).
func lmv2Response(owf []byte, nonce, clientNonce []byte) []byte {
	return append(hmacMD5(owf, nonce, clientNonce), clientNonce...)
}

// desl encrypts eight bytes with the three DES keys in a 16-byte hash (DESL
// in section 6).
func desl(hash, data []byte) []byte {
	keys := make([]byte, 21)
	copy(keys, hash)
	out := make([]byte, version1NT)
	for i := range 3 {
		c, err := des.NewCipher(spread(keys[7*i : 7*i+7]))
		if err != nil {
			panic(err) // the key has eight bytes
		}
		c.Encrypt(out[8*i:], data)
	}
	return out
}

// spread makes a DES key of 56 bits: seven to a byte, parity unused.
func spread(k []byte) []byte {
	out := make([]byte, 8)
	var bits uint64
	for _, b := range k {
		bits = bits<<8 | uint64(b)
	}
	for i := range out {
		out[i] = byte(bits>>(49-7*i)) << 1
	}
	return out
}

// ntlmv1Response computes the NT response of NTLMv1 and the key exchange key
// (3.3.1, 3.4.5.1). With extended session security the client's nonce is in
// the LM response.
func ntlmv1Response(password string, nonce, lm []byte, extended bool) (response, exchangeKey []byte) {
	owf := ntowfv1(password)
	baseKey := md4sum(owf)
	if !extended {
		return desl(owf, nonce), baseKey
	}
	return desl(owf, md5sum(nonce, lm[:8])[:8]), hmacMD5(baseKey, nonce, lm[:8])
}

// End names one side of a connection for its keys.
const (
	clientToServer = "client-to-server"
	serverToClient = "server-to-client"
)

// signKey derives a signing key (3.4.5.2).
func signKey(exported []byte, way string) []byte {
	return md5sum(exported, []byte("session key to "+way+" signing key magic constant\x00"))
}

// sealKey derives a sealing key (3.4.5.3).
func sealKey(flags uint32, exported []byte, way string) []byte {
	if flags&flagExtendedSecurity == 0 {
		switch {
		case flags&flagLMKey == 0:
			return exported
		case flags&flag56 != 0:
			return append(exported[:7:7], 0xa0)
		default:
			return append(exported[:5:5], 0xe5, 0x38, 0xb0)
		}
	}
	switch {
	case flags&flag128 != 0:
	case flags&flag56 != 0:
		exported = exported[:7]
	default:
		exported = exported[:5]
	}
	return md5sum(exported, []byte("session key to "+way+" sealing key magic constant\x00"))
}
