import type { AttemptOutcome } from '@vigil/otlp-exporter/core';
import type { Judgement } from './expected-breaker.ts';

/** What an outcome demands of whoever sent the request: written a second time, from the specification. */

export const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
export const OF_THE_PATH: ReadonlySet<number> = new Set([401, 403, 404, 413]);
/** Failures without an answer that another attempt does not cure. */
const FINAL_FAILURES: ReadonlySet<string> = new Set(['tls', 'bad_response']);

export interface WaitLimits {
  readonly retryAfterMillisMaximum: number;
  /** No wait after a retryable failure is shorter. */
  readonly backOffMillis: number;
}

/** How long nothing may be sent at least. A failure that a retry does not cure asks for no wait. */
export function waitAfter(outcome: AttemptOutcome, wallMillis: number, limits: WaitLimits): number {
  if (outcome.kind === 'failed') return FINAL_FAILURES.has(outcome.reason) ? 0 : limits.backOffMillis;
  if (!RETRYABLE.has(outcome.statusCode)) return 0;
  return Math.max(limits.backOffMillis, surelyAfter(outcome.retryAfter, wallMillis, limits.retryAfterMillisMaximum));
}

/** What the header surely demands; 0 where a parser may read it either way. */
function surelyAfter(value: string | undefined, wallMillis: number, maximum: number): number {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Math.min(maximum, Number(value) * 1_000);
  if (!/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(value)) return 0;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.min(maximum, Math.max(0, date - wallMillis));
}

/** @param beyondSlow milliseconds by which the request took longer than a quick one may. */
export function judge(outcome: AttemptOutcome, beyondSlow: number, clockMargin: number): Judgement {
  if (outcome.kind === 'failed' || beyondSlow > 0) return 'failure';
  const { statusCode } = outcome;
  // The loop reads its clock before it sends, and again after the answer came: it may see a longer time than the wire.
  if (beyondSlow > -clockMargin) return 'unsure';
  if (statusCode >= 500 || statusCode < 200 || statusCode === 429) return 'failure';
  return statusCode < 300 ? 'success' : 'neutral';
}

/** Reasons of a loss that this outcome can be the cause of, in the ledger's words. */
export function reasonsOf(outcome: AttemptOutcome): readonly string[] {
  if (outcome.kind === 'failed') return [outcome.reason];
  const { statusCode } = outcome;
  const hundreds = Math.floor(statusCode / 100);
  if (hundreds >= 3 && hundreds <= 5) return [String(statusCode), `${hundreds}xx`];
  return hundreds === 2 ? [] : ['bad_response'];
}
