import { expect, test } from '@jest/globals';
import { KeyCount } from './key-count.ts';

const group = { name: 'limits', match: 'limit:*' };

test('a pass of 12 looks takes two rounds, and only then there is a number', async () => {
  const count = new KeyCount(group);
  const cursors: string[] = [];
  const send = async ([, cursor = '']: readonly string[]) => {
    cursors.push(cursor);
    const next = Number(cursor) + 1;
    return [next === 12 ? '0' : String(next), ['a', 'b']];
  };
  await count.round(send);
  expect([cursors.length, count.keys]).toEqual([10, undefined]);
  await count.round(send);
  expect([cursors.length, count.keys]).toEqual([12, 24]);
});

test('after an error it begins again, and keeps the number of the last full pass', async () => {
  const count = new KeyCount(group);
  await count.round(async () => ['0', ['a']]);
  await expect(count.round(async () => ['5', ['a']])).resolves.toBeUndefined();
  await expect(count.round(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(count.keys).toBe(1);
  const words: string[] = [];
  await count.round(async (sent) => {
    words.push(...sent);
    return ['0', ['a', 'b', 'c']];
  });
  expect(words).toEqual(['SCAN', '0', 'MATCH', 'limit:*', 'COUNT', '1000']);
  expect(count.keys).toBe(3);
});
