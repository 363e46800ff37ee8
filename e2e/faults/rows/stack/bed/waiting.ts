import { setTimeout } from 'node:timers/promises';

const POLL_MILLIS = 250;

/** Lets the programs run for so long. @throws AbortError when the run is to end. */
export async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1_000, undefined, { signal });
}

/** What {@link until} resolves to. */
export interface Awaited<T> {
  readonly answer: T;
  /** How long it took. */
  readonly seconds: number;
}

/**
 * Asks four times a second until the answer is there. An exception of `ask` counts as no answer: a program that restarts
 * refuses connections for a while.
 *
 * @throws Error with `what` and the last problem when it has not come in time, AbortError when the run is to end.
 */
export async function until<T>(
  what: string,
  seconds: number,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<Awaited<T>> {
  const start = performance.now();
  let problem = 'no answer yet';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return { answer, seconds: (performance.now() - start) / 1_000 };
      problem = 'not yet';
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() - start > seconds * 1_000) throw new Error(`${what}: not within ${seconds} s (${problem})`);
    await setTimeout(POLL_MILLIS, undefined, { signal });
  }
}

/** Like {@link until}, for what may rightly never come: undefined instead of an exception when the time is over. */
export async function within<T>(
  seconds: number,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<Awaited<T> | undefined> {
  try {
    return await until('it', seconds, signal, ask);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) return undefined;
    throw error;
  }
}
