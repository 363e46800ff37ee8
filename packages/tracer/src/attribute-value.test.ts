import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, jest, test } from '@jest/globals';
import { cutText } from './attribute-value.ts';

// The heap of a test run that has run for long takes a second to be looked through.
jest.setTimeout(60_000);

test('texts up to the limit stay the same, longer ones end before a surrogate pair that would be split', () => {
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('abcd', 3)).toBe('abc');
  expect(cutText(`ab\u{1f600}`, 3)).toBe('ab');
  expect(cutText(`ab\u{1f600}${'x'.repeat(5_000)}`, 3)).toBe('ab');
  expect(cutText(`a\ud83d${'x'.repeat(5_000)}`, 1)).toBe('a');
  expect(cutText('é€𝕏'.repeat(4_000), 9_000)).toBe('é€𝕏'.repeat(2_250));
});

test('100 texts of 1 MB, cut to 100 characters, do not keep 100 MB', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const kept: string[] = [];
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 100; index += 1) kept.push(cutText(`${index}`.padEnd(1_000_000, 'x'), 100));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  expect(kept.every((text) => text.length === 100)).toBe(true);
});
