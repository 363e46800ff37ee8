//go:build !linux

package main

import "time"

func sharpenPause() {}

func pause(length time.Duration) { time.Sleep(length) }
