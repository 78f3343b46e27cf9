package cli

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/plain"
)

// checkFront is the front of a run that nobody watches: it asks nothing,
// agrees to nothing, and tells steps only where it was told to.
type checkFront struct {
	steps *plain.Front
	debug *debugLog
}

func (a *app) checkFront(f *runFlags) (*checkFront, error) {
	c := &checkFront{}
	if f.show.verbose {
		c.steps = &plain.Front{Out: a.err, Each: true}
	}
	var err error
	c.debug, err = openDebug(f.show.debug)
	return c, err
}

func (c *checkFront) Emit(e probe.Event) {
	if c.steps != nil {
		c.steps.Emit(e)
	}
	c.debug.emit(e)
}

func (*checkFront) BeforeStep(ctx context.Context, _ probe.Step) error { return ctx.Err() }
func (*checkFront) Consent(context.Context, probe.Experiment) bool     { return false }
func (c *checkFront) close()                                           { c.debug.close() }

// debugLog is the file of --debug: one JSON object for each event. Frames are
// blanked where they are made; nothing here is a secret.
type debugLog struct{ file *os.File }

func openDebug(path string) (*debugLog, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, &complaint{code: exitUsage, what: "the file of --debug cannot be written", todo: "Name another file. Nothing was sent.", err: reasonOf(err)}
	}
	return &debugLog{f}, nil
}

func (d *debugLog) emit(e probe.Event) {
	if d == nil {
		return
	}
	line := map[string]any{"at": time.Now().UTC().Format(time.RFC3339Nano)}
	switch e := e.(type) {
	case probe.StepStarted:
		line["event"], line["step"], line["experiment"] = "step-started", e.Step.ID, e.Experiment
	case probe.StepSlow:
		line["event"], line["step"] = "step-slow", e.Step
	case probe.StepDone:
		line["event"], line["step"], line["experiment"] = "step-done", e.Result.Step, e.Experiment
		line["outcome"], line["because"], line["failure"], line["learnt"] = e.Result.Outcome, e.Result.Because, e.Result.Failure, e.Result.Learnt
	case probe.FrameSeen:
		f := e.Frame
		line["event"], line["step"] = "frame", e.Step
		line["frame"] = map[string]any{"at": f.At.UTC().Format(time.RFC3339Nano), "conn": f.Conn, "local": f.Local, "remote": f.Remote, "out": f.Out,
			"served": f.Served, "type": f.Type, "call": f.CallID, "operation": f.Operation, "status": f.Status, "size": f.Size, "raw": hex.EncodeToString(f.Raw)}
	case probe.Done:
		line["event"], line["outcome"] = "done", e.Report.Outcome
	default:
		return
	}
	if b, err := json.Marshal(line); err == nil {
		_, _ = d.file.Write(append(b, '\n'))
	}
}

func (d *debugLog) close() {
	if d != nil {
		d.file.Close()
	}
}
