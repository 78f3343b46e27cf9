package cli

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
)

// outputs are the files a run was told to write. They are opened before the
// run, so that a path that cannot be written costs no logon.
type outputs struct{ report, ticket *output }

func openOutputs(f *runFlags) (o outputs, err error) {
	if o.report, err = openOutput(f.report, "report"); err != nil {
		return o, err
	}
	if o.ticket, err = openOutput(f.ticket, "ticket"); err != nil {
		o.discard()
	}
	return o, err
}

// write renders what was asked for, without names unless they are wanted.
func (o outputs) write(r *probe.Report, redacted bool) error {
	if o.report == nil && o.ticket == nil {
		return nil
	}
	if redacted {
		r = report.Redact(r)
	}
	fixes := prescribe(r)
	if o.report != nil {
		var b bytes.Buffer
		if err := report.Write(&b, report.Document(r, fixes, sections)); err != nil {
			return &complaint{code: exitInternal, what: "the report could not be made", err: err}
		}
		if err := o.report.finish(b.Bytes()); err != nil {
			return err
		}
	}
	if o.ticket != nil {
		return o.ticket.finish([]byte(report.Ticket(r, fixes)))
	}
	return nil
}

func (o outputs) discard() {
	o.report.discard()
	o.ticket.discard()
}

// output is one file: written beside its place and moved there when whole, so
// that nobody ever reads half of it. What is no ordinary file is written to.
type output struct {
	what, path string
	file       *os.File
	beside     bool
}

func openOutput(path, what string) (*output, error) {
	if path == "" {
		return nil, nil
	}
	o := &output{what: what, path: path}
	info, err := os.Stat(path)
	if o.beside = err != nil || info.Mode().IsRegular(); o.beside {
		o.file, err = os.CreateTemp(filepath.Dir(path), ".wmidoctor-*")
	} else {
		o.file, err = os.OpenFile(path, os.O_WRONLY, 0)
	}
	if err != nil {
		return nil, &complaint{code: exitUsage, what: "the " + what + " cannot be written to " + path,
			todo: "Name a file in a folder that exists and may be written to. Nothing was sent.", err: reasonOf(err)}
	}
	return o, nil
}

// reasonOf is the system's own sentence, without the path of the file beside.
func reasonOf(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

func (o *output) finish(b []byte) error {
	_, err := o.file.Write(b)
	if e := o.file.Close(); err == nil {
		err = e
	}
	if err == nil && o.beside {
		err = os.Rename(o.file.Name(), o.path)
	}
	if err != nil {
		return &complaint{code: exitInternal, what: "the " + o.what + " could not be written to " + o.path, err: reasonOf(err)}
	}
	o.file = nil
	return nil
}

func (o *output) discard() {
	if o == nil || o.file == nil {
		return
	}
	o.file.Close()
	if o.beside {
		_ = os.Remove(o.file.Name())
	}
	o.file = nil
}
