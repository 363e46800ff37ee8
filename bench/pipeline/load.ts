// One measurement in a process of its own: makes spans the way pipeline.ts asks for, prints one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import { startToRing } from './start-to-ring.ts';
import { load, lostOf, type Opened, VARIANTS } from './variants.ts';

export interface Job {
  readonly figure: keyof typeof FIGURES;
  readonly variant: string;
  readonly url: string;
  readonly seconds: number;
  readonly spansPerSecond: number;
  /** Row of start-to-ring.ts. */
  readonly row?: string;
}

const { trace, ROOT_CONTEXT } = load('@opentelemetry/api') as typeof import('@opentelemetry/api');
const MIB = 1024 * 1024;

const five = (index: number): Attributes => ({
  'http.request.method': 'GET',
  'http.route': '/orders/:id',
  'url.path': `/orders/${index}`,
  'server.port': 8080,
  'http.response.status_code': 200,
});
const fifteen = (index: number): Attributes => ({
  ...five(index),
  'server.address': 'shop.example.com',
  'db.system.name': 'postgresql',
  'db.namespace': 'shop',
  'db.operation.name': 'SELECT',
  'db.query.text': `select "id", "total", "state" from "orders" where "orders"."id" = $1 limit ${index & 63}`,
  'network.peer.address': '192.0.2.7',
  'network.peer.port': 50_000 + (index & 255),
  'network.protocol.version': '1.1',
  'app.retry': false,
  'app.duration': index + 0.25,
});

const below = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

/** Traces of five spans: four end below a root, which ends last. */
function makeSpans(tracer: Tracer, count: number, first: number, attributes: (index: number) => Attributes): void {
  for (let index = first; index < first + count; index += 5) {
    const root = tracer.startSpan('GET /orders/:id', { kind: 1, attributes: attributes(index) }, ROOT_CONTEXT);
    const context = below(root);
    for (let child = 1; child < 5; child += 1) {
      tracer.startSpan('SELECT orders', { kind: 2, attributes: attributes(index + child) }, context).end();
    }
    root.end();
  }
}

/** Spans at a steady rate by the clock; a late tick makes up for it, up to `most`. @returns how many, when the time is over. */
async function steady(tracer: Tracer, job: Job, attributes = five, most = Number.POSITIVE_INFINITY): Promise<number> {
  const { seconds, spansPerSecond } = job;
  const start = performance.now();
  let made = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min(seconds, (performance.now() - start) / 1_000);
      const wanted = Math.floor((elapsed * spansPerSecond - made) / 5) * 5;
      makeSpans(tracer, Math.min(most, wanted), made, attributes);
      made += wanted;
      if (elapsed < seconds) return;
      clearInterval(timer);
      resolve(made);
    }, 5);
  });
}

const used = ({ user, system }: NodeJS.CpuUsage): number => user + system;

/**
 * Bursts with air between them, so that nobody's queue is full (upstream's holds 2,048). Microseconds of CPU a span. The time of
 * one thread is brought up to date by the system only when it is switched, so the calls are measured by the whole process: with
 * what garbage collection and the worker do meanwhile.
 */
async function cost({ tracer, flush, stop, ledger }: Opened) {
  const BURST = 1_500;
  const [warmUp, measured] = [100, 80];
  let inBursts = 0;
  const burst = async (number: number) => {
    const before = process.cpuUsage();
    makeSpans(tracer, BURST, number * BURST, five);
    inBursts += used(process.cpuUsage(before));
    await sleep(60);
  };
  // Compiling is over by then.
  for (let number = 0; number < warmUp; number += 1) {
    makeSpans(tracer, BURST, number * BURST, five);
    await flush();
  }
  for (let number = 0; number < 10; number += 1) await burst(number);
  inBursts = 0;
  const main = process.threadCpuUsage();
  const all = process.cpuUsage();
  for (let number = 0; number < measured; number += 1) await burst(number);
  const spans = measured * BURST;
  const sample = {
    burst: inBursts / spans,
    main: used(process.threadCpuUsage(main)) / spans,
    all: used(process.cpuUsage(all)) / spans,
  };
  await stop();
  const end = ledger?.();
  return { ...sample, lost: end === undefined ? undefined : end.ended - end.accepted };
}

