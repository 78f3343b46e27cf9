package winhost

import (
	"context"
	"strings"
	"time"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/winhost/wql"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// rows is the result of one query: what Next gives out, or the refusal it gives
// instead.
type rows struct {
	objects     []*wmio.Object
	denial      machine.Denial // of the first Next
	ready       time.Time      // when the provider has its first row
	forwardOnly bool
}

// query reads a WQL query and asks the machine for its rows.
func (h *Host) query(ctx context.Context, self *services, text string) (*rows, error) {
	q, err := wql.Parse(text)
	if err != nil {
		return nil, wmi.Returned("ExecQuery", wbemInvalidQuery)
	}
	if strings.EqualFold(q.Class, "meta_class") {
		return h.classes(self, q)
	}
	var found machine.QueryResult
	var server string
	h.machine.Do(func(m *machine.Machine) {
		server = m.Computer
		if n := m.Namespace(self.path); n != nil {
			found = m.MayQuery(callerOf(ctx), n, machine.Query{Class: q.Class, Compared: q.Compared()})
		}
	})
	// a query that returns at once hangs where its rows are waited for
	if found.Denial.Refused() && found.AtExec && found.Denial.Kind != machine.NoAnswer {
		return nil, refuse(ctx, "ExecQuery", found.Denial)
	}
	out := &rows{denial: found.Denial, ready: time.Now().Add(found.Slow)}
	if found.Class == nil {
		return out, nil
	}
	whole := classOf(found.Class, nil)
	if !knows(whole, q.Properties) {
		return nil, wmi.Returned("ExecQuery", wbemInvalidQuery)
	}
	out.objects, err = match(whole, classOf(found.Class, q.Properties), found.Rows, q, server, self.path)
	if err != nil {
		return nil, wmi.Returned("ExecQuery", wbemInvalidQuery)
	}
	return out, nil
}

// knows reports whether every selected column is a property of the class or a
// system property.
func knows(c *wmio.Class, columns []string) bool {
	for _, name := range columns {
		if c.Property(name) < 0 && !strings.HasPrefix(name, "__") {
			return false
		}
	}
	return true
}

// match keeps the rows that fulfil WHERE, and projects them.
func match(whole, projected *wmio.Class, from []machine.Row, q wql.Query, server, namespace string) ([]*wmio.Object, error) {
	var out []*wmio.Object
	for _, row := range from {
		object, err := instance(whole, row, server, namespace)
		if err != nil {
			return nil, err
		}
		ok, err := q.Match(object.Value)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if object, err = instance(projected, row, server, namespace); err != nil {
			return nil, err
		}
		out = append(out, object)
	}
	return out, nil
}

// classes answers a query for class definitions.
func (h *Host) classes(self *services, q wql.Query) (*rows, error) {
	out := &rows{ready: time.Now()}
	var err error
	h.machine.Do(func(m *machine.Machine) {
		n := m.Namespace(self.path)
		if n == nil {
			return
		}
		for _, c := range n.Classes {
			object := &wmio.Object{Class: classOf(c, nil), Server: m.Computer, Namespace: self.path}
			ok, wrong := q.Match(object.Value)
			if wrong != nil {
				err = wmi.Returned("ExecQuery", wbemInvalidQuery)
				return
			}
			if ok {
				out.objects = append(out.objects, object)
			}
		}
	})
	return out, err
}

// object finds what GetObject names: "Win32_Service" is the class,
// Win32_Service.Name="winmgmt" an instance, Win32_OperatingSystem=@ the only
// one.
func (h *Host) object(ctx context.Context, self *services, path string) (*ms.InterfacePointer, error) {
	class, key, isInstance := strings.Cut(path, ".")
	if name, only := strings.CutSuffix(path, "=@"); only {
		class, key, isInstance = name, "", true
	}
	if class == "" {
		return nil, wmi.Returned("GetObject", wbemInvalidParameter)
	}
	query := "SELECT * FROM meta_class WHERE __CLASS = '" + strings.ReplaceAll(class, "'", "") + "'"
	if isInstance {
		query = "SELECT * FROM " + class
		if key != "" {
			query += " WHERE " + strings.ReplaceAll(key, ",", " AND ")
		}
	}
	found, err := h.query(ctx, self, query)
	switch {
	case err != nil:
		return nil, err
	case found.denial.Refused():
		return nil, refuse(ctx, "GetObject", found.denial)
	case len(found.objects) == 0:
		return nil, wmi.Returned("GetObject", wbemNotFound)
	}
	ref, err := wmi.ObjectRef(found.objects[0])
	if err != nil {
		return nil, err
	}
	return ref.Pointer(), nil
}
