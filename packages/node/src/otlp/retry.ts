const FIRST_DELAY_MILLIS = 1_000;
const DELAY_GROWTH = 1.5;
const DELAY_MAXIMUM_MILLIS = 5_000;
/** ±20 %, so that the processes of a service do not come back in step. */
const JITTER = 0.2;

/** Attempts for one batch, the first included. */
export const ATTEMPTS_MAXIMUM = 6;

/**
 * Delay before the next attempt: 1 s, 1.5 s, 2.25 s … at most 5 s, ±20 %. Pure.
 *
 * @param attempt the attempt that failed, from 1.
 * @param random from 0 to 1.
 */
export function retryDelayMillis(attempt: number, random: number): number {
  const delay = Math.min(FIRST_DELAY_MILLIS * DELAY_GROWTH ** (attempt - 1), DELAY_MAXIMUM_MILLIS);
  return delay * (1 - JITTER + 2 * JITTER * random);
}

/** Reads `Retry-After`: seconds or an HTTP date. @returns milliseconds from now; nothing when absent or unreadable. */
export function retryAfterMillis(header: string | undefined, nowEpochMillis: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const millis = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowEpochMillis;
  return Number.isFinite(millis) ? Math.max(0, millis) : undefined;
}

/**
 * Says whether there is time to try again. Closed when the process is about to end: then whoever waits gives up at once, and
 * nobody begins to wait. Waiting never keeps the process alive.
 */
export class RetryGate {
  #open = true;
  readonly #waiting = new Set<() => void>();

  /** @returns true after `millis`; false as soon as the gate is closed. */
  wait(millis: number): Promise<boolean> {
    if (!this.#open) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = () => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(giveUp);
        resolve(true);
      }, millis).unref();
      this.#waiting.add(giveUp);
    });
  }

  close(): void {
    this.#open = false;
    for (const giveUp of this.#waiting) giveUp();
    this.#waiting.clear();
  }

  /** A process that survived its signal goes on as before. */
  reopen(): void {
    this.#open = true;
  }
}
