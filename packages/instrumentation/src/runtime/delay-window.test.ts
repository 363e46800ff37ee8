import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DelayWindow } from './delay-window.ts';

const SECOND = 1_000;

test('a window in which nothing was recorded has no summary', () => {
  expect(new DelayWindow().summary(0)).toBeUndefined();
});

test('min, max, mean and deviation are exact', () => {
  const window = new DelayWindow();
  for (const micros of [2, 4, 4, 4, 5, 5, 7, 9]) window.record(micros, 0);
  expect(window.summary(0)).toMatchObject({ count: 8, minMicros: 2, maxMicros: 9, meanMicros: 5, stddevMicros: 2 });
});

test('two readers see the same delay of 3 s: neither takes it from the other', () => {
  const window = new DelayWindow();
  window.record(3_000_000, 5 * SECOND);
  expect(window.summary(6 * SECOND)?.maxMicros).toBe(3_000_000);
  expect(window.summary(6 * SECOND)?.maxMicros).toBe(3_000_000);
});

test('a delay is seen for at least 60 s and no more after 70 s', () => {
  for (const at of [0, 3_456, 9_999]) {
    const window = new DelayWindow();
    window.record(1, at);
    expect(window.summary(at + 60 * SECOND)?.count).toBe(1);
    expect(window.summary(at + 70 * SECOND)).toBeUndefined();
  }
});

test('a slot that comes round again has forgotten the minute before, also when nobody sampled in between', () => {
  const window = new DelayWindow();
  window.record(900, 0);
  window.record(1, 70 * SECOND);
  expect(window.summary(70 * SECOND)).toMatchObject({ count: 1, maxMicros: 1, p99Micros: 1 });
  window.record(2, 10_000 * SECOND);
  expect(window.summary(10_000 * SECOND)).toMatchObject({ count: 1, minMicros: 2, maxMicros: 2 });
});

test('what no clock can say is taken for the nearest that it can: 0 and 71 minutes', () => {
  const window = new DelayWindow();
  window.record(-5, 0);
  window.record(1e15, 0);
  expect(window.summary(0)).toMatchObject({ minMicros: 0, maxMicros: 2 ** 32 - 1, p99Micros: 2 ** 32 - 1 });
});

test('a percentile is at most 6.25 % above the delay of that rank, and never below it', () => {
  const micros = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 5_000 }));
  fc.assert(
    fc.property(fc.array(micros, { minLength: 1, maxLength: 300 }), fc.nat(60 * SECOND), (delays, spreadMillis) => {
      const window = new DelayWindow();
      delays.forEach((delay, index) => {
        window.record(delay, (index * spreadMillis) / delays.length);
      });
      const sorted = delays.toSorted((a, b) => a - b);
      const summary = window.summary(spreadMillis);
      for (const [share, told] of [
        [0.5, summary?.p50Micros],
        [0.9, summary?.p90Micros],
        [0.99, summary?.p99Micros],
      ] as const) {
        const exact = sorted[Math.ceil(share * delays.length) - 1] ?? Number.NaN;
        expect(told).toBeGreaterThanOrEqual(exact);
        expect(told).toBeLessThanOrEqual(exact * 1.0625);
      }
    }),
  );
});
