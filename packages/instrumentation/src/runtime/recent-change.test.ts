import { expect, test } from '@jest/globals';
import { recentChange } from './recent-change.ts';

const SECOND = 1_000;

/** A total that grows by 1 a second. */
function manual() {
  let millis = 0;
  const change = recentChange(
    () => millis / SECOND,
    () => millis,
  );
  return {
    at: (seconds: number) => {
      millis = seconds * SECOND;
      const { from, to, elapsedMillis } = change();
      return { from, to, elapsedMillis };
    },
  };
}

test('one reader every 60 s gets the change since its last collection', () => {
  const { at } = manual();
  expect(at(60)).toEqual({ from: 0, to: 60, elapsedMillis: 60 * SECOND });
  expect(at(120)).toEqual({ from: 60, to: 120, elapsedMillis: 60 * SECOND });
});

test('a reader every second gets the change over 10 to 20 s once there are as many', () => {
  const { at } = manual();
  for (let seconds = 1; seconds <= 100; seconds += 1) {
    const { elapsedMillis } = at(seconds);
    expect(elapsedMillis).toBeLessThanOrEqual(20 * SECOND);
    expect(elapsedMillis).toBeGreaterThanOrEqual(Math.min(seconds, 10) * SECOND);
  }
});

test('a second reader at the same instant, or a millisecond later, gets a change over 10 s and not over nothing', () => {
  const { at } = manual();
  at(15);
  expect(at(30).elapsedMillis).toBe(15 * SECOND);
  expect(at(30).elapsedMillis).toBe(15 * SECOND);
  expect(at(30.001).elapsedMillis).toBe(15_001);
});
