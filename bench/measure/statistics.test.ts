import { expect, test } from '@jest/globals';
import { outliersOf, pairedRatio, spreadOf, tQuantile } from './statistics.ts';

test("Student's t at 97.5 % is 12.706 for 1, 2.262 for 9 and 2.042 for 30 degrees of freedom", () => {
  expect([1, 9, 30].map((degrees) => tQuantile(degrees))).toEqual([12.7062, 2.2622, 2.0423]);
});

test.each([
  [31, 2.03951],
  [60, 2.0003],
  [1_000, 1.96234],
])('beyond the table, for %i degrees of freedom, it is within 0.0002 of %d', (degrees, exact) => {
  expect(Math.abs(tQuantile(degrees) - exact)).toBeLessThan(0.0002);
});

test('a spread needs at least one value', () => {
  expect(() => spreadOf([])).toThrow('expected at least one value');
  expect(spreadOf([4])).toEqual({ median: 4, lowerQuartile: 4, upperQuartile: 4, least: 4, most: 4 });
});

test('median and quartiles of 1 … 5 are 3, 2 and 4, in whatever order they come', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, lowerQuartile: 2, upperQuartile: 4, least: 1, most: 5 });
});

test('no pair of values above 0 is an error, one pair has an interval without end', () => {
  expect(() => pairedRatio([[1, 0]])).toThrow('at least one pair');
  expect(pairedRatio([[3, 2]])).toEqual({ ratio: 1.5, low: 0, high: Number.POSITIVE_INFINITY, pairs: 1 });
});

test('half and double cancel out: their ratio is 1', () => {
  const { ratio, low, high } = pairedRatio([
    [1, 2],
    [2, 1],
  ]);
  expect(ratio).toBeCloseTo(1, 12);
  expect(low * high).toBeCloseTo(1, 9);
});

test('ratios 2, 2.1 and 2.2 are 2.098 with an interval of 1.864 to 2.362', () => {
  const { ratio, low, high, pairs } = pairedRatio([
    [2, 1],
    [4.2, 2],
    [6.6, 3],
  ]);
  expect([ratio, low, high].map((value) => value.toFixed(3))).toEqual(['2.098', '1.864', '2.362']);
  expect(pairs).toBe(3);
});

test('a machine that is twice as slow in one round moves no ratio, since both of a pair are', () => {
  expect(
    pairedRatio([
      [11, 10],
      [22, 20],
    ]).ratio,
  ).toBeCloseTo(1.1, 12);
});

test('with 4 values nothing is an outlier; with 5 the one that is far out is', () => {
  expect(outliersOf([1, 1, 1, 9])).toEqual([]);
  expect(outliersOf([1, 1.1, 1.2, 1.1, 9])).toEqual([4]);
  expect(outliersOf([1, 1.1, 1.2, 1.1, 1])).toEqual([]);
});
