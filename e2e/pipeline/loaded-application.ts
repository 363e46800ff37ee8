// An application in full traffic, in a process of its own and on the built packages: every 20 ms it serves "requests" of
// three spans each and tells its parent four times a second how it is doing. It stops at the first message.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ROOT_CONTEXT, type Tracer, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createConsistentSampler,
  ResilientSpanProcessor,
  type ResilientSpanProcessorOptions,
} from '@vigil/span-processor';
import { LightTracerProvider } from '@vigil/tracer';
import type { ApplicationOptions, ApplicationReport } from './running-application.ts';

const TICK_MILLIS = 20;
const REPORT_MILLIS = 250;
const ERROR_EVERY = 20;

const { name, kind, url, spansPerSecond, ratio, ringBytes } = JSON.parse(process.argv[2] ?? '{}') as ApplicationOptions;

const options: ResilientSpanProcessorOptions = { url, ringBytes, log: (line) => process.stderr.write(`${line}\n`) };
const processor = new ResilientSpanProcessor(ratio === 1 ? { ...options, tailRetention: false } : options);
const tracer = openTracer();

/** The light tracer, or the SDK with our processor as its own. */
function openTracer(): Tracer {
  const sampler = createConsistentSampler({ ratio });
  const attributes = { 'service.name': name };
  if (kind === 'light')
    return new LightTracerProvider({ resource: { attributes }, sampler, processor }).getTracer(name);
  return new TracerProvider({ sampler, spanProcessors: [processor] }).getTracer(name);
}

let requests = 0;
let errors = 0;

/** One request: a root and two spans below it; every twentieth fails. */
function serve(): void {
  requests += 1;
  const attributes = {
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'url.path': `/orders/${requests}`,
    'server.port': 8080,
    'http.response.status_code': 200,
  };
  const root = tracer.startSpan('GET /orders/:id', { kind: 1, attributes }, ROOT_CONTEXT);
  const below = trace.setSpan(ROOT_CONTEXT, root);
  tracer.startSpan('SELECT orders', { kind: 2, attributes }, below).end();
  tracer.startSpan('GET cache', { kind: 2, attributes }, below).end();
  if (requests % ERROR_EVERY === 0) {
    root.setStatus({ code: 2 });
    errors += 1;
  }
  root.end();
}

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

function report(): ApplicationReport {
  const longestStallMillis = delay.max / 1e6;
  delay.reset();
  return { ledger: processor.ledger(), requests, errors, longestStallMillis };
}

let due = 0;
const started = performance.now();
const traffic = setInterval(() => {
  // What the clock demands, so that a late timer does not make the load smaller.
  due = ((performance.now() - started) / 1_000) * (spansPerSecond / 3);
  for (let left = Math.min(1_000, Math.floor(due - requests)); left > 0; left -= 1) serve();
}, TICK_MILLIS);
const reports = setInterval(() => process.send?.(report()), REPORT_MILLIS);

process.once('message', async () => {
  clearInterval(traffic);
  clearInterval(reports);
  const stopping = performance.now();
  await processor.forceFlush();
  await processor.shutdown();
  process.send?.({ ...report(), stopMillis: performance.now() - stopping }, () => process.disconnect());
});
