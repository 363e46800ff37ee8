import { expect, test } from '@jest/globals';
import { choosePairs, PATTERNS } from './choose-pairs.ts';
import { PAIR_FAULTS } from './pair-fault.ts';

const namesOf = (seed: number) =>
  choosePairs(seed, 66).map(({ first, second, pattern }) => ({ names: [first.name, second.name], pattern }));

test('66 different pairs, the same for the same seed and others for another', () => {
  const pairs = namesOf(1);
  expect(new Set(pairs.map(({ names }) => names.toSorted().join())).size).toBe(66);
  expect(namesOf(1)).toEqual(pairs);
  expect(namesOf(2)).not.toEqual(pairs);
});

test('every fault is in some pair, no fault is paired with itself, and every pattern has a third', () => {
  const pairs = namesOf(1);
  expect(new Set(pairs.flatMap(({ names }) => names)).size).toBe(PAIR_FAULTS.length);
  expect(pairs.filter(({ names: [first, second] }) => first === second)).toEqual([]);
  for (const wanted of PATTERNS) expect(pairs.filter(({ pattern }) => pattern === wanted)).toHaveLength(22);
});

test('more pairs than there are: all there are', () => {
  const faults = PAIR_FAULTS.length;
  expect(choosePairs(1, 10_000)).toHaveLength((faults * (faults - 1)) / 2);
});
