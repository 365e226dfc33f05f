package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress tells on standard error how far a scan is: on a terminal in a line that is rewritten and goes away, elsewhere in lines, few of
// them.
type progress struct {
	out      io.Writer
	terminal bool

	mu          sync.Mutex
	done, total int
	stop        chan struct{}
	stopped     chan struct{}
}

const (
	progressDelay    = 400 * time.Millisecond // what takes no longer needs none
	progressInterval = 100 * time.Millisecond // on a terminal
	progressPause    = 10 * time.Second       // between lines elsewhere
)

// newProgress is nil, which shows nothing, unless somebody wants progress on out: "auto" is for people who watch a terminal.
func newProgress(out io.Writer, when string) *progress {
	f, ok := out.(*os.File)
	terminal := ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
	if when == "never" || when == "auto" && !terminal {
		return nil
	}
	p := &progress{out: out, terminal: terminal, stop: make(chan struct{}), stopped: make(chan struct{})}
	go p.run()
	return p
}

// update says how many roots of how many are evaluated.
func (p *progress) update(done, total int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = max(p.done, done), total
}

func (p *progress) run() {
	defer close(p.stopped)
	wait := progressDelay
	for {
		select {
		case <-p.stop:
			return
		case <-time.After(wait):
		}
		p.show()
		wait = progressPause
		if p.terminal {
			wait = progressInterval
		}
	}
}

// eraseLine goes to the start of the line and empties it.
const eraseLine = "\r\x1b[K"

func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := "iacscan: finding the roots"
	if p.total > 0 {
		text = fmt.Sprintf("iacscan: %d of %d roots", p.done, p.total)
	}
	if p.terminal {
		_, _ = fmt.Fprint(p.out, eraseLine+text)
	} else {
		_, _ = fmt.Fprintln(p.out, text)
	}
}

// end takes the line away or, where there are lines, adds the last one.
func (p *progress) end() {
	if p == nil {
		return
	}
	close(p.stop)
	<-p.stopped
	if p.terminal {
		_, _ = fmt.Fprint(p.out, eraseLine)
	} else {
		p.show()
	}
}
