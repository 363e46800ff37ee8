import { RETRY_AFTER_MILLIS_MAXIMUM } from './back-off.ts';

/** An HTTP date has at most 33 characters (RFC 850 with "Wednesday"); seconds beyond ten digits mean the maximum. */
const LENGTH_MAXIMUM = 64;
const SECONDS = /^\d{1,15}$/;
/** The three forms of RFC 9110, by their shape only; `Date.parse` alone would take "1" or "soon 5" for dates. */
const HTTP_DATE = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? [\w :-]{15,30}$/;

/**
 * Reads a `Retry-After` header: whole seconds or an HTTP date. Of several headers (joined by commas) the longest wait counts.
 *
 * @returns milliseconds from now, from 0 to 300,000 (5 minutes); nothing where the value is absent or says nothing sensible:
 * negative, fractional, not finite, a word. Never throws.
 */
export function parseRetryAfter(value: string | undefined, epochMillis: number): number | undefined {
  if (typeof value !== 'string' || value.length > LENGTH_MAXIMUM) return undefined;
  const whole = parseOne(value.trim(), epochMillis);
  if (whole !== undefined || !value.includes(',')) return whole;
  // A date has a comma of its own, so parts are tried only when the whole is no date.
  let longest: number | undefined;
  for (const part of value.split(',')) {
    const millis = parseOne(part.trim(), epochMillis);
    if (millis !== undefined) longest = Math.max(longest ?? 0, millis);
  }
  return longest;
}

function parseOne(text: string, epochMillis: number): number | undefined {
  let millis: number;
  if (SECONDS.test(text)) millis = Number(text) * 1_000;
  else if (HTTP_DATE.test(text)) millis = Date.parse(asUtc(text)) - epochMillis;
  else return undefined;
  return Number.isFinite(millis) ? Math.min(Math.max(millis, 0), RETRY_AFTER_MILLIS_MAXIMUM) : undefined;
}

/** HTTP dates are GMT in all three forms; the asctime form does not say so and would be read as local time. */
function asUtc(date: string): string {
  return date.endsWith('GMT') ? date : `${date} GMT`;
}
