/**
 * Two threads meet only in `Atomics.*`, so that is where a run lets the other thread in, or ends the worker: between the
 * plain writes before an operation and the operation, and right after it. Everything stays in one real thread.
 */
const NAMES = ['load', 'store', 'add', 'sub', 'exchange', 'compareExchange', 'notify', 'and', 'or'] as const;

type Operation = (...values: unknown[]) => unknown;

/** Calls `step` before and after every atomic operation until the returned function is called. */
export function watchAtomics(step: () => void): () => void {
  const target = Atomics as unknown as Record<string, Operation>;
  const originals = NAMES.map((name) => [name, target[name] as Operation] as const);
  for (const [name, original] of originals) {
    target[name] = (array, index, ...rest) => {
      step();
      const result = original.call(Atomics, array, index, ...rest);
      step();
      return result;
    };
  }
  return () => {
    for (const [name, original] of originals) target[name] = original;
  };
}
