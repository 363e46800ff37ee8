import type { AsyncLocalStorage } from 'node:async_hooks';

type AnyFunction = (this: unknown, ...args: never[]) => unknown;
/** Arguments of a call, as the `arguments` of the function hold them. */
type Call = (self: unknown, args: ArrayLike<unknown>) => unknown;

/**
 * A function that runs `target` with `store`, whoever calls it and wherever. It declares as many parameters as its target, because
 * Express tells error handlers by their number; up to four without `defineProperty`, which costs more than everything else here.
 */
export function bindFunction<Store, F extends AnyFunction>(
  storage: AsyncLocalStorage<Store>,
  store: Store,
  target: F,
): F {
  const call: Call = (self, args) => storage.run(store, Reflect.apply, target, self, args);
  return ofLength(target.length, call) as unknown as F;
}

function ofLength(length: number, call: Call): (...args: unknown[]) => unknown {
  switch (length) {
    case 0:
      return function (this: unknown) {
        // biome-ignore lint/complexity/noArguments: a rest parameter would be an array per call
        return call(this, arguments);
      };
    case 1:
      return function (this: unknown, _1: unknown) {
        // biome-ignore lint/complexity/noArguments: as above
        return call(this, arguments);
      };
    case 2:
      return function (this: unknown, _1: unknown, _2: unknown) {
        // biome-ignore lint/complexity/noArguments: as above
        return call(this, arguments);
      };
    case 3:
      return function (this: unknown, _1: unknown, _2: unknown, _3: unknown) {
        // biome-ignore lint/complexity/noArguments: as above
        return call(this, arguments);
      };
    case 4:
      return function (this: unknown, _1: unknown, _2: unknown, _3: unknown, _4: unknown) {
        // biome-ignore lint/complexity/noArguments: as above
        return call(this, arguments);
      };
    default:
      return Object.defineProperty(ofLength(0, call), 'length', { value: length });
  }
}
