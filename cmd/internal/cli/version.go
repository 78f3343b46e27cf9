package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe"
)

// version is set by the release build.
var version string

// versionOf is the release, or what Go knows of the build: the module's
// version, else the commit.
func versionOf(release string, info *debug.BuildInfo, ok bool) string {
	if release != "" {
		return release
	}
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "0.0.0-" + s.Value[:12]
		}
	}
	return "0.0.0-devel"
}

func tool() probe.Tool {
	info, ok := debug.ReadBuildInfo()
	return probe.Tool{Version: versionOf(version, info, ok), OS: runtime.GOOS, Arch: runtime.GOARCH}
}

func versionLine() string {
	t := tool()
	return fmt.Sprintf("wmidoctor %s (%s/%s, %s)", t.Version, t.OS, t.Arch, runtime.Version())
}

func (a *app) versionCommand() *cobra.Command {
	cmd := newCommand("version", "the version of this program")
	cmd.GroupID = groupKeep
	cmd.Args = exactly(0, "no argument")
	cmd.RunE = func(*cobra.Command, []string) error {
		fmt.Fprintln(a.out, versionLine())
		return nil
	}
	return cmd
}
