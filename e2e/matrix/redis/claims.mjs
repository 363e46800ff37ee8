import { isDeepStrictEqual } from 'node:util';

/** Claims of one cell of the matrix; prints those that do not hold, and sets the exit code. */
export class Claims {
  held = 0;
  failed = 0;

  is(what, actual, expected) {
    if (isDeepStrictEqual(actual, expected)) this.held += 1;
    else {
      this.failed += 1;
      console.log(`  FAILED ${what}\n    expected ${JSON.stringify(expected)}\n    got      ${JSON.stringify(actual)}`);
    }
  }

  report(title) {
    console.log(`${this.failed === 0 ? 'ok    ' : 'FAILED'} ${title}: ${this.held} claims hold, ${this.failed} do not`);
    if (this.failed > 0) process.exitCode = 1;
  }
}

/** Values that must never leave the process. */
export const CANARY = 'cAnArY7x';

export const names = (spans) => spans.map(({ name }) => name);

/** Waits until something is so, without a fixed sleep. */
export async function until(isSo, millis = 10_000) {
  const deadline = performance.now() + millis;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not so within ${millis} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
