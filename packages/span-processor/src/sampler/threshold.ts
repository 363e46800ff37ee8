/**
 * Rejection thresholds of W3C consistent probability sampling, as the hex digits that stand in `tracestate`. A trace is
 * sampled when its 56 random bits are not below the threshold. Digits compare as strings: the left-most 56 bits of both
 * sides have the same place value, and trailing zeros may be left out, so neither padding nor BigInt is needed.
 */

/** Digits of 56 random bits. */
const RANDOMNESS_DIGITS = 14;
const RANDOMNESS = /^[0-9a-f]{14}$/;
const THRESHOLD = /^[0-9a-f]{1,14}$/;

/** Four digits after the leading `f`s: the rate is then exact to 1 in 65,536 of itself or better. */
const PRECISION_DIGITS = 4;
/** 13 digits are 52 bits: the most that a double holds exactly. */
const PRECISION_MAXIMUM = 13;

/** Threshold that samples everything. */
export const THRESHOLD_OF_ALL = '0';

/**
 * Threshold of a sampling rate between 0 and 1: `0` for 1, nothing for 0 (and for rates below 2⁻⁵²), because no threshold
 * rejects everything. Never throws.
 */
export function thresholdOf(ratio: number): string | undefined {
  if (!(ratio > 0)) return undefined;
  if (ratio >= 1) return THRESHOLD_OF_ALL;
  // Each factor of 1/16 in the rate is one leading `f` in the threshold, which says nothing yet.
  const leading = Math.max(0, Math.floor(-Math.log2(ratio) / 4));
  const digits = Math.min(PRECISION_MAXIMUM, PRECISION_DIGITS + leading);
  const scale = 16 ** digits;
  const sampled = Math.round(ratio * scale);
  if (sampled === 0) return undefined;
  if (sampled >= scale) return THRESHOLD_OF_ALL;
  return (scale - sampled).toString(16).padStart(digits, '0').replace(/0+$/, '');
}

/** Share of traces a threshold samples, 0 to 1. */
export function ratioOf(threshold: string): number {
  return (
    1 - Number.parseInt(threshold.slice(0, PRECISION_MAXIMUM), 16) / 16 ** Math.min(threshold.length, PRECISION_MAXIMUM)
  );
}

/** The random bits of a trace: an explicit `rv`, else the last 56 bits of its id. */
export function randomnessOf(traceId: string, explicit: string | undefined): string {
  return explicit ?? traceId.slice(-RANDOMNESS_DIGITS);
}

export function isAtLeast(randomness: string, threshold: string): boolean {
  return randomness >= threshold;
}

/** A threshold's upper 24 and lower 32 bits, each as a number without a sign. */
export interface ThresholdBits {
  readonly high: number;
  readonly low: number;
}

export function bitsOf(threshold: string): ThresholdBits {
  const digits = threshold.padEnd(RANDOMNESS_DIGITS, '0');
  return { high: Number.parseInt(digits.slice(0, 6), 16), low: Number.parseInt(digits.slice(6), 16) };
}

/** The same comparison of random bits that are numbers already. */
export function areAtLeast(high: number, low: number, threshold: ThresholdBits): boolean {
  return high > threshold.high || (high === threshold.high && low >= threshold.low);
}

export function isThreshold(text: string): boolean {
  return THRESHOLD.test(text);
}

export function isRandomness(text: string): boolean {
  return RANDOMNESS.test(text);
}
