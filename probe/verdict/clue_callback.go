package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// stage is what the failed step of the callback saw.
func stage(r *probe.Report) (*probe.CallbackStage, bool) {
	f, _ := r.FirstFailed()
	s, ok := probe.Learnt[*probe.CallbackStage](f)
	return s, ok && s != nil
}

// synSeen: a capture here saw the host's SYN. Without a capture nobody knows.
func synSeen(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		s, ok := stage(r)
		switch {
		case !ok || s.SYN == nil:
			return Answer{}
		case *s.SYN == want && want:
			return yes("a capture here saw the host's SYN, the listener did not")
		case *s.SYN == want:
			return yes("a capture here saw no SYN from the host")
		case want:
			return no("a capture here saw no SYN from the host")
		}
		return no("a capture here saw the host's SYN")
	})
}

// listening asks whether we own port 135 here.
func listening(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		l, ok := probe.Learnt[*probe.Listening](r.Result(probe.StepListen))
		if !ok || l == nil {
			return Answer{}
		}
		owns := l.Resolver.Port() == probe.DefaultPort
		switch {
		case owns == want && want:
			return yes("this program listens on port 135 here")
		case owns == want:
			return yes("this program could not listen on port 135 here")
		case want:
			return no("this program could not listen on port 135 here")
		}
		return no("this program listens on port 135 here")
	})
}

// tried asks whether one of the host's attempts fits.
func tried(fits func(probe.CallbackTry) bool, is, isNot string) Clue {
	return clue(func(r *probe.Report) Answer {
		s, ok := stage(r)
		if !ok || len(s.Tries) == 0 {
			return Answer{}
		}
		for _, t := range s.Tries {
			if fits(t) {
				return yes(is)
			}
		}
		return no(isNot)
	})
}

// Authentication level 1 is none (MS-RPCE 2.2.1.1.8).
func triedAnonymously() Clue {
	return tried(func(t probe.CallbackTry) bool { return t.Level <= 1 }, "the host also called without a logon", "the host never called without a logon")
}

func neverAnonymously() Clue {
	return tried(func(t probe.CallbackTry) bool { return t.Level > 1 }, "the host called under a logon only", "the host called without a logon")
}

// onWindows asks whether this machine runs Windows.
func onWindows() Clue {
	return clue(func(r *probe.Report) Answer {
		switch r.Tool.OS {
		case "":
			return Answer{}
		case "windows":
			return yes("this machine runs Windows")
		}
		return no("this machine does not run Windows")
	})
}
