package steps_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// The program's memory at its peak during a check: 25 MB and no more. The
// kernel's high-water mark is read while the program runs: what wait4 tells
// would count the memory of this test too, since the process began as its copy.
func TestPeakMemory(t *testing.T) {
	_, where := serve(t, machine.New(), "127.13.9.10:0")
	cmd := ourCheck(build(t), "127.13.9.10", "auto")
	cmd.Args = append(cmd.Args, "--port", strconv.Itoa(int(where.Mapper.Port())))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	peak := 0
	for running := true; running; {
		select {
		case err := <-ended:
			if running = false; err != nil {
				t.Error(err)
			}
		default:
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
			if found := highWater.FindSubmatch(status); found != nil {
				peak, _ = strconv.Atoi(string(found[1]))
			}
		}
	}
	t.Logf("peak %.1f MB", float64(peak)/1024)
	if peak == 0 || peak > 25<<10 {
		t.Errorf("peak of %d kB", peak)
	}
}
