#!/bin/sh
# Draws the README's pictures again from the real program, in tmux, against the
# practice host. Needs Go and tmux. Run it anywhere in the repository.
set -eu
cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)
mux() { tmux -S "$work/tmux" -f /dev/null "$@"; }
trap 'mux kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -o "$work/wmidoctor" ./cmd/wmidoctor
go build -o "$work/demo" ./tui/demo

shown() { # waits until the screen shows the text
	n=0
	until mux capture-pane -p | grep -qF -- "$1"; do
		n=$((n + 1))
		if [ $n -gt 100 ]; then
			echo "never shown: $1" >&2
			mux capture-pane -p >&2
			exit 1
		fi
		sleep 0.1
	done
}
draw() { mux capture-pane -e -p | "$work/demo" >"tui/demo/$1.svg"; }

LC_ALL=C.UTF-8 COLORTERM= mux -u new-session -d -x 80 -y 24 \
	"HOME=$work TERM=screen-16color '$work/wmidoctor' practice act-machine-launch"
mux set -g status off
mux resize-window -x 80 -y 24

shown '[1] net localgroup'
draw verdict
mux send-keys g
shown 'dcom-rights'
draw guide
mux send-keys w
shown 'RemoteCreateInstance'
mux send-keys Up
mux send-keys Up
shown 'Frame 14'
draw wire
mux send-keys v
shown 'Fix 1'
mux send-keys o
shown 'system32>'
mux send-keys -l 'net localgroup "Distributed COM Users" "LAB\svc-mon" /add'
mux send-keys Enter
shown 'completed successfully'
draw console
