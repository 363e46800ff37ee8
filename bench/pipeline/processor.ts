// What a span processor costs beyond the span itself: ResilientSpanProcessor beside upstream's BatchSpanProcessor with its
// OTLP exporter, on the same SDK, and on light spans. Traces of five spans with five attributes, sent to a sink in a process of
// its own. CPU of the application's thread and of all threads, per span; each variant in a process of its own, rounds interleaved.
// Run after `pnpm build`: node bench/pipeline/processor.ts [rounds]
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Context, Span, Tracer } from '@opentelemetry/api';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const stock = join(root, 'bench/competitors/stock');

/** One trace is five spans; 100 traces are one burst, after which the loop gets air, so that nobody's queue is full. */
const BURST_TRACES = 100;
const BURST_PAUSE_MILLIS = 12;
const WARM_UP_BURSTS = 60;
const BURSTS = 160;

interface Sample {
  readonly mainMicros: number;
  readonly allMicros: number;
  readonly exported: number;
}

interface Running {
  readonly tracer: Tracer;
  readonly stop: () => Promise<number>;
}

type Start = (url: string) => Promise<Running>;

const load = (path: string) => createRequire(join(stock, 'package.json'))(path);
const built = (name: string) => import(join(root, `packages/${name}/dist/index.js`));
const attributes = (index: number) => ({
  'http.request.method': 'GET',
  'http.route': '/orders/:id',
  'url.path': `/orders/${index}`,
  'server.port': 8080,
  'http.response.status_code': 200,
});

const sdk =
  (
    options: (url: string) => Promise<{ processors: unknown[]; sampler?: unknown; stop: () => Promise<number> }>,
  ): Start =>
  async (url) => {
    const { TracerProvider } = load('@opentelemetry/sdk-trace');
    const { resourceFromAttributes } = load('@opentelemetry/resources');
    const { processors, sampler, stop } = await options(url);
    const resource = resourceFromAttributes({ 'service.name': 'bench' });
    const provider = new TracerProvider({ resource, sampler, spanProcessors: processors });
    return { tracer: provider.getTracer('bench'), stop };
  };

async function resilient(url: string, options: object) {
  const { ResilientSpanProcessor } = await built('span-processor');
  const processor = new ResilientSpanProcessor({ url, compression: 'none', ...options });
  const stop = async () => {
    await processor.forceFlush();
    const { accepted, sampledOut, ended } = processor.ledger();
    if (accepted + sampledOut !== ended) throw new Error(`lost some: ${JSON.stringify(processor.ledger())}`);
    await processor.shutdown();
    return accepted;
  };
  return { processor, stop };
}

const light =
  (sampler: (make: (options: object) => unknown) => unknown, options: object): Start =>
  async (url) => {
    const { LightTracerProvider } = await built('tracer');
    const { createConsistentSampler } = await built('span-processor');
    const { processor, stop } = await resilient(url, options);
    const resource = { attributes: { 'service.name': 'bench' } };
    const provider = new LightTracerProvider({ resource, sampler: sampler(createConsistentSampler), processor });
    return { tracer: provider.getTracer('bench'), stop };
  };

const ALL = { tailRetention: false };
const VARIANTS: Readonly<Record<string, Start>> = {
  'SDK span, no processor': sdk(async () => ({ processors: [], stop: async () => 0 })),
  'SDK span, BatchSpanProcessor + OTLP exporter': sdk(async (url) => {
    const { BatchSpanProcessor } = load('@opentelemetry/sdk-trace');
    const { OTLPTraceExporter } = load('@opentelemetry/exporter-trace-otlp-proto');
    const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) });
    return { processors: [processor], stop: async () => processor.shutdown().then(() => -1) };
  }),
  'SDK span, ResilientSpanProcessor, everything': sdk(async (url) => {
    const { processor, stop } = await resilient(url, ALL);
    return { processors: [processor], stop };
  }),
  'SDK span, ResilientSpanProcessor, errors + slow + 10 %': sdk(async (url) => {
    const { createConsistentSampler } = await built('span-processor');
    const { processor, stop } = await resilient(url, {});
    return { processors: [processor], sampler: createConsistentSampler(), stop };
  }),
  'light span, ResilientSpanProcessor, everything': light((make) => make({ ratio: 1 }), ALL),
  'light span, ResilientSpanProcessor, errors + slow + 10 %': light((make) => make({}), {}),
};

