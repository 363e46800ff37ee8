import { expect, test } from '@jest/globals';
import { effectiveLimit, NODE_PROCESS } from './node-process.ts';

const GIB = 2 ** 30;

test('a limit is what is above 0 and not more than the machine has', () => {
  expect(effectiveLimit(GIB, 4 * GIB)).toBe(GIB);
  expect(effectiveLimit(4 * GIB, 4 * GIB)).toBe(4 * GIB);
  // No control group, version 2 without a limit, version 1 without a limit.
  for (const unlimited of [0, 2 ** 64, 2 ** 63 - 2 ** 12]) {
    expect(effectiveLimit(unlimited, 4 * GIB)).toBeUndefined();
  }
});

test('what a timer of ours throws does not reach the application', async () => {
  let calls = 0;
  await new Promise<void>((resolve) => {
    const stop = NODE_PROCESS.every(1, () => {
      calls += 1;
      if (calls === 2) {
        stop();
        // A turn later, so that an uncaught exception of the second call would have been one.
        setTimeout(resolve, 5);
      }
      throw new Error('ours');
    });
    // The timer holds nothing: the test has to.
    setTimeout(resolve, 5_000).unref();
  });
  expect(calls).toBe(2);
});
