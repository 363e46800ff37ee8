import { expect, test } from '@jest/globals';
import { LatencyTally, RequestTally, total } from './tally.ts';

test('nothing recorded is all zero, not NaN', () => {
  expect(new LatencyTally().summary()).toEqual({ count: 0, p50Millis: 0, p95Millis: 0, p99Millis: 0, maxMillis: 0 });
});

test('of 1 to 100 ms the percentiles are 50, 95 and 99', () => {
  const tally = new LatencyTally();
  for (let millis = 1; millis <= 100; millis += 1) tally.record(millis);
  const { count, p50Millis, p95Millis, p99Millis, maxMillis } = tally.summary();
  expect(count).toBe(100);
  // Three significant digits: within a tenth of a millisecond here.
  for (const [actual, expected] of [
    [p50Millis, 50],
    [p95Millis, 95],
    [p99Millis, 99],
    [maxMillis, 100],
  ] as const)
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(0.1);
});

test('a latency of 0 and one beyond two minutes are recorded at the bounds', () => {
  const tally = new LatencyTally();
  tally.record(0);
  tally.record(10_000_000);
  expect(tally.summary().count).toBe(2);
  expect(Math.round(tally.summary().maxMillis / 1_000)).toBe(120);
});

test('399 succeeded, 400 is refused, 500 failed, and no answer counts as a request', () => {
  const tally = new RequestTally();
  for (const status of [201, 399, 400, 429, 499, 500, 599]) tally.answered(status, 1);
  tally.unanswered();
  expect(tally.summary()).toMatchObject({
    requests: 8,
    succeeded: 2,
    refused: 3,
    failed: 2,
    unanswered: 1,
    latency: { count: 7 },
  });
});

test('a total adds up and leaves its parts alone', () => {
  const [one, other] = [new RequestTally(), new RequestTally()];
  one.answered(200, 10);
  other.answered(502, 30);
  expect(total([one, other]).summary()).toMatchObject({ requests: 2, succeeded: 1, failed: 1, latency: { count: 2 } });
  expect(one.summary().requests).toBe(1);
});
