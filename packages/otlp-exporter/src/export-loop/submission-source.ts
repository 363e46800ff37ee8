import type { ExporterLossReason } from '@vigil/conventions';
import { callSafely } from './call-safely.ts';
import type { SubmissionOutcome } from './export-loop-options.ts';
import type { PartSource } from './part-source.ts';

interface Submission {
  readonly body: Uint8Array;
  readonly items: number;
  readonly settled: (outcome: SubmissionOutcome) => void;
}

/** Bodies of a few bytes must not make the queue long. */
const SUBMISSIONS_MAXIMUM = 1_024;

/** Finished request bodies of metrics or logs, sent one by one in the order they came; bounded by bytes and by number. */
export class SubmissionSource implements PartSource {
  readonly itemsName: string;
  readonly #bytesMaximum: number;
  readonly #batch: () => void;
  readonly #queue: Submission[] = [];
  #bytes = 0;
  #inHand = false;
  #maybe = false;
  /** Submissions that came, and those with an outcome. */
  submitted = 0;
  settled = 0;

  constructor(itemsName: string, bytesMaximum: number, batch: () => void) {
    this.itemsName = itemsName;
    this.#bytesMaximum = bytesMaximum;
    this.#batch = batch;
  }

  get items(): number {
    return this.#inHand ? (this.#queue[0]?.items ?? 0) : 0;
  }

  /** @returns false when the queue is full; the body was not stored and `settled` will not be called. */
  submit(body: Uint8Array, items: number, settled: (outcome: SubmissionOutcome) => void): boolean {
    if (this.#bytes + body.length > this.#bytesMaximum || this.#queue.length >= SUBMISSIONS_MAXIMUM) return false;
    this.#bytes += body.length;
    this.#queue.push({ body, items, settled });
    this.submitted += 1;
    return true;
  }

  dueAtMillis(): number {
    return this.#queue.length > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  load(): Uint8Array | undefined {
    this.#inHand = this.#queue.length > 0;
    this.#maybe = false;
    return this.#queue[0]?.body;
  }

  sending(): void {
    // Only spans are in shared memory: who submitted this counts it as unconfirmed if the worker dies.
  }

  notConfirmed(maybeAccepted: boolean): void {
    this.#maybe ||= maybeAccepted;
  }

  accepted(rejected: number): number {
    const refused = Math.min(rejected, this.items);
    this.#settle({ kind: 'accepted', rejected: refused });
    return refused;
  }

  gaveUp(reason: ExporterLossReason): 'unconfirmed' | 'lost' {
    const kind = this.#maybe ? 'unconfirmed' : 'lost';
    this.#settle(kind === 'unconfirmed' ? { kind } : { kind, reason });
    return kind;
  }

  putBack(): undefined {
    return undefined;
  }

  abandon(onItsWay: boolean, reason: 'shutdown_deadline' | 'worker_crash'): number {
    this.#maybe = this.#inHand && (this.#maybe || onItsWay);
    let items = 0;
    for (let left = this.#queue.length; left > 0; left--) {
      items += this.#queue[0]?.items ?? 0;
      this.gaveUp(reason);
      this.#maybe = false;
    }
    return items;
  }

  #settle(outcome: SubmissionOutcome): void {
    const submission = this.#queue.shift();
    this.#inHand = false;
    if (submission === undefined) return;
    this.#bytes -= submission.body.length;
    this.settled += 1;
    this.#batch();
    callSafely(() => submission.settled(outcome));
  }
}
