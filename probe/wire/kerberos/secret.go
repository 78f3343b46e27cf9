package kerberos

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/oiweiwei/gokrb5.fork/v9/crypto"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// Secret proves who a client is: a password or a keytab.
type Secret struct {
	Password string
	Keytab   *Keytab
}

// Format writes dots for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "••••••") }

const (
	paETypeInfo  = 11
	paETypeInfo2 = 19
	// mostIterations bounds what a server may make us compute: Windows says
	// 4,096; a number from the wire could keep us busy for days.
	mostIterations = 200_000
)

// hint is what a server says about one kind of key (RFC 4120 5.2.7.5).
type hint struct {
	etype  int32
	salt   *string
	params []byte
}

// hints reads ETYPE-INFO2, or else ETYPE-INFO.
func hints(padata []types.PAData) (list []hint) {
	for _, pa := range padata {
		var info types.ETypeInfo2
		if pa.PADataType == paETypeInfo2 && guard(func() error { return info.Unmarshal(pa.PADataValue) }) == nil {
			for _, e := range info {
				h := hint{etype: e.EType, params: e.S2KParams}
				if e.Salt != "" {
					h.salt = &e.Salt
				}
				list = append(list, h)
			}
			return list
		}
	}
	for _, pa := range padata {
		var info types.ETypeInfo
		if pa.PADataType == paETypeInfo && guard(func() error { return info.Unmarshal(pa.PADataValue) }) == nil {
			for _, e := range info {
				salt := string(e.Salt)
				list = append(list, hint{etype: e.EType, salt: &salt})
			}
		}
	}
	return list
}

// choose takes the first of our kinds of key that the server knows the account
// to have. Without a hint the first of ours is tried.
func choose(ours []int32, list []hint) (hint, error) {
	if len(list) == 0 {
		return hint{etype: ours[0]}, nil
	}
	for _, want := range ours {
		for _, h := range list {
			if h.etype == want {
				return h, nil
			}
		}
	}
	return hint{}, fmt.Errorf("the account has no key of the kinds asked for; the server names %v", etypesOf(list))
}

func etypesOf(list []hint) []int32 {
	var all []int32
	for _, h := range list {
		all = append(all, h.etype)
	}
	return all
}

// key derives the client's key of the hinted kind.
func (s Secret) key(client Principal, realm string, h hint) (types.EncryptionKey, error) {
	if s.Keytab != nil {
		return s.Keytab.key(client, realm, 0, h.etype)
	}
	kind, err := crypto.GetEtype(h.etype)
	if err != nil {
		return types.EncryptionKey{}, err
	}
	params := kind.GetDefaultStringToKeyParams()
	if len(h.params) > 0 {
		if len(h.params) != 4 {
			return types.EncryptionKey{}, errors.New("string-to-key parameters of the wrong size")
		}
		if n := binary.BigEndian.Uint32(h.params); n == 0 || n > mostIterations {
			return types.EncryptionKey{}, fmt.Errorf("the server asks for %d iterations", n)
		}
		params = hex.EncodeToString(h.params)
	}
	salt := client.types().GetSalt(realm)
	if h.salt != nil {
		salt = *h.salt
	}
	var value []byte
	err = guard(func() error {
		value, err = kind.StringToKey(s.Password, salt, params)
		return err
	})
	if err != nil {
		return types.EncryptionKey{}, errors.New("no key can be made of the password") // the cause might quote it
	}
	return types.EncryptionKey{KeyType: h.etype, KeyValue: value}, nil
}

// decrypt opens what is encrypted under a key; a broken message is an error.
func decrypt(data types.EncryptedData, key types.EncryptionKey, usage uint32) (plain []byte, err error) {
	if data.EType != key.KeyType {
		return nil, fmt.Errorf("encrypted with a key of kind %d instead of %d", data.EType, key.KeyType)
	}
	kind, err := crypto.GetEtype(key.KeyType)
	if err != nil {
		return nil, err
	}
	if len(data.Cipher) < kind.GetConfounderByteSize()+kind.GetHMACBitLength()/8 {
		return nil, errors.New("encrypted part too short")
	}
	err = guard(func() error {
		plain, err = crypto.DecryptEncPart(data, key, usage)
		return err
	})
	return plain, err
}
