import type { ClockAnchor } from './span-clock.ts';

const NANOS_PER_SECOND = 1_000_000_000;
/** OTLP counts nanoseconds in 64 bits. */
const SECONDS_MAXIMUM = 18_446_744_073;

/** A point in time as OTLP wants it. One is reused for all conversions: results are integers, so nothing is allocated. */
export interface Instant {
  seconds: number;
  nanos: number;
}

/** Writes the moment `monotonicMillis` after the anchor. */
export function fromMonotonic(target: Instant, anchor: ClockAnchor, monotonicMillis: number): void {
  const whole = Math.floor(monotonicMillis / 1000);
  let nanos = anchor.nanos + Math.round((monotonicMillis - whole * 1000) * 1e6);
  let seconds = anchor.seconds + whole;
  while (nanos >= NANOS_PER_SECOND) {
    nanos -= NANOS_PER_SECOND;
    seconds += 1;
  }
  target.seconds = seconds;
  target.nanos = nanos;
}

/**
 * Writes what an application gave as a time: `[seconds, nanoseconds]`, a `Date`, milliseconds since 1970, or a reading of
 * `performance.now()` (a number not above `monotonicMillis`, as in the SDK). False, with nothing written, when it is no
 * time at all, is not finite, or is before 1970. May throw what a hostile Date throws.
 */
export function fromTimeInput(target: Instant, input: unknown, anchor: ClockAnchor, monotonicMillis: number): boolean {
  if (typeof input === 'number') {
    if (!Number.isFinite(input)) return false;
    if (input > monotonicMillis) return fromEpochMillis(target, input);
    if (input < 0) return false;
    fromMonotonic(target, anchor, input);
    return true;
  }
  if (input instanceof Date) return fromEpochMillis(target, input.getTime());
  if (!isHrTime(input)) return false;
  return normalized(target, Math.trunc(input[0]), Math.round(input[1]));
}

/** True for what the SDK takes for a time. May throw what a hostile object throws. */
export function isTimeInput(input: unknown): boolean {
  return typeof input === 'number' || input instanceof Date || isHrTime(input);
}

function isHrTime(input: unknown): input is [number, number] {
  return Array.isArray(input) && input.length === 2 && typeof input[0] === 'number' && typeof input[1] === 'number';
}

function fromEpochMillis(target: Instant, millis: number): boolean {
  const whole = Math.floor(millis / 1000);
  return normalized(target, whole, Math.round((millis - whole * 1000) * 1e6));
}

function normalized(target: Instant, seconds: number, nanos: number): boolean {
  const carry = Math.floor(nanos / NANOS_PER_SECOND);
  const whole = seconds + carry;
  if (!(whole >= 0 && whole <= SECONDS_MAXIMUM)) return false;
  target.seconds = whole;
  target.nanos = nanos - carry * NANOS_PER_SECOND;
  return true;
}

/** Writes the time an application gave, or now when it gave none or nothing usable. Never throws. */
export function toInstant(target: Instant, input: unknown, anchor: ClockAnchor, monotonicMillis: number): void {
  if (input !== undefined && input !== null) {
    try {
      if (fromTimeInput(target, input, anchor, monotonicMillis)) return;
    } catch {
      // A Date whose getTime throws says as little as one that is invalid.
    }
  }
  fromMonotonic(target, anchor, monotonicMillis);
}
