import type { LocalTrace } from './local-trace.ts';

/** Traces that hold spans, the one that waits longest first; adding and removing take the same time however many there are. */
export class WaitingTraces<Span> {
  #first: LocalTrace<Span> | undefined = undefined;
  #last: LocalTrace<Span> | undefined = undefined;

  get first(): LocalTrace<Span> | undefined {
    return this.#first;
  }

  add(trace: LocalTrace<Span>): void {
    trace.isLinked = true;
    trace.previous = this.#last;
    if (this.#last === undefined) this.#first = trace;
    else this.#last.next = trace;
    this.#last = trace;
  }

  remove(trace: LocalTrace<Span>): void {
    if (!trace.isLinked) return;
    if (trace.previous === undefined) this.#first = trace.next;
    else trace.previous.next = trace.next;
    if (trace.next === undefined) this.#last = trace.previous;
    else trace.next.previous = trace.previous;
    trace.isLinked = false;
    trace.previous = undefined;
    trace.next = undefined;
  }
}
