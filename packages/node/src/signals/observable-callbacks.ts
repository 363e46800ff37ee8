/** An observable instrument's or a batch's callback. */
export type ObservableCallback = (result: never) => unknown;

/** Until when the callbacks that one collection called may answer. Its timer never holds the process. */
export class CallbackDeadline {
  readonly #timeoutMillis: number;
  #timer: NodeJS.Timeout | undefined;
  #reached: Promise<never> | undefined;
  #reject: ((reason: Error) => void) | undefined;
  #isOver = false;

  constructor(timeoutMillis: number) {
    this.#timeoutMillis = timeoutMillis;
  }

  /** Rejects at the deadline. Only callbacks that answer later ask for it, so most collections set no timer. */
  get reached(): Promise<never> {
    this.#reached ??= new Promise((_, reject) => {
      this.#reject = reject;
      if (this.#isOver) this.expire();
      else this.#timer = setTimeout(() => this.expire(), this.#timeoutMillis).unref();
    });
    return this.#reached;
  }

  /** Now: who has not answered is left out. */
  expire(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#reject?.(new Error('a callback of an observable instrument has not answered in time'));
  }

  /** All have answered. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** What callbacks left in their results when they were called without waiting for anybody. */
export type Answers = Map<ObservableCallback, (object | undefined)[]>;

/** For scrapes, which bring no deadline of their own: half of Prometheus' usual patience. */
const DEFAULT_TIMEOUT_MILLIS = 5_000;

/**
 * Bounds the callbacks of observable instruments. The SDK calls them synchronously when a collection begins, so the collection
 * at hand says how long their answers are waited for; the SDK's own timers would hold the process for as long.
 */
export class ObservableCallbacks {
  /** One callback may serve several instruments, and whoever removes it names the original. */
  readonly #bounded = new WeakMap<ObservableCallback, ObservableCallback>();
  #deadline: CallbackDeadline | undefined;
  #answers: Answers | undefined;

  /** The callback as the SDK gets it; always the same one for the same callback. */
  bounded(callback: ObservableCallback): ObservableCallback {
    // The SDK says what it thinks of it, once it is called.
    if (typeof callback !== 'function') return callback;
    const known = this.#bounded.get(callback);
    if (known !== undefined) return known;
    const bounded = (result: never): unknown => this.#call(callback, bounded, result);
    this.#bounded.set(callback, bounded);
    return bounded;
  }

  /** The callbacks that `collect` calls before it returns have until this deadline. */
  during<Result>(deadline: CallbackDeadline, collect: () => Result): Result {
    const before = this.#deadline;
    this.#deadline = deadline;
    try {
      return collect();
    } finally {
      this.#deadline = before;
    }
  }

  /** What the callbacks that `collect` calls say at once; those that say it later, or throw, are `undefined`. */
  answersOf(collect: () => unknown): Answers {
    const answers: Answers = new Map();
    this.#answers = answers;
    try {
      collect();
    } finally {
      this.#answers = undefined;
    }
    return answers;
  }

  #call(callback: ObservableCallback, bounded: ObservableCallback, result: object & never): unknown {
    const answers = this.#answers;
    if (answers === undefined) {
      const answer = callback(result);
      if (!isPromise(answer)) return undefined;
      const deadline = this.#deadline ?? new CallbackDeadline(DEFAULT_TIMEOUT_MILLIS);
      return Promise.race([answer, deadline.reached]);
    }
    const said = answers.get(bounded) ?? [];
    answers.set(bounded, said);
    const index = said.push(undefined) - 1;
    const answer = callback(result);
    if (isPromise(answer)) answer.then(undefined, () => undefined);
    else said[index] = result;
    return undefined;
  }
}

function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
