import { expect, test } from '@jest/globals';
import { crashed, firstRun, type RestartState, started } from './restart-policy.ts';

const limits = { initialDelayMillis: 100, maxDelayMillis: 1_000, healthyMillis: 60_000 };
const longest = 1 - Number.EPSILON;

function delaysOf(crashes: number, random: number): number[] {
  let state: RestartState = firstRun(0);
  const delays: number[] = [];
  for (let crash = 0; crash < crashes; crash += 1) {
    const next = crashed(state, { nowMillis: 10, random }, limits);
    delays.push(next.delayMillis);
    state = started(next.state, 0);
  }
  return delays;
}

test('the pause doubles from 100 ms and stays at the bound of 1 000 ms, one past it too', () => {
  expect(delaysOf(6, longest)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test('jitter takes away half of the pause at most', () => {
  expect(delaysOf(5, 0)).toEqual([50, 100, 200, 400, 500]);
});

test('a run of 60 000 ms starts the row anew, one of 59 999 ms does not', () => {
  const third: RestartState = { crashesInRow: 3, startedMillis: 1_000 };
  expect(crashed(third, { nowMillis: 60_999, random: longest }, limits)).toEqual({
    state: { crashesInRow: 4, startedMillis: 1_000 },
    delayMillis: 800,
  });
  expect(crashed(third, { nowMillis: 61_000, random: longest }, limits)).toEqual({
    state: { crashesInRow: 1, startedMillis: 1_000 },
    delayMillis: 100,
  });
});

test('two thousand crashes in a row still wait the bound, not Infinity', () => {
  const state = { crashesInRow: 2_000, startedMillis: 0 };
  expect(crashed(state, { nowMillis: 1, random: longest }, limits).delayMillis).toBe(1_000);
});
