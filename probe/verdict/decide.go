package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// decisions collects what would settle the open clues of every suspect that
// is not ruled out, cheapest first, each once. What an experiment does and
// costs is filled in by whoever can carry it out.
func decisions(r *probe.Report, all []suspect) []probe.Decision {
	var out []probe.Decision
	seen := map[probe.ExperimentID]bool{}
	for _, s := range ranked(all) {
		if s.confidence == probe.NoConfidence {
			continue
		}
		for _, e := range s.open {
			if !seen[e] && !r.Tried(e) {
				seen[e] = true
				out = append(out, probe.Decision{Experiment: e})
			}
		}
	}
	return out
}
