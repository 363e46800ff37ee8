// Program load-generator asks one address again and again and prints what came back as one line of JSON: answers by status,
// errors by cause, latencies. As fast as the other side answers, or at a fixed rate; then a latency is counted from when the
// request was due, so that a server that stalls cannot hide it by being asked less.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// Node.js closes a connection that was idle for 5 s: one that waits longer here is not used again.
const idleMax = 4 * time.Second

// Requests that are due while all connections wait; what is beyond is counted as unsent.
const dueMax = 1 << 16

type options struct {
	url         string
	connections int
	duration    time.Duration
	rate        float64
	timeout     time.Duration
	ids         int
}

func readOptions() options {
	var o options
	flag.StringVar(&o.url, "url", "", "http address; {id} is replaced by 1 … -ids")
	flag.IntVar(&o.connections, "connections", 32, "connections, each with one request at a time")
	flag.DurationVar(&o.duration, "duration", 4*time.Second, "how long")
	flag.Float64Var(&o.rate, "rate", 0, "requests a second; 0: as fast as answers come")
	flag.DurationVar(&o.timeout, "timeout", 10*time.Second, "longest wait for an answer")
	flag.IntVar(&o.ids, "ids", 100, "different values of {id}")
	flag.Parse()
	if !strings.HasPrefix(o.url, "http://") || o.connections < 1 || o.duration <= 0 || o.rate < 0 || o.timeout <= 0 || o.ids < 1 {
		fmt.Fprintln(os.Stderr, "load-generator: needs -url http://…, and numbers above 0")
		os.Exit(2)
	}
	return o
}

// The addresses to ask for, one after the other.
func addresses(o options) []string {
	if !strings.Contains(o.url, "{id}") {
		return []string{o.url}
	}
	list := make([]string, o.ids)
	for index := range list {
		list[index] = strings.ReplaceAll(o.url, "{id}", strconv.Itoa(index+1))
	}
	return list
}

type generator struct {
	options
	client    *fasthttp.HostClient
	addresses []string
	start     time.Time
	end       time.Time
}

func (g *generator) ask(address string, from time.Time, into *tally, request *fasthttp.Request, response *fasthttp.Response) {
	request.SetRequestURI(address)
	err := g.client.DoTimeout(request, response, g.timeout)
	if err != nil {
		into.errors[causeOf(err)]++
		// A server that is gone fails in microseconds: asking on without a pause would measure nothing but that.
		time.Sleep(time.Millisecond)
		return
	}
	into.statuses[response.StatusCode()]++
	into.bodyBytes += int64(len(response.Body()))
	micros := time.Since(from).Microseconds()
	_ = into.latency.RecordValue(min(max(micros, 1), maxMicros))
}

// One connection. Without a schedule it asks until the end; with one, when something is due.
func (g *generator) work(index int, due <-chan time.Time, into *tally) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	next := index
	address := func() string {
		next += g.connections
		return g.addresses[next%len(g.addresses)]
	}
	if due == nil {
		for now := time.Now(); now.Before(g.end); now = time.Now() {
			g.ask(address(), now, into, request, response)
		}
		return
	}
	for when := range due {
		g.ask(address(), when, into, request, response)
	}
}

// Hands out what is due, on time; at the end it takes back what nobody got to.
func (g *generator) schedule(due chan time.Time) (unsent int64) {
	runtime.LockOSThread()
	sharpenPause()
	interval := float64(time.Second) / g.rate
	for count := 0; ; count++ {
		when := g.start.Add(time.Duration(float64(count) * interval))
		if !when.Before(g.end) {
			break
		}
		if wait := time.Until(when); wait > 0 {
			pause(wait)
		}
		select {
		case due <- when:
		default:
			unsent++
		}
	}
	for {
		select {
		case <-due:
			unsent++
		default:
			close(due)
			return unsent
		}
	}
}

func (g *generator) run() report {
	var due chan time.Time
	if g.rate > 0 {
		due = make(chan time.Time, dueMax)
	}
	g.start = time.Now()
	g.end = g.start.Add(g.duration)
	tallies := make([]*tally, g.connections)
	var workers sync.WaitGroup
	for index := range tallies {
		tallies[index] = newTally()
		workers.Go(func() { g.work(index, due, tallies[index]) })
	}
	var unsent int64
	if due != nil {
		unsent = g.schedule(due)
	}
	workers.Wait()
	seconds := time.Since(g.start).Seconds()
	total := newTally()
	for _, one := range tallies {
		total.add(one)
	}
	return reportOf(total, unsent, seconds)
}

func main() {
	o := readOptions()
	host := strings.SplitN(strings.TrimPrefix(o.url, "http://"), "/", 2)[0]
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-interrupted
		os.Exit(130)
	}()
	g := &generator{
		options:   o,
		addresses: addresses(o),
		client: &fasthttp.HostClient{
			Addr:                          host,
			MaxConns:                      o.connections,
			MaxIdleConnDuration:           idleMax,
			MaxIdemponentCallAttempts:     1,
			NoDefaultUserAgentHeader:      true,
			DisablePathNormalizing:        true,
			DisableHeaderNamesNormalizing: true,
		},
	}
	if err := json.NewEncoder(os.Stdout).Encode(g.run()); err != nil {
		os.Exit(1)
	}
}
