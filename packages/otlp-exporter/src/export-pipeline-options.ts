import type { BreakerOptions } from './breaker/breaker.ts';
import type { EncodeLimits } from './encode/encode-limits.ts';
import { type ExportLoopLimits, SIGNALS } from './export-loop/export-loop-options.ts';
import { assertOptions, type OptionProblem, oneOf, ownOptions, shown, wholeNumber } from './option-problems.ts';
import type { BackOffOptions } from './retry/back-off.ts';
import type { OtlpEndpoint, OtlpEndpoints } from './transport/endpoint.ts';
import type { Signal } from './transport/transport.ts';
import { assertLoopSettings, type ExportSettings } from './worker/export-settings.ts';

export interface ExportPipelineOptions {
  /** Where each signal goes; signals of one origin share connections, breaker and back-off. */
  readonly endpoints: OtlpEndpoints;
  /** Bytes in which ended spans wait, rounded up to a power of two. Default 8,388,608 (8 MiB); 65,536 to 1 GiB. */
  readonly ringBytes?: number | undefined;
  /** `never` exports on the application's thread. Default `auto`: in a worker, where one is allowed. */
  readonly worker?: 'auto' | 'never' | undefined;
  /** Default: opens on 3 failures or answers slower than 2.5 s in a row, for 5 s doubling to 30 s. */
  readonly breaker?: Partial<BreakerOptions> | undefined;
  /** Default: 1 s doubling to 10 s, full jitter. */
  readonly backOff?: Partial<BackOffOptions> | undefined;
  /** Default: 3 attempts; batches of 512 KiB or 100 ms. */
  readonly limits?: Partial<ExportLoopLimits> | undefined;
  /** How much of a span is encoded. */
  readonly encodeLimits?: Partial<EncodeLimits> | undefined;
  /** Default: `OTel-OTLP-Exporter-Vigil/<version>`. */
  readonly userAgent?: string | undefined;
  /** Takes one line about our own trouble, at most one per cause in 10 s. Default: `diag.warn`. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface ResolvedPipelineOptions {
  readonly ringBytes: number | undefined;
  readonly worker: 'auto' | 'never';
  readonly encodeLimits: Partial<EncodeLimits> | undefined;
  readonly settings: ExportSettings;
  readonly log: ((line: string) => void) | undefined;
}

/** @throws TypeError that names every option that is wrong. */
export function resolvePipelineOptions(given: ExportPipelineOptions): ResolvedPipelineOptions {
  const options = ownOptions(given);
  const { endpoints, ringBytes, worker = 'auto', log, userAgent, encodeLimits } = options;
  const settings: ExportSettings = {
    endpoints: endpointsOf(endpoints ?? {}),
    userAgent,
    breaker: options.breaker ?? {},
    backOff: options.backOff ?? {},
    limits: options.limits ?? {},
  };
  const problems = SIGNALS.flatMap((signal) => endpointProblems(signal, settings.endpoints[signal]));
  assertOptions('createExportPipeline', [
    ...problems,
    ringBytes === undefined ? undefined : wholeNumber('ringBytes', ringBytes, { minimum: 65_536, maximum: 2 ** 30 }),
    oneOf('worker', worker, ['auto', 'never']),
    log === undefined || typeof log === 'function' ? undefined : `log: expected a function, got ${shown(log)}`,
    userAgent === undefined ? undefined : headerProblem('userAgent', 'User-Agent', userAgent),
    // Addresses are needed to group the signals by origin.
    ...(problems.length === 0 ? loopProblems(settings) : []),
  ]);
  return { ringBytes, worker, encodeLimits, settings, log };
}

/** A copy of what is known here: the rest could be anything, and not everything can be given to a worker. */
function endpointsOf(endpoints: OtlpEndpoints): OtlpEndpoints {
  const known: { [S in Signal]?: OtlpEndpoint } = {};
  for (const signal of SIGNALS) {
    const endpoint = endpoints[signal];
    if (endpoint === undefined) continue;
    const own = ownOptions(endpoint);
    const { url, headers = {}, compression = 'gzip', timeoutMillis = 5_000 } = own;
    const { certificateFile, clientCertificateFile, clientKeyFile } = own;
    known[signal] = {
      url: String(url),
      headers: { ...headers },
      compression,
      timeoutMillis,
      certificateFile,
      clientCertificateFile,
      clientKeyFile,
    };
  }
  return known;
}

function endpointProblems(signal: Signal, endpoint: OtlpEndpoint | undefined): OptionProblem[] {
  if (endpoint === undefined) return [];
  const place = `endpoints.${signal}`;
  const { url, headers = {}, compression = 'gzip', timeoutMillis } = endpoint;
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  return [
    isAddress ? undefined : `${place}.url: expected an http: or https: address, got ${shown(url)}`,
    oneOf(`${place}.compression`, compression, ['none', 'gzip', 'zstd']),
    wholeNumber(`${place}.timeoutMillis`, timeoutMillis, { minimum: 1, maximum: 600_000 }),
    ...Object.entries(headers).map(([name, value]) => headerProblem(`${place}.headers`, name, value)),
  ].filter((problem) => problem !== undefined);
}

/** As Node.js checks them; without its `node:http`, which this thread may not need. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The value is not shown: it may be a credential. */
function headerProblem(place: string, name: string, value: string): OptionProblem {
  const isRight = HEADER_NAME.test(name) && typeof value === 'string' && HEADER_VALUE.test(value);
  return isRight ? undefined : `${place}: ${shown(name)} is not a header that can be sent`;
}

function loopProblems(settings: ExportSettings): OptionProblem[] {
  try {
    assertLoopSettings(settings);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
