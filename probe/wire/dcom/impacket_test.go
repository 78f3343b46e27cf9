package dcom

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremotescmactivator/v0"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/peers"
)

func impacket(t *testing.T, args ...string) string {
	t.Helper()
	peers.Need(t, peers.Impacket)
	out, err := exec.Command(peers.Python(), append([]string{"testdata/impacket_activation.py"}, args...)...).Output()
	if err != nil {
		t.Fatalf("impacket: %v\n%s", err, err.(*exec.ExitError).Stderr)
	}
	return strings.TrimSpace(string(out))
}

func TestImpacketAsks(t *testing.T) {
	p, err := hex.DecodeString(impacket(t))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseActivationRequest(p)
	if err != nil || r.Class != ClassLevel1Login || !reflect.DeepEqual(r.IIDs, []GUID{IIDLevel1Login}) || !reflect.DeepEqual(r.Protseqs, []uint16{TowerTCP}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestImpacketReads(t *testing.T) {
	a := sampleActivation()
	ref, err := a.propertiesOut()
	if err != nil {
		t.Fatal(err)
	}
	w := ndr.NDR20(nil)
	if err := (&iremotescmactivator.RemoteCreateInstanceResponse{ActPropertiesOut: ref.Pointer()}).MarshalNDR(context.Background(), w); err != nil {
		t.Fatal(err)
	}
	var got struct {
		OXID       uint64
		OID        uint64
		IPID       string
		RemUnknown string
		Bindings   [][]any
	}
	if err := json.Unmarshal([]byte(impacket(t, hex.EncodeToString(w.Bytes()))), &got); err != nil {
		t.Fatal(err)
	}
	if got.OXID != a.OXID || got.OID != sampleStd.OID || got.IPID != sampleStd.IPID.String() || got.RemUnknown != a.RemUnknown.String() {
		t.Errorf("impacket reads %+v", got)
	}
	if len(got.Bindings) != 2 || got.Bindings[1][0] != float64(TowerTCP) || got.Bindings[1][1] != "SRV01[49154]" {
		t.Errorf("impacket reads the bindings %v", got.Bindings)
	}
}
