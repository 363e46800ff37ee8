// Who is compared: each is the same application in a process of its own, told apart by its flags and its environment only.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BENCH = join(dirname(fileURLToPath(import.meta.url)), '..');
const STOCK = join(BENCH, 'competitors/stock');

export interface Variant {
  readonly name: string;
  /** Libraries of the application, and the agent. */
  readonly folder: string;
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const bare = (name: string): Variant => ({ name, folder: BENCH, flags: [], environment: {} });

const vigil = (name: string, environment: Readonly<Record<string, string>> = {}): Variant => ({
  name,
  folder: BENCH,
  flags: ['--import', '@vigil/node/register'],
  environment,
});

/**
 * Sends after 100 ms instead of 5 s, as Vigil does: what a slice of load costs has to be spent before the next begins. Without the
 * detectors of clouds, which outside of one wait for addresses that nobody answers.
 */
const stock = (name: string, environment: Readonly<Record<string, string>> = {}): Variant => ({
  name,
  folder: STOCK,
  flags: ['--import', '@opentelemetry/auto-instrumentations-node/register'],
  environment: { OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process', ...environment },
});

const EVERYTHING = { VIGIL_SAMPLING_RATIO: '1' };

export const BARE = bare('bare');
/** The same once more: what it shows over bare is the benchmark's own error. */
export const CONTROL = bare('bare again');

/** The published table. */
export const VARIANTS: readonly Variant[] = [
  BARE,
  CONTROL,
  vigil('Vigil'),
  vigil('Vigil, everything exported', EVERYTHING),
  stock('stock OpenTelemetry'),
  stock('stock, always_off', { OTEL_TRACES_SAMPLER: 'always_off' }),
];

/** Vigil with less and less of it switched on: the differences say what costs what. */
export const STEPS: readonly Variant[] = [
  BARE,
  CONTROL,
  vigil('context only', off('http', 'express', 'pg', 'ioredis')),
  vigil('+ http', only('http')),
  vigil('+ express', only('http', 'express')),
  vigil('+ ioredis', only('http', 'express', 'ioredis')),
  vigil('+ pg: Vigil', only('http', 'express', 'ioredis', 'pg')),
  vigil('… without metrics', { ...only('http', 'express', 'ioredis', 'pg'), OTEL_METRICS_EXPORTER: 'none' }),
  vigil('… without traces', { ...only('http', 'express', 'ioredis', 'pg'), OTEL_TRACES_EXPORTER: 'none' }),
  vigil('… nothing kept', { ...only('http', 'express', 'ioredis', 'pg'), VIGIL_SAMPLING_RATIO: '0' }),
  vigil('… everything exported', { ...only('http', 'express', 'ioredis', 'pg'), ...EVERYTHING }),
];

function only(...names: readonly string[]): Readonly<Record<string, string>> {
  return { OTEL_NODE_ENABLED_INSTRUMENTATIONS: names.join(',') };
}

function off(...names: readonly string[]): Readonly<Record<string, string>> {
  return { OTEL_NODE_DISABLED_INSTRUMENTATIONS: names.join(',') };
}
