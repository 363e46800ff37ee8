import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isAtLeast, randomnessOf, ratioOf, thresholdOf } from './threshold.ts';

test.each([
  [1, '0'],
  [0.5, '8'],
  [0.25, 'c'],
  [0.1, 'e666'],
  [0.01, 'fd70a'],
  [1e-6, 'ffffef39'],
])('a rate of %d has the threshold %s', (ratio, threshold) => {
  expect(thresholdOf(ratio)).toBe(threshold);
});

test.each([0, -1, Number.NaN, 2 ** -60])('a rate of %d has none', (ratio) => {
  expect(thresholdOf(ratio)).toBeUndefined();
});

test('a threshold is the rate to 1 in 65,536 of itself', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (ratio) => {
      const threshold = thresholdOf(ratio) ?? '';
      expect(threshold).toMatch(/^[0-9a-f]{1,13}$/);
      expect(Math.abs(ratioOf(threshold) - ratio)).toBeLessThanOrEqual(ratio / 8_192);
    }),
    { numRuns: 10_000 },
  );
});

test('digits compare as the numbers they stand for', () => {
  const digits = fc.stringMatching(/^[0-9a-f]{14}$/);
  fc.assert(
    fc.property(digits, fc.stringMatching(/^[0-9a-f]{1,14}$/), (randomness, threshold) => {
      const asNumbers = BigInt(`0x${randomness}`) >= BigInt(`0x${threshold.padEnd(14, '0')}`);
      expect(isAtLeast(randomness, threshold)).toBe(asNumbers);
    }),
    { numRuns: 20_000 },
  );
});

test('the bits of a trace are rv if there is one, else the last 56 of its id', () => {
  const traceId = '0123456789abcdef0123456789abcdef';
  expect(randomnessOf(traceId, undefined)).toBe('23456789abcdef');
  expect(randomnessOf(traceId, '00000000000001')).toBe('00000000000001');
});
