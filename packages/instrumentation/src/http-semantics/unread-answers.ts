import { setTimeout } from 'node:timers';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { StorageContextManager } from '@vigil/tracer';
import type { ClientOperation } from './client-operation.ts';

/** So long a body may take; then the request counts as ended when the head of its answer came. */
const UNREAD_AFTER_MILLIS = 30_000;
const WAITING_MAXIMUM = 10_000;

// Taken once: an application's fake timers must not reach its telemetry.
const setTimer = setTimeout;

/**
 * Requests whose answer has a head and no end yet. Nobody has to read a body, and nothing tells that nobody will: the convention
 * wants such a span to end with the head of the answer, not when the connection is cleaned up. A body that takes longer than 30 s
 * is treated alike. Beyond 10,000 the oldest is.
 */
export class UnreadAnswers {
  readonly #contexts: StorageContextManager;
  readonly #nowMillis: () => number;
  readonly #onGivenUp: () => void;
  #first: ClientOperation | undefined = undefined;
  #last: ClientOperation | undefined = undefined;
  #count = 0;
  #timer: NodeJS.Timeout | undefined = undefined;

  /** @param onGivenUp called after each that was ended here. */
  constructor(contexts: StorageContextManager, nowMillis: () => number, onGivenUp: () => void) {
    this.#contexts = contexts;
    this.#nowMillis = nowMillis;
    this.#onGivenUp = onGivenUp;
  }

  /** An operation stands here once. */
  add(operation: ClientOperation): void {
    operation.previous = this.#last;
    if (this.#last === undefined) this.#first = operation;
    else this.#last.next = operation;
    this.#last = operation;
    this.#count += 1;
    if (this.#count > WAITING_MAXIMUM && this.#first !== undefined) this.#giveUp(this.#first);
    // In nobody's context: a timer would hold that of the request that happened to start it.
    if (this.#timer === undefined) this.#contexts.with(ROOT_CONTEXT, () => this.#sweepAfter(UNREAD_AFTER_MILLIS));
  }

  remove(operation: ClientOperation): void {
    const { previous, next } = operation;
    if (previous === undefined && this.#first !== operation) return;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    operation.previous = undefined;
    operation.next = undefined;
    this.#count -= 1;
  }

  /** Ends those that are due. */
  sweep(nowMillis: number): void {
    for (let oldest = this.#first; oldest !== undefined; oldest = this.#first) {
      if (nowMillis - oldest.answeredMillis < UNREAD_AFTER_MILLIS) return;
      this.#giveUp(oldest);
    }
  }

  #giveUp(operation: ClientOperation): void {
    this.remove(operation);
    operation.endAtAnswer();
    this.#onGivenUp();
  }

  #sweepAfter(millis: number): void {
    this.#timer = setTimer(() => {
      this.#timer = undefined;
      const now = this.#nowMillis();
      this.sweep(now);
      if (this.#first === undefined) return;
      this.#sweepAfter(UNREAD_AFTER_MILLIS - (now - this.#first.answeredMillis));
    }, millis).unref();
  }
}
