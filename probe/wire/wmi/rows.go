package wmi

import (
	"fmt"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// Row is one object of a result.
type Row struct {
	Object *wmio.Object // nil where Err says why
	Raw    []byte       // the object as it came
	Err    error        // it could not be read
}

// ReadRow reads an object out of its reference: an OBJREF_CUSTOM whose data is
// an EncodingUnit (MS-WMIO 2.2.1).
func ReadRow(objref []byte) Row {
	ref, err := dcom.ParseObjRef(objref)
	switch {
	case err != nil:
		return Row{Raw: objref, Err: err}
	case ref.Kind != dcom.Custom || ref.Class != dcom.ClassObject:
		return Row{Raw: objref, Err: fmt.Errorf("%w: an object as a reference of kind %d, class %s", dcom.ErrMalformed, ref.Kind, dcom.Name(ref.Class))}
	}
	o, err := wmio.Decode(ref.Data)
	if err != nil {
		return Row{Raw: ref.Data, Err: err}
	}
	return Row{Object: o, Raw: ref.Data}
}

func rowOf(p *ms.InterfacePointer) Row {
	if p == nil {
		return Row{Err: fmt.Errorf("%w: a NULL object", dcom.ErrMalformed)}
	}
	return ReadRow(p.Data)
}

// ObjectRef is the reference in which an object travels, the other way of
// ReadRow.
func ObjectRef(o *wmio.Object) (*dcom.ObjRef, error) {
	data, err := wmio.Encode(o)
	if err != nil {
		return nil, err
	}
	return &dcom.ObjRef{Kind: dcom.Custom, IID: dcom.IIDClassObject, Class: dcom.ClassObject, Data: data}, nil
}

// Batch is what one Next gave.
type Batch struct {
	Rows []Row
	// Status is StatusOK when as many came as were asked for, so there may be
	// more; StatusEnd when there are no more; StatusTimedOut when the time was
	// over first. Anything else is also the error beside the batch.
	Status uint32
}
