import { expect, test } from '@jest/globals';
import type { FaultRow } from '../row.ts';
import { chooseRows, readWish } from './command-line.ts';

const row = (id: string, inSelection = false) => ({ id, inSelection }) as FaultRow;
const ROWS = [row('F3', true), row('F8'), row('F15 before'), row('F15 mid-body'), row('F52 hang + 503')];
const idsOf = (...words: readonly string[]) => chooseRows(ROWS, readWish(words)).map(({ id }) => id);

test('a number means all its rows, a whole name one, pairs all pairs, nothing everything', () => {
  expect(idsOf('F15')).toEqual(['F15 before', 'F15 mid-body']);
  expect(idsOf('F15 mid-body', 'F3')).toEqual(['F3', 'F15 mid-body']);
  expect(idsOf('pairs')).toEqual(['F52 hang + 503']);
  expect(idsOf()).toHaveLength(5);
});

test('the selection is what CI runs, and does not judge times', () => {
  expect(idsOf('--selection')).toEqual(['F3']);
  expect(idsOf('--comparison')).toEqual(['F8']);
  expect(readWish(['--selection']).effort.judgesTimes).toBe(false);
});

test('F5 is no part of F52, and a row that does not exist is said', () => {
  expect(() => idsOf('F5')).toThrow('no row "F5": see pnpm faults --list');
});

test('all means three subjects; wrong words are said with what was expected', () => {
  expect(readWish(['--subject', 'all']).subjects).toEqual(['vigil', 'upstream', 'dd-trace']);
  expect(readWish(['--subject', 'dd-trace', '--subject', 'vigil']).subjects).toEqual(['vigil', 'dd-trace']);
  expect(() => readWish(['--subject', 'sentry'])).toThrow('expected vigil, upstream, dd-trace or all, got "sentry"');
  expect(() => readWish(['--pairs', '1'])).toThrow('--pairs: expected an integer ≥ 2, got "1"');
  expect(readWish(['--pairs', '3']).effort).toMatchObject({ minimumPairs: 3, maximumPairs: 3 });
});
