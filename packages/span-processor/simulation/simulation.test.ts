import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { failureText } from './failure-text.ts';
import { PINNED_SEEDS } from './pinned-seeds.ts';
import { PLANTED_BUGS } from './planted/planted-bug-list.ts';
import { runSeed } from './simulation.ts';

/** The 2,000 of every CI run are a check of their own (e2e/run.ts): measuring coverage makes a run four times as long. */
const SEEDS = 100;
const packages = join(dirname(fileURLToPath(import.meta.url)), '../..');

// One run takes 10 to 20 ms on a quiet core; a busy machine that measures coverage takes longer.
jest.setTimeout(120_000);

async function expectToHold(seed: number): Promise<void> {
  const result = await runSeed(seed);
  if (result.violation !== undefined) throw new Error(failureText(result));
}

describe('simulator', () => {
  test(`every invariant holds in ${SEEDS} seeds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) await expectToHold(seed);
  });

  test('one seed is one run: the hash over all its events is the same the second time', async () => {
    for (const seed of [1, 2, 3, 5, 8, 13, 21, 34]) {
      const first = await runSeed(seed);
      const second = await runSeed(seed);
      expect({ seed, hash: second.hash, events: second.events }).toEqual({
        seed,
        hash: first.hash,
        events: first.events,
      });
    }
  });

  for (const { seed, what } of PINNED_SEEDS) test(`seed ${seed}: ${what}`, () => expectToHold(seed));

  test('a failure prints the seed, its last events, what broke and how to see it again', () => {
    const text = failureText({
      seed: 7,
      family: 'killer',
      violation: 'conservation: 2 ended, but 1 is counted',
      lastEvents: ['   1.000  request 1', '   2.000  kill worker 1'],
      events: 2,
      virtualMillis: 2,
      hash: '0',
      summary: '',
    });
    expect(text).toContain('kill worker 1\nseed 7 (killer) broke an invariant after 2 events:\n');
    expect(text).toContain('conservation: 2 ended, but 1 is counted');
    expect(text).toContain('--seed 7 --trace');
  });
});

describe('planted bugs', () => {
  test('are at least 25, and at least 3 each in ledger, ring, breaker, retry and life cycle', () => {
    expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(25);
    for (const area of ['ledger', 'ring', 'breaker', 'retry', 'life cycle', 'trace buffer']) {
      expect(PLANTED_BUGS.filter((bug) => bug.area === area).length).toBeGreaterThanOrEqual(3);
    }
  });

  test.each(PLANTED_BUGS)('$area: $what: its text stands once in the source', ({ file, search, replace }) => {
    expect(readFileSync(join(packages, file), 'utf8').split(search)).toHaveLength(2);
    expect(replace).not.toBe(search);
  });
});
