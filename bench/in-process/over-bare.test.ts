import { expect, test } from '@jest/globals';
import { compareResults, type InProcessResult } from './comparison.ts';
import { type OverBare, overBare, type Sample } from './over-bare.ts';

const sample = (variant: string, life: number, round: number, micros: number): Sample => ({
  variant,
  route: 'ping',
  life,
  round,
  requests: 100,
  micros,
  threadMicros: micros - 1,
  spans: 2,
});

/** Bare takes 10, then a disturbed 30; the other is 5 above whatever bare takes. */
const DISTURBED = [0, 1].flatMap((life) =>
  [10, 12, 30].flatMap((base, round) => [
    sample('bare', life, round, base),
    sample('again', life, round, base + 2),
    sample('other', life, round, base + 6),
  ]),
);

test('slices of one round are compared with each other: a disturbance of both leaves the difference', () => {
  const { over, low, high, threadOver, spans, micros } = overBare(DISTURBED, 'other', 'ping', ['bare', 'again']);
  expect([over, low, high, threadOver, spans, micros]).toEqual([5, 5, 5, 5, 2, 18]);
});

test('the interval is that of the lives: 2 of them with 4 and 8 over bare give 6 ± 25.4', () => {
  const lives = [sample('bare', 0, 0, 10), sample('it', 0, 0, 14), sample('bare', 1, 0, 10), sample('it', 1, 0, 18)];
  const { over, low, high } = overBare(lives, 'it', 'ping', ['bare']);
  expect(over).toBe(6);
  expect(high - over).toBeCloseTo(25.41, 1);
  expect(over - low).toBeCloseTo(25.41, 1);
});

test('one life has no interval, and a round without a base is an error', () => {
  const one = [sample('bare', 0, 0, 10), sample('it', 0, 0, 14)];
  expect(overBare(one, 'it', 'ping', ['bare']).high).toBe(Number.POSITIVE_INFINITY);
  expect(() => overBare(one, 'it', 'ping', ['nobody'])).toThrow('no base in life 0, round 0');
});

const row = (variant: string, micros: number, over: number, error: number): OverBare => ({
  variant,
  route: 'ping',
  micros,
  over,
  low: over - error,
  high: over + error,
  threadOver: over,
  spans: 1,
});
const result = (...rows: readonly OverBare[]): InProcessResult => ({
  measuredAt: '2026-01-01T00:00:00.000Z',
  node: 'v24.0.0',
  processor: 'test',
  lives: 6,
  rounds: 5,
  rows,
});
const earlier = result(row('bare', 20, 0, 0), row('Vigil', 30, 10, 1));

test('a regression is a whole interval above the earlier one and a tenth and half a microsecond: 12.6 + 0.5 over 10 ± 1 is, 13 is not', () => {
  const isWorse = (over: number) =>
    compareResults(result(row('bare', 20, 0, 0), row('Vigil', 30, over, 0.4)), earlier, 'bare')[0]?.isRegression;
  expect(isWorse(13)).toBe(false);
  expect(isWorse(13.1)).toBe(true);
  expect(isWorse(2)).toBe(false);
});

test('on a machine twice as slow twice the figure is the same', () => {
  const [change] = compareResults(result(row('bare', 40, 0, 0), row('Vigil', 60, 20, 1)), earlier, 'bare');
  expect(change).toEqual({ variant: 'Vigil', route: 'ping', was: 20, is: 20, isRegression: false });
});

test('rows that only one of the two has are left out', () => {
  expect(compareResults(result(row('bare', 20, 0, 0), row('new', 30, 99, 1)), earlier, 'bare')).toEqual([]);
});
