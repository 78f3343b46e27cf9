package peers

import "testing"

// TestPeers says what this machine lacks; with WMIDOCTOR_PEERS=all a lack is a
// failure.
func TestPeers(t *testing.T) {
	missing := Missing()
	switch {
	case missing == "":
		t.Log("every peer is here")
	case Required():
		t.Errorf("missing: %s", missing)
	default:
		t.Logf("missing, so their tests skip: %s", missing)
	}
}
