package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// serviceError is what NET and the cmdlets say of a Win32 error of the service
// control manager.
func serviceError(n uint32) string {
	return map[uint32]string{
		machine.ErrAccessDenied:     "Access is denied.",
		machine.ErrControlInvalid:   "The requested control is not valid for this service.",
		machine.ErrDependentsRun:    "A stop control has been sent to a service that other running services are dependent on.",
		machine.ErrRequestTimeout:   "The service did not respond to the start or control request in a timely fashion.",
		machine.ErrAlreadyRunning:   "An instance of the service is already running.",
		machine.ErrServiceDisabled:  "The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.",
		machine.ErrNoSuchService:    "The specified service does not exist as an installed service.",
		machine.ErrNotActive:        "The service has not been started.",
		machine.ErrServiceLogon:     "The service did not start due to a logon failure.",
		machine.ErrDependencyFailed: "The dependency service or group failed to start.",
	}[n]
}

func netStart(c *command) error {
	words, _ := options(c.args)
	if len(words) == 0 {
		c.out.line("These Windows services are started:\n")
		for _, s := range c.m.ServiceList() {
			if s.State == machine.Running {
				c.out.line("   %s", s.Display)
			}
		}
		c.out.line("\n%s", netDone)
		return nil
	}
	s := c.m.Service(strings.Join(words, " "))
	if s == nil {
		return netHelp("The service name is invalid.", 2185)
	}
	switch r := c.m.StartService(s.Name); r.Number {
	case 0:
		c.out.line("The %s service is starting.\nThe %s service was started successfully.\n", s.Display, s.Display)
		return nil
	case machine.ErrAlreadyRunning:
		return netHelp("The requested service has already been started.", 2182)
	case machine.ErrRequestTimeout:
		return fail(2, "The %s service is starting.......\nThe %s service could not be started.\n\nThe service did not report an error.\n\nMore help is available by typing NET HELPMSG 3534.", s.Display, s.Display)
	default:
		return netError(int(r.Number), serviceError(r.Number))
	}
}

// netStop asks before it stops dependents; /y answers.
func netStop(c *command) error {
	words, sw := options(c.args)
	if len(words) == 0 {
		return fail(1, "The syntax of this command is:\n\nNET STOP\nservice")
	}
	s := c.m.Service(strings.Join(words, " "))
	if s == nil {
		return netHelp("The service name is invalid.", 2185)
	}
	below := c.m.Dependents(s.Name)
	_, yes := sw["y"]
	if len(below) > 0 && s.State == machine.Running && !s.Permanent {
		c.out.line("The following services are dependent on the %s service.\nStopping the %s service will also stop these services.\n", s.Display, s.Display)
		for _, d := range below {
			c.out.line("   %s", d.Display)
		}
		if !yes {
			return fail(2, "\nDo you want to continue this operation? (Y/N) [N]: \nA question can't be answered here: add /y.")
		}
		c.out.line("")
	}
	switch r := c.m.StopService(s.Name, true); r.Number {
	case 0:
		for _, d := range below {
			c.out.line("The %s service is stopping.\nThe %s service was stopped successfully.\n", d.Display, d.Display)
		}
		c.out.line("The %s service is stopping.\nThe %s service was stopped successfully.\n", s.Display, s.Display)
		return nil
	case machine.ErrNotActive:
		return netHelp("The "+s.Display+" service is not started.", 3521)
	case machine.ErrControlInvalid:
		return netHelp("The requested pause, continue, or stop is not valid for this service.", 2191)
	case machine.ErrRequestTimeout:
		return fail(2, "The %s service is stopping......\nThe %s service could not be stopped.", s.Display, s.Display)
	default:
		return netError(int(r.Number), serviceError(r.Number))
	}
}
