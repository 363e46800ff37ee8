// What a span costs on the application's thread, from start to the span processor: Vigil's light span beside the span of
// OpenTelemetry's SDK, interleaved in one run. The processor keeps the last 512 spans, as one that batches would.
// Run: node --conditions=@vigil/source bench/pipeline/span.ts [rounds]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { LightTracerProvider } from '../../packages/tracer/src/index.ts';

const SPANS = 20_000;
const KEPT = 512;
const rounds = Number(process.argv[2] ?? 31);
const kept: unknown[] = new Array(KEPT).fill(undefined);
let next = 0;

const keep = (span: unknown): void => {
  kept[next] = span;
  next = (next + 1) % KEPT;
};
const resource = resourceFromAttributes({ 'service.name': 'bench' });
const done = (): Promise<void> => Promise.resolve();
const processor = { onStart: () => undefined, onEnd: keep, forceFlush: done, shutdown: done };
const sdk = new TracerProvider({ resource, spanProcessors: [processor] }).getTracer('bench', '1.0.0');
const light = new LightTracerProvider({ resource, processor }).getTracer('bench', '1.0.0');
const viewed = new LightTracerProvider({ resource, spanProcessors: [processor] }).getTracer('bench', '1.0.0');
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const root = api.ROOT_CONTEXT;
const remote = api.trace.setSpanContext(root, {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
});
const five = (index: number): SpanOptions['attributes'] & {} => ({
  'http.request.method': 'GET',
  'url.path': '/orders/17',
  'url.scheme': 'http',
  'server.port': 8080,
  'http.response.status_code': 200 + (index & 3),
});
const fifteen = (index: number): SpanOptions['attributes'] & {} => ({
  ...five(index),
  'server.address': 'shop.example',
  'network.protocol.version': '1.1',
  'network.peer.address': '192.0.2.7',
  'network.peer.port': 50_000,
  'user_agent.original': 'curl/8.10.1',
  'http.route': '/orders/:id',
  'client.address': '192.0.2.7',
  'app.tenant': 'acme',
  'app.retry': false,
  'app.items': 3,
});

interface Variant {
  readonly name: string;
  readonly run: (tracer: Tracer, index: number, parent: Context) => void;
  readonly context: Context | 'local parent';
  readonly ours?: Tracer;
}

function setFive(span: Span, index: number): void {
  span.setAttribute('http.request.method', 'GET');
  span.setAttribute('url.path', '/orders/17');
  span.setAttribute('url.scheme', 'http');
  span.setAttribute('server.port', 8080);
  span.setAttribute('http.response.status_code', 200 + (index & 3));
}

const error = new Error('boom');
const VARIANTS: readonly Variant[] = [
  { name: 'start, end', context: root, run: (tracer, _, parent) => tracer.startSpan('GET /', {}, parent).end() },
  {
    name: 'start, 5 × setAttribute, end: root',
    context: root,
    run(tracer, index, parent) {
      const span = tracer.startSpan('GET /orders/:id', { kind: 1 }, parent);
      setFive(span, index);
      span.end();
    },
  },
  {
    name: 'start, 5 × setAttribute, end: child of a local span',
    context: 'local parent',
    run(tracer, index, parent) {
      const span = tracer.startSpan('GET /orders/:id', { kind: 2 }, parent);
      setFive(span, index);
      span.end();
    },
  },
  {
    name: 'start with 5 attributes, end: child of a local span',
    context: 'local parent',
    run: (tracer, index, parent) => tracer.startSpan('SELECT', { kind: 2, attributes: five(index) }, parent).end(),
  },
  {
    name: 'start with 5 attributes, end: remote parent',
    context: remote,
    run: (tracer, index, parent) => tracer.startSpan('GET', { kind: 1, attributes: five(index) }, parent).end(),
  },
  {
    name: 'start with 15 attributes, end: child of a local span',
    context: 'local parent',
    run: (tracer, index, parent) => tracer.startSpan('GET', { kind: 1, attributes: fifteen(index) }, parent).end(),
  },
  {
    name: 'start with 5 attributes, exception, status, end',
    context: 'local parent',
    run(tracer, index, parent) {
      const span = tracer.startSpan('SELECT', { kind: 2, attributes: five(index) }, parent);
      span.recordException(error);
      span.setStatus({ code: 2, message: 'boom' });
      span.end();
    },
  },
  {
    name: 'startActiveSpan with 5 attributes, end',
    context: root,
    run: (tracer, index) => tracer.startActiveSpan('GET', { attributes: five(index) }, (span) => span.end()),
  },
  {
    name: 'start with 5 attributes, end; ours with a foreign processor',
    context: 'local parent',
    ours: viewed,
    run: (tracer, index, parent) => tracer.startSpan('GET', { attributes: five(index) }, parent).end(),
  },
];

