import { expect, test } from '@jest/globals';
import { compareResults, type InProcessResult } from './comparison.ts';
import { withTable } from './document.ts';
import { type OverBare, overBare, type Sample } from './over-bare.ts';

const sample = (variant: string, life: number, micros: number): Sample => ({
  variant,
  route: 'ping',
  life,
  requests: 100,
  micros,
  threadMicros: micros - 1,
  spans: 2,
});

test('of each life the quieter half of the slices counts, of 3 the 2 quietest: a disturbance changes nothing', () => {
  const lives = [0, 1].flatMap((life) => [
    ...[10, 300, 12].map((micros) => sample('bare', life, micros)),
    ...[12, 14, 90].map((micros) => sample('again', life, micros)),
    ...[500, 18, 16].map((micros) => sample('other', life, micros)),
  ]);
  const { over, low, high, threadOver, spans, micros } = overBare(lives, 'other', 'ping', ['bare', 'again']);
  expect([over, low, high, threadOver, spans, micros]).toEqual([5, 5, 5, 5, 2, 17]);
});

test('the interval is that of the lives: 2 of them with 4 and 8 over bare give 6 ± 25.4', () => {
  const lives = [sample('bare', 0, 10), sample('it', 0, 14), sample('bare', 1, 10), sample('it', 1, 18)];
  const { over, low, high } = overBare(lives, 'it', 'ping', ['bare']);
  expect(over).toBe(6);
  expect(high - over).toBeCloseTo(25.41, 1);
  expect(over - low).toBeCloseTo(25.41, 1);
});

test('one life has no interval, and a life without a base is an error', () => {
  const one = [sample('bare', 0, 10), sample('it', 0, 14)];
  expect(overBare(one, 'it', 'ping', ['bare']).high).toBe(Number.POSITIVE_INFINITY);
  expect(() => overBare(one, 'it', 'ping', ['nobody'])).toThrow('no slice of nobody in this life');
});

const row = (variant: string, micros: number, over: number, error: number): OverBare => ({
  variant,
  route: 'ping',
  micros,
  over,
  low: over - error,
  high: over + error,
  threadOver: over,
  spans: 1,
});
const result = (...rows: readonly OverBare[]): InProcessResult => ({
  measuredAt: '2026-01-01T00:00:00.000Z',
  node: 'v24.0.0',
  processor: 'test',
  lives: 6,
  rounds: 5,
  rows,
});
const earlier = result(row('bare', 20, 0, 0), row('Vigil', 30, 10, 1));

test('a regression is a whole interval above the earlier one and a tenth and half a microsecond: 12.6 + 0.5 over 10 ± 1 is, 13 is not', () => {
  const isWorse = (over: number) =>
    compareResults(result(row('bare', 20, 0, 0), row('Vigil', 30, over, 0.4)), earlier, 'bare')[0]?.isRegression;
  expect(isWorse(13)).toBe(false);
  expect(isWorse(13.1)).toBe(true);
  expect(isWorse(2)).toBe(false);
});

test('on a machine twice as slow twice the figure is the same', () => {
  const [change] = compareResults(result(row('bare', 40, 0, 0), row('Vigil', 60, 20, 1)), earlier, 'bare');
  expect(change).toEqual({ variant: 'Vigil', route: 'ping', was: 20, is: 20, isRegression: false });
});

test('rows that only one of the two has are left out', () => {
  expect(compareResults(result(row('bare', 20, 0, 0), row('new', 30, 99, 1)), earlier, 'bare')).toEqual([]);
});

const MARKS = [
  '<!-- in-process: generated from bench/in-process/result.json by pnpm bench in-process --save -->',
  '<!-- /in-process -->',
];

test('the table stands between its marks, once, however often it is written', () => {
  const page = `before\n${MARKS.join('\n\nnothing yet\n\n')}\nafter\n`;
  const once = withTable(page, earlier, 'bare');
  expect(once).toContain('| bare | 20.0 in all |  |  |\n| Vigil | 10.0 (9.0 to 11.0), 1.00 spans |  |  |');
  expect(once).toMatch(/^before\n[\s\S]*\nafter\n$/);
  expect(once).not.toContain('nothing yet');
  expect(withTable(once, earlier, 'bare')).toBe(once);
  expect(() => withTable('no marks', earlier, 'bare')).toThrow('in the page');
});
