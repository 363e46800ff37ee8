import type { ExporterLossReason } from '@vigil/conventions';
import type { SeededRandom } from './seeded-random.ts';

/** How the collector treats what reaches it. `takes`: whether it keeps the spans although its answer never comes. */
export type Mood =
  | { readonly kind: 'accept'; readonly millis: number }
  | { readonly kind: 'refuse'; readonly statusCode: number; readonly retryAfter: string | undefined }
  | { readonly kind: 'hang'; readonly takes: boolean }
  | { readonly kind: 'drip'; readonly takes: boolean }
  | { readonly kind: 'reset'; readonly after: 'connect' | 'half' | 'body'; readonly takes: boolean }
  | {
      readonly kind: 'partial';
      readonly rejected: 'some' | 'all' | 'more' | 'negative' | 'none';
      readonly json: boolean;
    }
  | { readonly kind: 'garbage'; readonly statusCode: number }
  | { readonly kind: 'limit'; readonly bytes: number }
  | { readonly kind: 'unreachable'; readonly reason: ExporterLossReason }
  | { readonly kind: 'flaky'; readonly failing: number };

export const HEALTHY: Mood = { kind: 'accept', millis: 4 };

const STATUS_CODES = [100, 204, 301, 307, 400, 401, 403, 404, 408, 413, 429, 500, 501, 502, 503, 504, 599] as const;

/** Values of `Retry-After` as a hostile or careless server writes them; `DATE±n` becomes an HTTP date. */
const RETRY_AFTER = [
  undefined,
  '0',
  '1',
  '7',
  '40',
  '299',
  '100000',
  '1e12',
  '-5',
  'soon',
  '',
  '1, 2',
  '3.5',
  'NaN',
  'Infinity',
  '0x10',
  'DATE+20',
  'DATE-20',
  'DATE+999999',
  'Thu, 99 Foo 2026 99:99:99 GMT',
] as const;

const RETRYABLE = [429, 502, 503, 504] as const;

export function randomMood(random: SeededRandom): Mood {
  return random.weighted<() => Mood>([
    [3, () => ({ kind: 'accept', millis: random.pick([1, 4, 40, 400]) })],
    [3, () => ({ kind: 'accept', millis: random.pick([3_000, 4_990, 5_010, 15_000, 40_000]) })],
    [3, () => ({ kind: 'refuse', statusCode: random.pick(RETRYABLE), retryAfter: random.pick(RETRY_AFTER) })],
    [3, () => ({ kind: 'refuse', statusCode: random.pick(STATUS_CODES), retryAfter: random.pick(RETRY_AFTER) })],
    [2, () => ({ kind: 'hang', takes: random.chance(0.5) })],
    [1, () => ({ kind: 'drip', takes: random.chance(0.7) })],
    [3, () => ({ kind: 'reset', after: random.pick(['connect', 'half', 'body']), takes: random.chance(0.5) })],
    [2, () => ({ kind: 'partial', rejected: random.pick(PARTIAL), json: random.chance(0.4) })],
    [1, () => ({ kind: 'garbage', statusCode: random.pick([200, 200, 202, 400, 503]) })],
    [2, () => ({ kind: 'limit', bytes: random.pick([150, 600, 2_000, 8_000, 40_000]) })],
    [3, () => ({ kind: 'unreachable', reason: random.pick(['ECONNREFUSED', 'dns', 'tls', 'network', 'ECONNRESET']) })],
    [2, () => ({ kind: 'flaky', failing: random.pick([0.1, 0.4, 0.7]) })],
  ])();
}

const PARTIAL = ['some', 'all', 'more', 'negative', 'none'] as const;

/** One line for the trace. */
export const moodText = (mood: Mood): string =>
  Object.entries(mood)
    .map(([key, value]) => (key === 'kind' ? String(value) : `${key}=${String(value)}`))
    .join(' ');

/** The value the server sends; dates are relative to the true wall clock, whatever the application's shows. */
export function retryAfterText(value: string | undefined, trueEpochMillis: number): string | undefined {
  const date = /^DATE([+-]\d+)$/.exec(value ?? '');
  return date === null ? value : new Date(trueEpochMillis + Number(date[1]) * 1_000).toUTCString();
}
