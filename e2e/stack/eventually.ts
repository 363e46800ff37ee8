import { setTimeout } from 'node:timers/promises';

/**
 * Asks twice a second until the answer is there; resolves to it.
 *
 * @throws with `what` and the last problem when it has not come within `patienceMillis`.
 */
export async function eventually<T>(
  what: string,
  patienceMillis: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + patienceMillis;
  let problem = 'no answer yet';
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      // A store that restarts refuses connections for a while: that is what this loop is for.
      problem = error instanceof Error ? error.message : String(error);
    }
    await setTimeout(500);
  }
  throw new Error(`${what}: not within ${patienceMillis / 1000} s (${problem})`);
}
