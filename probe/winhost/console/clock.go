package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// w32tm knows /query, /resync, /config and /stripchart's answer.
func w32tm(c *command) error {
	words, sw := options(c.args)
	has := func(name string) bool { _, ok := sw[name]; return ok }
	running := c.m.Services["w32time"].State == machine.Running
	switch {
	case len(words) > 0 || len(sw) == 0:
		return fail(1, "The command line is not valid. Use w32tm /? for help.")
	case !running && (has("query") || has("resync")):
		return fail(1, "The following error occurred: The service has not been started. (0x80070426)")
	case has("resync"):
		c.out.line("Sending resync command to local computer")
		if !c.m.Resync() {
			return fail(1, "The computer did not resync because no time data was available.")
		}
		c.out.line("The command completed successfully.")
	case has("query") && has("source"):
		c.out.line("%s", c.m.Clock.Source)
	case has("query") && has("status"):
		c.out.line("Leap Indicator: 0(no warning)\nStratum: 3 (secondary reference - syncd by (S)NTP)\nLast Successful Sync Time: %s\nSource: %s\nPoll Interval: 10 (1024s)", c.m.Now().Format("1/2/2006 3:04:05 PM"), c.m.Clock.Source)
	case has("query") && has("configuration"):
		c.out.line("[TimeProviders]\n\nNtpClient (Local)\nType: %s", map[bool]string{true: "NTP (Local)", false: "NT5DS (Local)"}[c.m.Role == machine.Workgroup])
	case has("config"):
		if p := strings.Fields(sw["manualpeerlist"]); len(p) > 0 {
			c.m.Clock.Source, c.m.Clock.Drifted = strings.Split(p[0], ",")[0], false
		}
		if strings.EqualFold(sw["syncfromflags"], "domhier") {
			c.m.Clock.Source, c.m.Clock.Drifted = c.m.Domain.Controller, false
		}
		c.out.line("The command completed successfully.")
	default:
		return fail(1, "The command line is not valid. Use w32tm /? for help.")
	}
	return nil
}
