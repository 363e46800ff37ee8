import { expect, test } from '@jest/globals';
import { fromMonotonic, fromTimeInput, type Instant, toInstant } from './instant.ts';
import { SpanClock } from './span-clock.ts';

/** A clock whose machine time can be set. */
function setUp(originMillis = 1_000_000_000_000.25) {
  const time = { monotonic: 0, step: 0, epochReadings: 0 };
  const clock = new SpanClock({
    originMillis,
    monotonicMillis: () => time.monotonic,
    epochMillis() {
      time.epochReadings += 1;
      return Math.floor(originMillis + time.monotonic + time.step);
    },
  });
  const told = (): number => {
    const instant: Instant = { seconds: 0, nanos: 0 };
    const monotonic = clock.read();
    fromMonotonic(instant, clock.anchor, monotonic);
    return instant.seconds * 1000 + instant.nanos / 1e6;
  };
  return { time, clock, told };
}

test('tells time with nanoseconds from the monotonic clock', () => {
  const { time, clock } = setUp();
  time.monotonic = 1_999.999_999;
  const instant: Instant = { seconds: 0, nanos: 0 };
  fromMonotonic(instant, clock.anchor, clock.read());
  expect(instant).toEqual({ seconds: 1_000_000_002, nanos: 249_999 });
});

test('reads the machine clock once in 100 ms, however many spans start', () => {
  const { time, clock } = setUp();
  for (let millis = 0; millis < 100; millis += 1) {
    time.monotonic = millis;
    clock.read();
  }
  expect(time.epochReadings).toBe(1);
  time.monotonic = 100;
  clock.read();
  expect(time.epochReadings).toBe(2);
});

test.each([3_600_000, -3_600_000, 2, -2])('follows a step of %d ms at the next check, to 1 ms', (step) => {
  const { time, told } = setUp();
  told();
  time.step = step;
  time.monotonic = 100;
  expect(Math.abs(told() - (1_000_000_000_000.25 + 100 + step))).toBeLessThanOrEqual(1);
  time.monotonic = 300;
  expect(Math.abs(told() - (1_000_000_000_000.25 + 300 + step))).toBeLessThanOrEqual(1);
});

test('no step, no new anchor', () => {
  const { time, clock } = setUp();
  const { anchor } = clock;
  for (time.monotonic = 0; time.monotonic < 5_000; time.monotonic += 37.3) clock.read();
  expect(clock.anchor).toBe(anchor);
});

const ANCHOR = { seconds: 1_000_000_000, nanos: 999_999_999 };

test.each<[unknown, [number, number] | undefined]>([
  [1_500_000_000_001.5, [1_500_000_000, 1_500_000]],
  [new Date(1_500_000_000_001), [1_500_000_000, 1_000_000]],
  [
    [1, 2],
    [1, 2],
  ],
  [
    [1, 2_500_000_000],
    [3, 500_000_000],
  ],
  [
    [1, -1],
    [0, 999_999_999],
  ],
  [5_000, [1_000_000_005, 999_999_999]],
  [5_001, [5, 1_000_000]],
  [-1, undefined],
  [[0, -1], undefined],
  [[18_446_744_074, 0], undefined],
  [Number.NaN, undefined],
  [new Date(Number.NaN), undefined],
  ['1', undefined],
  [[1], undefined],
])('%p at 5 s after the start is %p', (input, expected) => {
  const target: Instant = { seconds: -1, nanos: -1 };
  expect(fromTimeInput(target, input, ANCHOR, 5_000)).toBe(expected !== undefined);
  expect([target.seconds, target.nanos]).toEqual(expected ?? [-1, -1]);
});

test('a Date that throws is now', () => {
  class Hostile extends Date {
    override getTime(): number {
      throw new Error('hostile');
    }
  }
  const target: Instant = { seconds: 0, nanos: 0 };
  toInstant(target, new Hostile(), ANCHOR, 1);
  expect(target).toEqual({ seconds: 1_000_000_001, nanos: 999_999 });
});
