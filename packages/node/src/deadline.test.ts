import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { withinDeadline } from './deadline.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const never = new Promise<void>(() => undefined);

test('work that settles in time is true, whether it succeeds or fails, and leaves no timer', async () => {
  expect(await withinDeadline(Promise.resolve(), { timeoutMillis: 1_000 })).toBe(true);
  expect(await withinDeadline(Promise.reject(new Error('x')), { timeoutMillis: 1_000 })).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});

test.each([true, false])(
  'work that hangs is false after the deadline (holds the process: %s)',
  async (holdsProcess) => {
    const outcome = withinDeadline(never, { timeoutMillis: 1_000, holdsProcess });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await outcome).toBe(false);
  },
);
