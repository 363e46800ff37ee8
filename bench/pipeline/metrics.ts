// What a measurement costs where it is made: Vigil's registry beside OpenTelemetry's SDK, in one process, in turns.
// Run: node --conditions=@vigil/source --expose-gc bench/pipeline/metrics.ts [rounds]. CPU time of the thread, GC on it included.

import { createRequire } from 'node:module';
import { createMetricRegistry } from '../../packages/metrics/src/create-metric-registry.ts';
import type { ExemplarSpan } from '../../packages/metrics/src/metric-registry.ts';

// The benchmark's own folder has no SDK: the one that the package is built with.
const { MeterProvider, MetricReader } = createRequire(new URL('../../packages/metrics/package.json', import.meta.url))(
  '@opentelemetry/sdk-metrics',
);

const rounds = Number(process.argv[2] ?? 15);
/** The SDK's take 30 times as long; the clock of a thread's CPU time is coarse. */
const callsOf = (name: string): number => (name.startsWith('SDK') ? 100_000 : 2_000_000);
const SERIES = 8;

const DURATION = {
  name: 'http.server.request.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [
    'http.request.method',
    'http.response.status_code',
    'http.route',
    'network.protocol.version',
    'url.scheme',
  ],
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  description: 'How long the service took to answer an HTTP request.',
  source: 'bench',
} as const;
const REQUESTS = { ...DURATION, name: 'requests', unit: '{request}', kind: 'counter' } as const;

/** Durations spread over all buckets, most of them short; the same for all. */
let seed = 1;
const random = () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};
const VALUES = Array.from({ length: 4_096 }, () => 0.002 * Math.exp(8.5 * random() ** 2));
const value = (i: number): number => VALUES[i & 4_095] as number;

const routes = Array.from({ length: SERIES }, (_, i) => `/orders/:id/${i}`);
const labels = routes.map((route) => ['GET', 200, route, '1.1', 'https'] as const);
const attributes = labels.map((values) => Object.fromEntries(DURATION.attributes.map((key, i) => [key, values[i]])));

/** What a light span shows of itself, a millisecond after the one before. */
const spans = Array.from({ length: 4_096 }, (_, i): ExemplarSpan & { isKept: boolean } => ({
  isKept: i % 10 === 0,
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  endSeconds: 1_790_000_000 + Math.floor(i / 1_000),
  endNanos: (i % 1_000) * 1_000_000,
}));

function ours(exponentialHistograms: boolean) {
  const registry = createMetricRegistry({ exponentialHistograms });
  const producer = registry.producer({ exemplars: true });
  const durations = registry.histogram(DURATION);
  return { producer, durations, kept: labels.map((values) => durations.series(...values)) };
}

class ManualReader extends MetricReader {
  onForceFlush = () => Promise.resolve();
  onShutdown = () => Promise.resolve();
}

const explicit = ours(false);
const exponential = ours(true);
const counter = createMetricRegistry().counter(REQUESTS);
const counters = labels.map((values) => counter.series(...values));
const reader = new ManualReader();
const meter = new MeterProvider({ readers: [reader] }).getMeter('bench');
const sdkHistogram = meter.createHistogram(DURATION.name, {
  advice: { explicitBucketBoundaries: [...DURATION.boundaries] },
});
const sdkCounter = meter.createCounter('requests');

let nothing = 0;

const CASES: Readonly<Record<string, (i: number) => void>> = {
  'the loop alone': (i) => {
    nothing += value(i);
  },
  'ours: record': (i) => explicit.kept[i & 7]?.record(value(i)),
  'ours: record with a span': (i) => explicit.kept[i & 7]?.record(value(i), spans[i & 4_095]),
  'ours: record, exponential buckets as well': (i) => exponential.kept[i & 7]?.record(value(i)),
  'ours: record, series looked up by 5 labels': (i) => {
    explicit.durations.series('GET', 200, routes[i & 7], '1.1', 'https').record(value(i));
  },
  'ours: add to a counter': (i) => counters[i & 7]?.add(1),
  'SDK: record with 5 attributes': (i) => sdkHistogram.record(value(i), attributes[i & 7]),
  'SDK: add to a counter with 5 attributes': (i) => sdkCounter.add(1, attributes[i & 7]),
};

interface Subject {
  readonly name: string;
  readonly calls: number;
  readonly loop: (calls: number) => void;
  readonly nanos: number[];
  readonly heap: number[];
}

/** A loop of its own for each: a shared one would be compiled for all of them. */
const subjects = Object.entries(CASES).map(([name, call]): Subject => {
  const loop = new Function('call', 'return (calls) => { for (let i = 0; i < calls; i++) call(i); }')(call);
  return { name, calls: callsOf(name), loop, nanos: [], heap: [] };
});

function nanosOf({ loop, calls }: Subject): number {
  const before = process.threadCpuUsage();
  loop(calls);
  const { user, system } = process.threadCpuUsage(before);
  return ((user + system) * 1_000) / calls;
}

/** So few calls that nothing is collected in between. */
function heapOf({ loop }: Subject): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  loop(20_000);
  return (process.memoryUsage().heapUsed - before) / 20_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

for (let round = -3; round < rounds; round++) {
  for (const subject of subjects) {
    const taken = nanosOf(subject);
    if (round >= 0) subject.nanos.push(taken);
  }
  // As an export interval does.
  explicit.producer.collectNow();
  exponential.producer.collectNow();
}
for (let round = 0; round < 5; round++) for (const subject of subjects) subject.heap.push(heapOf(subject));

console.log(`CPU of a call, median of ${rounds} rounds on ${SERIES} series; node ${process.version}`);
console.table(
  Object.fromEntries(
    subjects.map(({ name, nanos, heap }) => [
      name,
      {
        ns: Math.round(median(nanos)),
        'least ns': Math.round(Math.min(...nanos)),
        'heap bytes': Math.max(0, Math.round(median(heap))),
      },
    ]),
  ),
);

/** One collection of everything a mid-sized service has. */
const large = createMetricRegistry();
const producer = large.producer({ exemplars: true });
for (let i = 0; i < 300; i++)
  large.histogram(DURATION).series('GET', 200, `/route/${i}`, '1.1', 'https').record(value(i));
const COLLECTIONS = 500;
const before = process.threadCpuUsage();
for (let i = 0; i < COLLECTIONS; i++) producer.collectNow();
const { user, system } = process.threadCpuUsage(before);
console.log(
  `a collection of 300 histogram series: ${Math.round((user + system) / COLLECTIONS)} µs (${nothing > 0 ? 'checked' : 'empty'})`,
);
