import type { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';

const BOUND = Symbol('vigil bound emitter');

interface Bindable extends EventEmitter {
  [BOUND]?: true;
}

/**
 * Lets all listeners of an emitter run with `store`: the first call decides, later ones change nothing. `emit` is the only
 * method that is replaced, so listeners stay what the application registered, and `off`, `once`, `listeners` need no map.
 */
export function bindEmitter<Store>(storage: AsyncLocalStorage<Store>, store: Store, emitter: EventEmitter): void {
  const bindable = emitter as Bindable;
  if (bindable[BOUND] === true) return;
  bindable[BOUND] = true;
  const { emit } = bindable;
  bindable.emit = function (this: EventEmitter, ...args: Parameters<typeof emit>): boolean {
    // Most events of a request have no listener, and entering a context makes two maps.
    if (this.listenerCount(args[0]) === 0) return Reflect.apply(emit, this, args);
    return storage.run(store, Reflect.apply, emit, this, args);
  };
}
