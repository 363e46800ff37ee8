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
  readonly #given = new WeakSet<SdkResource>();
  #items: Item[] = [];
  #timer: TimerHandle | undefined = undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(options: ResourceWaitOptions<Item>) {
    this.#options = options;
  }

  /** Items that wait now. */
  get size(): number {
    return this.#items.length;
  }

  /** Resolves when no item waits any longer because of its resource. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Whether items of this resource have to wait. */
  isPending(resource: SdkResource): boolean {
    return resource.asyncAttributesPending === true && !this.#given.has(resource);
  }

  add(item: Item, resource: SdkResource): void {
    this.#items.push(item);
    if (!this.#asked.has(resource)) this.#ask(resource);
    if (this.#items.length > this.#options.maxItems) this.#giveUp(resource);
  }

  /** Everything goes now. */
  release(): void {
    const items = this.#items;
    this.#items = [];
    if (this.#timer !== undefined) this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    for (const item of items) this.#options.release(item);
  }

  #ask(resource: SdkResource): void {
    this.#asked.add(resource);
    const known = () => {
      this.#options.changed();
      this.release();
    };
    // A provider has one resource; the last one asked stands for all.
    this.#settled = new Promise((resolve) => {
      this.#timer = this.#options.timers.set(() => {
        this.#timer = undefined;
        this.#giveUp(resource);
        resolve();
      }, this.#options.timeoutMillis);
      Promise.resolve(resource.waitForAsyncAttributes?.())
        .catch(() => undefined) // Detectors report their own failures; here only the end of the wait counts.
        .then(known)
        .then(resolve);
    });
  }

  #giveUp(resource: SdkResource): void {
    this.#given.add(resource);
    this.release();
  }
}
