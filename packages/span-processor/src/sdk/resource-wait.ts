import type { TimerHandle, Timers } from '@vigil/otlp-exporter/core';
import type { SdkResource } from './sdk-span.ts';

export interface ResourceWaitOptions<Item> {
  readonly timers: Timers;
  /** Then goes what is known. */
  readonly timeoutMillis: number;
  /** Items that wait at most; with one more all go, with what is known. */
  readonly maxItems: number;
  /** Takes an item when its resource is known, or is not waited for any longer. Never throws. */
  readonly release: (item: Item) => void;
  /** A resource was found out, or given up: what was derived from it is stale. */
  readonly changed: () => void;
}

/**
 * Keeps kept spans back while detectors still look for attributes of their resource (a cloud's metadata server may take a
 * second), as the SDK's processors do. Bounded in number and time; nothing is lost by it.
 */
export class ResourceWait<Item> {
  readonly #options: ResourceWaitOptions<Item>;
  readonly #asked = new WeakSet<SdkResource>();
  /** Known, or no longer waited for. */
  readonly #done = new WeakSet<SdkResource>();
  readonly #timers = new Set<TimerHandle>();
  #items: Item[] = [];
  #settled: Promise<unknown> = Promise.resolve();

  constructor(options: ResourceWaitOptions<Item>) {
    this.#options = options;
  }

  /** Resolves when no item waits any longer because of its resource. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /** Whether items of this resource have to wait. */
  isPending(resource: SdkResource): boolean {
    return resource.asyncAttributesPending === true && !this.#done.has(resource);
  }

  add(item: Item, resource: SdkResource): void {
    this.#items.push(item);
    if (!this.#asked.has(resource)) this.#ask(resource);
    if (this.#items.length > this.#options.maxItems) this.#finish(resource);
  }

  /** Everything goes now, and nothing is waited for any longer. */
  stop(): void {
    for (const timer of this.#timers) this.#options.timers.clear(timer);
    this.#timers.clear();
    this.#release();
  }

  #ask(resource: SdkResource): void {
    this.#asked.add(resource);
    const settled = new Promise<void>((resolve) => {
      const finish = () => {
        this.#options.timers.clear(timer);
        this.#timers.delete(timer);
        this.#options.changed();
        this.#finish(resource);
        resolve();
      };
      const timer = this.#options.timers.set(finish, this.#options.timeoutMillis);
      this.#timers.add(timer);
      // Detectors report their own failures; here only the end of the wait counts.
      new Promise((known) => known(resource.waitForAsyncAttributes?.())).then(finish, finish);
    });
    this.#settled = Promise.all([this.#settled, settled]);
  }

  #finish(resource: SdkResource): void {
    this.#done.add(resource);
    this.#release();
  }

  #release(): void {
    const items = this.#items;
    this.#items = [];
    for (const item of items) this.#options.release(item);
  }
}
