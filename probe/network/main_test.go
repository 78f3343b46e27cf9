package network_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if inNamespace() {
		return
	}
	goleak.VerifyTestMain(m)
}
