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
  readonly #events: readonly string[];
  readonly #around: AroundEmit;
  #placed: Emit | undefined = undefined;
  #own: PropertyDescriptor | undefined = undefined;

  /** @param events up to four. */
  constructor(prototype: EventEmitter, events: readonly string[], around: AroundEmit) {
    this.#prototype = prototype;
    this.#events = events;
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
    const around = this.#around;
    // Constants that are compared cost nothing; a look into a set for each event of each request does.
    const [first, second = first, third = first, fourth = first] = this.#events;
    // Asked at each call: others may change the inherited method later.
    const parent: { readonly emit: Emit } = Object.getPrototypeOf(this.#prototype);
    const emit = function emit(this: EventEmitter, type: string | symbol): boolean {
      const inherited = own ?? parent.emit;
      // biome-ignore lint/complexity/noArguments: handed on as they are, without a list of them being made.
      const args = arguments as unknown as EmitArguments;
      if (type === first || type === second || type === third || type === fourth) return around(this, args, inherited);
      return inherited.apply(this, args);
    };
    return Object.defineProperty(emit, 'length', { value: (own ?? parent.emit).length }) as Emit;
  }
}
