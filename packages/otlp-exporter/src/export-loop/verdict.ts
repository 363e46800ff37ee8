import type { ExporterLossReason } from '@vigil/conventions';
import type { AttemptOutcome } from '../transport/transport.ts';

/** What an attempt's outcome means for its batch, its path and the origin's breaker. */
export type Verdict =
  | { readonly kind: 'accepted' }
  /** Try the same body again, later. */
  | { readonly kind: 'retry'; readonly reason: ExporterLossReason; readonly retryAfter: string | undefined }
  /** Never send this body again. `breaker`: whether it speaks against the origin. */
  | { readonly kind: 'refused'; readonly reason: ExporterLossReason; readonly breaker: 'failure' | 'neutral' }
  /** The path is wrong or closed to us; every batch would meet the same answer. */
  | { readonly kind: 'path_refused'; readonly reason: ExporterLossReason }
  | { readonly kind: 'too_large' };

/** Failures without an answer that a second attempt does not cure. */
const FINAL_FAILURES: ReadonlySet<ExporterLossReason> = new Set(['tls', 'bad_response']);

/** OTLP's rules: 429, 502, 503, 504 and a connection that broke are retryable, nothing else. Pure, total. */
export function verdictOf(outcome: AttemptOutcome): Verdict {
  if (outcome.kind === 'failed') {
    const { reason } = outcome;
    if (FINAL_FAILURES.has(reason)) return { kind: 'refused', reason, breaker: 'failure' };
    return { kind: 'retry', reason, retryAfter: undefined };
  }
  const { statusCode: status, retryAfter } = outcome;
  if (status >= 200 && status <= 299) return { kind: 'accepted' };
  switch (status) {
    case 401:
    case 403:
    case 404:
      return { kind: 'path_refused', reason: `${status}` };
    case 413:
      return { kind: 'too_large' };
    case 429:
      return { kind: 'retry', reason: '429', retryAfter };
    case 502:
    case 503:
    case 504:
      return { kind: 'retry', reason: '5xx', retryAfter };
  }
  // A redirect is never followed: it would take our headers to wherever an answer says.
  if (status >= 300 && status <= 399) return { kind: 'path_refused', reason: '3xx' };
  if (status >= 400 && status <= 499) return { kind: 'refused', reason: '4xx', breaker: 'neutral' };
  if (status >= 500 && status <= 599) return { kind: 'refused', reason: '5xx', breaker: 'failure' };
  return { kind: 'refused', reason: 'bad_response', breaker: 'failure' };
}
