// Who is compared by pipeline.ts: each opens a tracer that sends to `url`, on built packages and on the stock competitor.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tracer } from '@opentelemetry/api';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const STOCK = join(ROOT, 'bench/competitors/stock');

export interface Opened {
  readonly tracer: Tracer;
  /** Sends what waits. */
  readonly flush: () => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
  /** Where every span is; only ours know. */
  readonly ledger?: () => Ledger;
}

export interface Ledger {
  readonly ended: number;
  readonly accepted: number;
  readonly unconfirmed: number;
  readonly queued: number;
  readonly inflight: number;
  readonly sampledOut: number;
  readonly requests: number;
  readonly lost: Readonly<Record<string, number>>;
}

export const lostOf = ({ lost }: Ledger): number => Object.values(lost).reduce((sum, count) => sum + count, 0);

type Open = (url: string) => Promise<Opened>;

/** A package of the competitor's, or its API, which everybody uses. */
export const load = (path: string) => createRequire(join(STOCK, 'package.json'))(path);
export const built = (name: string, file = 'index') => import(join(ROOT, `packages/${name}/dist/${file}.js`));

const nothing = async () => undefined;

interface Provider {
  getTracer(name: string, version: string): Tracer;
  forceFlush(): Promise<unknown>;
  shutdown(): Promise<unknown>;
}

function opened(provider: Provider, ledger?: () => Ledger): Opened {
  const rest = { flush: () => provider.forceFlush(), stop: () => provider.shutdown() };
  return { tracer: provider.getTracer('bench', '1.0.0'), ...rest, ...(ledger && { ledger }) };
}

function sdk(processors: readonly object[], ledger?: () => Ledger): Opened {
  const { TracerProvider } = load('@opentelemetry/sdk-trace');
  const { resourceFromAttributes } = load('@opentelemetry/resources');
  const resource = resourceFromAttributes({ 'service.name': 'bench' });
  return opened(new TracerProvider({ resource, spanProcessors: processors }), ledger);
}

async function resilient(url: string, compression: 'gzip' | 'none') {
  const { ResilientSpanProcessor } = await built('span-processor');
  const processor = new ResilientSpanProcessor({ url, compression, tailRetention: false, log: () => undefined });
  return { processor, ledger: (): Ledger => processor.ledger() };
}

const light =
  (compression: 'gzip' | 'none'): Open =>
  async (url) => {
    const { LightTracerProvider } = await built('tracer');
    const { createConsistentSampler } = await built('span-processor');
    const { processor, ledger } = await resilient(url, compression);
    const resource = { attributes: { 'service.name': 'bench' } };
    const sampler = createConsistentSampler({ ratio: 1 });
    return opened(new LightTracerProvider({ resource, sampler, processor }), ledger);
  };

const onSdk =
  (compression: 'gzip' | 'none'): Open =>
  async (url) => {
    const { processor, ledger } = await resilient(url, compression);
    return sdk([processor], ledger);
  };

const upstream =
  (compression: 'gzip' | 'none'): Open =>
  async (url) => {
    const { BatchSpanProcessor } = load('@opentelemetry/sdk-trace');
    const { OTLPTraceExporter } = load('@opentelemetry/exporter-trace-otlp-proto');
    const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url, compression }) });
    return sdk([processor]);
  };

export const VARIANTS: Readonly<Record<string, Open>> = {
  'no telemetry': async () => ({
    tracer: load('@opentelemetry/api').trace.getTracer('none'),
    flush: nothing,
    stop: nothing,
  }),
  'light span, Vigil, gzip': light('gzip'),
  'light span, Vigil': light('none'),
  'SDK span alone': async () => sdk([]),
  'SDK span, Vigil, gzip': onSdk('gzip'),
  'SDK span, Vigil': onSdk('none'),
  'SDK span, upstream': upstream('none'),
  'SDK span, upstream, gzip': upstream('gzip'),
};
