import { expect, test } from '@jest/globals';
import { orderOf } from './rounds.ts';

test('nobody has no order', () => {
  expect(orderOf([], 3)).toEqual([]);
});

test('the first round goes forwards, the second backwards from another one on', () => {
  expect(orderOf(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
  expect(orderOf(['a', 'b', 'c'], 1)).toEqual(['a', 'c', 'b']);
});

test('in 6 rounds each of 3 begins twice', () => {
  const first = Array.from({ length: 6 }, (_, round) => orderOf(['a', 'b', 'c'], round)[0]);
  expect(first.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
});
