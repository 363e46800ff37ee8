import { test } from '@jest/globals';

/**
 * `test` when nothing is missing; otherwise a skipped test that carries the reason in its name, where the driver finds it.
 *
 * @param missing what the machine lacks, as a sentence part: `no Docker engine answers`; undefined when it has everything.
 */
export function requires(missing: string | undefined): (name: string, run: () => Promise<void>) => void {
  if (missing === undefined) return (name, run) => test(name, run);
  return (name, run) => test.skip(`${name} (skipped: ${missing})`, run);
}