/** Five spans: a root, and four below it that end first. */
function runTrace(tracer: Tracer, below: (span: Span) => Context, index: number): void {
  const parent = tracer.startSpan('GET /orders/:id', { kind: 1, attributes: attributes(index) });
  const context = below(parent);
  for (let child = 0; child < 4; child += 1) {
    tracer.startSpan('SELECT orders', { kind: 2, attributes: attributes(index + child) }, context).end();
  }
  parent.end();
}

async function measure(name: string, url: string): Promise<Sample> {
  const { trace, ROOT_CONTEXT } = load('@opentelemetry/api') as typeof import('@opentelemetry/api');
  const { tracer, stop } = await (VARIANTS[name] as Start)(url);
  const below = (span: Span) => trace.setSpan(ROOT_CONTEXT, span);
  const burst = async (number: number) => {
    for (let index = 0; index < BURST_TRACES; index += 1) runTrace(tracer, below, number * BURST_TRACES + index);
    await sleep(BURST_PAUSE_MILLIS);
  };
  for (let number = 0; number < WARM_UP_BURSTS; number += 1) await burst(number);
  const main = process.threadCpuUsage();
  const all = process.cpuUsage();
  for (let number = 0; number < BURSTS; number += 1) await burst(number);
  const mainUsed = process.threadCpuUsage(main);
  const allUsed = process.cpuUsage(all);
  const spans = BURSTS * BURST_TRACES * 5;
  return {
    mainMicros: (mainUsed.user + mainUsed.system) / spans,
    allMicros: (allUsed.user + allUsed.system) / spans,
    exported: await stop(),
  };
}

function startSink(): void {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}

function quartiles(values: readonly number[]): readonly [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return [at(0.25), at(0.5), at(0.75)];
}

async function compare(rounds: number): Promise<void> {
  if (!existsSync(join(stock, 'node_modules'))) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: stock, stdio: 'inherit' });
  }
  const sink = fork(fileURLToPath(import.meta.url), ['sink'], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const port = await new Promise<number>((resolve) => sink.once('message', (message) => resolve(Number(message))));
  const samples = new Map<string, Sample[]>(Object.keys(VARIANTS).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, list] of samples) {
      const words = [fileURLToPath(import.meta.url), 'variant', name, `http://127.0.0.1:${port}/v1/traces`];
      const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
      const line = stdout.split('\n').find((text) => text.startsWith('{'));
      if (line === undefined) throw new Error(`${name}: ${stdout}${stderr}`);
      list.push(JSON.parse(line) as Sample);
    }
  }
  sink.kill();
  const [bare] = [...samples.values()].map((list) => ({
    main: quartiles(list.map(({ mainMicros }) => mainMicros))[1],
    all: quartiles(list.map(({ allMicros }) => allMicros))[1],
  }));
  const rows = [...samples].map(([variant, list]) => {
    const isSdk = variant.startsWith('SDK');
    const main = quartiles(list.map(({ mainMicros }) => mainMicros));
    const all = quartiles(list.map(({ allMicros }) => allMicros));
    const beyond = (value: number, base: number | undefined) => (isSdk ? (value - (base ?? 0)).toFixed(2) : '');
    return {
      variant,
      'µs/span, application thread': main[1].toFixed(2),
      quartiles: `${main[0].toFixed(2)}–${main[2].toFixed(2)}`,
      'beyond the SDK span': beyond(main[1], bare?.main),
      'µs/span, all threads': all[1].toFixed(2),
      'quartiles ': `${all[0].toFixed(2)}–${all[2].toFixed(2)}`,
      'beyond the SDK span ': beyond(all[1], bare?.all),
    };
  });
  process.stdout.write(
    `Node ${process.version}, ${rounds} interleaved rounds, ${BURSTS * BURST_TRACES * 5} spans each\n`,
  );
  console.table(rows);
}

const [mode, name, url] = process.argv.slice(2);
if (mode === 'sink') startSink();
else if (mode === 'variant') process.stdout.write(`${JSON.stringify(await measure(name ?? '', url ?? ''))}\n`);
else await compare(Number(mode ?? 7));
