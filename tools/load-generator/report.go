package main

import (
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/valyala/fasthttp"
)

const maxMicros = 120_000_000

// worker's tally; merged when all have ended, so that nothing is shared while requests run.
type tally struct {
	statuses  map[int]int64
	errors    map[string]int64
	bodyBytes int64
	latency   *hdrhistogram.Histogram
}

func newTally() *tally {
	return &tally{
		statuses: map[int]int64{},
		errors:   map[string]int64{},
		latency:  hdrhistogram.New(1, maxMicros, 3),
	}
}

func (t *tally) add(other *tally) {
	for status, count := range other.statuses {
		t.statuses[status] += count
	}
	for cause, count := range other.errors {
		t.errors[cause] += count
	}
	t.bodyBytes += other.bodyBytes
	t.latency.Merge(other.latency)
}

func causeOf(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, fasthttp.ErrTimeout), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, fasthttp.ErrConnectionClosed), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	default:
		return strings.SplitN(err.Error(), "\n", 2)[0]
	}
}

type report struct {
	Requests          int64            `json:"requests"`
	Statuses          map[string]int64 `json:"statuses"`
	Errors            map[string]int64 `json:"errors"`
	Unsent            int64            `json:"unsent"`
	BodyBytes         int64            `json:"bodyBytes"`
	Seconds           float64          `json:"seconds"`
	RequestsPerSecond float64          `json:"requestsPerSecond"`
	LatencyMillis     latency          `json:"latencyMillis"`
}

type latency struct {
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

func reportOf(total *tally, unsent int64, seconds float64) report {
	out := report{
		Statuses:  map[string]int64{},
		Errors:    total.errors,
		Unsent:    unsent,
		BodyBytes: total.bodyBytes,
		Seconds:   seconds,
	}
	for status, count := range total.statuses {
		out.Statuses[strconv.Itoa(status)] = count
		out.Requests += count
	}
	out.RequestsPerSecond = float64(out.Requests) / seconds
	at := func(percent float64) float64 { return float64(total.latency.ValueAtQuantile(percent)) / 1000 }
	if out.Requests > 0 {
		out.LatencyMillis = latency{
			Mean: total.latency.Mean() / 1000, P50: at(50), P90: at(90), P99: at(99), P999: at(99.9),
			Max: float64(total.latency.Max()) / 1000,
		}
	}
	return out
}
