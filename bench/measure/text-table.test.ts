import { expect, test } from '@jest/globals';
import { markdownTable, padTable } from './text-table.ts';

test('the first column stands to the left, the others to the right', () => {
  expect(
    padTable([
      ['variant', 'ms'],
      ['bare', '10'],
    ]),
  ).toBe('variant  ms\nbare     10');
});

test('an empty table is an empty text', () => {
  expect(padTable([])).toBe('');
});

test('a bar within a cell does not begin another cell', () => {
  expect(markdownTable(['a', 'b'], [['x|y', '1']])).toBe('| a | b |\n| --- | --: |\n| x\\|y | 1 |');
});
