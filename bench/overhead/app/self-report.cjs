'use strict';

// Answers of the process about itself, over the channel of `fork` or `spawn` with `ipc`: what cannot be seen from outside.
const { GCProfiler, getHeapStatistics } = require('node:v8');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');

const NANOSECONDS_A_MILLISECOND = 1e6;
const DELAY_RESOLUTION_MILLIS = 10;

let profiler;
let usedAtStart = 0;
let delay;

const sumOf = (spaces) => spaces.heapStatistics.usedHeapSize;

/** Bytes the main thread's JavaScript allocated: what was there before each collection beyond what the one before had left. */
function allocated(statistics, usedNow) {
  let left = usedAtStart;
  let bytes = 0;
  for (const { beforeGC, afterGC } of statistics) {
    bytes += Math.max(0, sumOf(beforeGC) - left);
    left = sumOf(afterGC);
  }
  return bytes + Math.max(0, usedNow - left);
}

const ANSWERS = {
  /** CPU of all threads and memory, now. */
  usage: () => ({ cpu: process.cpuUsage(), memory: process.memoryUsage(), uptimeSeconds: process.uptime() }),
  /** Begins to watch allocation and garbage collection; costs some 20 µs a collection. */
  'heap on': () => {
    profiler = new GCProfiler();
    profiler.start();
    usedAtStart = getHeapStatistics().used_heap_size;
  },
  'heap off': () => {
    const usedNow = getHeapStatistics().used_heap_size;
    const { statistics } = profiler.stop();
    profiler = undefined;
    const micros = statistics.reduce((sum, { cost }) => sum + cost, 0);
    return { allocatedBytes: allocated(statistics, usedNow), collections: statistics.length, gcMillis: micros / 1_000 };
  },
  /** Begins to watch the event loop, or begins again. */
  'delay on': () => {
    delay ??= monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MILLIS });
    delay.reset();
    delay.enable();
  },
  /** Event-loop delay since then, in milliseconds; a timer's own lateness of one resolution is taken off. */
  'delay off': () => {
    delay.disable();
    const late = (nanoseconds) => Math.max(0, nanoseconds / NANOSECONDS_A_MILLISECOND - DELAY_RESOLUTION_MILLIS);
    return { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) };
  },
  utilization: () => performance.eventLoopUtilization(),
};

/** Answers `{ id, ask }` with `{ id, answer }`; the channel does not keep the process alive. */
function report() {
  if (process.send === undefined) return;
  process.on('message', ({ id, ask }) => {
    const answer = ANSWERS[ask];
    process.send({ id, answer: answer === undefined ? { error: `no answer to "${ask}"` } : (answer() ?? null) });
  });
  process.channel.unref();
}

module.exports = { report };
