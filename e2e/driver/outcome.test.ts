import { expect, test } from '@jest/globals';
import { closingLine, type Outcome, tally } from './outcome.ts';

const outcome = (status: Outcome['status']): Outcome => ({ suite: 's', name: 'n', status, detail: '' });

test('the closing line counts a skip only when there is one', () => {
  expect(closingLine({ passed: 2, failed: 0, skipped: 0 })).toBe('2 passed, 0 failed');
  expect(closingLine(tally([outcome('passed'), outcome('failed'), outcome('skipped')]))).toBe(
    '1 passed, 1 failed, 1 skipped',
  );
});
