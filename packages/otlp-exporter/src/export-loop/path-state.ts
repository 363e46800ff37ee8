import type { Random } from '../clock.ts';

const PAUSE_JITTER = 0.2;
/** After so long without another 413 a body twice the size is tried: one hiccup must not make all requests small for ever. */
const GROW_AFTER_MILLIS = 600_000;
/** A receiver that refuses even single items as too large so often in a row refuses everything. */
const SINGLES_REFUSED_MAXIMUM = 3;

interface PathStateOptions {
  readonly bodyBytes: number;
  readonly pauseMillis: number;
  readonly random: Random;
}

/** What is known about one signal's path, and says nothing about its origin: a refusal of all we send, the size it takes. */
export class PathState {
  readonly #options: PathStateOptions;
  #pausedUntilMillis = Number.NEGATIVE_INFINITY;
  #refused = false;
  #limitBytes: number;
  #growAtMillis = Number.POSITIVE_INFINITY;
  #singlesRefused = 0;

  constructor(options: PathStateOptions) {
    this.#options = options;
    this.#limitBytes = options.bodyBytes;
  }

  /** Monotonic; until then nothing is sent, then one real body tries again. */
  get pausedUntilMillis(): number {
    return this.#pausedUntilMillis;
  }

  bodyBytes(nowMillis: number): number {
    if (nowMillis >= this.#growAtMillis) this.#limit(2 * this.#limitBytes, nowMillis);
    return this.#limitBytes;
  }

  accepted(): void {
    this.#refused = false;
    this.#singlesRefused = 0;
  }

  /** 401, 403, 404, 3xx. @returns true the first time since the path last worked. */
  refused(nowMillis: number): boolean {
    const isNew = !this.#refused;
    this.#refused = true;
    const jitter = 1 - PAUSE_JITTER + 2 * PAUSE_JITTER * this.#options.random();
    this.#pausedUntilMillis = nowMillis + this.#options.pauseMillis * jitter;
    return isNew;
  }

  /** 413 for a body of that size: the next ones are half as large. */
  tooLarge(bytes: number, nowMillis: number): void {
    this.#limit(Math.max(1, Math.floor(bytes / 2)), nowMillis);
  }

  /** 413 for a single item. */
  singleTooLarge(nowMillis: number): void {
    this.#singlesRefused += 1;
    if (this.#singlesRefused >= SINGLES_REFUSED_MAXIMUM) this.refused(nowMillis);
  }

  #limit(bytes: number, nowMillis: number): void {
    const { bodyBytes } = this.#options;
    this.#limitBytes = Math.min(bytes, bodyBytes);
    this.#growAtMillis = this.#limitBytes < bodyBytes ? nowMillis + GROW_AFTER_MILLIS : Number.POSITIVE_INFINITY;
  }
}
