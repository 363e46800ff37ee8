import { expect, test } from '@jest/globals';
import { differenceOfMeans, meanWithInterval } from './estimate.ts';

test('mean of 1, 2, 3, 4 with the interval of the textbook: 2.5 ± 2.05', () => {
  const { middle, low, high } = meanWithInterval([1, 2, 3, 4]);
  expect([middle, low, high].map((value) => Number(value.toFixed(2)))).toEqual([2.5, 0.45, 4.55]);
});

test('a single value has no bounds', () => {
  expect(meanWithInterval([7])).toEqual({ middle: 7, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  expect(differenceOfMeans([7], [1, 2]).high).toBe(Number.POSITIVE_INFINITY);
});

test("Welch's interval of two lists of different spread: 5 ± 2.2 with three degrees of freedom", () => {
  const { middle, low, high } = differenceOfMeans([5, 6, 7, 8], [1, 1.5, 1.5, 2]);
  expect([middle, low, high].map((value) => Number(value.toFixed(1)))).toEqual([5, 2.8, 7.2]);
});

test('lists without any spread differ by exactly their difference', () => {
  expect(differenceOfMeans([3, 3, 3], [1, 1])).toEqual({ middle: 2, low: 2, high: 2 });
});
