import type { Redis } from 'ioredis';

export type CacheStore = Pick<Redis, 'get' | 'set' | 'del'>;

export interface Cached<Value> {
  readonly value: Value;
  readonly hit: boolean;
}

/** Answers from Redis, else loads and stores. A store that fails counts as a miss: the cache can be slow or gone, never wrong. */
export class ReadThroughCache {
  readonly #store: CacheStore;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** Values must survive JSON. `undefined` from `load` is not stored, so a thing that appears later is found at once. */
  async read<Value>(key: string, ttlSeconds: number, load: () => Promise<Value>): Promise<Cached<Value>> {
    const stored = await this.#get(key);
    if (stored !== undefined) return { value: stored as Value, hit: true };
    const value = await load();
    if (value !== undefined) await this.#set(key, JSON.stringify(value), ttlSeconds);
    return { value, hit: false };
  }

  async forget(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    try {
      await this.#store.del(...keys);
    } catch {
      // The entries end by themselves after their time to live; the connection's listener has logged why.
    }
  }

  async #get(key: string): Promise<unknown> {
    try {
      const text = await this.#store.get(key);
      return text === null ? undefined : JSON.parse(text);
    } catch {
      // Unreachable store or text that is no JSON: the value is loaded instead.
      return undefined;
    }
  }

  async #set(key: string, text: string, ttlSeconds: number): Promise<void> {
    try {
      await this.#store.set(key, text, 'EX', ttlSeconds);
    } catch {
      // The caller has its value already; only the next reader pays.
    }
  }
}
