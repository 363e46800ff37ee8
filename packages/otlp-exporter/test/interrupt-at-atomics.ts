/** What waits inside a step of the loop. */
export interface Ambush {
  /** Atomic operations of the loop until it happens. */
  left: number;
  readonly delivers: boolean;
  /** Happens instead of the operation if it throws, else just before it. */
  readonly strike: () => void;
}

/** The loop's thread ends here. */
export class Killed extends Error {}

/** Runs a step of the loop and interrupts it at one of its atomic operations, which are all that another thread sees of it. */
export function interruptAtAtomics(ambush: Ambush, run: () => void): void {
  const { load, store, add, compareExchange } = Atomics;
  const real = { load, store, add, compareExchange };
  const guarded = <Arguments extends unknown[], Result>(operation: (...args: Arguments) => Result) => {
    return (...args: Arguments): Result => {
      ambush.left -= 1;
      if (ambush.left === 0) {
        Object.assign(Atomics, real);
        try {
          ambush.strike();
        } finally {
          Object.assign(Atomics, guards);
        }
      }
      return operation(...args);
    };
  };
  const guards = {
    load: guarded(load),
    store: guarded(store),
    add: guarded(add),
    compareExchange: guarded(compareExchange),
  };
  Object.assign(Atomics, guards);
  try {
    run();
  } finally {
    Object.assign(Atomics, real);
  }
}
