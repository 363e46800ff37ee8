// Microseconds that the HTTP server instrumentation alone adds to a /ping of node:http, on sockets in memory: no framework, no
// exporter. One process a variant and life, in turns. Run it on the sources:
//   node --conditions=@vigil/source bench/in-process/server-span.ts [lives]
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { createHttpInstrumentation } from '@vigil/instrumentation/http';
import { createMetricRegistry } from '@vigil/metrics';
import { LightTracerProvider, parentBasedAlwaysOn, StorageContextManager } from '@vigil/tracer';
import { median } from 'simple-statistics';
import { ClosedLoop } from './closed-loop.ts';

const VARIANTS = ['bare', 'bare again', 'context only', 'span', 'span and metrics', 'with body sizes'] as const;
type Variant = (typeof VARIANTS)[number];

const WARM_UP = 30_000;
const SLICES = 100;
const REQUESTS = 1_000;
/** What other programs do to a slice only adds to it: the quietest count. */
const QUIET_SHARE = 0.15;
const LIVES = 6;

function instrument(variant: Variant): void {
  if (variant === 'bare' || variant === 'bare again') return;
  const provider = new LightTracerProvider({ resource: { attributes: {} }, processor: NO_PROCESSOR, sampler: SAMPLER });
  const withMetrics = variant === 'span and metrics' || variant === 'with body sizes';
  const host = {
    tracer: (name: string) => (variant === 'context only' ? undefined : provider.getTracer(name)),
    metrics: withMetrics ? createMetricRegistry() : undefined,
    contextManager: new StorageContextManager(),
    propagator: new W3CTraceContextPropagator(),
    modules: { watch: () => () => undefined },
    warn: (line: string) => process.stderr.write(`${line}\n`),
    nowMillis: () => performance.now(),
  };
  createHttpInstrumentation(host, { bodySizes: variant === 'with body sizes' }).enable();
}

/** Asks what Vigil's asks of a root: nothing that has to be made for the question. */
const SAMPLER = { ...parentBasedAlwaysOn, sampleRoot: () => ({ decision: 1 }) };

const NO_PROCESSOR = {
  onStart: () => undefined,
  onEnd: (span: { details: unknown }) => {
    // As the real one does for what is not kept.
    span.details = undefined;
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

async function life(variant: Variant): Promise<number> {
  instrument(variant);
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{"pong":true}');
  });
  const loop = new ClosedLoop(server);
  await loop.run('ping', WARM_UP);
  const slices: number[] = [];
  for (let index = 0; index < SLICES; index += 1) {
    const before = process.cpuUsage();
    await loop.run('ping', REQUESTS);
    const { user, system } = process.cpuUsage(before);
    slices.push((user + system) / REQUESTS);
  }
  return median(slices.sort((one, other) => one - other).slice(0, SLICES * QUIET_SHARE));
}

async function lived(variant: Variant): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), ['--variant', variant], { execArgv: process.execArgv });
  return new Promise((resolve, reject) => {
    child.once('message', (micros) => resolve(Number(micros)));
    child.once('exit', (code) => reject(new Error(`${variant} ended with ${code}`)));
  });
}

const [flag, given] = process.argv.slice(2);
if (flag === '--variant') {
  const micros = await life(given as Variant);
  process.send?.(micros, () => process.exit());
} else {
  const figures = new Map<Variant, number[]>(VARIANTS.map((variant) => [variant, []]));
  const lives = Number(flag ?? LIVES);
  for (let index = 0; index < lives; index += 1) {
    for (const variant of VARIANTS) figures.get(variant)?.push(await lived(variant));
  }
  const of = (variant: Variant, figure: (values: number[]) => number) => figure(figures.get(variant) ?? []);
  const least = (values: number[]) => Math.min(...values);
  const over = (variant: Variant, figure: (values: number[]) => number) =>
    (of(variant, figure) - of('bare', figure)).toFixed(2);
  console.table(
    VARIANTS.map((variant) => ({
      variant,
      'quietest life, µs': of(variant, least).toFixed(2),
      'over bare': over(variant, least),
      'median life, µs': of(variant, median).toFixed(2),
      'over bare, median': over(variant, median),
    })),
  );
}