/** The most CPU the application's thread spent between two looks a millisecond apart: other programs do not add to it. */
async function stall({ tracer, stop }: Opened, job: Job) {
  // A process that was not let run for a while must not make up for it in one go: that would be the program's stall.
  const most = 100;
  await steady(tracer, { ...job, seconds: 4 }, fifteen, most);
  const longest: number[] = [];
  let wall = 0;
  let cpu = process.threadCpuUsage();
  let at = performance.now();
  let running = true;
  const look = () => {
    const now = process.threadCpuUsage();
    longest.push((used(now) - used(cpu)) / 1_000);
    wall = Math.max(wall, performance.now() - at - 1);
    cpu = now;
    at = performance.now();
    if (running) setTimeout(look, 1);
  };
  look();
  await steady(tracer, job, fifteen, most);
  running = false;
  await stop();
  longest.sort((a, b) => b - a);
  return { cpu: longest[0], p999: longest[Math.floor(longest.length / 1_000)], wall };
}

/** Everything in one tick. */
async function burst({ tracer, flush, stop, ledger }: Opened) {
  const count = 100_000;
  const start = performance.now();
  makeSpans(tracer, count, 0, five);
  const millis = performance.now() - start;
  await flush();
  await stop();
  const end = ledger?.();
  return { count, millis, counted: end && lostOf(end) + end.unconfirmed, accepted: end?.accepted };
}

async function sustained({ tracer, flush, stop, ledger }: Opened, job: Job) {
  const all = process.cpuUsage();
  const made = await steady(tracer, job);
  const cores = used(process.cpuUsage(all)) / 1e6 / job.seconds;
  await flush();
  await stop();
  const end = ledger?.();
  return { made, cores, lost: end && lostOf(end) + end.unconfirmed };
}

/** Resident memory over the second half, and how it grows there. */
async function memory({ tracer }: Opened, job: Job) {
  const samples: [number, number][] = [];
  const start = performance.now();
  const timer = setInterval(
    () => samples.push([(performance.now() - start) / 60_000, process.memoryUsage.rss() / MIB]),
    250,
  );
  await steady(tracer, job);
  clearInterval(timer);
  const half = samples.slice(samples.length >> 1);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(half.map(([at]) => at)), mean(half.map(([, rss]) => rss))];
  const slope =
    half.reduce((sum, [at, rss]) => sum + (at - x) * (rss - y), 0) / half.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return {
    rss: half.map(([, rss]) => rss).sort((a, b) => a - b)[half.length >> 1],
    slope,
    most: Math.max(...samples.map(([, rss]) => rss)),
  };
}

async function stopping({ tracer, stop, ledger }: Opened, job: Job) {
  await steady(tracer, job);
  const start = performance.now();
  // Upstream's rejects after its time-out; the time is what is asked for.
  await stop().catch(() => undefined);
  const seconds = (performance.now() - start) / 1_000;
  const end = ledger?.();
  const missing = end && end.ended - end.accepted - end.sampledOut - end.unconfirmed - lostOf(end);
  return { seconds, missing };
}

const ring = async (_: Opened, { row = '' }: Job) => startToRing(row, makeSpans, five);

const FIGURES = { ring, cost, stall, burst, sustained, memory, stop: stopping };

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const opened = await VARIANTS[job.variant]?.(job.url);
if (opened === undefined) throw new Error(`no variant ${job.variant}`);
const result = await FIGURES[job.figure](opened, job);
process.stdout.write(`${JSON.stringify(result)}\n`);
// What is left of a measurement is of no interest, except to the figure of stopping.
if (job.figure !== 'stop') process.exit();
