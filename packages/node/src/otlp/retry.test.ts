import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { RetryGate, retryAfterMillis, retryDelayMillis } from './retry.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('delays grow from 1 s by half to at most 5 s', () => {
  expect([1, 2, 3, 4, 5, 6].map((attempt) => retryDelayMillis(attempt, 0.5))).toEqual([
    1_000, 1_500, 2_250, 3_375, 5_000, 5_000,
  ]);
});

test('jitter is ±20 %', () => {
  expect(retryDelayMillis(1, 0)).toBeCloseTo(800);
  expect(retryDelayMillis(1, 1)).toBeCloseTo(1_200);
});

test('Retry-After is read as seconds or as a date, never below 0', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMillis('3', now)).toBe(3_000);
  expect(retryAfterMillis('Thu, 01 Jan 2026 00:00:10 GMT', now)).toBe(10_000);
  expect(retryAfterMillis('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(retryAfterMillis('soon', now)).toBeUndefined();
  expect(retryAfterMillis(undefined, now)).toBeUndefined();
});

test('the gate lets go after the delay, not before', async () => {
  const passed = new RetryGate().wait(1_000);
  const early = jest.fn();
  void passed.then(early);
  await jest.advanceTimersByTimeAsync(999);
  expect(early).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  expect(await passed).toBe(true);
});

test('closing sends away who waits and who comes; reopening lets wait again', async () => {
  const gate = new RetryGate();
  const waiting = gate.wait(1_000);
  gate.close();
  expect(await waiting).toBe(false);
  expect(await gate.wait(1_000)).toBe(false);
  expect(jest.getTimerCount()).toBe(0);
  gate.reopen();
  const again = gate.wait(1_000);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await again).toBe(true);
});
