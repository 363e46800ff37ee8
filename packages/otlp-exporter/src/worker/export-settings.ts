import type { BreakerOptions } from '../breaker/breaker.ts';
import {
  type ExportLoopLimits,
  type ExportLoopOptions,
  type ResolvedLoopSettings,
  resolveLoopSettings,
  SIGNALS,
  type SignalSettings,
} from '../export-loop/export-loop-options.ts';
import type { BackOffOptions } from '../retry/back-off.ts';
import type { OtlpEndpoint, OtlpEndpoints } from '../transport/endpoint.ts';
import type { Signal } from '../transport/transport.ts';

/** Everything of a pipeline's options that the loop and its transport need; plain data, so that a worker can be given it. */
export interface ExportSettings {
  readonly endpoints: OtlpEndpoints;
  readonly userAgent: string | undefined;
  readonly breaker: Partial<BreakerOptions>;
  readonly backOff: Partial<BackOffOptions>;
  readonly limits: Partial<ExportLoopLimits>;
}

type LoopSettings = Pick<ExportLoopOptions, 'signals' | 'breaker' | 'backOff' | 'limits'>;

/** The same in the loop's words. */
export function loopSettingsOf({ endpoints, breaker, backOff, limits }: ExportSettings): LoopSettings {
  const signals: Partial<Record<Signal, Partial<SignalSettings>>> = {};
  for (const signal of SIGNALS) {
    const endpoint = endpoints[signal];
    if (endpoint !== undefined) signals[signal] = signalSettings(endpoint);
  }
  return { signals, breaker, backOff, limits };
}

function signalSettings({ url, timeoutMillis, compression = 'gzip' }: OtlpEndpoint): Partial<SignalSettings> {
  return {
    origin: new URL(url).origin,
    contentEncoding: compression === 'none' ? undefined : compression,
    ...(timeoutMillis !== undefined && { timeoutMillis }),
  };
}

/** @throws RangeError that names every number out of its range. */
export const assertLoopSettings = (settings: ExportSettings): ResolvedLoopSettings =>
  resolveLoopSettings(loopSettingsOf(settings) as ExportLoopOptions);
