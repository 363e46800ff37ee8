import { expect, jest, test } from '@jest/globals';
import { type CacheStore, ReadThroughCache } from './read-through-cache.ts';

function fakeStore(entries = new Map<string, string>()) {
  const calls: unknown[][] = [];
  const store = {
    get: async (key: string) => entries.get(key) ?? null,
    set: async (...args: [string, string, ...unknown[]]) => {
      calls.push(args);
      entries.set(args[0], args[1]);
    },
    del: async (...keys: string[]) => {
      for (const key of keys) entries.delete(key);
    },
  } as unknown as CacheStore;
  return { store, calls };
}

const brokenStore = {
  get: () => Promise.reject(new Error('away')),
  set: () => Promise.reject(new Error('away')),
  del: () => Promise.reject(new Error('away')),
} as unknown as CacheStore;

test('a store that is away is a miss, and forgetting does not throw', async () => {
  const cache = new ReadThroughCache(brokenStore);
  expect(await cache.read('a', 5, async () => 1)).toEqual({ value: 1, hit: false });
  await expect(cache.forget(['a'])).resolves.toBeUndefined();
});

test('text that is no JSON is a miss', async () => {
  const { store } = fakeStore(new Map([['a', '{']]));
  expect(await new ReadThroughCache(store).read('a', 5, async () => 1)).toEqual({ value: 1, hit: false });
});

test('the second read is a hit and loads nothing; after forgetting it loads again', async () => {
  const { store, calls } = fakeStore();
  const cache = new ReadThroughCache(store);
  const load = jest.fn(async () => ({ stock: 3 }));
  expect((await cache.read('a', 5, load)).hit).toBe(false);
  expect(await cache.read('a', 5, load)).toEqual({ value: { stock: 3 }, hit: true });
  expect(load).toHaveBeenCalledTimes(1);
  expect(calls[0]).toEqual(['a', '{"stock":3}', 'EX', 5]);
  await cache.forget(['a']);
  expect((await cache.read('a', 5, load)).hit).toBe(false);
});

test('what does not exist is not stored', async () => {
  const { store, calls } = fakeStore();
  expect(await new ReadThroughCache(store).read('a', 5, async () => undefined)).toEqual({
    value: undefined,
    hit: false,
  });
  expect(calls).toEqual([]);
});
