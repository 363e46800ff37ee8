import { expect, test } from '@jest/globals';
import { KeyCache } from './key-cache.ts';

test('a key is encoded the second time it is asked for, and once: tag, length, UTF-8, tag of the value', () => {
  const cache = new KeyCache();
  expect(cache.find('ü')).toBeUndefined();
  const entry = cache.find('ü');
  expect(entry).toMatchObject({ length: 5, words: [0xbcc3_020a | 0, 0x12] });
  expect(cache.find('ü')).toBe(entry);
});

test('a key of 32 units is kept; one of 33, an empty one, and what is no string are not', () => {
  const cache = new KeyCache();
  cache.find('漢'.repeat(32));
  expect(cache.find('漢'.repeat(32))?.length).toBe(99);
  for (const key of ['k'.repeat(33), '', 7, Symbol('k'), undefined, {}]) {
    cache.find(key);
    expect(cache.find(key)).toBeUndefined();
  }
});

test('1,024 keys that come twice displace a key that is not used, never one that is', () => {
  const cache = new KeyCache();
  const twice = (key: string) => cache.find(key) ?? cache.find(key);
  const unused = twice('unused');
  const used = twice('used');
  if (unused === undefined || used === undefined) throw new Error('expected entries');
  unused.next = used;
  for (let i = 0; i < 1_024; i++) {
    twice(`order.${i}`);
    if (i % 100 === 0) expect(cache.find('used')).toBe(used);
  }
  expect(cache.find('unused')).not.toBe(unused);
  // A chain of forgotten keys would hold all that ever were.
  expect(unused.next).toBeUndefined();
});

test('100,000 keys that come once displace none', () => {
  const cache = new KeyCache();
  cache.find('kept');
  const kept = cache.find('kept');
  for (let i = 0; i < 100_000; i++) cache.find(`order.${i}`);
  expect(cache.find('kept')).toBe(kept);
});
