import { expect, test } from '@jest/globals';
import { planLanes, splitRate } from './mix.ts';

test.each([1, 2, 3, 7, 50, 333, 1_000])('a rate of %i is split without losing or adding a request', (rate) => {
  expect(Object.values(splitRate(rate)).reduce((sum, part) => sum + part, 0)).toBe(rate);
  expect(planLanes(rate).reduce((sum, lane) => sum + lane.rate, 0)).toBe(rate);
});

test('50 a second are 20 lists, 15 products, 10 orders and 5 states', () => {
  expect(splitRate(50)).toEqual({ browse: 20, product: 15, 'place order': 10, 'order status': 5 });
});

test('no lane has more than 10 connections and all start within one second', () => {
  for (const lane of planLanes(1_000)) {
    expect(lane.rate).toBeLessThanOrEqual(10);
    expect(lane.startAfterMillis).toBeLessThan(1_000);
  }
});

test('one request a second is one lane', () => {
  expect(planLanes(1)).toEqual([{ kind: 'browse', rate: 1, startAfterMillis: 0 }]);
});
