import { expect, test } from '@jest/globals';
import { countLookups, type LookupReply } from './lookup-outcome.ts';

function counted(kind: LookupReply, reply: unknown): [number, number] {
  const counts = { hits: 0, misses: 0 };
  const addTo = (which: 'hits' | 'misses') => ({
    add(value: number) {
      counts[which] += value;
    },
  });
  countLookups(kind, reply, { hits: addTo('hits'), misses: addTo('misses') });
  return [counts.hits, counts.misses];
}

test('null is a miss; anything else, also an empty text, is a hit', () => {
  expect(counted('one', null)).toEqual([0, 1]);
  expect(counted('one', '')).toEqual([1, 0]);
  expect(counted('one', Buffer.from(''))).toEqual([1, 0]);
});

test('of 3 keys of which 1 is there, 1 is a hit and 2 are misses', () => {
  expect(counted('list', ['a', null, null])).toEqual([1, 2]);
  expect(counted('list', [])).toEqual([0, 0]);
  expect(counted('list', null)).toEqual([0, 1]);
});

test('an empty hash is a miss, as list, object or Map', () => {
  for (const empty of [[], {}, new Map()]) expect(counted('hash', empty)).toEqual([0, 1]);
  for (const full of [['f', 'v'], { f: 'v' }, new Map([['f', 'v']])]) expect(counted('hash', full)).toEqual([1, 0]);
});

test('an error is neither', () => {
  expect(counted('one', new Error('WRONGTYPE'))).toEqual([0, 0]);
});
