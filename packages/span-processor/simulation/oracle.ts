import type { ReceivedSpan } from './request-walk.ts';
import { Violation } from './violation.ts';

/** What the run knows about one span, beside and independent of the code under test. */
export interface KnownSpan {
  readonly name: string;
  readonly scope: string;
  /** Ended before the processor was shut down, so that it counts. */
  ended: boolean;
  received: number;
  /** Stood in a request, whatever became of it. */
  sent: boolean;
  /** A 2xx answer for a request with this span reached a worker that was alive. */
  confirmed: boolean;
  /** An attempt with it ended without an answer, after every byte had left. */
  maybe: boolean;
}

/** The oracle is never faulted: it knows every span that was made and every span that reached the collector. */
export class Oracle {
  readonly spans: KnownSpan[] = [];
  /** Distinct spans that reached the collector and were kept by it. */
  receivedUnique = 0;
  /** Spans in requests whose 2xx answer reached a live worker, less those the answer rejected. */
  confirmed = 0;
  endedCount = 0;
  /** Distinct spans that ever stood in a request, and those whose worker died right before one: it had said that they may. */
  sentUnique = 0;

  /** @returns the number of the new span; it stands in its id. */
  make(name: string, scope: string): number {
    this.spans.push({ name, scope, ended: false, received: 0, sent: false, confirmed: false, maybe: false });
    return this.spans.length;
  }

  known(number: number): KnownSpan {
    const span = this.spans[number - 1];
    if (span === undefined) throw new Violation('payload', `span ${number} was never made`);
    return span;
  }

  end(number: number): void {
    this.known(number).ended = true;
    this.endedCount += 1;
  }

  /** Every span of a request stands for one that was made, with its own name, under its own scope. */
  check({ number, name, scope }: ReceivedSpan): void {
    const span = this.known(number);
    if (!span.ended) throw new Violation('payload', `span ${number} was sent before it ended`);
    if (!span.name.startsWith(name) || name === '')
      throw new Violation('payload', `span ${number} is called "${name}", not "${span.name}"`);
    if (span.scope !== scope)
      throw new Violation('payload', `span ${number} came under scope "${scope}", not "${span.scope}"`);
  }

  send(number: number): void {
    const span = this.known(number);
    if (!span.sent) this.sentUnique += 1;
    span.sent = true;
  }

  receive(number: number): void {
    const span = this.known(number);
    span.received += 1;
    if (span.received === 1) this.receivedUnique += 1;
  }
}
