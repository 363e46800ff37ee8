package main

import (
	"syscall"
	"time"
)

const prSetTimerSlack = 29

// The scheduler's own sleep is rounded up to a millisecond; a system call on a thread of its own is not.
func sharpenPause() {
	_, _, _ = syscall.Syscall(syscall.SYS_PRCTL, prSetTimerSlack, 1, 0)
}

func pause(length time.Duration) {
	rest := syscall.NsecToTimespec(length.Nanoseconds())
	_ = syscall.Nanosleep(&rest, nil)
}
