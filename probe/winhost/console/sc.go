package console

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func scFailed(what string, n uint32) error {
	return fail(int(n), "[SC] %s FAILED %d:\n\n%s", what, n, serviceError(n))
}

// sc is sc.exe.
func sc(c *command) error {
	if len(c.args) == 0 {
		return fail(1, "DESCRIPTION:\n        SC is a command line program used for communicating with the\n        Service Control Manager and services.\nUSAGE:\n        sc <server> [command] [service name] <option1> <option2>...")
	}
	if strings.HasPrefix(c.args[0], `\\`) {
		c.args = c.args[1:]
	}
	verb, rest := strings.ToLower(c.args[0]), c.args[1:]
	if verb == "query" && len(rest) == 0 {
		for _, s := range c.m.ServiceList() {
			if s.State == machine.Running {
				scStatus(c, s, false)
			}
		}
		return nil
	}
	if len(rest) == 0 {
		return fail(1, "*** Unrecognized Command ***\nUSAGE:\n        sc <server> [command] [service name] <option1> <option2>...")
	}
	if verb == "sdshow" || verb == "sdset" {
		return scSecurity(c, verb, rest)
	}
	s := c.m.Services[strings.ToLower(rest[0])]
	if s == nil {
		what := map[string]string{"query": "EnumQueryServicesStatus:OpenService", "queryex": "EnumQueryServicesStatus:OpenService"}[verb]
		if what == "" {
			what = "OpenService"
		}
		return scFailed(what, machine.ErrNoSuchService)
	}
	switch verb {
	case "query", "queryex":
		scStatus(c, s, verb == "queryex")
	case "qc":
		scConfiguration(c, s)
	case "config":
		return scConfig(c, s, rest[1:])
	case "start":
		if r := c.m.StartService(s.Name); !r.IsZero() {
			return scFailed("StartService", r.Number)
		}
		scStatus(c, s, true)
	case "stop":
		if r := c.m.StopService(s.Name, false); !r.IsZero() {
			return scFailed("ControlService", r.Number)
		}
		scStatus(c, s, false)
	default:
		return fail(1, "*** Unrecognized Command ***\nUSAGE:\n        sc <server> [command] [service name] <option1> <option2>...")
	}
	return nil
}

var scStates = map[machine.ServiceState]string{machine.Stopped: "STOPPED", machine.StartPending: "START_PENDING", machine.StopPending: "STOP_PENDING",
	machine.Running: "RUNNING", machine.Paused: "PAUSED"}

func scKind(s *machine.Service) string {
	if s.Own {
		return "10  WIN32_OWN_PROCESS"
	}
	return "20  WIN32_SHARE_PROCESS"
}

func scStatus(c *command, s *machine.Service, extended bool) {
	stoppable := "STOPPABLE"
	if s.Permanent || s.State != machine.Running {
		stoppable = "NOT_STOPPABLE"
	}
	c.out.line("\nSERVICE_NAME: %s", s.Name)
	if extended {
		c.out.line("DISPLAY_NAME: %s", s.Display)
	}
	c.out.line("        TYPE               : %s\n        STATE              : %d  %s\n                                (%s, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)", scKind(s), s.State, scStates[s.State], stoppable)
	c.out.line("        WIN32_EXIT_CODE    : 0  (0x0)\n        SERVICE_EXIT_CODE  : 0  (0x0)\n        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x0")
	if extended {
		c.out.line("        PID                : %d\n        FLAGS              :", s.PID)
	}
}

func scConfiguration(c *command, s *machine.Service) {
	start := map[machine.StartType]string{machine.Automatic: "2   AUTO_START", machine.Manual: "3   DEMAND_START", machine.Disabled: "4   DISABLED"}[s.Start]
	if s.Delayed && s.Start == machine.Automatic {
		start += "  (DELAYED)"
	}
	c.out.line("[SC] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: %s\n        TYPE               : %s\n        START_TYPE         : %s\n        ERROR_CONTROL      : 1   NORMAL\n        BINARY_PATH_NAME   : %s", s.Name, scKind(s), start, s.Path)
	c.out.line("        LOAD_ORDER_GROUP   :\n        TAG                : 0\n        DISPLAY_NAME       : %s\n        DEPENDENCIES       : %s\n        SERVICE_START_NAME : %s", s.Display, strings.Join(s.DependsOn, "\n                           : "), s.Account)
}

// scConfig reads options as "start= auto": the name with its sign, then the
// value as the next word.
func scConfig(c *command, s *machine.Service, args []string) error {
	usage := fail(1639, "DESCRIPTION:\n        Modifies a service entry in the registry and Service Database.\nUSAGE:\n        sc <server> config [service name] <option1> <option2>...\n\nOPTIONS:\nNOTE: The option name includes the equal sign.\n      A space is required between the equal sign and the value.")
	if len(args) == 0 || len(args)%2 == 1 {
		return usage
	}
	next := *s
	for i := 0; i < len(args); i += 2 {
		value := strings.ToLower(args[i+1])
		switch strings.ToLower(args[i]) {
		case "start=":
			start, ok := map[string]machine.StartType{"auto": machine.Automatic, "delayed-auto": machine.Automatic, "demand": machine.Manual, "disabled": machine.Disabled}[value]
			if !ok {
				return usage
			}
			next.Start, next.Delayed = start, value == "delayed-auto"
		case "type=":
			if value != "own" && value != "share" {
				return usage
			}
			next.Own = value == "own"
		case "obj=":
			next.Account = args[i+1]
		case "displayname=":
			next.Display = args[i+1]
		case "depend=":
			next.DependsOn = strings.Split(strings.Trim(args[i+1], "/"), "/")
		case "binpath=", "error=", "password=", "group=", "tag=":
		default:
			return usage
		}
	}
	*s = next
	c.out.line("[SC] ChangeServiceConfig SUCCESS")
	return nil
}

// scSecurity is sdshow and sdset, for scmanager or a service.
func scSecurity(c *command, verb string, rest []string) error {
	manager := strings.EqualFold(rest[0], "scmanager")
	s := c.m.Services[strings.ToLower(rest[0])]
	if !manager && s == nil {
		return scFailed("OpenService", machine.ErrNoSuchService)
	}
	if verb == "sdshow" {
		text := c.m.Manager
		if !manager {
			text = s.Security
		}
		c.out.line("\n%s", text)
		return nil
	}
	if len(rest) != 2 {
		return fail(1639, "DESCRIPTION:\n        Sets a service's security descriptor.\nUSAGE:\n        sc <server> sdset <service name> <SD in SDDL format>")
	}
	d, err := machine.ParseSDDL(rest[1])
	if err != nil || !d.HasDACL {
		return fail(1336, "[SC] ConvertStringSecurityDescriptorToSecurityDescriptor FAILED 1336:\n\nThe access control list (ACL) structure is invalid.")
	}
	if manager {
		c.m.Manager = fmt.Sprint(rest[1])
	} else {
		s.Security = rest[1]
	}
	c.out.line("[SC] SetServiceObjectSecurity SUCCESS")
	return nil
}
