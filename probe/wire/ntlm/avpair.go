package ntlm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// AV_PAIR identifiers (MS-NLMP 2.2.2.1).
const (
	avEnd             = 0
	avNetBIOSComputer = 1
	avNetBIOSDomain   = 2
	avDNSComputer     = 3
	avDNSDomain       = 4
	avDNSTree         = 5
	avFlags           = 6
	avTimestamp       = 7
	avTargetName      = 9
	avChannelBindings = 10
)

// avFlagMIC in MsvAvFlags says that the AUTHENTICATE carries a MIC.
const avFlagMIC uint32 = 2

type avPair struct {
	id    uint16
	value []byte
}

// readAVPairs reads a list up to its MsvAvEOL; what follows is ignored.
func readAVPairs(b []byte) ([]avPair, error) {
	var pairs []avPair
	for {
		if len(b) < 4 {
			return nil, errors.New("attribute list without an end")
		}
		id, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if id == avEnd {
			return pairs, nil
		}
		if len(b) < 4+size {
			return nil, fmt.Errorf("attribute %d: %d bytes, %d left", id, size, len(b)-4)
		}
		pairs = append(pairs, avPair{id, b[4 : 4+size]})
		b = b[4+size:]
	}
}

func writeAVPairs(pairs []avPair) []byte {
	var out []byte
	for _, p := range pairs {
		out = binary.LittleEndian.AppendUint16(out, p.id)
		out = binary.LittleEndian.AppendUint16(out, uint16(len(p.value)))
		out = append(out, p.value...)
	}
	return append(out, 0, 0, 0, 0)
}

func findAV(pairs []avPair, id uint16) ([]byte, bool) {
	for _, p := range pairs {
		if p.id == id {
			return p.value, true
		}
	}
	return nil, false
}

// setAV replaces the pair of this identifier or adds it at the end.
func setAV(pairs []avPair, id uint16, value []byte) []avPair {
	for i := range pairs {
		if pairs[i].id == id {
			pairs[i].value = value
			return pairs
		}
	}
	return append(pairs, avPair{id, value})
}

// filetimeEpoch is 1970-01-01 in 100 ns since 1601-01-01.
const filetimeEpoch = 116444736000000000

func filetime(t time.Time) []byte {
	ticks := t.Unix()*1e7 + int64(t.Nanosecond())/100 + filetimeEpoch
	return binary.LittleEndian.AppendUint64(nil, uint64(ticks))
}

// readFiletime returns the zero time for a zero or impossible value.
func readFiletime(b []byte) time.Time {
	ticks := binary.LittleEndian.Uint64(b)
	if ticks == 0 || ticks >= 1<<63 {
		return time.Time{}
	}
	since := int64(ticks) - filetimeEpoch
	return time.Unix(since/1e7, since%1e7*100).UTC()
}
