import { expect, test } from '@jest/globals';
import { fillDocs } from './docs.ts';
import { reportPage } from './page.ts';
import { type BedRun, byCatalogue, type RowResult, verdictOf } from './result.ts';
import { merged } from './result-files.ts';
import { terminalTable } from './table.ts';

const result = (id: string, given: Partial<RowResult> = {}): RowResult => ({
  id,
  fault: `fault of ${id} | <b>`,
  load: 'load',
  expected: 'expected',
  needs: [],
  subject: 'vigil',
  seconds: 3,
  checks: [{ invariant: 'I1', claim: 'lives', verdict: 'held', seen: 'it does' }],
  figures: { 'stop s': 0.5 },
  ...given,
});
const broken = { checks: [{ invariant: 'I8', claim: 'stops', verdict: 'broken', seen: 'after 20 s' }] } as const;
const run = (results: readonly RowResult[]): BedRun => ({
  date: '2026-01-01',
  node: '24.0.0',
  cores: 2,
  loadAverage: [0.1, 0.2],
  seed: 1,
  effort: { minimumPairs: 8, maximumPairs: 60, windowMillis: 500, judgesTimes: true },
  results,
});
const NAMES = ['summary', 'runs', 'backend', 'process', 'stack', 'pairs', 'comparison', 'not-made'];
const PAGE = NAMES.map((name) => `## ${name}\n<!-- generated: ${name} -->\nold\n<!-- end: ${name} -->\n`).join(
  'kept\n',
);

test('a row is as bad as its worst claim, and one without a claim is no success', () => {
  expect(verdictOf(result('F1'))).toBe('held');
  expect(verdictOf(result('F1', broken))).toBe('broken');
  expect(verdictOf(result('F1', { checks: [] }))).toBe('bed failed');
  expect(verdictOf(result('F1', { problem: 'no port' }))).toBe('bed failed');
  expect(verdictOf(result('F1', { lack: 'needs root' }))).toBe('not run');
});

test('F2 comes before F10', () => {
  expect([result('F10'), result('F2'), result('F2 b')].toSorted(byCatalogue).map(({ id }) => id)).toEqual([
    'F2',
    'F2 b',
    'F10',
  ]);
});

test('the page keeps what is written by hand, and its tables say what is broken and what is not made', () => {
  const results = [
    result('F3'),
    result('F3', { subject: 'upstream', ...broken }),
    result('F11', { lack: 'needs root' }),
    result('F52 a + b', broken),
    result('F52 c + d'),
    result('F7', { figures: { 'throughput ÷ healthy': 1.01, '95 % from': 0.99, '95 % to': 1.03, 'stop s': 0.6 } }),
    result('F9', {
      checks: [...result('F9').checks, { invariant: 'I2', claim: 'fast', verdict: 'undecided', seen: '?' }],
    }),
    result('F45', { needs: ['stack'], figures: { 'gap s': 3 } }),
  ];
  const filled = fillDocs(PAGE, [run(results)], [{ id: 'F38', fault: 'own port', reason: 'there is none' }]);
  expect(filled).not.toContain('old');
  expect(filled.match(/kept/g)).toHaveLength(7);
  expect(filled).toContain('| F3 | fault of F3 \\| <b> | breaks nothing, stop 0.5 s | breaks I8, stop 0.5 s |  |');
  expect(filled).toContain('| vigil, pairs of faults | 2 | 1 | 0 | 1 |');
  expect(filled).toContain(
    '| F7 | fault of F7 \\| <b> | expected | held (1 claims) | 1.01 (0.99–1.03) |  |  |  | 0.6 |  |',
  );
  expect(filled).toContain('| F3 | fault of F3 \\| <b> | expected | held (1 claims) | stop s: 0.5 |');
  expect(filled).toContain('| F9 | fault of F9 \\| <b> | expected | undecided: 1 of 2 claims (I2) | stop s: 0.5 |');
  expect(filled).toContain('| F45 | fault of F45 \\| <b> | expected | held (1 claims) | gap s: 3 |');
  expect(filled).toContain('1 of 2 pairs: every claim held');
  expect(filled).toContain('| fault of F52 a + b \\| <b> | **broken**: I8 stops (after 20 s) |');
  expect(filled).toContain('| F11 | fault of F11 \\| <b> | on the machine of the published run: needs root |');
  expect(filled).toContain('| F38 | own port | there is none |');
  expect(fillDocs(filled, [run(results)], [])).not.toContain('own port');
});

test('a page without its comments is refused', () => {
  expect(() => fillDocs('nothing', [], [])).toThrow('expected <!-- generated: summary --> … <!-- end: summary -->');
});

test('the report page escapes what rows say, and shows every claim', () => {
  const html = reportPage(run([result('F3'), result('F3', { subject: 'upstream', ...broken })]));
  expect(html).toContain('fault of F3 | &lt;b&gt;');
  expect(html).toContain('<li class="broken">I8 stops<small>after 20 s</small></li>');
  expect(html).toContain('<span class="held">1 held</span>');
});

test('the table in the terminal ends with every claim that does not hold', () => {
  const table = terminalTable([result('F10', broken), result('F3')]);
  expect(table.split('\n')[1]).toMatch(/^F3 +vigil +held +1 of 1 hold/);
  expect(table).toContain('F10, vigil: broken I8: stops\n    after 20 s');
});

test('a row that runs again replaces what it gave before; rows of other runs and subjects stay, empty runs go', () => {
  const old = [run([result('F1'), result('F2')]), run([result('F3')]), run([result('F1', { subject: 'upstream' })])];
  const again = { ...run([result('F3', broken), result('F1', broken)]), seed: 2 };
  const rows = merged(old, again, 'vigil').map(({ seed, results }) => [seed, ...results.map(({ id }) => id)]);
  expect(rows).toEqual([
    [1, 'F2'],
    [2, 'F1', 'F3'],
  ]);
  expect(merged([], again, 'dd-trace')).toEqual([]);
});
