package console

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func serviceCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"get-service":     {"Name=0 DisplayName DependentServices? RequiredServices?", getService},
		"start-service":   {"Name=0 DisplayName PassThru?", startService},
		"stop-service":    {"Name=0 DisplayName Force? PassThru? NoWait?", stopService},
		"restart-service": {"Name=0 DisplayName Force? PassThru?", restartService},
		"set-service":     {"Name=0! StartupType Status DisplayName Description", setService},
	}
}

// services finds what is named, by short name, display name or the pipeline.
func (k *call) services() ([]*machine.Service, error) {
	var out []*machine.Service
	for _, v := range k.in {
		if r, ok := v.(*record); ok {
			if s, ok := r.of.(*machine.Service); ok {
				out = append(out, s)
				continue
			}
		}
		k.params["name"] = append(unroll(k.params["name"]), v)
	}
	for _, want := range append(k.texts("name"), k.texts("displayname")...) {
		pattern, n := wildcard(want), len(out)
		for _, s := range k.m.ServiceList() {
			if pattern.MatchString(s.Name) || k.has("displayname") && pattern.MatchString(s.Display) {
				out = append(out, s)
			}
		}
		if len(out) == n && !strings.ContainsAny(want, "*?") {
			return nil, fail(1, "Cannot find any service with service name '%s'.", want)
		}
	}
	return out, nil
}

func serviceRecord(s *machine.Service) *record {
	status := map[machine.ServiceState]string{machine.Stopped: "Stopped", machine.StartPending: "StartPending", machine.StopPending: "StopPending", machine.Running: "Running", machine.Paused: "Paused"}[s.State]
	r := newRecord(s, "Status", status, "Name", s.Name, "DisplayName", s.Display,
		"StartType", map[machine.StartType]string{machine.Automatic: "Automatic", machine.Manual: "Manual", machine.Disabled: "Disabled"}[s.Start],
		"CanStop", s.State == machine.Running && !s.Permanent, "RequiredServices", s.DependsOn)
	r.hidden = []string{"StartType", "CanStop", "RequiredServices"}
	return r
}

func getService(k *call) ([]any, error) {
	list := k.m.ServiceList()
	var err error
	if k.has("name") || k.has("displayname") || k.piped {
		if list, err = k.services(); err != nil {
			return nil, err
		}
	}
	var out []any
	for _, s := range list {
		if k.on("dependentservices") {
			for _, d := range k.m.ServiceList() {
				if slices.ContainsFunc(d.DependsOn, func(n string) bool { return strings.EqualFold(n, s.Name) }) {
					out = append(out, serviceRecord(d))
				}
			}
			continue
		}
		out = append(out, serviceRecord(s))
	}
	return out, nil
}

// named is what every change of a service needs.
func (k *call) named() ([]*machine.Service, error) {
	list, err := k.services()
	if err == nil && len(list) == 0 {
		err = fail(1, "Cannot process command because of one or more missing mandatory parameters: Name.")
	}
	return list, err
}

func startService(k *call) ([]any, error) {
	list, err := k.named()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if r := k.m.StartService(s.Name); !r.IsZero() && r.Number != machine.ErrAlreadyRunning {
			return nil, fail(1, "Service '%s (%s)' cannot be started due to the following error: %s", s.Display, s.Name, serviceError(r.Number))
		}
	}
	return nil, nil
}

func stopService(k *call) ([]any, error) {
	list, err := k.named()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if err := k.stopOne(s); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (k *call) stopOne(s *machine.Service) error {
	r := k.m.StopService(s.Name, k.on("force"))
	switch r.Number {
	case 0, machine.ErrNotActive:
		return nil
	case machine.ErrDependentsRun:
		return fail(1, "Cannot stop service '%s (%s)' because it has dependent services. It can only be stopped if the Force flag is set.", s.Display, s.Name)
	}
	return fail(1, "Service '%s (%s)' cannot be stopped due to the following error: %s", s.Display, s.Name, serviceError(r.Number))
}

// restartService stops and starts a service; with -Force its running
// dependents are stopped first and started again.
func restartService(k *call) ([]any, error) {
	list, err := k.named()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.Start == machine.Disabled {
			return nil, fail(1, "Service '%s (%s)' cannot be started due to the following error: %s", s.Display, s.Name, serviceError(machine.ErrServiceDisabled))
		}
		below := k.m.Dependents(s.Name)
		if s.State == machine.StartPending { // it never became ready, so it takes no stop: the process goes
			k.m.Kill(s.PID)
		}
		if err := k.stopOne(s); err != nil {
			return nil, err
		}
		for _, again := range append([]*machine.Service{s}, below...) {
			if r := k.m.StartService(again.Name); !r.IsZero() && r.Number != machine.ErrAlreadyRunning {
				return nil, fail(1, "Service '%s (%s)' cannot be started due to the following error: %s", again.Display, again.Name, serviceError(r.Number))
			}
		}
	}
	return nil, nil
}

func setService(k *call) ([]any, error) {
	list, err := k.named()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if k.has("startuptype") {
			v, err := k.word("StartupType", "Automatic", "AutomaticDelayedStart", "Manual", "Disabled")
			if err != nil {
				return nil, err
			}
			s.Start = map[string]machine.StartType{"Automatic": machine.Automatic, "AutomaticDelayedStart": machine.Automatic, "Manual": machine.Manual, "Disabled": machine.Disabled}[v]
			s.Delayed = v == "AutomaticDelayedStart"
		}
		if k.has("status") {
			v, err := k.word("Status", "Running", "Stopped", "Paused")
			if err != nil {
				return nil, err
			}
			if v == "Running" {
				if r := k.m.StartService(s.Name); !r.IsZero() && r.Number != machine.ErrAlreadyRunning {
					return nil, fail(1, "Service '%s (%s)' cannot be started due to the following error: %s", s.Display, s.Name, serviceError(r.Number))
				}
			} else if err := k.stopOne(s); err != nil {
				return nil, err
			}
		}
		if k.has("displayname") {
			s.Display = k.text("displayname")
		}
	}
	return nil, nil
}
