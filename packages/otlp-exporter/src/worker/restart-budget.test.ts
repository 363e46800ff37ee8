import { expect, test } from '@jest/globals';
import { RestartBudget } from './restart-budget.ts';

test('three restarts in a minute are free, the fourth waits until the first is a minute old', () => {
  const budget = new RestartBudget();
  expect([0, 1_000, 2_000].map((now) => budget.ask(now))).toEqual([0, 0, 0]);
  expect(budget.ask(2_000)).toBe(58_000);
  expect(budget.ask(59_999)).toBe(1);
  expect(budget.ask(60_000)).toBe(0);
  expect(budget.ask(60_000)).toBe(1_000);
});

test('one crash every 20 s is restarted for ever', () => {
  const budget = new RestartBudget();
  for (let now = 0; now < 3_600_000; now += 20_000) expect(budget.ask(now)).toBe(0);
});
