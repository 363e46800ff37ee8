import { expect, test } from '@jest/globals';
import { causesOf, median } from './vitals-watch.ts';

test('lines that differ in numbers, ports and ids have one cause', () => {
  const causes = causesOf([
    { atMillis: 1, text: 'vigil: 12 spans lost: ECONNREFUSED 127.0.0.1:4318' },
    { atMillis: 2, text: 'vigil: 345 spans lost: ECONNREFUSED 127.0.0.1:51234' },
    { atMillis: 3, text: 'vigil: the circuit breaker opens' },
  ]);
  expect([...causes.values()]).toEqual([[1, 2], [3]]);
});

test('the median of four values is the third, of none no number', () => {
  expect(median([4, 1, 3, 2])).toBe(3);
  expect(median([])).toBeNaN();
});
