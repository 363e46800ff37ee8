import { expect, test } from '@jest/globals';
import { judgeSkips, parseAllowedSkips } from './allowed-skips.ts';
import type { Outcome } from './outcome.ts';

const skip: Outcome = { suite: 'e2e/a.test.ts', name: 'runs (twice)', status: 'skipped', detail: 'no engine' };

test('a skip that the list does not name fails the run', () => {
  expect(judgeSkips([skip], parseAllowedSkips('# nothing\n'))[0]).toMatchObject({ status: 'failed' });
});

test('a listed skip stays a skip, brackets and all', () => {
  expect(judgeSkips([skip], parseAllowedSkips('e2e/a.test.ts: runs (twice) => no engine  # because'))).toEqual([skip]);
  expect(judgeSkips([skip], parseAllowedSkips('e2e/*: runs* => no *'))).toEqual([skip]);
});

test('a pattern matches the whole name, not a part of it', () => {
  expect(judgeSkips([skip], parseAllowedSkips('e2e/a.test.ts: runs => no engine'))[0]).toMatchObject({
    status: 'failed',
  });
});

test('a listed test that is skipped for another reason fails the run', () => {
  expect(judgeSkips([skip], parseAllowedSkips('e2e/a.test.ts: * => starting one needs root'))[0]).toMatchObject({
    status: 'failed',
  });
});
