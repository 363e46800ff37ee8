import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type Context, type ContextManagementToken, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';
import { bindEmitter } from './bound-emitter.ts';
import { bindFunction } from './bound-function.ts';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * OpenTelemetry's context on `AsyncLocalStorage`, as `@opentelemetry/context-async-hooks` has it, at a third of its price:
 * instrumentations bind both emitters of every request, and upstream then replaces seven methods of each and wraps every listener.
 * Methods throw nothing but what the given function throws.
 */
export class StorageContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  /** Makes the context active for the rest of this callback, and for all that it starts: there is no way back from it. */
  enter(context: Context): void {
    this.#storage.enterWith(context);
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    if (thisArg === undefined || thisArg === null)
      return this.#storage.run(context, fn as unknown as AnyFunction, ...args) as never;
    return this.#storage.run(context, Reflect.apply, fn, thisArg, args);
  }

  /** A function that runs in the context, the emitter with its listeners running in it, or anything else as it is. */
  bind<T>(context: Context, target: T): T {
    if (typeof target === 'function') return bindFunction(this.#storage, context, target as never) as T;
    if (target instanceof EventEmitter) bindEmitter(this.#storage, context, target);
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }

  attach(context: Context): ContextManagementToken {
    const storage = this.#storage;
    const before = this.active();
    let isAttached = true;
    storage.enterWith(context);
    return {
      dispose() {
        if (isAttached) storage.enterWith(before);
        isAttached = false;
      },
    };
  }
}
