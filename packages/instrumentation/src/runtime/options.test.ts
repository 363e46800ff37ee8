import { expect, test } from '@jest/globals';
import { delayResolutionMillis } from './options.ts';

test('the delay is sampled every 50 ms, or as asked between 1 ms and 10 s; 0 is no sampling', () => {
  expect(delayResolutionMillis({})).toBe(50);
  expect(delayResolutionMillis({ delayResolutionMillis: 1 })).toBe(1);
  expect(delayResolutionMillis({ delayResolutionMillis: 10_000 })).toBe(10_000);
  expect(delayResolutionMillis({ delayResolutionMillis: 0 })).toBe(0);
});

test('what cannot be meant is the default, not a timer that runs all the time', () => {
  for (const asked of [-1, 0.4, 10_001, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(delayResolutionMillis({ delayResolutionMillis: asked })).toBe(50);
  }
});
