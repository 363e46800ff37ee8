import type { EventEmitter } from 'node:events';

type EmitArguments = [type: string | symbol, ...args: unknown[]];
type Emit = (this: EventEmitter, ...args: EmitArguments) => boolean;

/** Gets an emission of one of the watched events instead of the emitter: `emit` is what would have been called. */
export type AroundEmit = (emitter: EventEmitter, args: EmitArguments, emit: Emit) => boolean;

/**
 * Puts a method `emit` in front of the one that a class inherits: the only place where events can be seen that no channel
 * announces, without a listener that the application could count.
 */
export class WatchedEmit {
  readonly #prototype: EventEmitter;
  readonly #events: ReadonlySet<string | symbol>;
  readonly #around: AroundEmit;
  #placed: Emit | undefined = undefined;
  #own: PropertyDescriptor | undefined = undefined;

  constructor(prototype: EventEmitter, events: readonly string[], around: AroundEmit) {
    this.#prototype = prototype;
    this.#events = new Set(events);
    this.#around = around;
  }

  /** Twice is once. */
  install(): void {
    if (this.#placed !== undefined) return;
    this.#own = Object.getOwnPropertyDescriptor(this.#prototype, 'emit');
    this.#placed = this.#made(this.#own?.value);
    Object.defineProperty(this.#prototype, 'emit', {
      value: this.#placed,
      configurable: true,
      writable: true,
      enumerable: this.#own?.enumerable ?? false,
    });
  }

  /** Where somebody has wrapped it meanwhile it stays, and the caller must let everything pass. */
  remove(): void {
    if (this.#placed === undefined || (this.#prototype.emit as unknown) !== this.#placed) return;
    this.#placed = undefined;
    if (this.#own === undefined) delete (this.#prototype as Partial<EventEmitter>).emit;
    else Object.defineProperty(this.#prototype, 'emit', this.#own);
  }

  #made(own: Emit | undefined): Emit {
    const events = this.#events;
    const around = this.#around;
    // Asked at each call: others may change the inherited method later.
    const parent: { readonly emit: Emit } = Object.getPrototypeOf(this.#prototype);
    const emit: Emit = function emit(...args) {
      if (events.has(args[0])) return around(this, args, own ?? parent.emit);
      return (own ?? parent.emit).apply(this, args);
    };
    return Object.defineProperty(emit, 'length', { value: (own ?? parent.emit).length });
  }
}
