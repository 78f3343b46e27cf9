package steps_test

import (
	"strconv"
	"syscall"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// The program's memory at its peak during a check: 25 MB and no more.
func TestPeakMemory(t *testing.T) {
	_, where := serve(t, machine.New(), "127.13.9.10:0")
	cmd := ourCheck(build(t), "127.13.9.10", "auto")
	cmd.Args = append(cmd.Args, "--port", strconv.Itoa(int(where.Mapper.Port())))
	timed(t, cmd)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	t.Logf("peak %.1f MB", float64(usage.Maxrss)/1024)
	if usage.Maxrss > 25<<10 {
		t.Errorf("peak of %d kB", usage.Maxrss)
	}
}
