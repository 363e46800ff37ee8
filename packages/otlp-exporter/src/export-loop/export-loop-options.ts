import type { LossReason } from '@vigil/conventions';
import { type BreakerOptions, DEFAULT_BREAKER_OPTIONS } from '../breaker/breaker.ts';
import type { Clock, Random, Timers } from '../clock.ts';
import { type BackOffOptions, DEFAULT_BACK_OFF_OPTIONS } from '../retry/back-off.ts';
import { BATCH_BYTES, type PipelineMemory } from '../ring/pipeline-memory.ts';
import type { Attempt, Signal, Transport } from '../transport/transport.ts';

export const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

export type ContentEncoding = Attempt['contentEncoding'];

/**
 * Compresses a body and calls `compressed` once, now or later; without bytes when it cannot, and the body goes as it is.
 * Must not throw.
 */
export type Compress = (
  body: Uint8Array,
  encoding: NonNullable<ContentEncoding>,
  compressed: (bytes: Uint8Array | undefined) => void,
) => void;

/** What became of one submitted body. */
export type SubmissionOutcome =
  /** The receiver has it, but for `rejected` of its items. */
  | { readonly kind: 'accepted'; readonly rejected: number }
  /** Sent, and no answer said whether it was taken. */
  | { readonly kind: 'unconfirmed' }
  | { readonly kind: 'lost'; readonly reason: LossReason };

/** How one signal is sent. */
export interface SignalSettings {
  /** Scheme, host and port: signals of one origin share breaker, back-off and retry budget. */
  readonly origin: string;
  /** Deadline of an attempt. Default 5,000 ms. */
  readonly timeoutMillis: number;
  /** Default gzip. */
  readonly contentEncoding: ContentEncoding;
}

export interface ExportLoopLimits {
  /** Bytes of spans at which a batch is sent without waiting for its age, and the most one holds. Default 524,288 (512 KiB). */
  readonly batchBytes: number;
  /** Age of the oldest waiting span at which a smaller batch is sent. Default 100 ms; 0 sends whatever is there. */
  readonly batchMillis: number;
  /** Attempts for one body, the first included. Default 3; at least 1. */
  readonly attemptsMaximum: number;
  /** Bytes of metrics, and as many of logs, that may wait. Default 4,194,304 (4 MiB). */
  readonly submittedBytesMaximum: number;
  /** How long a path that answered 401, 403, 404 or 3xx is left alone, ±20 %. Default 30,000 ms. */
  readonly pathPauseMillis: number;
}

export interface ExportLoopOptions {
  readonly memory: PipelineMemory;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly compress: Compress;
  /** Takes one finished line, without a line break. */
  readonly log: (line: string) => void;
  /**
   * Called once when the loop met what cannot be (a ring no producer wrote) and stopped. The host then settles the worker and may
   * start another loop. What it throws is lost.
   */
  readonly failed: (error: unknown) => void;
  /** Default: all signals to one origin. */
  readonly signals?: Partial<Readonly<Record<Signal, Partial<SignalSettings>>>>;
  readonly breaker?: Partial<BreakerOptions>;
  readonly backOff?: Partial<BackOffOptions>;
  readonly limits?: Partial<ExportLoopLimits>;
}

export const DEFAULT_EXPORT_LOOP_LIMITS: ExportLoopLimits = {
  batchBytes: BATCH_BYTES,
  batchMillis: 100,
  attemptsMaximum: 3,
  submittedBytesMaximum: 4 * 1024 * 1024,
  pathPauseMillis: 30_000,
};

const DEFAULT_SIGNAL_SETTINGS: SignalSettings = { origin: '', timeoutMillis: 5_000, contentEncoding: 'gzip' };

/** Options with every default filled in. */
export interface ResolvedLoopSettings {
  readonly signals: Readonly<Record<Signal, SignalSettings>>;
  readonly breaker: BreakerOptions;
  readonly backOff: BackOffOptions;
  readonly limits: ExportLoopLimits;
}

/** Least and most of each number; `Infinity` where only the direction matters. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  batchBytes: [1_024, 64 * 1024 * 1024],
  batchMillis: [0, 60_000],
  attemptsMaximum: [1, 10],
  submittedBytesMaximum: [1_024, 1024 * 1024 * 1024],
  pathPauseMillis: [1_000, 3_600_000],
  timeoutMillis: [1, 600_000],
  failuresToOpen: [1, 1_000],
  slowCallMillis: [0, 600_000],
  openForMillis: [100, 3_600_000],
  openForMillisMaximum: [100, 3_600_000],
  jitter: [0, 1],
  probeDeadlineMillis: [1, 3_600_000],
  initialMillis: [1, 600_000],
  maximumMillis: [1, 600_000],
  minimumMillis: [1, 600_000],
};

/** @throws RangeError that names every value out of its range. */
export function resolveLoopSettings(options: ExportLoopOptions): ResolvedLoopSettings {
  const signals = {} as Record<Signal, SignalSettings>;
  for (const signal of SIGNALS) signals[signal] = { ...DEFAULT_SIGNAL_SETTINGS, ...options.signals?.[signal] };
  const longestAttempt = Math.max(...SIGNALS.map((signal) => signals[signal].timeoutMillis));
  const settings: ResolvedLoopSettings = {
    signals,
    breaker: {
      ...DEFAULT_BREAKER_OPTIONS,
      probeDeadlineMillis: longestAttempt + PROBE_GRACE_MILLIS,
      ...options.breaker,
    },
    backOff: { ...DEFAULT_BACK_OFF_OPTIONS, ...options.backOff },
    limits: { ...DEFAULT_EXPORT_LOOP_LIMITS, ...options.limits },
  };
  const problems = [
    ...problemsOf('limits', settings.limits),
    ...problemsOf('breaker', settings.breaker),
    ...problemsOf('backOff', settings.backOff),
    ...SIGNALS.flatMap((signal) => problemsOf(`signals.${signal}`, signals[signal])),
  ];
  if (problems.length > 0) throw new RangeError(`export loop: ${problems.join('; ')}`);
  return settings;
}

/** The probe's own deadline comes after that of the attempt and its watchdog. */
const PROBE_GRACE_MILLIS = 1_000;

function problemsOf(place: string, values: object): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const range = RANGES[name];
    if (range === undefined) return [];
    const [least, most] = range;
    if (typeof value === 'number' && value >= least && value <= most) return [];
    return [`${place}.${name}: expected a number from ${least} to ${most}, got ${String(value)}`];
  });
}
