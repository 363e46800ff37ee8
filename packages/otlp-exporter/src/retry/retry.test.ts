import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backOffAfterFailure, backOffAfterSuccess, DEFAULT_BACK_OFF_OPTIONS, NO_BACK_OFF } from './back-off.ts';
import { RetryBudget } from './retry-budget.ts';

const options = DEFAULT_BACK_OFF_OPTIONS;

function waits(times: number, dice: number): number[] {
  let backOff = NO_BACK_OFF;
  return Array.from({ length: times }, () => {
    const now = Math.max(backOff.untilMillis, 0);
    backOff = backOffAfterFailure(backOff, undefined, now, options, () => dice);
    return backOff.untilMillis - now;
  });
}

test('the bound of the wait doubles from 1 to 10 seconds, and the wait is never below 100 ms', () => {
  expect(waits(6, 1)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  expect(waits(3, 0)).toEqual([100, 100, 100]);
});

test('a wait is never shorter than Retry-After, longer by the own back-off, and at most 5 minutes', () => {
  expect(backOffAfterFailure(NO_BACK_OFF, 7_000, 0, options, () => 0).untilMillis).toBe(7_100);
  expect(backOffAfterFailure(NO_BACK_OFF, 0, 0, options, () => 0).untilMillis).toBe(100);
  expect(backOffAfterFailure(NO_BACK_OFF, 300_000, 0, options, () => 0.5).untilMillis).toBe(300_000);
});

test('a later failure never ends a wait that is already agreed', () => {
  const long = backOffAfterFailure(NO_BACK_OFF, 60_000, 0, options, () => 0);
  expect(backOffAfterFailure(long, undefined, 10, options, () => 0).untilMillis).toBe(60_100);
});

test('a success ends the doubling after the wait, and never the wait', () => {
  const long = backOffAfterFailure(NO_BACK_OFF, 60_000, 0, options, () => 0);
  expect(backOffAfterSuccess(long, 60_099)).toBe(long);
  expect(backOffAfterSuccess(long, 60_100)).toBe(NO_BACK_OFF);
});

test('ten retries are free, the eleventh needs ten first attempts', () => {
  const budget = new RetryBudget();
  for (let i = 0; i < 10; i++) expect(budget.spend()).toBe(true);
  for (let i = 0; i < 10; i++) {
    expect(budget.spend()).toBe(false);
    budget.earn();
  }
  expect(budget.spend()).toBe(true);
  expect(budget.spend()).toBe(false);
});

test('retries are never more than ten and a tenth of the first attempts, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 2_000 }), (attempts) => {
      const budget = new RetryBudget();
      let first = 0;
      let retries = 0;
      for (const isFirst of attempts) {
        if (isFirst) {
          budget.earn();
          first += 1;
        } else if (budget.spend()) retries += 1;
        if (retries > 10 + first / 10) return false;
      }
      return true;
    }),
    { numRuns: 2_000 },
  );
});
