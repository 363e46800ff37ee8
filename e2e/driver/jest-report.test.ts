import { expect, test } from '@jest/globals';
import { readJestReport } from './jest-report.ts';

const report = (file: object) =>
  JSON.stringify({ testResults: [{ name: '/r/a.test.ts', message: '', assertionResults: [], ...file }] });

test('a file that does not run at all is one failure, not zero tests', () => {
  expect(readJestReport(report({ message: 'SyntaxError' }), '/r')).toEqual([
    { suite: 'a.test.ts', name: 'the file runs', status: 'failed', detail: 'SyntaxError' },
  ]);
});

test('the reason of a skip is taken out of the name', () => {
  const assertionResults = [{ fullName: 'x works (skipped: no engine answers)', status: 'pending' }];
  expect(readJestReport(report({ assertionResults }), '/r')).toEqual([
    { suite: 'a.test.ts', name: 'x works', status: 'skipped', detail: 'no engine answers' },
  ]);
});

test('a status that jest may add one day counts as failed', () => {
  const assertionResults = [{ fullName: 'x', status: 'exploded', failureMessages: ['boom'] }];
  expect(readJestReport(report({ assertionResults }), '/r')[0]).toMatchObject({ status: 'failed', detail: 'boom' });
});
