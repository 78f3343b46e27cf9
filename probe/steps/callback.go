package steps

import (
	"context"

	"github.com/wmidoctor/wmidoctor/probe"
)

// listen stands for layer 6, which this program does not test yet. It says so
// rather than pass.
func (w *walk) listen(context.Context) (probe.Evidence, error) {
	if w.target.Callback == probe.CallbackOff {
		return nil, &probe.Skip{Because: "not asked for (--callback off)"}
	}
	return nil, &probe.Skip{Because: "this version does not test the callback; ordinary queries need none"}
}