function contextFor(variant: Variant, tracer: Tracer): Context {
  return variant.context === 'local parent'
    ? api.trace.setSpan(root, tracer.startSpan('parent', {}, root))
    : variant.context;
}

/** Nanoseconds a span: on the clock, and of CPU on all threads (garbage collection runs on others). */
function time(variant: Variant, tracer: Tracer): { wall: number; cpu: number } {
  const parent = contextFor(variant, tracer);
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (let index = 0; index < SPANS; index += 1) variant.run(tracer, index, parent);
  const wall = Number(process.hrtime.bigint() - start) / SPANS;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: ((user + system) * 1000) / SPANS };
}

/** Bytes allocated a span; exact because the young generation is larger than what is measured. */
function bytes(variant: Variant, tracer: Tracer): number {
  const parent = contextFor(variant, tracer);
  for (let index = 0; index < SPANS; index += 1) variant.run(tracer, index, parent);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < SPANS; index += 1) variant.run(tracer, index, parent);
  return (process.memoryUsage().heapUsed - before) / SPANS;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

if (globalThis.gc !== undefined) {
  const rows = VARIANTS.map((variant) => [bytes(variant, variant.ours ?? light), bytes(variant, sdk)]);
  process.stdout.write(JSON.stringify(rows));
} else {
  const flags = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128', '--conditions=@vigil/source'];
  const child = execFileSync(process.execPath, [...flags, fileURLToPath(import.meta.url)], { encoding: 'utf8' });
  const allocated = JSON.parse(child) as [number, number][];
  const samples = VARIANTS.map(() => ({
    ours: [] as number[],
    sdk: [] as number[],
    oursCpu: [] as number[],
    sdkCpu: [] as number[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, variant] of VARIANTS.entries()) {
      const ours = time(variant, variant.ours ?? light);
      const theirs = time(variant, sdk);
      // The first rounds run code that is not optimised yet.
      if (round < 3) continue;
      samples[index]?.ours.push(ours.wall);
      samples[index]?.oursCpu.push(ours.cpu);
      samples[index]?.sdk.push(theirs.wall);
      samples[index]?.sdkCpu.push(theirs.cpu);
    }
  }
  const now = performance.now.bind(performance);
  const start = process.hrtime.bigint();
  for (let index = 0; index < 200_000; index += 1) now();
  const clockNanos = Number(process.hrtime.bigint() - start) / 200_000;
  console.table(
    Object.fromEntries(
      VARIANTS.map(({ name }, index) => {
        const sample = samples[index] ?? { ours: [], sdk: [], oursCpu: [], sdkCpu: [] };
        const [ours, theirs] = [median(sample.ours), median(sample.sdk)];
        const row = {
          'light ns': Math.round(ours),
          'light best ns': Math.round(Math.min(...sample.ours)),
          'SDK ns': Math.round(theirs),
          'SDK best ns': Math.round(Math.min(...sample.sdk)),
          'SDK ÷ light': Number((theirs / ours).toFixed(1)),
          'light CPU ns': Math.round(median(sample.oursCpu)),
          'SDK CPU ns': Math.round(median(sample.sdkCpu)),
          'light bytes': Math.round(allocated[index]?.[0] ?? Number.NaN),
          'SDK bytes': Math.round(allocated[index]?.[1] ?? Number.NaN),
        };
        return [name, row];
      }),
    ),
  );
  console.log(`One reading of the clock costs ${Math.round(clockNanos)} ns here; every span needs two.`);
}
