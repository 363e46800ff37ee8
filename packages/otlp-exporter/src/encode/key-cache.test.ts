import { expect, test } from '@jest/globals';
import { KeyCache } from './key-cache.ts';

test('a key is encoded once: tag, length, UTF-8, tag of the value', () => {
  const cache = new KeyCache();
  const entry = cache.find('ü');
  expect(entry).toMatchObject({ length: 5, words: [0xbcc3_020a | 0, 0x12] });
  expect(cache.find('ü')).toBe(entry);
});

test('a key of 32 units is kept; one of 33, an empty one, and what is no string are not', () => {
  const cache = new KeyCache();
  expect(cache.find('漢'.repeat(32))?.length).toBe(99);
  for (const key of ['k'.repeat(33), '', 7, Symbol('k'), undefined, {}]) expect(cache.find(key)).toBeUndefined();
});

test('1,024 keys with ids in them displace a key that is not used, never one that is', () => {
  const cache = new KeyCache();
  const unused = cache.find('unused');
  const used = cache.find('used');
  if (unused === undefined || used === undefined) throw new Error('expected entries');
  unused.next = used;
  for (let i = 0; i < 1_024; i++) {
    cache.find(`order.${i}`);
    if (i % 100 === 0) expect(cache.find('used')).toBe(used);
  }
  expect(cache.find('unused')).not.toBe(unused);
  // A chain of forgotten keys would hold all that ever were.
  expect(unused.next).toBeUndefined();
});
