package probe

import (
	"context"
	"sync"
	"time"
)

// limit is the time a run may take. Unlike a context's deadline it can stand
// still while a person is being asked.
type limit struct {
	whole  time.Duration
	mu     sync.Mutex
	left   time.Duration
	since  time.Time
	timer  *time.Timer
	cancel context.CancelFunc
}

func withLimit(parent context.Context, d time.Duration) (context.Context, *limit) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, &limit{whole: d, left: d, since: time.Now(), timer: time.AfterFunc(d, cancel), cancel: cancel}
}

func (l *limit) pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer.Stop() {
		l.left -= time.Since(l.since)
	}
}

func (l *limit) resume() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.since = time.Now()
	l.timer.Reset(max(l.left, 0))
}

func (l *limit) stop() {
	l.timer.Stop()
	l.cancel()
}
