import { beforeAll, expect, test } from '@jest/globals';
import { prepareLoadGenerator } from '../../bench/measure/load.ts';
import { requires } from '../requirement.ts';
import { chooseRows, readWish } from './bed/command-line.ts';
import { lackOf } from './bed/need.ts';
import { runRow } from './bed/run-row.ts';
import { allRows } from './rows/index.ts';

const wish = readWish(['--selection']);
const rows = chooseRows(allRows(wish.seed), wish);

beforeAll(prepareLoadGenerator);

test('the selection has rows of the network, of the process and of the stack', () => {
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(['F1', 'F3 hang']));
});

// Accounts, ends, bounds and requests are judged here; a machine of CI says nothing about times.
for (const row of rows) {
  requires(await lackOf(row.needs))(`${row.id}, ${row.fault}: no claim is broken`, async () => {
    const progress = () => undefined;
    const { signal } = new AbortController();
    const { problem, checks, seconds } = await runRow(row, 'vigil', { ...wish, signal, progress });
    const broken = checks.filter(({ verdict }) => verdict === 'broken');
    console.info(`${row.id}: ${checks.length} claims, ${seconds} s`);
    expect(problem).toBeUndefined();
    expect(broken).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  });
}
