import {
  createExportPipeline,
  type ExportPipeline,
  type ExportPipelineOptions,
  type OtlpEndpoint,
} from '@vigil/otlp-exporter';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import { OptionReader } from './option-reader.ts';
import {
  RETENTION_KEYS,
  type ResolvedRetention,
  type RetentionOptions,
  resolveRetention,
} from './processor-options.ts';
import type { SpanSink } from './span-intake.ts';

/** What the processor needs of an `ExportPipeline`. */
export interface SpanPipeline {
  readonly spans: SpanSink;
  ledger(): LedgerSnapshot;
  forceFlush(options: { readonly timeoutMillis: number }): PromiseLike<unknown>;
  shutdown(options: { readonly timeoutMillis: number }): PromiseLike<unknown>;
  drainSync(options: { readonly timeoutMillis: number }): boolean;
}

/** Where spans go: to a pipeline that others use too, or to an own one, made with the options of `createExportPipeline`. */
export interface PipelineOptions extends Partial<OtlpEndpoint>, Omit<ExportPipelineOptions, 'endpoints'> {
  /** Full address. Default: `http://localhost:4318/v1/traces`. */
  readonly url?: string;
  /** Neither flushed nor shut down at the processor's shutdown: that is for whoever made it, after it. Default: an own one. */
  readonly pipeline?: SpanPipeline | Pick<ExportPipeline, keyof SpanPipeline>;
  /** How long an own pipeline may hold up the end of the process to send what is queued; 0 not at all. Default: 500. */
  readonly exitTimeoutMillis?: number;
}

export const DEFAULT_URL = 'http://localhost:4318/v1/traces';

const ENDPOINT_KEYS = [
  'url',
  'headers',
  'timeoutMillis',
  'compression',
  'certificateFile',
  'clientCertificateFile',
  'clientKeyFile',
] as const satisfies readonly (keyof OtlpEndpoint)[];
const EXPORT_KEYS = [
  'ringBytes',
  'worker',
  'breaker',
  'backOff',
  'limits',
  'encodeLimits',
  'userAgent',
  'log',
] as const satisfies readonly (keyof ExportPipelineOptions)[];
const OWN_KEYS = [...ENDPOINT_KEYS, ...EXPORT_KEYS, 'exitTimeoutMillis'];

export interface ResolvedProcessor {
  readonly pipeline: SpanPipeline;
  readonly isOwnPipeline: boolean;
  readonly exitTimeoutMillis: number;
  readonly retention: ResolvedRetention;
}

/** @throws TypeError that names every bad option, those of the pipeline too. */
export function resolveProcessor(options: RetentionOptions & PipelineOptions): ResolvedProcessor {
  const reader = new OptionReader('ResilientSpanProcessor', options, [...RETENTION_KEYS, 'pipeline', ...OWN_KEYS]);
  const retention = resolveRetention(reader);
  const exitTimeoutMillis = reader.count('exitTimeoutMillis', 500, { minimum: 0, maximum: 500 });
  const isOwnPipeline = reader.raw('pipeline') === undefined;
  const pipeline = isOwnPipeline ? makePipeline(reader) : givenPipeline(reader);
  if (isOwnPipeline && reader.hasProblems) void pipeline?.shutdown({ timeoutMillis: 0 });
  reader.throwIfAny();
  return { pipeline: pipeline as SpanPipeline, isOwnPipeline, exitTimeoutMillis, retention };
}

function givenPipeline(reader: OptionReader): SpanPipeline | undefined {
  for (const key of OWN_KEYS) if (reader.raw(key) !== undefined) reader.problem(key, 'nothing beside a given pipeline');
  return reader.object<SpanPipeline | undefined>('pipeline', undefined, [
    'ledger',
    'forceFlush',
    'shutdown',
    'drainSync',
  ]);
}

function makePipeline(reader: OptionReader): SpanPipeline | undefined {
  try {
    const endpoint = { url: DEFAULT_URL, ...reader.pick(ENDPOINT_KEYS) } as OtlpEndpoint;
    const settings = reader.pick(EXPORT_KEYS) as Omit<ExportPipelineOptions, 'endpoints'>;
    return createExportPipeline({ ...settings, endpoints: { traces: endpoint } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reader.foreign(message.replace('createExportPipeline: ', '').replaceAll('endpoints.traces.', ''));
    return undefined;
  }
}
