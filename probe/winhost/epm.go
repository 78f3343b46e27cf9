package winhost

import (
	"context"
	"encoding/binary"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/msrpc/dcetypes"
	"github.com/oiweiwei/go-msrpc/msrpc/dtyp"
	"github.com/oiweiwei/go-msrpc/msrpc/epm/epm/v3"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// endpointMapper answers ept_lookup and ept_map (C706 appendix O). Windows
// registers neither the resolver nor the activator there, nor any COM
// interface, so its table holds other services of the host.
type endpointMapper struct {
	epm.UnimplementedEpmServer
	host *Host
}

// notRegistered is ept_s_not_registered, EPT_S_NOT_REGISTERED as the mapper
// returns it.
const notRegistered = 0x16C9A0D6

// entry is a service in the endpoint mapper's table, at a TCP port or at a named
// pipe.
type entry struct {
	iface      string
	major      uint16
	annotation string
	port       uint16
	pipe       string
}

func (e entry) protocol() byte {
	if e.pipe != "" {
		return floorPipe
	}
	return floorTCP
}

// entries are what RPC services of a Windows server register.
func entries() []entry {
	return []entry{
		{iface: "12345778-1234-abcd-ef00-0123456789ac", major: 1, port: 49664},                                                // samr
		{iface: "12345778-1234-abcd-ef00-0123456789ab", port: 49664},                                                          // lsarpc
		{iface: "12345778-1234-abcd-ef00-0123456789ab", pipe: `\pipe\lsass`},                                                  // lsarpc
		{iface: "367abb81-9844-35f1-ad32-98f038001003", major: 2, port: 49669},                                                // svcctl
		{iface: "86d35949-83c9-4044-b424-db363231fd0c", major: 1, port: 49666},                                                // task scheduler
		{iface: "f6beaff7-1e19-4fbb-9f8f-b89e2018337c", major: 1, annotation: "Windows Event Log", port: 49665},               // eventlog
		{iface: "76f03f96-cdfd-44fc-a22c-64950a001209", major: 1, annotation: "Spooler remote asynchronous rpc", port: 49668}, // spooler
	}
}

func (e *endpointMapper) Lookup(ctx context.Context, in *epm.LookupRequest) (*epm.LookupResponse, error) {
	out := &epm.LookupResponse{MaxEntries: in.MaxEntries, EntryHandle: &epm.LookupHandle{}}
	if err := e.host.question(ctx, "ept_lookup", machine.AskEndpoints); err != nil {
		return out, err
	}
	from := 0
	if in.EntryHandle != nil && in.EntryHandle.UUID != nil {
		from = int(in.EntryHandle.UUID.Data1)
	}
	all := entries()
	for i := max(from, 0); i < len(all) && len(out.Entries) < int(min(in.MaxEntries, 500)); i++ {
		out.Entries = append(out.Entries, &epm.Entry{Object: &dtyp.GUID{}, Annotation: all[i].annotation,
			Tower: e.tower(ctx, all[i])})
	}
	out.EntriesLength = uint32(len(out.Entries))
	switch {
	case len(out.Entries) == 0:
		out.Status = notRegistered
	case len(out.Entries) == int(in.MaxEntries): // there may be more; clients that ask for one at a time end by the status
		out.EntryHandle.UUID = &dtyp.GUID{Data1: uint32(from + len(out.Entries))}
	}
	return out, nil
}

func (e *endpointMapper) Map(ctx context.Context, in *epm.MapRequest) (*epm.MapResponse, error) {
	out := &epm.MapResponse{MaxTowers: in.MaxTowers, EntryHandle: &epm.LookupHandle{}, Status: notRegistered}
	if err := e.host.question(ctx, "ept_map", machine.AskEndpoints); err != nil {
		return out, err
	}
	floors := readTower(in.MapTower)
	if len(floors) < 4 || len(floors[0]) < 17 || floors[0][0] != floorUUID || len(floors[3]) == 0 || in.MaxTowers == 0 {
		return out, nil
	}
	asked := dcom.GUID(floors[0][1:17]).String()
	for _, s := range entries() {
		if s.iface == asked && s.protocol() == floors[3][0] {
			out.Towers = []*dcetypes.Tower{e.tower(ctx, s)}
			out.TowersLength, out.Status = 1, 0
		}
	}
	return out, nil
}

func (e *endpointMapper) LookupHandleFree(context.Context, *epm.LookupHandleFreeRequest) (*epm.LookupHandleFreeResponse, error) {
	return &epm.LookupHandleFreeResponse{EntryHandle: &epm.LookupHandle{}}, nil
}

// Protocol identifiers of a tower's floors (C706 appendix I, L).
const (
	floorUUID    = 0x0d
	floorRPC     = 0x0b
	floorTCP     = 0x07
	floorIP      = 0x09
	floorPipe    = 0x0f
	floorNetBIOS = 0x11
)

// tower is the way to a service: interface, NDR, RPC, and TCP port and address
// or pipe and computer.
func (e *endpointMapper) tower(ctx context.Context, s entry) *dcetypes.Tower {
	iface, _ := dcom.ParseGUID(s.iface)
	b := []byte{5, 0}
	b = append(b, uuidFloor(iface, s.major)...)
	b = append(b, uuidFloor(dcom.GUIDOf(dcerpc.TransferNDR), 2)...)
	b = append(b, floor([]byte{floorRPC}, []byte{0, 0})...)
	if s.pipe != "" {
		var computer string
		e.host.machine.Do(func(m *machine.Machine) { computer = m.Computer })
		b = append(b, floor([]byte{floorPipe}, []byte(s.pipe+"\x00"))...)
		b = append(b, floor([]byte{floorNetBIOS}, []byte(`\\`+computer+"\x00"))...)
	} else {
		b = append(b, floor([]byte{floorTCP}, binary.BigEndian.AppendUint16(nil, s.port))...)
		address := [4]byte{}
		if at := rpc.IncomingFrom(ctx).Peer.Local.Addr().Unmap(); at.Is4() {
			address = at.As4()
		}
		b = append(b, floor([]byte{floorIP}, address[:])...)
	}
	return &dcetypes.Tower{TowerLength: uint32(len(b)), TowerOctetString: b}
}

func uuidFloor(id dcom.GUID, major uint16) []byte {
	left := append([]byte{floorUUID}, id.UUID().EncodeBinary()...)
	return floor(binary.LittleEndian.AppendUint16(left, major), []byte{0, 0})
}

func floor(left, right []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(left)))
	b = append(b, left...)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(right)))
	return append(b, right...)
}

// readTower returns the left-hand sides of a tower's floors, as far as they can
// be read.
func readTower(t *dcetypes.Tower) (floors [][]byte) {
	if t == nil || len(t.TowerOctetString) < 2 {
		return nil
	}
	side := func(b []byte) (field, rest []byte, ok bool) {
		if len(b) < 2 || len(b)-2 < int(binary.LittleEndian.Uint16(b)) {
			return nil, nil, false
		}
		n := int(binary.LittleEndian.Uint16(b))
		return b[2 : 2+n], b[2+n:], true
	}
	for rest := t.TowerOctetString[2:]; ; {
		left, after, ok := side(rest)
		if !ok {
			return floors
		}
		if _, rest, ok = side(after); !ok {
			return floors
		}
		floors = append(floors, left)
	}
}
