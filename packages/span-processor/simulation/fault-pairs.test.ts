import { expect, test } from '@jest/globals';
import type { Mood } from './mood.ts';
import { planScenario, type Scenario } from './scenario.ts';

/** What `./scripts/test` runs. */
const SEEDS = 2_000;
const RETRYABLE = [429, 502, 503, 504];
const SLOW_MILLIS = 1_000;

function moodName(mood: Mood): string | undefined {
  if (mood.kind === 'accept') return mood.millis < SLOW_MILLIS ? undefined : 'slow';
  if (mood.kind === 'reset') return `reset, ${mood.after}`;
  if (mood.kind === 'refuse') return RETRYABLE.includes(mood.statusCode) ? 'refused for now' : 'refused';
  return mood.kind;
}

/** The faults that meet in one run. */
function faultsOf({ moods, disturbances, ending, load }: Scenario): Set<string> {
  const names = [
    ...moods.map(({ mood }) => moodName(mood)),
    ...disturbances.map((one) => (one.kind === 'stall' ? `stall, ${one.thread}` : one.kind)),
    ending === 'heal' ? undefined : ending,
    load.burst === undefined ? undefined : 'burst',
    load.hostileShare === 0 ? undefined : 'hostile',
  ];
  return new Set(names.filter((name) => name !== undefined));
}

test('every two of 24 faults meet in at least 3 of the 2,000 simulated lives', () => {
  const runs = Array.from({ length: SEEDS }, (_, index) => faultsOf(planScenario(index + 1)));
  const names = [...new Set(runs.flatMap((run) => [...run]))].toSorted();
  const seldom = names.flatMap((one, index) =>
    names.slice(index + 1).flatMap((other) => {
      const together = runs.filter((run) => run.has(one) && run.has(other)).length;
      return together < 3 ? [`${one} and ${other}: ${together}`] : [];
    }),
  );
  expect(names).toHaveLength(24);
  // A process ends once.
  expect(seldom).toEqual(['exit and shutdown: 0']);
});
