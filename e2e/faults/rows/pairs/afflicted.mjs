// Preloaded before the telemetry: at SIGUSR2 the application does to itself what AFFLICTIONS names.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const BURST_SPANS = 20_000;
const HUGE_CHARACTERS = 200_000;
const STALL_MILLIS = 1_500;
const HOUR_MILLIS = 3_600_000;

const require = createRequire(import.meta.url);
const threads = require('node:worker_threads');
const { Worker } = threads;
const workers = [];
threads.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    workers.push(this);
  }
};
syncBuiltinESMExports();

function moveClock(millis) {
  const { now } = Date;
  Date.now = () => now.call(Date) + millis;
}

function makeSpans(count, attributes) {
  const { trace } = require('@opentelemetry/api');
  const tracer = trace.getTracer('afflicted');
  for (let span = 0; span < count; span += 1) tracer.startSpan('afflicted', { attributes }).end();
}

const AFFLICTIONS = {
  stall() {
    const end = performance.now() + STALL_MILLIS;
    while (performance.now() < end);
  },
  'clock back': () => moveClock(-HOUR_MILLIS),
  'clock forth': () => moveClock(HOUR_MILLIS),
  burst: () => makeSpans(BURST_SPANS, { 'http.route': '/burst' }),
  huge: () => makeSpans(50, { huge: 'x'.repeat(HUGE_CHARACTERS), list: Array(5_000).fill('y'.repeat(40)) }),
  'worker dies': () => workers.at(-1)?.terminate(),
};

process.on('SIGUSR2', () => {
  for (const name of (process.env.AFFLICTIONS ?? '').split(',').filter(Boolean)) AFFLICTIONS[name]();
});
