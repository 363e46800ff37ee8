import { expect, test } from '@jest/globals';
import { DurationQuantile } from './duration-quantile.ts';
import { createAdaptiveThreshold, createStaticThreshold } from './slow-threshold.ts';

const adaptive = (options = {}) =>
  createAdaptiveThreshold({
    thresholdMillis: 1_000,
    quantile: 0.99,
    minimumMillis: 50,
    minimumTraces: 100,
    maxRoutes: 2,
    ...options,
  });

test('static: slow is above the threshold, not at it; 0 finds everything slow, Infinity nothing', () => {
  const threshold = createStaticThreshold(1_000);
  expect([threshold.isSlow('', 1_000), threshold.isSlow('', 1_000.001)]).toEqual([false, true]);
  expect(createStaticThreshold(0).isSlow('', 0.001)).toBe(true);
  expect(createStaticThreshold(Number.POSITIVE_INFINITY).isSlow('', 1e12)).toBe(false);
});

test('the quantile is at most 19 % above the real one', () => {
  const durations = new DurationQuantile(0.99);
  expect(durations.millis).toBeNaN();
  for (let round = 0; round < 10; round += 1) for (let index = 1; index <= 100; index += 1) durations.add(index * 10);
  expect(durations.millis).toBeGreaterThanOrEqual(990);
  expect(durations.millis).toBeLessThanOrEqual(990 * 1.19);
});

test('what was long ago fades: after a change the quantile follows within some thousand durations', () => {
  const durations = new DurationQuantile(0.99);
  for (let index = 0; index < 5_000; index += 1) durations.add(100);
  for (let index = 0; index < 5_000; index += 1) durations.add(1);
  expect(durations.millis).toBeLessThan(2);
  expect(durations.count).toBeLessThan(1_024);
});

test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e300])('a duration of %d ms does no harm', (millis) => {
  const durations = new DurationQuantile(0.5);
  for (let index = 0; index < 64; index += 1) durations.add(millis);
  expect(durations.millis).toBeGreaterThan(0);
});

test('adaptive: the static threshold holds for the first 100 traces of a route, then its own', () => {
  const threshold = adaptive();
  for (let index = 0; index < 100; index += 1) expect(threshold.isSlow('GET /fast', 100)).toBe(false);
  expect(threshold.millisFor('GET /fast')).toBeLessThan(120);
  expect(threshold.isSlow('GET /fast', 150)).toBe(true);
  expect(threshold.isSlow('GET /new', 150)).toBe(false);
  expect(threshold.millisFor('GET /unknown')).toBe(1_000);
});

test('adaptive: nothing faster than the minimum is slow', () => {
  const threshold = adaptive();
  for (let index = 0; index < 200; index += 1) threshold.isSlow('GET /ping', 1);
  expect([threshold.isSlow('GET /ping', 50), threshold.isSlow('GET /ping', 50.1)]).toEqual([false, true]);
});

test('adaptive: with 2 routes known a third and a thousandth share one threshold', () => {
  const threshold = adaptive({ minimumTraces: 64 });
  for (let index = 0; index < 2; index += 1) threshold.isSlow(`GET /${index}`, 500);
  for (let index = 2; index < 1_000; index += 1) threshold.isSlow(`GET /${index}`, 200);
  expect(threshold.millisFor('GET /new')).toBeLessThan(240);
  expect(threshold.isSlow('GET /another', 300)).toBe(true);
  expect(threshold.millisFor('GET /0')).toBe(1_000);
});

test('adaptive: a name of 256 characters has a threshold of its own, a longer one has not', () => {
  const threshold = adaptive();
  const [known, long] = ['x'.repeat(256), 'y'.repeat(257)];
  for (let index = 0; index < 100; index += 1) threshold.isSlow(known, 100);
  for (let index = 0; index < 100; index += 1) threshold.isSlow(long, 400);
  expect(threshold.millisFor(known)).toBeLessThan(120);
  expect(threshold.millisFor('z'.repeat(257))).toBe(threshold.millisFor(long));
});
