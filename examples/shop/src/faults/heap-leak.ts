// A double takes 8 bytes in an array that holds only doubles.
const DOUBLES_PER_MEGABYTE = (1024 * 1024) / 8;

/** Keeps memory on V8's own heap, where a leak of an application would be; buffers live outside of it. */
export class HeapLeak {
  #kept: number[][] = [];
  #megabytes = 0;

  get megabytes(): number {
    return this.#megabytes;
  }

  /** Keeps one more piece, unless that would pass the maximum. */
  grow({ megabytesPerRequest, megabytesMax }: { megabytesPerRequest: number; megabytesMax: number }): void {
    if (this.#megabytes + megabytesPerRequest > megabytesMax) return;
    this.#kept.push(new Array<number>(Math.ceil(megabytesPerRequest * DOUBLES_PER_MEGABYTE)).fill(0.5));
    this.#megabytes += megabytesPerRequest;
  }

  release(): void {
    if (this.#megabytes === 0) return;
    this.#kept = [];
    this.#megabytes = 0;
  }
}
