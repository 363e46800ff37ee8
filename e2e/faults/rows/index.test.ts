import { expect, test } from '@jest/globals';
import { COMPARISON } from './comparison.ts';
import { allRows, NOT_MADE } from './index.ts';

const rows = allRows(1);
const numberOf = ({ id }: { readonly id: string }) => id.split(' ')[0];

test('every fault of the catalogue, F1 to F52, has a row or a reason why not', () => {
  const known = new Set([...rows, ...NOT_MADE].map(numberOf));
  const catalogue = Array.from({ length: 52 }, (_, index) => `F${index + 1}`);
  expect(catalogue.filter((number) => !known.has(number))).toEqual([]);
});

test('no two rows have one name', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

test('every row of the comparison exists and takes Vigil and another subject', () => {
  const compared = rows.filter(({ id }) => COMPARISON.includes(id));
  expect(compared.map(({ id }) => id).toSorted()).toEqual(COMPARISON.toSorted());
  for (const { subjects } of compared) expect(subjects.slice(0, 2)).toEqual(['vigil', 'upstream']);
});

test('at least 60 pairs of faults', () => {
  expect(rows.filter((row) => numberOf(row) === 'F52').length).toBeGreaterThanOrEqual(60);
});
