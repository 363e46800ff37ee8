import { expect, test } from '@jest/globals';
import { BUSY_MILLIS, claim, none, withinMillis } from './claim.ts';

test('a time at its bound holds, a millisecond above it nobody knows, and what a busy machine does not explain is broken', () => {
  const at = (millis: number) => withinMillis('I8', 'end', millis, 500).verdict;
  expect([499, 500, 501, 500 + BUSY_MILLIS, 501 + BUSY_MILLIS].map(at)).toEqual([
    'held',
    'held',
    'undecided',
    'undecided',
    'broken',
  ]);
  expect(at(Number.NaN)).toBe('broken');
});

test('a list of exceptions shows three of them and how many there were', () => {
  expect(none('I1', 'status', [], 70)).toMatchObject({ verdict: 'held', seen: '0 of 70' });
  expect(none('I1', 'status', ['a', 'b', 'c', 'd'], 70)).toMatchObject({
    verdict: 'broken',
    seen: '4 of 70: a · b · c',
  });
});

test('a claim holds or is broken', () => {
  expect([true, false].map((holds) => claim('I1', 'x', holds, '').verdict)).toEqual(['held', 'broken']);
});
