package wmi

import (
	"context"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
)

// A login of a Windows 7 client to a Windows 7 host, whole at packet level: what
// the client names, and the reference it gets.
func TestCapturedLogin(t *testing.T) {
	peers.Need(t, peers.Tshark)
	file := filepath.Join(peers.Captures(t), "01_win7_wmi_denied_then_ok_krb.pcapng")
	out, err := exec.Command("tshark", "-r", file, "-Y", "frame.number==53||frame.number==54", "-T", "fields", "-e", "tcp.payload").Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	lines := strings.Fields(strings.ReplaceAll(string(out), ":", ""))
	if len(lines) != 2 {
		t.Fatalf("%d frames", len(lines))
	}
	request, err1 := hex.DecodeString(lines[0])
	response, err2 := hex.DecodeString(lines[1])
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	in := &iwbemlevel1login.NTLMLoginRequest{}
	if err := in.UnmarshalNDR(context.Background(), ndr.NDR20(request[24+16:])); err != nil {
		t.Fatal(err)
	}
	if machine, path := SplitResource(in.NetworkResource); machine != "SNICKLEFRITZ" || path != `root\cimv2` {
		t.Errorf("resource %q", in.NetworkResource)
	}
	got := &iwbemlevel1login.NTLMLoginResponse{}
	if err := got.UnmarshalNDR(context.Background(), ndr.NDR20(response[24:])); err != nil {
		t.Fatal(err)
	}
	ref, err := dcom.FromPointer(got.Namespace.InterfacePointer())
	if err != nil || ref.IID != dcom.IIDServices || ref.Std.PublicRefs != 5 || ref.Std.IPID.String() != "0001182d-0324-0000-f731-bceb124abee6" {
		t.Errorf("reference %+v, %v", ref, err)
	}
}
